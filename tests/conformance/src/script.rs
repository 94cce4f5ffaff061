//! Local actions as described by a case, built by hand for a dispatcher.
//!
//! An action that must not complete before a certain step waits for it, so that a case is deterministic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use action_sdk::prelude::*;
use action_sdk::testing::ScriptedLlm;
use action_sdk::{BuildErrors, ToolHints};
use serde_json::Value as Json;
use tokio::sync::watch;

/// The actions of a case, and a model that completes when the case says. The actions watch `step`, the number of the
/// current call of `process_events`, from 0.
///
/// # Errors
///
/// If two of them have the same name.
pub(crate) fn dispatcher(
    actions: Option<&Json>,
    completions: Option<&Json>,
    step: &watch::Sender<u64>,
) -> Result<ActionDispatcher, BuildErrors> {
    let actions = actions.and_then(Json::as_object).into_iter().flatten();
    let made = actions.filter_map(|(name, script)| action(name, script, step.subscribe()));
    let completions = completions.and_then(Json::as_array).into_iter().flatten();
    let model = ScriptedLlm::replies(completions.filter_map(Json::as_str));
    made.fold(
        ActionDispatcher::builder().llm(model),
        action_sdk::ActionDispatcherBuilder::register,
    )
    .build()
}

fn action(name: &str, script: &Json, step: watch::Receiver<u64>) -> Option<ActionDescriptor> {
    let is = |key: &str| script.get(key).and_then(Json::as_bool).unwrap_or(false);
    let (execute_async, is_system_action) = (is("execute_async"), is("is_system_action"));
    let script = Arc::new(Script {
        json: script.clone(),
        calls: AtomicUsize::new(0),
    });
    let perform = move |call: Arc<Call>| {
        let (script, step) = (Arc::clone(&script), step.clone());
        async move { script.perform(&call, step).await }
    };
    // Only for `--resume`: a call that is cut off by saving starts again.
    let mut hints = ToolHints::default();
    hints.idempotent = Some(true);
    let action = ActionDescriptor::new(action_name(name), perform).ok()?;
    Some(
        action
            .with_execute_async(execute_async)
            .with_is_system_action(is_system_action)
            .with_hints(hints),
    )
}

/// `FetchDataAction` for `fetch_data`.
fn action_name(name: &str) -> String {
    if name.ends_with("Action") {
        return name.to_owned();
    }
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    words.collect::<String>() + "Action"
}

struct Script {
    json: Json,
    calls: AtomicUsize,
}

impl Script {
    async fn perform(
        &self,
        call: &Call,
        mut step: watch::Receiver<u64>,
    ) -> Result<ActionResult, ActionError> {
        if let Some(ready) = self.json.get("ready_at_step").and_then(Json::as_u64) {
            let is_there = step.wait_for(|step| *step >= ready).await;
            is_there.map_err(|_| ActionError::failed("the case ended first"))?;
        }
        let index = self.calls.fetch_add(1, Ordering::Relaxed);
        let fails = match self.json.get("fails") {
            Some(Json::Array(fails)) => nth(fails, index).and_then(Json::as_bool),
            other => other.and_then(Json::as_bool),
        };
        if fails == Some(true) {
            return Err(ActionError::failed("the action was told to fail"));
        }
        Ok(self.result(call, index))
    }

    fn result(&self, call: &Call, index: usize) -> ActionResult {
        let value = match (self.json.get("echo"), self.json.get("returns_seq")) {
            (Some(_), _) => call
                .arguments()
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect::<Map>()
                .into(),
            (None, Some(Json::Array(values))) => nth(values, index).cloned().unwrap_or_default(),
            (None, _) => self.json.get("returns").cloned().unwrap_or_default(),
        };
        let updates = self.json.get("context_updates").and_then(Json::as_object);
        let result = updates
            .into_iter()
            .flatten()
            .fold(ActionResult::value(value), |result, (name, value)| {
                result.with_context_update(name, value.clone())
            });
        let events = self.json.get("events").and_then(Json::as_array);
        let events = events.into_iter().flatten().cloned();
        events
            .filter_map(|event| Event::from_json(event).ok())
            .fold(result, ActionResult::with_event)
    }
}

fn nth(values: &[Json], index: usize) -> Option<&Json> {
    values.get(index).or_else(|| values.last())
}
