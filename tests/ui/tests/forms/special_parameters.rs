//! Special parameters in all forms.

use crate::{block_on, call, check_call, descriptor};
use action_sdk::config::TaskPrompt;
use action_sdk::prelude::*;
use action_sdk::{LlmTaskEngine, LlmTaskError, ParamKind, RenderedPrompt};
use serde_json::{Value, json};
use std::sync::Arc;

struct OnePrompt;

impl LlmTaskEngine for OnePrompt {
    fn prompt(&self, _task: &str) -> Option<&TaskPrompt> {
        None
    }

    fn render(&self, task: &str, _: &Map, _: &[Event]) -> Result<RenderedPrompt, LlmTaskError> {
        Ok(RenderedPrompt::new(task))
    }

    fn parse(&self, _: &str, output: &str, _: Option<&str>) -> Result<Value, LlmTaskError> {
        Ok(output.into())
    }
}

pub(crate) fn task_manager() -> LlmTaskManager {
    LlmTaskManager::new(OnePrompt)
}

/// A call with everything that a server can provide.
fn everything() -> Invocation {
    let scope = CallScope::new()
        .with_context(Context::new().with("user", "Ada"))
        .with_events(vec![Event::new("Seen")])
        .with_tracker(Tracker::new("conversation"))
        .with_domain(Domain::default())
        .with_dispatcher(CollectingDispatcher::new())
        .with_cancel(CancellationToken::new());
    Invocation::new().scope(scope)
}

#[action]
async fn all_lent(
    context: &Context,
    events: &[Event],
    config: &RailsConfig,
    llm: &dyn Llm,
    llm_task_manager: &LlmTaskManager,
    tracker: &Tracker,
    domain: &Domain,
    dispatcher: &CollectingDispatcher,
    cancel: &CancellationToken,
) -> String {
    let _ = (config, llm, llm_task_manager, domain, dispatcher);
    format!(
        "{} {} {} {}",
        context.len(),
        events.len(),
        tracker.sender_id(),
        cancel.is_cancelled()
    )
}

#[test]
fn all_of_them_lent() {
    check_call(
        "AllLentAction",
        everything(),
        json!("1 1 conversation false"),
    );
}

#[action]
async fn all_lent_or_missing(
    context: Option<&Context>,
    events: Option<&[Event]>,
    config: Option<&RailsConfig>,
    llm: Option<&dyn Llm>,
    llm_task_manager: Option<&LlmTaskManager>,
    tracker: Option<&Tracker>,
    domain: Option<&Domain>,
    dispatcher: Option<&CollectingDispatcher>,
    cancel: Option<&CancellationToken>,
) -> [bool; 9] {
    [
        context.is_some(),
        events.is_some(),
        config.is_some(),
        llm.is_some(),
        llm_task_manager.is_some(),
        tracker.is_some(),
        domain.is_some(),
        dispatcher.is_some(),
        cancel.is_some(),
    ]
}

#[test]
fn all_of_them_lent_or_missing() {
    check_call("AllLentOrMissingAction", everything(), json!(vec![true; 9]));
    let only_the_hosts = json!([true, true, true, true, true, false, false, true, true]);
    check_call("AllLentOrMissingAction", Invocation::new(), only_the_hosts);
}

#[action]
async fn all_shared(
    context: Arc<Context>,
    events: Arc<[Event]>,
    config: Arc<RailsConfig>,
    llm: Arc<dyn Llm>,
    llm_task_manager: LlmTaskManager,
    tracker: Arc<Tracker>,
    domain: Arc<Domain>,
    dispatcher: CollectingDispatcher,
    cancel: CancellationToken,
) -> String {
    drop((config, llm, llm_task_manager, domain, dispatcher));
    let detached =
        async move { format!("{} {} {}", context.len(), events.len(), tracker.sender_id()) };
    tokio::spawn(detached).await.unwrap_or_default() + &cancel.is_cancelled().to_string()
}

#[test]
fn all_of_them_shared_beyond_the_call() {
    check_call(
        "AllSharedAction",
        everything(),
        json!("1 1 conversationfalse"),
    );
}

#[action]
async fn all_shared_or_missing(
    context: Option<Arc<Context>>,
    events: Option<Arc<[Event]>>,
    config: Option<Arc<RailsConfig>>,
    llm: Option<Arc<dyn Llm>>,
    llm_task_manager: Option<LlmTaskManager>,
    tracker: Option<Arc<Tracker>>,
    domain: Option<Arc<Domain>>,
    dispatcher: Option<CollectingDispatcher>,
    cancel: Option<CancellationToken>,
) -> usize {
    drop((
        context,
        events,
        config,
        llm,
        llm_task_manager,
        dispatcher,
        cancel,
    ));
    usize::from(tracker.is_some()) + usize::from(domain.is_some())
}

#[test]
fn all_of_them_shared_or_missing() {
    check_call("AllSharedOrMissingAction", everything(), json!(2));
    check_call("AllSharedOrMissingAction", Invocation::new(), json!(0));
}

#[action(blocking)]
fn all_blocking(
    context: &Context,
    llm: Option<&dyn Llm>,
    tracker: Option<&Tracker>,
    cancel: &CancellationToken,
) -> usize {
    let _ = (llm, cancel);
    context.len() + usize::from(tracker.is_some())
}

#[test]
fn a_plain_function_may_be_lent_them_too() {
    check_call("AllBlockingAction", everything(), json!(2));
}

#[action]
async fn under_other_paths(
    context: &action_sdk::Context,
    llm: Option<&dyn action_sdk::Llm>,
) -> usize {
    let _ = llm;
    context.len()
}

#[action]
async fn state_lent(state: &State) -> usize {
    state.globals().len()
}

#[action]
async fn state_lent_or_missing(state: Option<&State>) -> bool {
    state.is_some()
}

#[action]
async fn state_shared(state: Arc<State>, or_missing: Option<i64>) -> usize {
    state.globals().len() + usize::from(or_missing.is_some())
}

#[action]
async fn state_shared_or_missing(state: Option<Arc<State>>) -> bool {
    state.is_some()
}

/// A conversation without events.
fn state() -> State {
    let module =
        colang::syntax::parse(colang::source::SourceId(0), "flow main\n  match Start()\n").module;
    let file = colang::program::File {
        name: "main.co",
        module: &module,
    };
    let program = colang::program::Program::new(&[file]).expect("a program");
    colang::machine::Machine::new(program)
        .expect("with a main")
        .start(1)
}

#[test]
fn the_state_of_a_conversation() {
    let scope = || Invocation::new().scope(CallScope::new().with_state(state()));
    check_call("StateLentAction", scope(), json!(0));
    check_call("StateSharedAction", scope(), json!(0));
    check_call("StateLentOrMissingAction", scope(), json!(true));
    check_call("StateSharedOrMissingAction", scope(), json!(true));
}

#[test]
fn the_state_of_a_test() {
    let tested = block_on(ActionTester::new("StateLentAction").state(state()).run());
    let tested = tested.expect("it counts");
    assert_eq!(tested.value::<usize>().ok(), Some(0));
}

#[test]
fn the_state_where_there_is_no_conversation() {
    let nowhere = Invocation::new;
    check_call("StateLentOrMissingAction", nowhere(), json!(false));
    check_call("StateSharedOrMissingAction", nowhere(), json!(false));
    let error = call("StateLentAction", nowhere()).expect_err("there is no state");
    assert_eq!(
        (error.kind(), error.parameter()),
        (ActionErrorKind::Unavailable, Some("state"))
    );
}

type Ctx = Context;

#[action]
async fn under_an_alias(context: &Ctx) -> usize {
    context.len()
}

#[test]
fn their_types_may_have_other_names() {
    check_call("UnderOtherPathsAction", everything(), json!(1));
    check_call("UnderAnAliasAction", everything(), json!(1));
}

#[action]
async fn lent_across_a_wait(events: &[Event], llm: &dyn Llm, text: &str) -> String {
    let answer = llm.text(text).await.unwrap_or_default();
    format!("{answer} {}", events.len())
}

#[test]
fn what_is_lent_outlives_a_wait() {
    check_call(
        "LentAcrossAWaitAction",
        everything().arg("text", "hello"),
        json!("hi 1"),
    );
}

#[test]
fn one_that_is_needed_and_missing_is_named() {
    let error = call("AllLentAction", Invocation::new()).expect_err("there is no tracker");
    assert_eq!(
        (error.kind(), error.parameter()),
        (ActionErrorKind::Unavailable, Some("tracker"))
    );
}

#[test]
fn the_descriptor_says_which_are_needed() {
    let needed = |name: &str| {
        let action = descriptor(name);
        let kinds = action
            .params()
            .iter()
            .map(action_sdk::ParamDescriptor::kind);
        kinds
            .filter(|kind| matches!(kind, ParamKind::Special { required: true, .. }))
            .count()
    };
    assert_eq!(
        (needed("AllLentAction"), needed("AllLentOrMissingAction")),
        (4, 0)
    );
}
