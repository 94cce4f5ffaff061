//! How long an editor waits for an answer, in a project of 10,000 lines of which it has one file open.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Read as _, Write as _};
use std::path::PathBuf;

use action_sdk::ActionDispatcher;
use action_sdk_lsp::serve;
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

const FILES: usize = 20;
const FLOWS: usize = 100;

/// 500 lines.
fn file(number: usize) -> String {
    let mut text = String::new();
    for flow in 0..FLOWS {
        let next = (flow + 1) % FLOWS;
        let _ = write!(
            text,
            "flow step {flow} of{number} $text=\"x\"\n  user said \"go\" or user said $text\n  bot say \"step {{$text}}\"\n  await other {next} of{number} $text=$text\n\n",
        );
    }
    text.replace("step ", "step").replace("other ", "step")
}

struct Editor {
    folder: PathBuf,
    to: PipeWriter,
    from: BufReader<PipeReader>,
    version: i32,
}

impl Editor {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("lsp-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        for number in 0..FILES {
            fs::write(folder.join(format!("f{number}.co")), file(number))
                .expect("the file can be written");
        }
        fs::write(
            folder.join("main.co"),
            "import core\n\nflow main\n  step0 of0\n",
        )
        .expect("it can be written");
        let (input, to) = std::io::pipe().expect("a pipe");
        let (from, output) = std::io::pipe().expect("a pipe");
        let actions = ActionDispatcher::builder().build().expect("actions");
        std::thread::spawn(|| serve(BufReader::new(input), output, actions));
        let from = BufReader::new(from);
        let mut editor = Self {
            folder,
            to,
            from,
            version: 0,
        };
        editor.ask("initialize", &json!({"capabilities": {}}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
    }

    fn receive(&mut self) -> Value {
        let (mut line, mut end) = (String::new(), String::new());
        self.from.read_line(&mut line).expect("the server writes");
        self.from.read_line(&mut end).expect("the server writes");
        let length = line
            .trim()
            .trim_start_matches("Content-Length: ")
            .parse()
            .expect("a number");
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).expect("the server writes");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == 1 {
                return message["result"].clone();
            }
        }
    }

    fn uri(&self) -> String {
        format!("file://{}", self.folder.join("f0.co").display())
    }

    /// A letter is typed, and an answer is waited for.
    fn type_and_ask(&mut self, method: &str, line: usize, character: usize) -> Value {
        self.version += 1;
        let text = format!("{}\n# {}\n", file(0), self.version);
        let document = json!({"uri": self.uri(), "version": self.version, "languageId": "colang", "text": text});
        self.send(&json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}));
        let params = json!({
            "textDocument": {"uri": self.uri()},
            "position": {"line": line, "character": character},
            "context": {"includeDeclaration": true},
            "newName": "renamed",
        });
        self.ask(method, &params)
    }
}

fn answers(criterion: &mut Criterion) {
    let mut editor = Editor::new();
    let mut group = criterion.benchmark_group("typed_and_answered");
    let requests = [
        ("textDocument/completion", 1, 6),
        ("textDocument/hover", 1, 6),
        ("textDocument/definition", 1, 6),
        ("textDocument/references", 1, 6),
        ("textDocument/rename", 0, 6),
        ("textDocument/documentSymbol", 0, 0),
        ("textDocument/semanticTokens/full", 0, 0),
    ];
    for (method, line, character) in requests {
        group.bench_function(method, |bencher| {
            bencher.iter(|| editor.type_and_ask(method, line, character));
        });
    }
    group.finish();
    let _ = fs::remove_dir_all(&editor.folder);
}

criterion_group!(benches, answers);
criterion_main!(benches);
