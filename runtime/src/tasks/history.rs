//! Filters for events: the history as Colang, as turns, as chat messages.
//!
//! What users and models said is put in quotes on one line, so that it cannot be mistaken for another line of the
//! prompt.

use std::collections::HashSet;

use minijinja::{Error, Value};

use super::literal::text_of;
use super::turns::ends_line;

/// A string in quotes, on one line, in Colang syntax.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            other => push_on_line(&mut quoted, other),
        }
    }
    quoted.push('"');
    quoted
}

/// A string on one line.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    text.chars().for_each(|c| push_on_line(&mut line, c));
    line
}

fn push_on_line(line: &mut String, c: char) {
    match c {
        '\n' => line.push_str("\\n"),
        '\r' => line.push_str("\\r"),
        other if ends_line(other) => line.push(' '),
        other => line.push(other),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    UserIntent,
    UserAction,
    BotIntent,
    BotAction,
}

impl Kind {
    fn of(event: &str) -> Option<Self> {
        match event {
            "UserIntentLog" => Some(Self::UserIntent),
            "UserActionLog" => Some(Self::UserAction),
            "BotIntentLog" => Some(Self::BotIntent),
            "BotActionLog" => Some(Self::BotAction),
            _ => None,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::UserIntent => "user intent",
            Self::UserAction => "user action",
            Self::BotIntent => "bot intent",
            Self::BotAction => "bot action",
        }
    }
}

/// One line of the history.
struct Entry {
    kind: Kind,
    /// The flow and its parameter, as displayed.
    shown: String,
    flow: Option<String>,
    /// The intent that an action belongs to.
    intent: Option<String>,
}

impl Entry {
    fn of(event: &Value) -> Result<Option<Self>, Error> {
        let Some(kind) = Kind::of(&field(event, "type")?.unwrap_or_default()) else {
            return Ok(None);
        };
        let flow = field(event, "flow_id")?;
        let parameter = event.get_attr("parameter")?;
        let mut shown = on_one_line(flow.as_deref().unwrap_or("None"));
        if let Some(text) = parameter.as_str() {
            shown = format!("{shown} {}", quoted(text));
        } else if !parameter.is_none() && !parameter.is_undefined() {
            shown = format!("{shown} {}", on_one_line(&text_of(&parameter)));
        }
        Ok(Some(Self {
            kind,
            shown,
            flow,
            intent: field(event, "intent_flow_id")?,
        }))
    }

    fn line(&self) -> String {
        format!("{}: {}", self.kind.label(), self.shown)
    }
}

/// A field as a string, if present.
fn field(event: &Value, name: &str) -> Result<Option<String>, Error> {
    let value = event.get_attr(name)?;
    let is_there = !value.is_none() && !value.is_undefined();
    Ok(is_there.then(|| text_of(&value)))
}

/// The logged intents and actions in the form of a Colang 2 history, as in nemoguardrails 0.24.1.
pub(super) fn colang(events: &[Value]) -> Result<String, Error> {
    let mut history = Colang::default();
    for event in events {
        if let Some(entry) = Entry::of(event)? {
            history.add(entry);
        }
    }
    Ok(history.finish())
}

/// Groups actions below the intents that they belong to.
#[derive(Default)]
struct Colang {
    lines: Vec<String>,
    /// Actions whose intent has not been seen yet.
    group: Vec<Entry>,
    intent: Option<String>,
    last: String,
}

impl Colang {
    fn add(&mut self, entry: Entry) {
        let line = entry.line();
        match entry.kind {
            // The same action, logged by two flows.
            Kind::UserAction if line == self.last => return,
            Kind::UserAction | Kind::BotAction => self.add_action(entry),
            Kind::UserIntent | Kind::BotIntent => self.add_intent(&entry),
        }
        self.last = line;
    }

    fn add_action(&mut self, entry: Entry) {
        if self.intent.is_none() || self.intent != entry.intent {
            self.end_group();
        }
        self.intent.clone_from(&entry.intent);
        self.group.push(entry);
    }

    fn add_intent(&mut self, entry: &Entry) {
        let is_of_group = entry.flow == self.intent;
        match entry.kind {
            Kind::BotIntent if is_of_group => {
                self.lines.push(entry.line());
                self.show_group();
            }
            Kind::UserIntent if is_of_group && entry.flow.is_none() => {}
            Kind::UserIntent if is_of_group => {
                self.show_group();
                self.lines.push(entry.line());
            }
            Kind::UserIntent | Kind::BotIntent | Kind::UserAction | Kind::BotAction => {
                self.end_group();
                self.lines.push(entry.line());
            }
        }
        self.lines.push(String::new());
        self.group.clear();
        self.intent = None;
    }

    fn show_group(&mut self) {
        if let Some((first, others)) = self.group.split_first() {
            let others = others.iter().map(|entry| format!("  and {}", entry.shown));
            self.lines.push(first.line());
            self.lines.extend(others);
        }
        self.group.clear();
    }

    fn end_group(&mut self) {
        if !self.group.is_empty() {
            self.show_group();
            self.lines.push(String::new());
        }
    }

    fn finish(mut self) -> String {
        self.show_group();
        let history = self.lines.join("\n");
        history.trim_end_matches('\n').to_owned()
    }
}

/// The history without the words that identify the kind of each line.
pub(super) fn without_identifiers(history: &str) -> String {
    [
        "bot intent: ",
        "bot action: ",
        "user intent: ",
        "user action: ",
    ]
    .iter()
    .fold(history.to_owned(), |text, label| text.replace(label, ""))
}

/// Actions that are not part of the conversation, with their names in nemoguardrails 0.24.1.
const SILENT: [&str; 28] = [
    "AddFlowsAction",
    "CheckFlowDefinedAction",
    "CheckForActiveEventMatchAction",
    "CheckValidFlowExistsAction",
    "GenerateFlowAction",
    "GenerateFlowContinuationAction",
    "GenerateFlowFromInstructionsAction",
    "GenerateFlowFromNameAction",
    "GenerateUserIntentAction",
    "GenerateValueAction",
    "GetLastUserMessageAction",
    "RemoveFlowsAction",
    "apify",
    "bing_search",
    "create_event",
    "generate_bot_message",
    "generate_intent_steps_message",
    "generate_next_steps",
    "google_search",
    "google_serper",
    "openweather_query",
    "retrieve_relevant_chunks",
    "searx_search",
    "serp_api_query",
    "wikipedia_query",
    "wolfram alpha request",
    "wolframalpha_query",
    "zapier_nla_query",
];

/// What was said, and the results of actions, as lines of a flow.
pub(super) fn co_v2(events: &[Value]) -> Result<String, Error> {
    let mut history = String::new();
    let mut seen = HashSet::new();
    for event in events {
        let is_new = match field(event, "uid")? {
            Some(uid) => seen.insert(uid),
            None => true,
        };
        if let Some(line) = flow_line(event)?.filter(|_| is_new) {
            history.push_str("  ");
            history.push_str(&line);
            history.push('\n');
        }
    }
    Ok(history)
}

fn flow_line(event: &Value) -> Result<Option<String>, Error> {
    let text = |name| Ok::<_, Error>(quoted(&field(event, name)?.unwrap_or_default()));
    let name = field(event, "type")?.unwrap_or_default();
    Ok(match name.as_str() {
        "UtteranceUserActionFinished" => Some(format!("user said {}", text("final_transcript")?)),
        "StartUtteranceBotAction" => Some(format!("bot say {}", text("script")?)),
        "StartTool" => Some(tool_line(event)?),
        other if other.ends_with("ActionFinished") => {
            let action = field(event, "action_name")?.unwrap_or_default();
            let is_rail = event.get_attr("is_rail_action")?.is_true();
            let is_told = !action.is_empty() && !is_rail && !SILENT.contains(&action.as_str());
            let found = field(event, "return_value")?;
            let found = on_one_line(found.as_deref().unwrap_or("None"));
            is_told.then(|| format!("# {found}"))
        }
        _ => None,
    })
}

fn tool_line(event: &Value) -> Result<String, Error> {
    const ENVELOPE: [&str; 5] = ["type", "uid", "event_created_at", "source_uid", "flow_name"];
    let flow = field(event, "flow_name")?.unwrap_or_default();
    let mut line = format!("await {}", on_one_line(&flow));
    for key in event.try_iter()? {
        let key = text_of(&key);
        if !ENVELOPE.contains(&key.as_str()) {
            let value = text_of(&event.get_attr(&key)?);
            line.push_str(&format!(" ${}={}", on_one_line(&key), quoted(&value)));
        }
    }
    Ok(line)
}

/// What the user said in this event, for either version of Colang.
fn user_text(event: &Value, name: &str) -> Result<Option<Value>, Error> {
    Ok(match name {
        "UserMessage" => Some(event.get_attr("text")?),
        "UtteranceUserActionFinished" => Some(event.get_attr("final_transcript")?),
        _ => None,
    })
}

/// The messages of a chat. Anything that is not a string, such as parts with images, is kept unchanged.
pub(super) fn chat_messages(events: &[Value]) -> Result<Value, Error> {
    let mut messages = Vec::new();
    for event in events {
        let name = field(event, "type")?.unwrap_or_default();
        let (role, content) = match (name.as_str(), user_text(event, &name)?) {
            (_, Some(said)) => ("user", said),
            ("StartUtteranceBotAction", None) => ("assistant", event.get_attr("script")?),
            ("SystemMessage", None) => ("system", event.get_attr("content")?),
            (_, None) => continue,
        };
        if !content.is_undefined() {
            messages.push(Value::from_pairs([
                ("role", Value::from(role)),
                ("content", content),
            ]));
        }
    }
    Ok(messages.into())
}

/// `User: …` and `Assistant: …`, turn by turn.
pub(super) fn user_assistant_sequence(events: &[Value]) -> Result<String, Error> {
    let mut turns = Vec::new();
    for event in events {
        let name = field(event, "type")?.unwrap_or_default();
        if let Some(said) = user_text(event, &name)? {
            turns.push(format!("User: {}", plain_text(&said)?));
        } else if name == "StartUtteranceBotAction" {
            turns.push(format!(
                "Assistant: {}",
                text_of(&event.get_attr("script")?)
            ));
        }
    }
    Ok(turns.join("\n"))
}

/// The texts of a message with parts, and a note if there are images.
fn plain_text(said: &Value) -> Result<String, Error> {
    if said.kind() != minijinja::value::ValueKind::Seq {
        return Ok(text_of(said));
    }
    let (mut texts, mut has_images) = (Vec::new(), false);
    for part in said.try_iter()? {
        match field(&part, "type")?.as_deref() {
            Some("text") => texts.push(field(&part, "text")?.unwrap_or_default()),
            Some("image_url") => has_images = true,
            Some(_) | None => {}
        }
    }
    let image = if has_images { " [+ image]" } else { "" };
    Ok(texts.join(" ") + image)
}
