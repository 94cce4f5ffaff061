//! The real server: `nemoguardrails actions-server` 0.24.1. Runs if `REFERENCE_PYTHON` names a Python that has it;
//! `.ci/reference` sets it.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_runtime::remote::ActionsServer;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{config, dispatcher, runtime_with, said};
use crate::wire::block_on;

const FLOWS: &str = "
flow main
  global $language
  $language = \"de\"
  $price = await FetchPriceAction(article=\"tea\")
  send Out(said=$price)
  $closed = await CloseShopAction()
  send Out(said=$closed)
  $letters = await CountLettersAction(word=\"tea\")
  send Out(said=$letters)
  match Never()
";

/// The server, until it is dropped.
struct Reference {
    program: Child,
    url: String,
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.program.kill().expect("it runs");
        self.program.wait().expect("it ends");
    }
}

async fn reference(python: OsString) -> Reference {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/remote/python");
    let program = Command::new(python)
        .args([
            "-c",
            "from nemoguardrails.cli import app; app()",
            "actions-server",
        ])
        .arg(format!("--port={}", address.port()))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut server = Reference {
        program: program.expect("Python runs"),
        url: format!("http://{address}"),
    };
    while TcpStream::connect(address).await.is_err() {
        let ended = server.program.try_wait().expect("it can be asked");
        assert_eq!(ended, None, "the reference's server does not start");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    server
}

async fn conversation(url: &str) -> Vec<Value> {
    let config = config(url, FLOWS);
    let server = ActionsServer::of(&config)
        .expect("it is named")
        .context("FetchPriceAction", ["language"]);
    let runtime = runtime_with(server, config).await.expect("it is right");
    said(&mut runtime.session(), &[]).await
}

async fn reason(url: &str, action: &str, invocation: Invocation) -> String {
    let dispatcher = dispatcher(ActionsServer::new(url)).await;
    let outcome = dispatcher.call(action, invocation).await;
    outcome.expect_err("it fails").to_string()
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn the_reference_s_server_performs_actions_of_flows() {
    let Some(python) = std::env::var_os("REFERENCE_PYTHON") else {
        eprintln!("SKIPPED: no nemoguardrails to ask; `.ci/reference` installs it");
        return;
    };
    block_on(async {
        let server = reference(python).await;
        let expected = [json!("tea (de)"), Value::Null, Value::Null];
        assert_eq!(conversation(&server.url).await, expected);
        let closed = reason(&server.url, "CloseShopAction", Invocation::new()).await;
        assert!(closed.contains("does not say why"), "{closed}");
        let word = Invocation::new().arg("word", "tea");
        let letters = reason(&server.url, "CountLettersAction", word).await;
        assert!(letters.contains("500 Internal Server Error"), "{letters}");
    });
}
