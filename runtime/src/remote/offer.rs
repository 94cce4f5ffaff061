//! What an actions server offers: the names of its actions and, where it tells them, their signatures.

use action_sdk::{ParamDescriptor, ParamKind, ToolHints, action_name};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::intrinsic::Intrinsic;

use super::client::shown;

/// The maximum number of actions of one server.
const MOST_ACTIONS: usize = 10_000;

/// An action of a server.
#[derive(Debug)]
pub(super) struct Offer {
    /// The name by which the server knows it.
    pub(super) wire: String,
    pub(super) description: Option<Description>,
}

/// What a server tells about an action: the answer to `GET /v1/actions/{name}` of our server. nemoguardrails 0.24.1 has
/// no such route.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Description {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// A JSON Schema of all arguments.
    parameters: Option<Json>,
    /// The context variables that it reads.
    pub(super) context: Vec<String>,
    pub(super) execute_async: bool,
    hints: Hints,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Hints {
    read_only: Option<bool>,
    idempotent: Option<bool>,
    destructive: Option<bool>,
    open_world: Option<bool>,
}

/// The names in an answer to `GET /v1/actions/list`.
///
/// # Errors
///
/// What it is instead.
pub(super) fn names(answer: &Json) -> Result<Vec<String>, String> {
    let name = |name: &Json| name.as_str().map(str::to_owned);
    let list = answer.as_array();
    let list = list.filter(|names| names.len() <= MOST_ACTIONS);
    let names = list.and_then(|names| names.iter().map(name).collect());
    names.ok_or_else(|| {
        let answer = shown(answer);
        format!(
            "`GET /v1/actions/list` must answer with a list of at most {MOST_ACTIONS} names, and answers with {answer}"
        )
    })
}

/// The name that flows use for an action: `fetch_price`, `fetch price` and `FetchPriceAction` are `FetchPriceAction`.
pub(super) fn name_in_flows(wire: &str) -> String {
    if action_sdk::umim::check_action_name(wire).is_ok() {
        return wire.to_owned();
    }
    let stem = wire.trim_end_matches("Action");
    let end = stem.len().saturating_sub("action".len());
    let (before, last) = stem.split_at_checked(end).unwrap_or((stem, ""));
    let is_suffix = last == "action" && before.ends_with(|letter: char| !letter.is_alphanumeric());
    action_name([if is_suffix { before } else { stem }])
}

/// Whether no server may perform it: actions of the engine, and those of the standard, which the host performs.
pub(super) fn belongs_here(action: &str) -> bool {
    Intrinsic::ALL.iter().any(|own| own.action() == action)
        || umim::standard_actions().any(|known| known == action)
}

impl Description {
    pub(super) fn hints(&self) -> ToolHints {
        let mut hints = ToolHints::default();
        hints.read_only = self.hints.read_only;
        hints.idempotent = self.hints.idempotent;
        hints.destructive = self.hints.destructive;
        hints.open_world = self.hints.open_world;
        hints
    }

    /// The parameters; `None` if it does not tell them.
    pub(super) fn params(&self) -> Option<Vec<ParamDescriptor>> {
        let schema = self.parameters.as_ref()?.as_object()?;
        let required = schema.get("required").and_then(Json::as_array);
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|known| known == name));
        let properties = schema.get("properties").and_then(Json::as_object);
        let properties = properties.into_iter().flatten();
        let mut params: Vec<_> = properties
            .map(|(name, property)| param(name, property, is_required(name)))
            .collect();
        let others = schema.get("additionalProperties");
        if others.is_some_and(|others| others != &Json::Bool(false)) {
            let rest = ParamDescriptor::argument("arguments", "any values");
            params.push(rest.with_kind(ParamKind::Rest));
        }
        Some(params)
    }
}

fn param(name: &str, property: &Json, is_required: bool) -> ParamDescriptor {
    let text = |member: &str| property.get(member).and_then(Json::as_str);
    let kind = text("type").unwrap_or("any value").to_owned();
    let description = text("description").unwrap_or_default().to_owned();
    let param = ParamDescriptor::argument(name.to_owned(), kind).with_description(description);
    match is_required {
        true => param,
        false => param.optional(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wire: &str, expected: &str) {
        assert_eq!(name_in_flows(wire), expected, "for {wire}");
    }

    #[test]
    fn names_are_written_as_flows_write_them() {
        check("fetch_price", "FetchPriceAction");
        check("FetchPriceAction", "FetchPriceAction");
        check("call cleanlab api", "CallCleanlabApiAction");
        check("HTTPGet", "HTTPGetAction");
    }

    #[test]
    fn the_suffix_is_not_doubled() {
        check("fetch_price_action", "FetchPriceAction");
        check("fetchAction", "FetchAction");
        check("transaction", "TransactionAction");
        check("action", "ActionAction");
    }

    #[test]
    fn any_name_is_survived() {
        check("", "Action");
        check("Action", "Action");
        check("ÄÖ_action", "Action");
        check("über", "BerAction");
    }

    #[track_caller]
    fn check_names(answer: &Json, expected: Option<&[&str]>) {
        let found = names(answer).ok();
        let found = found
            .as_ref()
            .map(|names| names.iter().map(String::as_str).collect());
        assert_eq!(found, expected.map(<[&str]>::to_vec), "for {answer}");
    }

    #[test]
    fn a_list_is_one_of_names() {
        check_names(&serde_json::json!(["a", "b"]), Some(&["a", "b"]));
        check_names(&serde_json::json!([]), Some(&[]));
        check_names(&serde_json::json!(["a", 5]), None);
        check_names(&serde_json::json!({"a": {}}), None);
        check_names(&serde_json::json!(vec!["a"; MOST_ACTIONS + 1]), None);
    }
}
