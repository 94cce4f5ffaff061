//! Events that flows wait for, and nobody sends: most often because their names are misspelt.
//!
//! A host may send any event, so that only names that are nearly those of known events are reported.

use std::collections::BTreeSet;

use colang::diagnostic::{Code, Diagnostic};
use colang::program::INTERNAL_EVENTS;
use colang::syntax::ast::{Flow, Ident, Spec, SpecOp, SpecTarget};
use colang::syntax::visit::{Visitor, walk_spec};
use umim::{ActionEventKind, ActionEventName};

use super::sight::Sight;
use super::spot::Spot;

/// Events of the engine and the runtime besides the internal ones.
const OF_THE_RUNTIME: [&str; 4] = [
    "ActionFailed",
    "ColangError",
    "ContextUpdate",
    "CheckLocalAsync",
];

/// Events of users and bots whose names say what changed.
const UPDATES: [(&str, &str); 2] = [
    ("UtteranceUserAction", "Transcript"),
    ("UtteranceBotAction", "Script"),
];

/// What is waited for and never comes.
pub(super) fn doubts(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let mut events = Events::default();
    for (_, flow) in sight.flows() {
        events.visit_flow(flow);
    }
    let known = known(&events.sent);
    let actions: BTreeSet<&str> = umim::standard_actions().collect();
    let mut found = Vec::new();
    for module in sight.of_authors() {
        for flow in &module.flows {
            let waits = Waits::of(flow);
            let near = waits.events.iter().filter_map(|event| {
                let is_known =
                    known.contains(&event.name) || is_of_action(&event.name, &events, &actions);
                let known = known.iter().map(String::as_str);
                (!is_known).then(|| Some((*event, nearly(&event.name, known)?)))?
            });
            let of_actions = waits.actions.iter().filter_map(|action| {
                let is_known =
                    actions.contains(&*action.name) || events.started.contains(&*action.name);
                (!is_known)
                    .then(|| Some((*action, nearly(&action.name, actions.iter().copied())?)))?
            });
            found.extend(near.chain(of_actions).map(|(name, near)| {
                let what = format!("waits for `{}`, which nobody sends", name.name);
                let spot = Spot::new(flow, module.source_id, name.span);
                spot.warning(Code::NeverSent, &what)
                    .with_help(format!("did you mean `{near}`?"))
            }));
        }
    }
    found
}

/// The events that are known to come.
fn known(sent: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = INTERNAL_EVENTS
        .iter()
        .chain(&OF_THE_RUNTIME)
        .chain(sent)
        .map(|name| (*name).to_owned())
        .collect();
    let kinds = ActionEventKind::ALL.into_iter();
    let kinds = kinds.filter(|kind| *kind != ActionEventKind::Updated);
    for action in umim::standard_actions() {
        known.extend(
            kinds
                .clone()
                .map(|kind| ActionEventName::new(kind, action).to_string()),
        );
    }
    let updates = UPDATES.iter();
    known.extend(updates.map(|(action, what)| ActionEventName::updated(action, what).to_string()));
    known
}

/// Whether it is an event of an action that is known or started.
fn is_of_action(event: &str, events: &Events<'_>, standard: &BTreeSet<&str>) -> bool {
    let of = ActionEventName::parse(event).map(|event| event.action());
    of.is_some_and(|action| standard.contains(action) || events.started.contains(action))
}

/// The known name that is meant, if only a letter is wrong, or the order of letters, or the case, or `Action` is missing.
fn nearly<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST: usize = 6;
    let plain = |text: &str| text.replace("Action", "").to_lowercase();
    let wanted = plain(name);
    if wanted.chars().count() < SHORTEST {
        return None;
    }
    let mut known = known.into_iter();
    known.find(|known| {
        let known = plain(known);
        known == wanted || is_misspelt(&known, &wanted)
    })
}

/// Whether two names differ by a letter or in the order of letters. Of two that differ in their ends, as `Release` and
/// `Released`, each may be meant.
fn is_misspelt(one: &str, other: &str) -> bool {
    let is_other_form = one.starts_with(other) || other.starts_with(one);
    !is_other_form && (is_one_letter_off(one, other) || letters(one) == letters(other))
}

fn letters(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

fn is_one_letter_off(one: &str, other: &str) -> bool {
    let alike =
        |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take_while(|(a, b)| a == b).count();
    let before = alike(&mut one.chars().zip(other.chars()));
    let after = alike(&mut one.chars().rev().zip(other.chars().rev()));
    let (one, other) = (one.chars().count(), other.chars().count());
    one.abs_diff(other) < 2 && before + after + 1 >= one.max(other)
}

/// The events that flows send, and the actions that they start.
#[derive(Default)]
struct Events<'a> {
    sent: BTreeSet<&'a str>,
    started: BTreeSet<&'a str>,
}

impl<'a> Visitor<'a> for Events<'a> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        let starts = matches!(op, None | Some(SpecOp::Await | SpecOp::Start));
        match &spec.target {
            SpecTarget::Event(name) if op == Some(SpecOp::Send) => {
                self.sent.insert(&name.name);
                let action = ActionEventName::parse(&name.name);
                self.started.extend(action.map(|event| event.action()));
            }
            SpecTarget::Action(name) if starts && spec.members.is_empty() => {
                self.started.insert(&name.name);
            }
            SpecTarget::Flow(_)
            | SpecTarget::Action(_)
            | SpecTarget::Event(_)
            | SpecTarget::Reference(_) => {}
        }
        walk_spec(self, spec);
    }
}

/// What a flow waits for.
#[derive(Default)]
struct Waits<'a> {
    events: Vec<&'a Ident>,
    /// The actions whose events are waited for.
    actions: Vec<&'a Ident>,
}

impl<'a> Waits<'a> {
    fn of(flow: &'a Flow) -> Self {
        let mut waits = Self::default();
        waits.visit_flow(flow);
        waits
    }
}

impl<'a> Visitor<'a> for Waits<'a> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        if matches!(op, None | Some(SpecOp::Match)) {
            match &spec.target {
                SpecTarget::Event(name) => self.events.push(name),
                SpecTarget::Action(name) if !spec.members.is_empty() => self.actions.push(name),
                SpecTarget::Flow(_) | SpecTarget::Action(_) | SpecTarget::Reference(_) => {}
            }
        }
        walk_spec(self, spec);
    }
}
