//! The checks of `build`. Each returns the problems that it found.

use super::problem::{BuildProblem, BuildProblemKind};
use super::wishes::{Named, Wishes};
use crate::action::{ActionDescriptor, ParamDescriptor, ParamKind};
use crate::host::Host;
use crate::llm::Llm;
use crate::lookup::{Clash, Lookup};
use crate::registry::Registry;
use crate::special::Special;
use crate::suggest::did_you_mean;
use std::sync::Arc;

/// Removes and replaces actions.
pub(super) fn apply_changes(wishes: &Wishes, registry: &mut Registry) -> Vec<BuildProblem> {
    let (lookup, _) = Lookup::new(&*registry);
    let actions: Vec<String> = registry
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    let mut problems = Vec::new();
    let mut gone = Vec::new();
    for removal in &wishes.removals {
        match lookup.find(&removal.name) {
            Some(place) => gone.push(actions[place].clone()),
            None => problems.push(unknown("without", removal, &lookup)),
        }
    }
    for replacement in &wishes.replacements {
        let named = Named {
            name: replacement.name().to_owned(),
            origin: replacement.origin.clone(),
        };
        match actions.contains(&named.name) {
            true => gone.push(named.name),
            false => problems.push(unknown("replace", &named, &lookup)),
        }
    }
    registry.retain(|action| !gone.iter().any(|name| name == action.name()));
    *registry = std::mem::take(registry)
        .into_actions()
        .into_iter()
        .chain(wishes.replacements.clone())
        .collect();
    problems
}

/// Names that two actions have.
pub(crate) fn clashes(
    registry: &Registry,
    clashes: Vec<Clash>,
) -> impl Iterator<Item = BuildProblem> {
    let actions: Vec<(String, String)> = registry
        .iter()
        .map(|action| (action.name().to_owned(), action.origin.to_string()))
        .collect();
    clashes.into_iter().map(move |(name, first, second)| {
        let ((first_name, first_at), (_, second_at)) = (&actions[first], &actions[second]);
        let sort = if *first_name == name {
            "action"
        } else {
            "alias"
        };
        let help = "give one of them another name, or leave one out with `.without(..)`";
        let message = format!("duplicate {sort} `{name}`: {first_at} and {second_at}; {help}");
        BuildProblem::new(BuildProblemKind::Duplicate, &name, message)
    })
}

/// Resources and models that actions need and the host does not have, or resources it has twice.
pub(super) fn needs(host: &Host, wishes: &Wishes, registry: &Registry) -> Vec<BuildProblem> {
    let of_actions = registry.iter().flat_map(|action| {
        action
            .params()
            .iter()
            .filter_map(move |param| unmet_need(host, wishes, action, param))
    });
    of_actions
        .chain(wishes.doubled_resources.iter().map(doubled))
        .collect()
}

fn unmet_need(
    host: &Host,
    wishes: &Wishes,
    action: &ActionDescriptor,
    param: &ParamDescriptor,
) -> Option<BuildProblem> {
    let own_llm = || {
        let mut llms = wishes.action_llms.iter();
        llms.any(|(named, _)| answers_to(action, &named.name))
    };
    let (kind, what, remedy) = match param.kind() {
        ParamKind::Resource(key) if !host.resources.contains(&key) => {
            let what = format!("resource `{}`", key.type_name());
            let remedy = match host.resources.contains_shared(&key) {
                true => "an `Arc` of one was: offer that with `.shared_resource(..)`",
                false => "add `.resource(..)`",
            };
            (BuildProblemKind::MissingResource, what, remedy)
        }
        ParamKind::Special {
            which: Special::Llm,
            required: true,
        } if host.llm.is_none() && !own_llm() => {
            let remedy = "add `.llm(..)`, or let it take `Option<&dyn Llm>`";
            (BuildProblemKind::MissingLlm, "a model".to_owned(), remedy)
        }
        ParamKind::Special {
            which: Special::LlmTaskManager,
            required: true,
        } if host.llm_task_manager.is_none() => {
            let remedy = "add `.llm_task_manager(..)`, or let it take an `Option`";
            (
                BuildProblemKind::MissingLlmTaskManager,
                "the task manager".to_owned(),
                remedy,
            )
        }
        ParamKind::Argument
        | ParamKind::Context
        | ParamKind::Special { .. }
        | ParamKind::Resource(_)
        | ParamKind::Rest
        | ParamKind::Custom => return None,
    };
    let (name, origin, param) = (action.name(), &action.origin, param.name());
    let needs = format!("action `{name}` ({origin}) needs {what} (parameter `{param}`)");
    Some(
        BuildProblem::new(
            kind,
            name,
            format!("{needs}, which was not registered; {remedy}"),
        )
        .with_parameter(param),
    )
}

/// Whether a name refers to this action: exactly, by alias, or in normalised form.
fn answers_to(action: &ActionDescriptor, name: &str) -> bool {
    Lookup::new([action]).0.find(name).is_some()
}

fn doubled(resource: &Named) -> BuildProblem {
    let Named { name, origin } = resource;
    let message = format!(
        "resource `{name}` was registered twice, again at {origin}; wrap one in a type of its own"
    );
    BuildProblem::new(BuildProblemKind::DuplicateResource, name, message)
}

/// Expected actions and crates that are missing.
pub(super) fn expectations(
    wishes: &Wishes,
    registry: &Registry,
    lookup: &Lookup,
) -> Vec<BuildProblem> {
    let actions = wishes
        .expected_actions
        .iter()
        .filter(|expected| lookup.find(&expected.name).is_none());
    let actions = actions.map(|Named { name, origin }| {
        let hint = lookup
            .suggest(name)
            .map(|near| format!("did you mean `{near}`?"));
        let hint = hint
            .unwrap_or_else(|| "if it is in another crate, add `use that_crate as _;`".to_owned());
        let message =
            format!("expected action `{name}` is not there (expected at {origin}); {hint}");
        BuildProblem::new(BuildProblemKind::AbsentAction, name, message)
    });
    let crates = wishes
        .expected_crates
        .iter()
        .filter(|expected| !brings_actions(registry, &expected.name));
    let crates = crates.map(|Named { name, origin }| {
        let ident = name.replace('-', "_");
        let message = format!(
            "no action of crate `{name}` is linked (expected at {origin}); add `use {ident} as _;`"
        );
        BuildProblem::new(BuildProblemKind::AbsentCrate, name, message)
    });
    actions.chain(crates).collect()
}

fn brings_actions(registry: &Registry, krate: &str) -> bool {
    let ident = krate.replace('-', "_");
    registry.iter().any(|action| {
        let module_root = action.origin.path.split("::").next().unwrap_or_default();
        action.crate_name().replace('-', "_") == ident || module_root == ident
    })
}

/// The models of single actions, by index.
pub(super) fn action_llms(
    wishes: &Wishes,
    lookup: &Lookup,
    problems: &mut Vec<BuildProblem>,
) -> Vec<(usize, Arc<dyn Llm>)> {
    let mut llms = Vec::new();
    for (named, llm) in &wishes.action_llms {
        match lookup.find(&named.name) {
            Some(place) => llms.push((place, Arc::clone(llm))),
            None => problems.push(unknown("action_llm", named, lookup)),
        }
    }
    llms
}

fn unknown(method: &str, named: &Named, lookup: &Lookup) -> BuildProblem {
    let Named { name, origin } = named;
    let hint = did_you_mean(name, lookup.suggest(name));
    let message =
        format!("`.{method}(..)` at {origin} names action `{name}`, which is not there{hint}");
    BuildProblem::new(BuildProblemKind::UnknownName, name, message)
}
