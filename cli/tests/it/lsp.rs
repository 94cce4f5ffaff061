//! `lsp`: an editor starts the binary and speaks with it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::Folder;

/// The messages as they are sent.
fn wire(messages: &[Value]) -> String {
    let mut text = String::new();
    for message in messages {
        let message = message.to_string();
        let _ = write!(text, "Content-Length: {}\r\n\r\n{message}", message.len());
    }
    text
}

fn request(id: i32, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

#[test]
fn answers_an_editor_until_it_says_goodbye() {
    let folder = Folder::with([]);
    let uri = format!("file://{}", folder.path().join("main.co").display());
    let document =
        json!({"uri": uri, "languageId": "colang", "version": 1, "text": "flow main\n  sta\n"});
    let place = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 5}});
    let typed = wire(&[
        request(1, "initialize", &json!({"capabilities": {}})),
        notification("initialized", &json!({})),
        notification("textDocument/didOpen", &json!({"textDocument": document})),
        request(2, "textDocument/completion", &place),
        request(3, "shutdown", &Value::Null),
        notification("exit", &Value::Null),
    ]);
    let run = folder.type_in(&["lsp", "--stdio"], &typed).code(0);
    run.out_has("\"completionProvider\"")
        .out_has("\"label\":\"start\"");
}

#[test]
fn an_editor_that_is_gone_is_exit_code_1() {
    Folder::with([]).type_in(&["lsp"], "").code(1).out("");
}
