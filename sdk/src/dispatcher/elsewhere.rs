//! Actions that are performed elsewhere: which of two actions of one name counts, and what they tell each other.

use crate::action::{ActionDescriptor, ParamKind};
use crate::lookup::Lookup;
use crate::registry::Registry;
use crate::special::Needs;

/// An action that is performed elsewhere.
pub(super) struct Elsewhere {
    pub(super) action: ActionDescriptor,
    /// Whether any action of this program takes precedence, and not only a system action.
    pub(super) yields: bool,
}

/// The actions of this program, with those that are performed elsewhere.
pub(super) fn joined(registry: Registry, elsewhere: Vec<Elsewhere>) -> Registry {
    if elsewhere.is_empty() {
        return registry;
    }
    let (lookup, _) = Lookup::new(&registry);
    let mut actions = registry.into_actions();
    for Elsewhere { action, yields } in elsewhere {
        let names = std::iter::once(action.name()).chain(action.aliases());
        let twin = names.into_iter().find_map(|name| lookup.find(name));
        match twin.map(|place| &mut actions[place]) {
            None => actions.push(action),
            Some(twin) if yields || twin.is_system_action() => {
                let (action, twin) = (twin.name(), twin.origin());
                tracing::info!(
                    action,
                    twin,
                    "an action that is also offered elsewhere runs here"
                );
            }
            Some(twin) => {
                let (name, origin) = (twin.name(), twin.origin());
                tracing::info!(
                    action = name,
                    twin = origin,
                    "an action of this program is performed elsewhere"
                );
                *twin = in_place_of(twin, action);
            }
        }
    }
    actions.into_iter().collect()
}

/// The action under the name of the one that it replaces, which tells what the other server does not: signature, hints,
/// the context variables to be sent along.
fn in_place_of(twin: &ActionDescriptor, action: ActionDescriptor) -> ActionDescriptor {
    let mut action = action;
    let own = std::mem::replace(&mut action.name, twin.name.clone());
    let aliases = twin.aliases.iter().cloned().chain([own]);
    for alias in aliases {
        if alias != action.name && !action.aliases.contains(&alias) {
            action.aliases.push(alias);
        }
    }
    take_signature(&mut action, twin);
    if action.description.is_empty() {
        action.description = twin.description.clone();
    }
    if action.title.is_empty() {
        action.title = twin.title.clone();
    }
    if action.hints == Default::default() {
        action.hints = twin.hints;
    }
    action.execute_async |= twin.execute_async;
    action.timeout = [action.timeout, twin.timeout].into_iter().flatten().min();
    action.concurrency = action.concurrency.or(twin.concurrency);
    action
}

/// Without a signature of its own the action gets that of its twin; with one, the twin's context variables.
fn take_signature(action: &mut ActionDescriptor, twin: &ActionDescriptor) {
    let is_unknown = action.params.is_empty() && action.accepts_any_argument;
    let is_taken = |kind: ParamKind| match kind {
        ParamKind::Context => true,
        ParamKind::Argument | ParamKind::Rest => is_unknown,
        ParamKind::Special { .. } | ParamKind::Resource(_) | ParamKind::Custom => false,
    };
    for param in twin.params.iter().filter(|param| is_taken(param.kind)) {
        if action.params.iter().all(|known| known.name != param.name) {
            action.params.push(param.clone());
        }
    }
    if is_unknown {
        // Which arguments a type of the twin's author reads is not known.
        let has_custom = twin
            .params
            .iter()
            .any(|param| param.kind == ParamKind::Custom);
        action.accepts_any_argument = twin.accepts_any_argument || has_custom;
    }
    let needs = action.params.iter().map(|param| param.kind.needs());
    action.needs = needs.fold(action.needs, Needs::and);
}
