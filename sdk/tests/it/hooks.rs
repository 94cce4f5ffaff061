//! Hooks: what they see, what they can stop, and that they are called at every end.

use super::{block_on, host};
use action_sdk::prelude::*;
use action_sdk::{Call, CallHook};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Records its calls.
#[derive(Clone, Default)]
struct Audit {
    label: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Audit {
    fn note(&self, line: String) {
        self.lines.lock().expect("nobody panics here").push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("nobody panics here").clone()
    }
}

impl CallHook for Audit {
    fn before(&self, call: &Call) -> Result<(), ActionError> {
        self.note(format!("{}before {}", self.label, call.action().name()));
        Ok(())
    }

    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, _elapsed: Duration) {
        let outcome = match outcome {
            Ok(result) => result.return_value.to_string(),
            Err(error) => format!("{:?}", error.kind()),
        };
        self.note(format!(
            "{}after {} {outcome}",
            self.label,
            call.action().name()
        ));
    }
}

#[track_caller]
fn check(name: &str, invocation: Invocation, expected: &[&str]) {
    let audit = Audit::default();
    let dispatcher = host()
        .hook(audit.clone())
        .build()
        .expect("nothing is missing");
    drop(block_on(dispatcher.call(name, invocation)));
    assert_eq!(audit.lines(), expected, "for {name}");
}

#[test]
fn hear_of_values() {
    check(
        "DoubleAction",
        Invocation::new().arg("value", 2),
        &["before DoubleAction", "after DoubleAction 4"],
    );
}

#[test]
fn hear_of_bad_arguments_and_panics() {
    check(
        "DoubleAction",
        Invocation::new(),
        &["before DoubleAction", "after DoubleAction MissingArgument"],
    );
    let early = Invocation::new().arg("when", "early");
    check(
        "PanicAction",
        early,
        &["before PanicAction", "after PanicAction Panicked"],
    );
}

#[test]
fn hear_of_blocking_actions_and_those_made_by_hand() {
    check(
        "BlockAction",
        Invocation::new(),
        &["before BlockAction", "after BlockAction 0"],
    );
}

#[test]
fn hear_of_a_dropped_call() {
    let audit = Audit::default();
    let dispatcher = host()
        .hook(audit.clone())
        .build()
        .expect("nothing is missing");
    block_on(async {
        let call = dispatcher.call("SleepAction", Invocation::new());
        assert!(
            tokio::time::timeout(Duration::from_millis(1), call)
                .await
                .is_err()
        );
    });
    assert_eq!(
        audit.lines(),
        ["before SleepAction", "after SleepAction Cancelled"]
    );
}

#[test]
fn are_told_in_the_opposite_order() {
    let outer = Audit {
        label: "outer ",
        ..Audit::default()
    };
    let inner = Audit {
        label: "inner ",
        lines: Arc::clone(&outer.lines),
    };
    let dispatcher = host()
        .hook(outer.clone())
        .hook(inner)
        .build()
        .expect("nothing is missing");
    drop(block_on(
        dispatcher.call("NothingAction", Invocation::new()),
    ));
    let expected = [
        "outer before NothingAction",
        "inner before NothingAction",
        "inner after NothingAction null",
        "outer after NothingAction null",
    ];
    assert_eq!(outer.lines(), expected);
}

#[test]
fn can_refuse_a_call_before_its_arguments_are_read() {
    let audit = Audit::default();
    let host = host()
        .hook(audit.clone())
        .before(|call| match call.action().is_system_action() {
            true => Ok(()),
            false => Err(ActionError::refused("system actions only")),
        });
    let dispatcher = host.build().expect("nothing is missing");
    let error =
        block_on(dispatcher.call("DoubleAction", Invocation::new())).expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "action `DoubleAction`: system actions only"
    );
    assert_eq!(error.kind(), ActionErrorKind::Refused);
    assert_eq!(
        audit.lines(),
        ["before DoubleAction", "after DoubleAction Refused"]
    );
}

#[test]
fn that_panic_close_the_door_and_harm_nobody_else() {
    let closed = host()
        .before(|_| panic!("in a hook"))
        .build()
        .expect("nothing is missing");
    let error = block_on(closed.call("NothingAction", Invocation::new()))
        .expect_err("it is not let through");
    assert_eq!(error.kind(), ActionErrorKind::Refused);
    let open = host()
        .after(|_, _, _| panic!("in a hook"))
        .build()
        .expect("nothing is missing");
    assert!(block_on(open.call("NothingAction", Invocation::new())).is_ok());
}

#[test]
fn see_who_is_calling() {
    struct Caller(&'static str);
    let dispatcher = host().before(|call| match call.scope().extension::<Caller>() {
        Some(Caller("ada")) => Ok(()),
        Some(Caller(_)) | None => Err(ActionError::refused("only ada")),
    });
    let dispatcher = dispatcher.build().expect("nothing is missing");
    let call = |scope| block_on(dispatcher.call("NothingAction", Invocation::new().scope(scope)));
    assert!(call(CallScope::new().with_extension(Caller("ada"))).is_ok());
    assert!(call(CallScope::new().with_extension(Caller("bob"))).is_err());
    assert!(call(CallScope::new()).is_err());
}
