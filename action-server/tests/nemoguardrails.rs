//! The real client: bots of nemoguardrails 0.24.1 whose actions run here. Runs if `REFERENCE_PYTHON` names a Python
//! that has it; `.ci/reference` sets it.

use action_sdk::prelude::*;
use action_sdk::serde_json::{self, Value, json};
use action_sdk_action_server::{ServerOptions, serve};
use std::path::Path;
use std::process::Command;
use tokio::net::TcpListener;

/// Adds two numbers.
#[action(aliases = ["add"])]
async fn add(a: i64, #[arg(default = 1)] b: i64) -> i64 {
    a + b
}

/// Looks up where a parcel is. The reference's own server cannot send an object.
#[action(aliases = ["find_parcel"])]
async fn find_parcel(number: u64) -> Value {
    json!({"number": number, "city": "Haifa", "open": true})
}

/// Always fails.
#[action]
async fn close_shop() -> Result<(), &'static str> {
    Err("the shop is closed")
}

/// What the bots in `nemo/ask.py` answer.
async fn answers(python: std::ffi::OsString) -> Value {
    let dispatcher = ActionDispatcher::builder()
        .build()
        .expect("the actions fit");
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("there is a port");
    let url = format!(
        "http://{}",
        listener.local_addr().expect("it has an address")
    );
    let options = ServerOptions::new();
    tokio::spawn(serve(listener, dispatcher, options, std::future::pending()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nemo/ask.py");
    let asked = tokio::task::spawn_blocking(move || {
        let mut ask = Command::new(python);
        ask.arg(script).arg(url).output().expect("Python runs")
    });
    let output = asked.await.expect("it does not panic");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
async fn the_reference_s_bots_call_our_actions() {
    let Some(python) = std::env::var_os("REFERENCE_PYTHON") else {
        eprintln!("SKIPPED: no nemoguardrails to ask us; `.ci/reference` installs it");
        return;
    };
    let expected = json!({
        "sum": "The sum is 42.",
        "parcel": "It is in Haifa, True.",
        "alias": "One more is 2.",
        "fail": "The result is None.",
        "colang 1": "The sum is 42, in Haifa.",
    });
    assert_eq!(answers(python).await, expected);
}
