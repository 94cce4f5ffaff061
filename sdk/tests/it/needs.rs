//! What is read of a call must be declared, by parameters, hooks and actions built by hand.

use super::block_on;
use action_sdk::prelude::*;
use action_sdk::testing::ActionTester;
use action_sdk::{ActionParam, Call, CallHook, Needs, Special};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The latest events, and their number.
struct Latest<'a> {
    events: &'a [Event],
    limit: usize,
}

impl<'a> ActionParam<'a> for Latest<'a> {
    const NEEDS: Needs = Needs::of(&[Special::Events]);
    const PARAMS: &'static [ParamDescriptor] =
        &[ParamDescriptor::constant("limit", "usize").optional()];

    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        let limit = call.argument::<Option<usize>>("limit")?.unwrap_or(1);
        Ok(Self {
            events: call.events(),
            limit,
        })
    }
}

#[action(name = "LatestAction")]
async fn latest(
    first: i64,
    latest: Latest<'_>,
    last: i64,
    // Taking it twice does not make it a second argument.
    #[arg(default)] limit: usize,
) -> Value {
    let events = latest.events.iter().rev().take(latest.limit);
    json!([
        first,
        events.map(Event::name).collect::<Vec<_>>(),
        last,
        limit
    ])
}

/// Reads events without declaring it.
#[derive(Clone, Copy)]
struct Secretive(usize);

impl<'a> ActionParam<'a> for Secretive {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.events().len()))
    }
}

static RAN: AtomicBool = AtomicBool::new(false);

#[action(name = "SecretiveAction")]
async fn secretive(events_seen: Secretive) -> usize {
    RAN.store(true, Ordering::Relaxed);
    events_seen.0
}

#[action(name = "SecretiveBlockingAction", blocking)]
fn secretive_blocking(events_seen: Secretive) -> usize {
    RAN.store(true, Ordering::Relaxed);
    events_seen.0
}

/// Keeps the call, and reads events only while the action runs.
struct Late<'a>(&'a Call);

impl<'a> ActionParam<'a> for Late<'a> {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call))
    }
}

#[action(name = "LateAction")]
async fn late(late: Late<'_>) -> usize {
    late.0.events().len()
}

/// Reads events before and after a call.
struct Reader {
    needs: Needs,
    before: bool,
    seen: Arc<AtomicBool>,
}

impl Reader {
    fn read(&self, call: &Call) {
        self.seen
            .store(!call.events().is_empty(), Ordering::Relaxed);
    }
}

impl CallHook for Reader {
    fn needs(&self) -> Needs {
        self.needs
    }

    fn before(&self, call: &Call) -> Result<(), ActionError> {
        if self.before {
            self.read(call);
        }
        Ok(())
    }

    fn after(&self, call: &Call, _: Result<&ActionResult, &ActionError>, _: Duration) {
        if !self.before {
            self.read(call);
        }
    }
}

fn tester(name: &str) -> ActionTester {
    ActionTester::new(name)
        .event(Event::new("First"))
        .event(Event::new("Second"))
}

#[track_caller]
fn check(tester: ActionTester, expected: impl Into<Value>) {
    let tested = block_on(tester.run()).expect("the call succeeds");
    assert_eq!(tested.return_value(), &expected.into());
}

#[track_caller]
fn check_error(tester: ActionTester, message: &str) {
    let error = block_on(tester.run()).expect_err("something is read that is not declared");
    assert_eq!(error.kind(), ActionErrorKind::Undeclared);
    assert_eq!(error.message(), message);
}

fn by_hand(read: impl Fn(&Call) + Send + Sync + 'static) -> ActionDescriptor {
    let action = ActionDescriptor::new("ByHandAction", move |call: Arc<Call>| {
        read(&call);
        async { Ok::<_, ActionError>(()) }
    });
    action.expect("the name is right")
}

#[test]
fn one_parameter_may_take_special_ones_and_arguments() {
    let call = || tester("LatestAction").arg("first", 1).arg("last", 2);
    check(call(), json!([1, ["Second"], 2, 0]));
    check(
        call().arg("limit", 5),
        json!([1, ["Second", "First"], 2, 5]),
    );
}

#[test]
fn its_arguments_have_their_place_among_the_positional_ones() {
    let call = tester("LatestAction")
        .positional(1)
        .positional(0)
        .positional(2);
    check(call, json!([1, [], 2, 0]));
}

#[test]
fn its_arguments_are_checked_like_others() {
    let call = tester("LatestAction").arg("first", 1).arg("last", 2);
    let error = block_on(call.arg("limit", "many").run()).expect_err("it is no number");
    let expected =
        "argument `limit` (usize) cannot be read: invalid type: string \"many\", expected usize";
    assert_eq!(error.message(), expected);
    let unknown = tester("LatestAction").arg("limits", 1).run();
    let unknown = block_on(unknown).expect_err("there is no such argument");
    assert_eq!(
        unknown.message(),
        "unknown argument `limits` (did you mean `limit`?); it takes `first`, `limit`, `last`"
    );
}

#[test]
fn what_a_parameter_declares_is_known_of_its_action() {
    let registry = Registry::linked();
    let action = registry.find("LatestAction").expect("it is defined above");
    assert_eq!(action.needs(), Needs::of(&[Special::Events]));
    let names: Vec<_> = action.params().iter().map(ParamDescriptor::name).collect();
    assert_eq!(names, ["first", "latest", "limit", "last"]);
}

#[test]
fn an_action_does_not_run_with_a_parameter_that_reads_in_secret() {
    for name in ["SecretiveAction", "SecretiveBlockingAction"] {
        check_error(
            tester(name),
            "parameter `events_seen` reads the special parameter `events` without declaring it; add `const NEEDS: Needs = Needs::of(&[Special::Events]);` to the `ActionParam` of its type",
        );
        assert!(!RAN.load(Ordering::Relaxed));
    }
}

#[test]
fn a_parameter_that_reads_later_is_found_out_too() {
    check_error(
        tester("LateAction"),
        "it reads the special parameter `events` without declaring it; an action made by hand declares it with `.with_needs(Needs::of(&[Special::Events]))`, a type of parameters as `ActionParam::NEEDS`",
    );
}

#[test]
fn a_hook_that_reads_in_secret_fails_the_call() {
    for before in [true, false] {
        let hook = Reader {
            needs: Needs::NONE,
            before,
            seen: Arc::default(),
        };
        check_error(
            tester("NothingAction").hook(hook),
            "a hook reads the special parameter `events` without declaring it; let its `CallHook::needs` return `Needs::of(&[Special::Events])`",
        );
    }
}

#[test]
fn a_hook_sees_what_it_declares_whatever_the_action_takes() {
    for before in [true, false] {
        let seen = Arc::<AtomicBool>::default();
        let hook = Reader {
            needs: Needs::of(&[Special::Events]),
            before,
            seen: Arc::clone(&seen),
        };
        check(tester("NothingAction").hook(hook), Value::Null);
        assert!(seen.load(Ordering::Relaxed));
    }
}

#[test]
fn what_hooks_declare_is_told_with_what_the_action_declares() {
    let hook = Reader {
        needs: Needs::of(&[Special::Context]),
        before: true,
        seen: Arc::default(),
    };
    let registry = Registry::linked()
        .iter()
        .filter(|it| it.name() == "LatestAction")
        .cloned()
        .collect();
    let dispatcher = ActionDispatcher::builder()
        .registry(registry)
        .hook(hook)
        .build();
    let dispatcher = dispatcher.expect("nothing is missing");
    let expected = Needs::of(&[Special::Context, Special::Events]);
    assert_eq!(dispatcher.needs("latest"), expected);
    assert_eq!(dispatcher.needs("NobodyAction"), Needs::NONE);
}

#[test]
fn each_special_parameter_has_to_be_declared() {
    type Read = fn(&Call);
    let reads: [(Special, Read); 9] = [
        (Special::Context, |call| _ = call.context()),
        (Special::Events, |call| _ = call.events()),
        (Special::Config, |call| _ = call.config()),
        (Special::Llm, |call| _ = call.llm()),
        (Special::LlmTaskManager, |call| _ = call.llm_task_manager()),
        (Special::Tracker, |call| _ = call.tracker()),
        (Special::Domain, |call| _ = call.domain()),
        (Special::Dispatcher, |call| _ = call.dispatcher()),
        (Special::Cancel, |call| _ = call.cancel()),
    ];
    for (special, read) in reads {
        let secretive = by_hand(read).with_needs(Needs::NONE);
        let error = block_on(ActionTester::of(secretive).run()).expect_err(special.name());
        assert_eq!(error.kind(), ActionErrorKind::Undeclared);
        assert!(error.message().contains(&format!("`{special}`")), "{error}");
        let honest = by_hand(read).with_needs(Needs::of(&[special]));
        assert!(
            block_on(ActionTester::of(honest).run()).is_ok(),
            "{special}"
        );
        assert!(
            block_on(ActionTester::of(by_hand(read)).run()).is_ok(),
            "{special}"
        );
    }
}

#[cfg(feature = "state")]
#[test]
fn an_action_made_by_hand_has_to_declare_that_it_reads_the_state() {
    let read = |call: &Call| _ = call.state();
    let error = block_on(ActionTester::of(by_hand(read)).run()).expect_err("it says nothing");
    assert_eq!(error.kind(), ActionErrorKind::Undeclared);
    let honest = by_hand(read).with_needs(Needs::of(&[Special::State]));
    assert!(block_on(ActionTester::of(honest).run()).is_ok());
}

#[test]
fn closures_as_hooks_may_read_what_costs_little() {
    let read = |call: &Call| call.events().len() + call.context().len();
    let dispatcher = super::host()
        .before(move |call| match read(call) {
            0 => Ok(()),
            _ => Err(ActionError::refused("something has happened")),
        })
        .after(move |call, _, _| _ = read(call))
        .build();
    let dispatcher = dispatcher.expect("nothing is missing");
    let scope = CallScope::new().with_events(vec![Event::new("First")]);
    let call = |scope| block_on(dispatcher.call("NothingAction", Invocation::new().scope(scope)));
    assert!(call(CallScope::new()).is_ok());
    let error = call(scope).expect_err("something has happened");
    assert_eq!(error.kind(), ActionErrorKind::Refused);
}
