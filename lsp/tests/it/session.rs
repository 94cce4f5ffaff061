//! The session: its beginning and end, what is broken in between, and what is told while somebody types.

use action_sdk_lsp::Ended;
use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn begins_and_ends_as_it_should() {
    let mut client = Client::new(&[]);
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.hang_up(), Ended::Properly);
}

#[test]
fn an_editor_that_goes_without_a_word_ends_it_suddenly() {
    assert_eq!(Client::new(&[]).hang_up(), Ended::Suddenly);
}

#[track_caller]
fn refused(client: &mut Client, method: &str, params: Value, code: i64) {
    assert_eq!(
        client.ask(method, params)["error"]["code"],
        code,
        "{method}"
    );
}

#[test]
fn requests_out_of_order_are_refused() {
    let mut client = Client::silent(&[]);
    refused(&mut client, "textDocument/hover", json!({}), -32002);
    client.request("initialize", json!({"capabilities": {}}));
    refused(
        &mut client,
        "initialize",
        json!({"capabilities": {}}),
        -32600,
    );
    client.request("shutdown", Value::Null);
    refused(&mut client, "textDocument/hover", json!({}), -32600);
}

#[test]
fn broken_messages_do_not_end_it() {
    let mut client = Client::new(&[]);
    client.raw(b"Content-Length: 5\r\n\r\n{\"a\":");
    assert_eq!(client.receive()["error"]["code"], -32700);
    client.raw(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.receive()["error"]["code"], -32700);
    client.notify("textDocument/didOpen", json!({"textDocument": 3}));
    client.notify("$/unknown", json!([]));
    refused(
        &mut client,
        "textDocument/hover",
        json!({"position": "here"}),
        -32602,
    );
    refused(&mut client, "no/such", json!({}), -32601);
    client.open("a.co", "flow main\n  match Start()\n");
    assert_eq!(client.diagnostics("a.co", 1), [] as [Value; 0]);
}

#[test]
fn places_that_are_nowhere_have_no_answer() {
    let mut client = Client::new(&[]);
    client.open("a.co", "flow main\n  match Start()\n");
    for (line, character) in [(0, 999), (999, 0), (u32::MAX, u32::MAX)] {
        let params = json!({"textDocument": {"uri": client.uri("a.co")}, "position": {"line": line, "character": character}});
        client.request("textDocument/hover", params.clone());
        client.request("textDocument/completion", params);
    }
    let params =
        json!({"textDocument": {"uri": "untitled:x"}, "position": {"line": 0, "character": 0}});
    assert_eq!(client.request("textDocument/hover", params), Value::Null);
}

fn shown<'a>(found: &'a [Value]) -> Vec<(u64, u64, u64, &'a str)> {
    let number = |value: &Value| value.as_u64().expect("a number");
    let one = |found: &'a Value| {
        let (start, end) = (&found["range"]["start"], &found["range"]["end"]);
        (
            number(&start["line"]),
            number(&start["character"]),
            number(&end["character"]),
            found["code"].as_str().unwrap_or_default(),
        )
    };
    found.iter().map(one).collect()
}

fn errors(mut found: Vec<Value>) -> Vec<Value> {
    found.retain(|found| found["severity"] == 1);
    found
}

#[test]
fn a_mistake_in_the_middle_is_told_at_its_place_and_goes_with_it() {
    let mut client = Client::new(&[]);
    let before = "flow main\n  greet\n  match Never()\n\nflow greet\n  ";
    let after = "\n\nflow other\n  pass\n";
    client.open("main.co", &format!("{before}log \"🙂ß\" $x{after}"));
    let found = errors(client.diagnostics("main.co", 1));
    assert_eq!(shown(&found), [(5, 12, 14, "co0101")]);
    client.change("main.co", 2, &format!("{before}log \"🙂ß\"{after}"));
    assert_eq!(errors(client.diagnostics("main.co", 2)), [] as [Value; 0]);
}

#[test]
fn flows_are_held_against_the_other_files_and_the_actions() {
    let mut client = Client::new(&[("other.co", "flow greet user\n  pass\n")]);
    let source = "flow main\n  greet user\n  greet usr\n  await WaveAction(hnd=\"left\")\n  await WavAction()\n";
    client.open("main.co", source);
    let found = client.diagnostics("main.co", 1);
    let codes: Vec<_> = shown(&found)
        .into_iter()
        .map(|(line, _, _, code)| (line, code.to_owned()))
        .collect();
    for expected in [(2, "co0301"), (3, "co0402"), (4, "co0401")] {
        assert!(
            codes.contains(&(expected.0, expected.1.to_owned())),
            "{found:#?}"
        );
    }
}

#[test]
fn settings_are_checked_where_they_are() {
    let mut client = Client::new(&[("main.co", "flow main\n  match Start()\n")]);
    client.open("config.yml", "lowest_temprature: 0.2\n");
    let found = client.diagnostics("config.yml", 1);
    assert_eq!(shown(&found)[0].0, 0);
    assert!(
        found[0]["message"]
            .as_str()
            .expect("words")
            .contains("lowest_temperature"),
        "{found:#?}"
    );
}
