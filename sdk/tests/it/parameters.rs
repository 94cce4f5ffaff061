//! Where parameters get their values from: context, resources, models, Rasa's objects.

use super::call::AwaitHere as _;
use super::{dispatcher, host, with_args};
use action_sdk::llm::Prompt;
use action_sdk::prelude::*;
use action_sdk::rasa::RasaEvent;
use action_sdk::testing::ScriptedLlm;
use action_sdk::{Extension, LlmTaskEngine, LlmTaskError, RenderedPrompt};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) struct Db {
    pub(crate) rows: i64,
}

#[derive(Default)]
pub(crate) struct Counter(AtomicI64);

#[actions]
impl Counter {
    const STEP: i64 = 10;

    #[action]
    async fn incr(&self, #[arg(default = Self::STEP)] by: i64) -> i64 {
        self.0.fetch_add(by, Ordering::SeqCst).wrapping_add(by)
    }

    /// Methods may be blocking, too.
    #[action(blocking)]
    fn read_counter(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[action(name = "RowsAction")]
async fn rows(db: Res<Db>) -> i64 {
    db.rows
}

#[action(name = "BorrowedAction")]
async fn borrowed(
    context: &Context,
    events: &[Event],
    config: &RailsConfig,
    cancel: &CancellationToken,
) -> Value {
    tokio::task::yield_now().await;
    let events: Vec<&str> = events.iter().map(Event::name).collect();
    json!([
        context.text("user"),
        events,
        config.models.len(),
        cancel.is_cancelled()
    ])
}

#[action(name = "OwnedAction")]
async fn owned(
    context: Arc<Context>,
    events: Arc<[Event]>,
    config: Arc<RailsConfig>,
    cancel: CancellationToken,
) -> Value {
    let events: Vec<&str> = events.iter().map(Event::name).collect();
    json!([
        context.text("user"),
        events,
        config.models.len(),
        cancel.is_cancelled()
    ])
}

#[action(name = "VariablesAction")]
async fn variables(
    #[arg(context)] last_user_message: String,
    #[arg(context, rename = "visits")] count: Option<u32>,
    #[arg(context, default = 7)] lucky: i64,
) -> Value {
    json!([last_user_message, count, lucky])
}

#[action(name = "RestAction")]
async fn rest(value: i64, #[arg(rest)] extra: HashMap<String, Value>) -> Value {
    json!({"value": value, "extra": extra})
}

/// Extracts the uid of the run from the call.
struct RunUid(Option<String>);

impl<'a> action_sdk::ActionParam<'a> for RunUid {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.scope().action_uid().map(str::to_owned)))
    }
}

#[action(name = "CustomParamAction")]
async fn custom_param(
    run: RunUid,
    db: Res<Db>,
    value: i64,
    #[arg(rest)] extra: Map<String, Value>,
) -> Value {
    json!([run.0, db.rows, value, extra])
}

#[action(name = "AskAction")]
async fn ask(llm: &dyn Llm) -> Result<String, ActionError> {
    llm.text("?").await.map_err(ActionError::caused_by)
}

#[action(name = "AskOwnedAction")]
async fn ask_owned(llm: Option<Arc<dyn Llm>>) -> String {
    llm.map_or("none".to_owned(), |llm| llm.model_name().to_owned())
}

#[action(name = "RenderAction")]
async fn render(llm_task_manager: &LlmTaskManager) -> Result<String, LlmTaskError> {
    let rendered = llm_task_manager.render("self_check_input", &Map::new(), &[])?;
    match rendered.prompt {
        Prompt::Text(text) => Ok(text),
        Prompt::Messages(messages) => Ok(messages.len().to_string()),
    }
}

#[action(name = "SlotAction")]
async fn slot(tracker: &Tracker, domain: Option<&Domain>) -> Value {
    json!([tracker.slot("name"), domain.is_some()])
}

#[action(name = "SpeakAction")]
async fn speak(dispatcher: &CollectingDispatcher) -> action_sdk::rasa::Events {
    dispatcher.utter_message("Hello!");
    [RasaEvent::slot_set("greeted", true)].into_iter().collect()
}

#[action(name = "UpdateAction")]
async fn update() -> ActionResult {
    ActionResult::value("done")
        .with_event(Event::new("Noted"))
        .with_context_update("seen", true)
}

struct OnePrompt;

impl LlmTaskEngine for OnePrompt {
    fn prompt(&self, _task: &str) -> Option<&action_sdk::config::TaskPrompt> {
        None
    }

    fn render(
        &self,
        task: &str,
        _: &Map<String, Value>,
        _: &[Event],
    ) -> Result<RenderedPrompt, LlmTaskError> {
        Ok(RenderedPrompt::new(format!("render {task}")))
    }

    fn parse(
        &self,
        _task: &str,
        output: &str,
        _parser: Option<&str>,
    ) -> Result<Value, LlmTaskError> {
        Ok(output.into())
    }
}

pub(crate) fn task_manager() -> LlmTaskManager {
    LlmTaskManager::new(OnePrompt)
}

#[track_caller]
fn check(name: &str, invocation: Invocation, expected: impl Into<Value>) {
    let result = dispatcher()
        .call(name, invocation)
        .await_here()
        .expect("the call succeeds");
    assert_eq!(result.return_value, expected.into(), "for {name}");
}

fn scope() -> CallScope {
    let context = Context::new()
        .with("user", "Ada")
        .with("last_user_message", "hi");
    CallScope::new()
        .with_context(context)
        .with_events(vec![Event::new("UserIntent")])
}

#[test]
fn resources_come_by_type() {
    check("RowsAction", Invocation::new(), json!(3));
}

#[test]
fn methods_share_their_receiver() {
    let dispatcher = dispatcher();
    let call = |name, args| {
        dispatcher
            .call(name, with_args(args))
            .await_here()
            .expect("it counts")
            .return_value
    };
    assert_eq!(call("IncrAction", json!({"by": 2})), 2);
    assert_eq!(call("IncrAction", json!({})), 12);
    assert_eq!(call("ReadCounterAction", json!({})), 12);
}

#[test]
fn special_parameters_can_be_borrowed_or_owned() {
    for name in ["BorrowedAction", "OwnedAction"] {
        check(
            name,
            Invocation::new().scope(scope()),
            json!(["Ada", ["UserIntent"], 0, false]),
        );
        check(name, Invocation::new(), json!([null, [], 0, false]));
    }
}

#[test]
fn context_variables_come_by_name() {
    check(
        "VariablesAction",
        Invocation::new().scope(scope()),
        json!(["hi", null, 7]),
    );
    check(
        "VariablesAction",
        Invocation::new().scope(scope()).context("visits", 3),
        json!(["hi", 3, 7]),
    );
}

#[test]
fn a_context_variable_that_is_not_set_is_named() {
    let error = dispatcher()
        .call("VariablesAction", Invocation::new())
        .await_here()
        .expect_err("it is not set");
    assert_eq!(error.kind(), ActionErrorKind::MissingArgument);
    let text = "action `VariablesAction`: context variable `last_user_message` (String) is not set";
    assert_eq!(error.to_string(), text);
}

#[test]
fn context_variables_stand_in_the_descriptor() {
    let dispatcher = dispatcher();
    let action = dispatcher.action("VariablesAction").expect("it is linked");
    assert_eq!(
        action.context_variables().collect::<Vec<_>>(),
        ["last_user_message", "visits", "lucky"]
    );
}

#[test]
fn the_rest_takes_what_is_left() {
    let arguments = json!({"value": 1, "b": [2], "a": null});
    check(
        "RestAction",
        with_args(arguments),
        json!({"value": 1, "extra": {"b": [2], "a": null}}),
    );
    check(
        "RestAction",
        with_args(json!({"$0": 1, "$1": 2})),
        json!({"value": 1, "extra": {"$1": 2}}),
    );
}

#[test]
fn only_ordinary_parameters_are_named_and_numbered() {
    let scope = CallScope::new().with_action_uid("a1");
    let invocation = Invocation::new()
        .scope(scope)
        .positional(5)
        .arg("run", 1)
        .arg("db", 2);
    check(
        "CustomParamAction",
        invocation,
        json!(["a1", 3, 5, {"run": 1, "db": 2}]),
    );
}

#[test]
fn an_action_can_have_a_model_of_its_own() {
    let own = host()
        .action_llm("ask", ScriptedLlm::replies(["own"]))
        .build()
        .expect("the names are right");
    let answer = own
        .call("AskAction", Invocation::new())
        .await_here()
        .expect("it is asked")
        .return_value;
    assert_eq!(answer, "own");
    check("AskAction", Invocation::new(), json!("main"));
    check("AskOwnedAction", Invocation::new(), json!("scripted"));
}

#[test]
fn prompts_come_from_the_host() {
    check(
        "RenderAction",
        Invocation::new(),
        json!("render self_check_input"),
    );
}

#[test]
fn rasas_objects_come_from_the_caller() {
    let tracker = Tracker::from_json(json!({"sender_id": "s", "slots": {"name": "Ada"}}))
        .expect("it is a tracker");
    let scope = CallScope::new().with_tracker(tracker);
    check(
        "SlotAction",
        Invocation::new().scope(scope),
        json!(["Ada", false]),
    );
}

#[test]
fn a_caller_without_them_is_told() {
    let error = dispatcher()
        .call("SlotAction", Invocation::new())
        .await_here()
        .expect_err("there is no tracker");
    assert_eq!(error.kind(), ActionErrorKind::Unavailable);
    assert_eq!(error.parameter(), Some("tracker"));
}

#[test]
fn messages_and_rasa_events_come_back_with_the_result() {
    let result = dispatcher()
        .call("SpeakAction", Invocation::new())
        .await_here()
        .expect("it speaks");
    assert_eq!(result.responses()[0].as_text(), Some("Hello!"));
    assert_eq!(
        result.rasa_events().map(action_sdk::rasa::Events::len),
        Some(1)
    );
}

#[test]
fn a_callers_own_dispatcher_keeps_the_messages() {
    let own = CollectingDispatcher::new();
    let invocation = Invocation::new().scope(CallScope::new().with_dispatcher(own.clone()));
    let result = dispatcher()
        .call("SpeakAction", invocation)
        .await_here()
        .expect("it speaks");
    assert!(result.responses().is_empty());
    assert_eq!(own.take_messages().len(), 1);
}

#[test]
fn results_carry_events_and_context_updates() {
    let result = dispatcher()
        .call("UpdateAction", Invocation::new())
        .await_here()
        .expect("it updates");
    assert_eq!(result.events(), [Event::new("Noted")]);
    assert_eq!(result.context_updates()["seen"], true);
}

#[test]
fn actions_made_by_hand_reach_everything_through_the_call() {
    let by_hand = ActionDescriptor::new("ByHandAction", |call: Arc<Call>| async move {
        let rows = call.resource::<Db>()?.rows;
        let value: Option<i64> = call.argument("value")?;
        Ok::<_, ActionError>(json!([
            rows,
            value,
            call.context().text("user"),
            call.llm().is_some()
        ]))
    });
    let dispatcher = host()
        .register(by_hand.expect("the name is right"))
        .build()
        .expect("nothing is missing");
    let invocation = Invocation::new()
        .arg("value", 1)
        .arg("anything", 2)
        .context("user", "Ada");
    let result = dispatcher
        .call("ByHandAction", invocation)
        .await_here()
        .expect("it answers");
    assert_eq!(result.return_value, json!([3, 1, "Ada", true]));
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Customer {
    address: Address,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Address {
    city: String,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Item {
    price: f64,
}

#[action(name = "OrderAction")]
async fn order(
    customer: Customer,
    #[arg(default)] items: Vec<Item>,
    #[arg(context)] last: Option<Item>,
    #[arg(rest)] rest: HashMap<String, Vec<i64>>,
) -> String {
    let prices = items
        .iter()
        .chain(&last)
        .map(|item| item.price)
        .sum::<f64>();
    format!("{} {prices} {}", customer.address.city, rest.len())
}

#[track_caller]
fn check_place(invocation: Invocation, message: &str) {
    let outcome = dispatcher().call("OrderAction", invocation).await_here();
    assert_eq!(outcome.expect_err("it does not fit").message(), message);
}

fn order_to(customer: Value) -> Invocation {
    Invocation::new().arg("customer", customer)
}

#[test]
fn what_does_not_fit_in_an_argument_is_named_by_its_path() {
    check_place(
        order_to(json!({"address": {"city": 5}})),
        "argument `customer` (Customer) cannot be read at `customer.address.city`: \
         invalid type: integer `5`, expected a string",
    );
    check_place(
        order_to(json!({"address": {}})),
        "argument `customer` (Customer) cannot be read at `customer.address.city`: missing field `city`",
    );
    check_place(
        order_to(json!({"address": {"town": "Haifa"}})),
        "argument `customer` (Customer) cannot be read at `customer.address.town`: \
         unknown field `town`, expected `city`",
    );
    let items = json!([{"price": 1}, {"price": 2}, {"price": 3}, {"price": "x"}]);
    check_place(
        order_to(json!({"address": {"city": "Haifa"}})).arg("items", items),
        "argument `items` (Vec<Item>) cannot be read at `items[3].price`: \
         invalid type: string \"x\", expected f64",
    );
}

#[test]
fn so_is_what_does_not_fit_in_a_context_variable_or_in_the_rest() {
    let fitting = || order_to(json!({"address": {"city": "Haifa"}}));
    check_place(
        fitting().context("last", json!({"price": [1]})),
        "context variable `last` (Option<Item>) cannot be read at `last.price`: \
         invalid type: sequence, expected f64",
    );
    check_place(
        fitting().arg("sizes", json!([1, "two"])),
        "the remaining arguments cannot be read as `rest`: at `sizes[1]`: \
         invalid type: string \"two\", expected i64",
    );
}

struct Caller(&'static str);

#[action(name = "WhoIsCallingAction")]
async fn who_is_calling(caller: Extension<Caller>) -> &'static str {
    caller.0
}

#[test]
fn what_a_caller_attached_is_a_parameter() {
    let attached = |scope| Invocation::new().scope(scope);
    let ada = CallScope::new().with_extension(Caller("Ada"));
    check("WhoIsCallingAction", attached(ada.clone()), json!("Ada"));
    let bob = ada.with_extension(Caller("Bob"));
    check("WhoIsCallingAction", attached(bob), json!("Bob"));
}

#[test]
fn what_no_caller_attached_is_an_error() {
    let invocation = Invocation::new().arg("caller", "Ada");
    let error = dispatcher()
        .call("WhoIsCallingAction", invocation)
        .await_here();
    let error = error.expect_err("no argument can stand for it");
    assert_eq!(error.kind(), ActionErrorKind::UnknownArgument);
    let error = dispatcher()
        .call("WhoIsCallingAction", Invocation::new())
        .await_here();
    let error = error.expect_err("nobody is calling");
    assert_eq!(
        (error.kind(), error.parameter()),
        (ActionErrorKind::Unavailable, Some("caller"))
    );
}

#[test]
fn what_does_not_fit_is_named_where_it_is_asked_for_by_hand_too() {
    let items = json!([{"price": 1}, {"price": "x"}]);
    let context = Context::new().with("items", items.clone());
    let error = context.read::<Vec<Item>>("items").err();
    assert_eq!(
        error.map(|error| error.to_string()).as_deref(),
        Some(
            "the context variable `items` holds a list, which cannot be read as `Vec<Item>` because of `items[1].price`"
        )
    );
    let tracker = Tracker::new("u").with_slot("items", items);
    let error = tracker.slot_as::<Vec<Item>>("items").err();
    let text = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(text.contains(" because of `items[1].price`; "), "{text}");
}
