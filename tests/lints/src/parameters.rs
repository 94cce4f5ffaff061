//! Where parameters take their values from.

use action_sdk::prelude::*;
use action_sdk::{Extension, rasa};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

/// What the host offers.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Db {
    /// How many there are.
    pub rows: i64,
}

/// An argument with members.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Address {
    /// Where it is.
    pub city: String,
}

/// Everything that the host lends.
#[action(name = "LintLentAction")]
async fn lent(
    context: &Context,
    events: &[Event],
    config: &RailsConfig,
    llm: Option<&dyn Llm>,
    llm_task_manager: Option<&LlmTaskManager>,
    tracker: Option<&Tracker>,
    domain: Option<&Domain>,
    dispatcher: &CollectingDispatcher,
    cancel: &CancellationToken,
    state: Option<&State>,
) -> bool {
    dispatcher.utter_text("looked");
    let there = [
        llm.is_some(),
        llm_task_manager.is_some(),
        tracker.is_some(),
        domain.is_some(),
        state.is_some(),
        cancel.is_cancelled(),
    ];
    context.is_empty() && events.is_empty() && there.contains(&true) && config.models.is_empty()
}

/// Everything that the host shares.
#[action(name = "LintSharedAction")]
async fn shared(
    context: Arc<Context>,
    events: Arc<[Event]>,
    config: Arc<RailsConfig>,
    llm: Option<Arc<dyn Llm>>,
    dispatcher: CollectingDispatcher,
    cancel: CancellationToken,
    db: Res<Db>,
) -> i64 {
    dispatcher.utter_text("looked");
    let is_idle = llm.is_none() && !cancel.is_cancelled() && config.models.is_empty();
    if is_idle && context.is_empty() && events.is_empty() {
        db.rows
    } else {
        0_i64
    }
}

/// What the host must have.
#[action(name = "LintNeededAction")]
async fn needed(
    llm: &dyn Llm,
    llm_task_manager: &LlmTaskManager,
    tracker: &Tracker,
    domain: &Domain,
    state: &State,
) -> bool {
    let answer = llm.text("hello").await;
    let known = answer.is_ok() || format!("{llm_task_manager:?}").is_empty();
    known
        && tracker.sender_id().is_empty()
        && domain.intents().next().is_none()
        && state.globals().is_empty()
}

/// Everything that a caller gives.
#[action(name = "LintArgumentsAction")]
async fn arguments(
    /// the first
    first: i64,
    second: &str,
    third: Option<&str>,
    address: Address,
    #[arg(default)] tags: Vec<String>,
    #[arg(default = 5_i64)] limit: i64,
    #[arg(default = Address { city: "Haifa".to_owned() })] home: Address,
    #[arg(rename = "in")] within: Option<String>,
    #[arg(context)] user: Option<&str>,
    #[arg(context, default)] visits: i64,
    #[arg(context, default = 3_i64, rename = "user_level")] level: i64,
    #[arg] state: Option<String>,
    #[arg(rest)] rest: HashMap<String, i64>,
) -> usize {
    let texts = [
        Some(second),
        third,
        user,
        within.as_deref(),
        state.as_deref(),
    ];
    let cities = [address.city, home.city];
    let numbers = [first, limit, visits, level];
    let known = numbers.into_iter().chain(rest.into_values());
    texts
        .into_iter()
        .flatten()
        .count()
        .saturating_add(cities.into_iter().chain(tags).count())
        .saturating_add(known.count())
}

/// On the blocking pool.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a resource is taken by value"
)]
#[action(name = "LintBlockingAction", blocking)]
fn blocking(text: &str, #[arg(default)] times: usize, db: Res<Db>) -> Option<String> {
    (db.rows > 0_i64).then(|| text.repeat(times))
}

/// Taken out of the call by itself.
#[derive(Debug)]
#[non_exhaustive]
pub struct RunUid(Option<String>);

impl<'call> action_sdk::ActionParam<'call> for RunUid {
    #[inline]
    fn extract(call: &'call Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.scope().action_uid().map(str::to_owned)))
    }
}

/// With a parameter of its own kind.
#[action(name = "LintOwnAction")]
async fn own(run: RunUid) -> Option<String> {
    run.0
}

/// With what the caller attached.
#[action(name = "LintCallerAction")]
async fn caller(caller: Extension<Db>) -> i64 {
    caller.rows
}

/// With what Rasa knows.
#[action(name = "LintRasaAction")]
async fn rasa_events(tracker: Option<&Tracker>) -> rasa::Events {
    match tracker {
        Some(known) => rasa::RasaEvent::slot_set("sender", known.sender_id()).into(),
        None => rasa::Events::new(),
    }
}
