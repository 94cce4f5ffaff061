//! Looking up actions by name.

use super::dispatcher;
use action_sdk::prelude::*;
use std::time::Duration;

/// Fetches data.
///
/// In two paragraphs.
#[action(
    name = "FetchDataAction",
    title = "Fetch data",
    aliases = ["action_fetch", "fs.fetch"],
    execute_async = true,
    is_system_action,
    timeout = "5s",
    concurrency = 8,
    read_only,
    destructive = false
)]
async fn fetch_data(
    /// where it lies
    path: &str,
    #[arg(default = 3)] retries: u32,
) -> String {
    format!("{path}{retries}")
}

#[track_caller]
fn check(name: &str, expected: Option<&str>) {
    assert_eq!(
        dispatcher().action(name).map(ActionDescriptor::name),
        expected,
        "for {name}"
    );
}

#[test]
fn finds_exact_names_and_aliases() {
    check("FetchDataAction", Some("FetchDataAction"));
    check("action_fetch", Some("FetchDataAction"));
    check("fs.fetch", Some("FetchDataAction"));
}

#[test]
fn finds_normalised_names() {
    check("fetch_data", Some("FetchDataAction"));
    check("FetchData", Some("FetchDataAction"));
    check("FetchActionDataAction", Some("FetchDataAction"));
}

#[test]
fn finds_nothing_else() {
    for name in [
        "",
        "fetch",
        "FetchDataActions",
        "FETCHDATAACTION",
        "fetch data",
    ] {
        check(name, None);
    }
}

#[test]
fn of_two_with_one_normalised_name_only_the_exact_one_counts() {
    let action = |name: &'static str| {
        ActionDescriptor::new(name, |_| async { Ok::<_, ActionError>(()) })
            .expect("the name is right")
    };
    let registry = Registry::empty()
        .with(action("FooBarAction"))
        .with(action("Foo_barAction"));
    assert!(registry.find("foo_bar").is_none());
    assert_eq!(
        registry.find("FooBarAction").map(ActionDescriptor::name),
        Some("FooBarAction")
    );
}

/// The actions of a library.
mod library {
    use action_sdk::prelude::*;

    #[action(replaceable)]
    async fn greet_user() -> &'static str {
        "hello"
    }

    #[action(replaceable)]
    async fn leave_user() -> &'static str {
        "bye"
    }
}

/// The program's replacement for one of them.
#[action(name = "GreetUserAction")]
async fn greet_differently() -> &'static str {
    "good morning"
}

#[tokio::test]
async fn a_replaceable_action_stands_back_behind_another_of_its_name() {
    let greeted = dispatcher()
        .call("GreetUserAction", Invocation::new())
        .await;
    assert_eq!(greeted.expect("it runs").return_value, "good morning");
    let left = dispatcher()
        .call("LeaveUserAction", Invocation::new())
        .await;
    assert_eq!(left.expect("it runs").return_value, "bye");
}

#[tokio::test]
async fn an_action_made_by_hand_replaces_a_replaceable_one_too() {
    let by_hand = ActionDescriptor::new("LeaveUserAction", |_: std::sync::Arc<Call>| async {
        Ok::<_, ActionError>("see you")
    });
    let dispatcher = super::host()
        .register(by_hand.expect("the name is right"))
        .build()
        .expect("there is one of the name");
    let left = dispatcher.call("LeaveUserAction", Invocation::new()).await;
    assert_eq!(left.expect("it runs").return_value, "see you");
}

#[test]
fn a_host_sees_what_the_author_wrote() {
    let dispatcher = dispatcher();
    let action = dispatcher.action("FetchDataAction").expect("it is linked");
    assert!(action.execute_async() && action.is_system_action() && !action.is_blocking());
    assert_eq!(action.title(), "Fetch data");
    assert_eq!(action.description(), "Fetches data.\n\nIn two paragraphs.");
    assert_eq!(action.timeout(), Some(Duration::from_secs(5)));
    assert_eq!(action.concurrency(), Some(8));
    assert_eq!(
        (action.hints().read_only, action.hints().destructive),
        (Some(true), Some(false))
    );
    assert_eq!(action.hints().idempotent, None);
    assert_eq!(action.crate_name(), "action-sdk");
    assert!(
        action
            .origin()
            .starts_with("it::look_up::fetch_data (sdk/tests/it/look_up.rs:"),
        "{}",
        action.origin()
    );
}

#[test]
fn parameters_are_described() {
    let dispatcher = dispatcher();
    let params = dispatcher
        .action("FetchDataAction")
        .expect("it is linked")
        .params();
    let rows: Vec<_> = params
        .iter()
        .map(|p| (p.name(), p.type_name(), p.description(), p.is_optional()))
        .collect();
    assert_eq!(
        rows,
        [
            ("path", "&str", "where it lies", false),
            ("retries", "u32", "", true)
        ]
    );
}

#[test]
fn the_registry_is_sorted_by_name() {
    let names: Vec<_> = Registry::linked()
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert!(names.is_sorted());
}
