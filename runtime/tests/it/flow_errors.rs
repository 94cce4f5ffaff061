//! Errors in flows as reported to the host: what, and where.

use action_sdk_runtime::{FlowError, RuntimeBuilder};

use crate::support::{block_on, builder, send};

/// The errors that a host gets after these events.
fn errors(builder: RuntimeBuilder, sent: &[&str]) -> Vec<FlowError> {
    let runtime = builder.build().expect("a runtime");
    block_on(async {
        let mut session = runtime.session();
        for event in sent {
            send(&mut session, &[event]).await;
        }
        session.take_flow_errors()
    })
}

#[track_caller]
fn check(flows: &str, sent: &[&str], expected: &[&str]) {
    let errors = errors(builder(flows), sent);
    let told: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
}

#[test]
fn an_error_says_where_it_happened() {
    check(
        "flow main\n  match Go() as $go\n  $city = $go.user.city\n",
        &["Go user=null"],
        &["main.co:3: flow `main` failed: None has no attribute `city`"],
    );
}

#[test]
fn an_error_says_what_kind_it_is() {
    let flows = "flow main\n  match Go()\n  $x = [1][4]\n";
    let errors = errors(builder(flows), &["Go"]);
    let [error] = &errors[..] else {
        panic!("{errors:?}");
    };
    assert_eq!(error.kind(), "ColangValueError");
    assert_eq!(
        (error.flow(), error.file(), error.line()),
        ("main", "main.co", Some(3))
    );
}

#[test]
fn what_was_taken_is_not_told_again() {
    let flows = "flow main\n  match Go()\n  $x = [1][4]\n";
    let runtime = builder(flows).build().expect("a runtime");
    block_on(async {
        let mut session = runtime.session();
        send(&mut session, &["Go"]).await;
        assert_eq!(session.take_flow_errors().len(), 1);
        assert_eq!(session.take_flow_errors(), []);
    });
}

#[test]
fn of_errors_that_nobody_takes_the_latest_are_kept() {
    let flows =
        "@active\nflow job\n  match Go() as $go\n  $x = [0][$go.n]\n\nflow main\n  match Never()\n";
    let sent: Vec<_> = (1..=103).map(|n| format!("Go n={n}")).collect();
    let sent: Vec<_> = sent.iter().map(String::as_str).collect();
    let errors = errors(builder(flows), &sent);
    assert_eq!(errors.len(), 100);
}

#[test]
fn a_mistake_in_an_added_flow_is_told() {
    let added = "flow added\\n  await NobodysAction()\\n";
    let flows = format!("flow main\n  await AddFlowsAction(config=\"{added}\")\n  match Never()\n");
    let errors = errors(builder(&flows), &["Go"]);
    let [error] = &errors[..] else {
        panic!("{errors:?}");
    };
    assert!(
        error
            .message()
            .contains("`NobodysAction`, which nobody provides"),
        "{error}"
    );
}
