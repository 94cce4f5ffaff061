//! The actions of a dispatcher as tools: names, schemas, annotations.

use crate::failure::{Failure, FailureKind};
use crate::options::Options;
use action_sdk::{ActionDescriptor, ActionDispatcher, ParamKind, Special};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// All tools of a server.
pub(crate) struct Tools {
    /// The tools as clients see them, sorted by name.
    pub(crate) list: Vec<Tool>,
    /// The tools by the names of their actions.
    by_action: HashMap<String, Offer>,
}

/// The tool of an action.
pub(crate) struct Offer {
    /// The action's name.
    pub(crate) action: String,
    /// The schema of its arguments.
    pub(crate) input: Arc<JsonObject>,
    /// Whether its result is wrapped as the member `result` of an object; `None` if that depends on the value.
    pub(crate) is_wrapped: Option<bool>,
}

impl Tools {
    /// The tools of a dispatcher.
    ///
    /// # Errors
    ///
    /// If an action needs something that no MCP client provides.
    pub(crate) fn new(dispatcher: &ActionDispatcher, options: &Options) -> Result<Self, Failure> {
        let offered =
            |action: &&ActionDescriptor| !action.is_system_action() && (options.offered)(action);
        let actions: Vec<&ActionDescriptor> = dispatcher.actions().filter(offered).collect();
        check_needs(&actions)?;
        let mut list = Vec::new();
        let mut by_action = HashMap::new();
        for action in &actions {
            let (tool, offer) = tool(dispatcher, action);
            list.push(tool);
            by_action.insert(action.name().to_owned(), offer);
        }
        list.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self { list, by_action })
    }

    /// The tool with that name: as it is listed, or any name of its action.
    pub(crate) fn find(&self, dispatcher: &ActionDispatcher, name: &str) -> Option<&Offer> {
        let action = dispatcher.action(name)?;
        self.by_action.get(action.name())
    }

    /// A similar name that was probably meant.
    pub(crate) fn suggest(&self, name: &str) -> Option<&str> {
        action_sdk::nearest_name(name, self.list.iter().map(|tool| tool.name.as_ref()))
    }
}

fn tool(dispatcher: &ActionDispatcher, action: &ActionDescriptor) -> (Tool, Offer) {
    let input = Arc::new(action.input_schema());
    let (output, is_wrapped) = output(action);
    let name = tool_name(dispatcher, action);
    let mut tool = Tool::new(name, description(action), Arc::clone(&input));
    tool.title = (!action.title().is_empty()).then(|| action.title().to_owned());
    tool.output_schema = output.map(Arc::new);
    tool.annotations = annotations(action);
    let offer = Offer {
        action: action.name().to_owned(),
        input,
        is_wrapped,
    };
    (tool, offer)
}

/// The short name, if looking it up gives this action; otherwise the action's own.
fn tool_name(dispatcher: &ActionDispatcher, action: &ActionDescriptor) -> String {
    let short = action.short_name();
    let found = dispatcher.action(&short);
    match found.is_some_and(|found| found.name() == action.name()) {
        true => short,
        false => action.name().to_owned(),
    }
}

/// The description of the tool. Some clients refuse tools without one, so the name is the fallback.
fn description(action: &ActionDescriptor) -> String {
    let told = [action.description(), action.title()];
    let told = told.into_iter().find(|text| !text.is_empty());
    told.map_or_else(|| action.short_name().replace('_', " "), ToOwned::to_owned)
}

/// The output schema, an object as required by all revisions, and whether it is wrapped for that.
fn output(action: &ActionDescriptor) -> (Option<JsonObject>, Option<bool>) {
    let Some(mut schema) = action.output_schema() else {
        return (None, None);
    };
    match schema.get("type").and_then(Value::as_str) {
        Some("null") => (None, None),
        Some("object") => (schema.as_object().cloned(), Some(false)),
        Some(_) | None => {
            let definitions = schema
                .as_object_mut()
                .and_then(|members| members.remove("$defs"));
            let mut object = JsonObject::new();
            object.insert("type".to_owned(), json!("object"));
            object.insert("properties".to_owned(), json!({"result": schema}));
            object.insert("required".to_owned(), json!(["result"]));
            object.extend(definitions.map(|definitions| ("$defs".to_owned(), definitions)));
            (Some(object), Some(true))
        }
    }
}

fn annotations(action: &ActionDescriptor) -> Option<ToolAnnotations> {
    let hints = action.hints();
    let all = [
        hints.read_only,
        hints.destructive,
        hints.idempotent,
        hints.open_world,
    ];
    let title = (!action.title().is_empty()).then(|| action.title().to_owned());
    let is_told = title.is_some() || all.iter().any(Option::is_some);
    let [read_only, destructive, idempotent, open_world] = all;
    is_told
        .then(|| ToolAnnotations::from_raw(title, read_only, destructive, idempotent, open_world))
}

/// Reports all actions with a parameter that only Rasa or Colang can provide.
fn check_needs(actions: &[&ActionDescriptor]) -> Result<(), Failure> {
    let mut needs = Vec::new();
    for action in actions {
        for param in action.params() {
            let is_missing = matches!(
                param.kind(),
                ParamKind::Special {
                    which: Special::Domain | Special::State | Special::Tracker,
                    required: true
                }
            );
            if is_missing {
                let (name, origin, param) = (action.name(), action.origin(), param.name());
                needs.push(format!("`{name}` ({origin}) needs `{param}`"));
            }
        }
    }
    match needs.as_slice() {
        [] => Ok(()),
        _ => Err(Failure::new(
            FailureKind::Unavailable,
            format!(
                "MCP clients cannot supply what these actions need: {}; take it as an `Option`, or leave the action out with `Options::offer`",
                needs.join(", ")
            ),
        )),
    }
}
