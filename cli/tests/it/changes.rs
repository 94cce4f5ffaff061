//! `--watch`: a change is taken while the program runs, and a broken one is not.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::harness::Folder;

/// How long something may take that comes within a second.
const LONG: Duration = Duration::from_secs(60);

struct Chat {
    child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    notes: Receiver<String>,
}

impl Chat {
    fn start(folder: &Folder) -> Self {
        let mut child = folder.command(&["chat", "bot", "--watch"]);
        let mut child = child.spawn().expect("it starts");
        let (sender, notes) = channel();
        let stderr = child.stderr.take().expect("an output");
        thread::spawn(move || {
            let lines = BufReader::new(stderr).lines().map_while(Result::ok);
            lines.for_each(|line| drop(sender.send(line)));
        });
        Self {
            stdin: child.stdin.take().expect("an input"),
            stdout: BufReader::new(child.stdout.take().expect("an output")).lines(),
            notes,
            child,
        }
    }

    fn says(&mut self) -> String {
        self.stdout.next().expect("a line").expect("UTF-8")
    }

    fn answer(&mut self, text: &str) -> String {
        writeln!(self.stdin, "{text}").expect("it reads");
        self.says()
    }

    #[track_caller]
    fn expect_note(&self, part: &str) {
        loop {
            let note = self.notes.recv_timeout(LONG).expect(part);
            if note.contains(part) {
                return;
            }
        }
    }
}

fn flows(greeting: &str, answer: &str) -> String {
    format!(
        "import core\n\nflow main\n  bot say \"{greeting}\"\n  activate answering\n  match Never()\n\nflow answering\n  user said something\n  bot say \"{answer}\"\n"
    )
}

#[test]
fn a_change_is_taken_and_a_broken_one_is_not() {
    let folder = Folder::with([("bot/main.co", flows("Hi", "One").as_str())]);
    let mut chat = Chat::start(&folder);
    assert_eq!(chat.says(), "bot: Hi");
    assert_eq!(chat.answer("a"), "bot: One");

    folder.write("bot/main.co", "flow main\n  match Start();\n");
    chat.expect_note("the change is not taken");
    assert_eq!(chat.answer("b"), "bot: One");

    folder.write("bot/main.co", flows("Hello", "Two"));
    chat.expect_note("changed: ");
    assert_eq!(chat.answer("/restart"), "bot: Hello");
    assert_eq!(chat.answer("c"), "bot: Two");
    drop(chat.stdin);
    assert!(chat.child.wait().expect("it ends").success());
}
