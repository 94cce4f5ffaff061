//! A client: sends messages, waits for answers, keeps what it is told.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use action_sdk::prelude::*;
use action_sdk::{ActionDescriptor, ActionDispatcher, ParamDescriptor};
use action_sdk_lsp::{Ended, serve};
use serde_json::{Value, json};

/// A client with a folder of its own, which is removed with it.
pub(crate) struct Client {
    pub(crate) folder: PathBuf,
    to: Option<PipeWriter>,
    from: BufReader<PipeReader>,
    server: Option<JoinHandle<std::io::Result<Ended>>>,
    next_id: i64,
    /// The last diagnostics of each file, by its address.
    told: HashMap<String, Value>,
}

fn actions() -> ActionDispatcher {
    let wave = ActionDescriptor::new("WaveAction", |_: std::sync::Arc<Call>| async {
        Ok::<_, ActionError>(1)
    });
    let wave = wave
        .expect("the name is right")
        .with_description("Waves a hand.");
    let wave = wave.with_param(ParamDescriptor::argument("hand", "String"));
    let builder = ActionDispatcher::builder().register(wave);
    builder.build().expect("the actions fit together")
}

impl Client {
    /// A client that has not said anything yet.
    pub(crate) fn silent(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lsp {}-{number}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("the file can be written");
        }
        let (input, to) = std::io::pipe().expect("a pipe");
        let (from, output) = std::io::pipe().expect("a pipe");
        let server = std::thread::spawn(|| serve(BufReader::new(input), output, actions()));
        Self {
            folder,
            to: Some(to),
            from: BufReader::new(from),
            server: Some(server),
            next_id: 0,
            told: HashMap::new(),
        }
    }

    /// A client whose session has begun.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut client = Self::silent(files);
        client.request("initialize", json!({"capabilities": {}, "processId": null}));
        client.notify("initialized", json!({}));
        client
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let to = self.to.as_mut().expect("the session has not ended");
        to.write_all(bytes).expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The next message of the server.
    pub(crate) fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.from.read_line(&mut line).expect("the server writes");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(count) => length = count.parse().expect("a number"),
                None => break,
            }
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).expect("the server writes");
        let message: Value = serde_json::from_slice(&bytes).expect("JSON");
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"]
                .as_str()
                .expect("an address")
                .to_owned();
            self.told.insert(uri, message["params"].clone());
        }
        message
    }

    /// The whole answer to a request.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
        }
    }

    /// The result of a request.
    #[track_caller]
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params);
        assert_eq!(answer["error"], Value::Null, "of {method}");
        answer["result"].clone()
    }

    pub(crate) fn uri(&self, name: &str) -> String {
        let path = self.folder.join(name);
        format!("file://{}", path.display()).replace(' ', "%20")
    }

    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let document =
            json!({"uri": self.uri(name), "languageId": "colang", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&mut self, name: &str, version: i32, text: &str) {
        let document = json!({"uri": self.uri(name), "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [{"text": text}]}),
        );
    }

    /// The diagnostics of a version of a file.
    pub(crate) fn diagnostics(&mut self, name: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(name);
        loop {
            if let Some(told) = self
                .told
                .get(&uri)
                .filter(|told| told["version"] == version)
            {
                return told["diagnostics"].as_array().expect("a list").clone();
            }
            self.receive();
        }
    }

    /// Opens a file in which `|` marks a place, and asks about that place.
    #[track_caller]
    pub(crate) fn at(&mut self, method: &str, name: &str, marked: &str, more: Value) -> Value {
        let answer = self.ask_at(method, name, marked, more);
        assert_eq!(answer["error"], Value::Null, "of {method}");
        answer["result"].clone()
    }

    pub(crate) fn ask_at(&mut self, method: &str, name: &str, marked: &str, more: Value) -> Value {
        let before = marked.split('|').next().expect("a mark");
        let line = before.matches('\n').count();
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or(before)
            .encode_utf16()
            .count();
        self.open(name, &marked.replacen('|', "", 1));
        let mut params = json!({
            "textDocument": {"uri": self.uri(name)},
            "position": {"line": line, "character": column},
        });
        if let (Some(params), Value::Object(more)) = (params.as_object_mut(), more) {
            params.extend(more);
        }
        self.ask(method, params)
    }

    /// Closes the pipe, and says how the session has ended.
    pub(crate) fn hang_up(mut self) -> Ended {
        self.to = None;
        let server = self.server.take().expect("it runs");
        server
            .join()
            .expect("it does not panic")
            .expect("it could read and write")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
