//! The rules for events from outside: which are accepted, and what they may do. Documented in `docs/trust.md`.

use std::collections::HashSet;
use std::sync::Arc;

use colang::program::{Element, Name, Program};
use serde_json::Value as Json;
use umim::{ActionEventKind, Event};

use crate::error::{RuntimeError, RuntimeErrorKind};
use crate::library;
use crate::session::Input;

/// Names of the engine's own events. From outside they are ignored.
const OF_THE_ENGINE: [&str; 15] = [
    "StartFlow",
    "FinishFlow",
    "StopFlow",
    "FlowStarted",
    "FlowFinished",
    "FlowFailed",
    "UnhandledEvent",
    "ColangError",
    "UserIntentLog",
    "BotIntentLog",
    "UserActionLog",
    "BotActionLog",
    "LocalAsyncCounter",
    "ActionFailed",
    "NeverComingEvent",
];

/// The event that sets global variables.
const CONTEXT_UPDATE: &str = "ContextUpdate";

/// Whether a flow written by a model may neither send nor wait for events of this name.
pub(crate) fn is_of_the_engine(name: &str) -> bool {
    OF_THE_ENGINE.contains(&name) || [CONTEXT_UPDATE, "CheckLocalAsync"].contains(&name)
}

/// Global variables and who may set them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    /// Those of the library, which only flows may set.
    own: HashSet<Name>,
    /// If restricted, the variables that an event from outside may set.
    settable: Option<HashSet<String>>,
}

impl Variables {
    pub(crate) fn new(program: &Program, settable: Option<HashSet<String>>) -> Self {
        let flows = program.flows();
        let flows = flows.filter(|flow| library::is_shown_as(&flow.file));
        let elements = flows.flat_map(|flow| &flow.elements);
        let globals = elements.filter_map(|placed| {
            let Element::Global(name) = &placed.element else {
                return None;
            };
            Some(name.clone())
        });
        Self {
            own: globals.collect(),
            settable,
        }
    }

    /// Whether it is reserved for the library.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    fn refusal(&self, name: &str) -> Option<String> {
        if self.is_own(name) {
            return Some(format!(
                "`{name}` belongs to the library's flows; use a variable with another name"
            ));
        }
        let is_settable = |names: &HashSet<String>| names.contains(name);
        (!self.settable.as_ref().is_none_or(is_settable)).then(|| {
            format!(
                "`{name}` is not among the variables that the host lets events set; name it in `RuntimeBuilder::settable_variables`"
            )
        })
    }
}

/// How an event from outside is handled.
enum Admission {
    /// It is processed.
    Taken,
    /// It is ignored, as in the reference.
    PassedOver,
    /// Only this process may do this.
    Refused(String),
}

/// The rules for events from outside.
pub(crate) struct Border {
    pub(crate) performed: Performed,
    pub(crate) variables: Variables,
}

impl Border {
    /// An event from outside as an input; `None` if it is ignored.
    ///
    /// # Errors
    ///
    /// If the event may not come from outside, or contains a value that variables cannot hold.
    pub(crate) fn admit(&self, event: &Event) -> Result<Option<Input>, RuntimeError> {
        match self.admission(event) {
            Admission::Taken => Input::from_outside(event).map(Some),
            Admission::PassedOver => {
                let event = event.name();
                tracing::warn!(
                    event,
                    "an event of the engine came from outside and is passed over"
                );
                Ok(None)
            }
            Admission::Refused(why) => {
                let message = format!(
                    "the event `{}` may not come from outside: {why}",
                    event.name()
                );
                Err(RuntimeError::new(RuntimeErrorKind::Refused, message))
            }
        }
    }

    fn admission(&self, event: &Event) -> Admission {
        if OF_THE_ENGINE.contains(&event.name()) {
            return Admission::PassedOver;
        }
        if let Some(field) = heard_but_no_string(event) {
            return Admission::Refused(format!("its field `{field}` must be a string"));
        }
        let refusal = match event.action_event() {
            Some(name) if self.performs(name.action()) => Some(told(name.kind())),
            Some(name) => asked(name.kind()),
            None if event.name() == CONTEXT_UPDATE => self.refused_update(event),
            None => None,
        };
        refusal.map_or(Admission::Taken, Admission::Refused)
    }

    fn refused_update(&self, event: &Event) -> Option<String> {
        let data = event.value("data").and_then(|data| data.as_object());
        let mut names = data.into_iter().flatten().map(|(name, _)| name);
        names.find_map(|name| self.variables.refusal(name))
    }

    /// Whether an action runs in this process.
    pub(crate) fn performs(&self, action: &str) -> bool {
        self.performed.is(action)
    }

    /// Whether a global variable is reserved for the library.
    pub(crate) fn is_own_variable(&self, name: &str) -> bool {
        self.variables.is_own(name)
    }
}

/// The external performer of an action reports on it, and requests nothing.
fn asked(kind: ActionEventKind) -> Option<String> {
    match kind {
        ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => {
            Some("only flows start, change and stop actions".to_owned())
        }
        ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => None,
    }
}

/// What the user says must be a string: otherwise rails and flows could see different things.
fn heard_but_no_string(event: &Event) -> Option<&'static str> {
    let is_heard = event
        .action_event()
        .is_some_and(|name| name.action() == "UtteranceUserAction");
    let mut fields = ["final_transcript", "interim_transcript"].into_iter();
    let is_wrong = |field: &&str| {
        event
            .value(field)
            .is_some_and(|value| !value.is_string() && !value.is_null())
    };
    fields.find(|field| is_heard && is_wrong(field))
}

fn told(kind: ActionEventKind) -> String {
    let what = match kind {
        ActionEventKind::Start => "only flows start it",
        ActionEventKind::Change | ActionEventKind::Stop => "only flows change or stop it",
        ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
            "only this process tells what becomes of it"
        }
    };
    format!("the action runs in this process, and {what}")
}

/// The actions that run in this process.
#[derive(Clone)]
pub(crate) struct Performed {
    pub(crate) dispatcher: action_sdk::ActionDispatcher,
    pub(crate) own: Arc<[&'static str]>,
}

impl Performed {
    pub(crate) fn is(&self, action: &str) -> bool {
        self.own.contains(&action) || self.dispatcher.action(action).is_some()
    }
}

/// Times in the life of an action, which are not shown to the user.
const TIMES: [&str; 3] = [
    "action_started_at",
    "action_updated_at",
    "action_finished_at",
];

/// Whether a member of an event may be shown to the user.
fn is_shown(name: &str) -> bool {
    !umim::ENVELOPE_FIELDS.contains(&name) && !TIMES.contains(&name)
}

/// Members that are said even if they are numbers.
const SAID: [&str; 3] = ["script", "final_script", "interim_script"];

/// All strings and numbers that an event shows, one per line, at any depth. A number that is a direct field of the
/// event, such as a duration, is not shown.
pub(crate) fn text_of(event: &Event) -> String {
    let mut texts = Vec::new();
    let members = event.as_map().iter();
    for (name, value) in members.filter(|(name, _)| is_shown(name)) {
        if !value.is_number() || SAID.contains(&name.as_str()) {
            collect_texts(value, &mut texts);
        }
    }
    texts.join("\n")
}

fn collect_texts(value: &Json, texts: &mut Vec<String>) {
    match value {
        Json::String(text) => texts.push(text.clone()),
        Json::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Json::Object(members) => members.iter().for_each(|(name, value)| {
            texts.push(name.clone());
            collect_texts(value, texts);
        }),
        Json::Number(number) => texts.push(number.to_string()),
        Json::Null | Json::Bool(_) => {}
    }
}

/// The event with its text replaced by the result of the rails; `None` if it has several texts, or none.
pub(crate) fn with_text(event: Event, text: &str) -> Option<Event> {
    let before = text_of(&event);
    if before == text {
        return Some(event);
    }
    let is_whole =
        |(name, value): &(&String, &Json)| is_shown(name) && value.as_str() == Some(&*before);
    let name = event.as_map().iter().find(is_whole)?.0.clone();
    Some(event.with(&name, text))
}
