//! Starts the program, feeds it, and parses its output.

use action_sdk::serde_json::{Value, from_str, json};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

/// The result of running the program.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout, line by line, each of which must be JSON.
    pub(crate) finished: Vec<Value>,
    pub(crate) stderr: String,
}

/// The program, not started yet.
pub(crate) fn program<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_event-stream"));
    command
        .args(args)
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the program to its end with this input.
pub(crate) fn run(args: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    let mut child = program(args).spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.into();
    let feeder = thread::spawn(move || {
        let _may_not_read_it = stdin.write_all(&input);
    });
    let ran = ended(child);
    feeder.join().expect("it cannot panic");
    ran
}

/// Waits for the end of a program.
pub(crate) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().expect("it ends");
    let stdout = String::from_utf8(output.stdout).expect("it writes UTF-8");
    let line = |line| from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    Ran {
        code: output.status.code(),
        finished: stdout.lines().map(line).collect(),
        stderr: String::from_utf8(output.stderr).expect("it writes UTF-8"),
    }
}

impl Ran {
    /// The answer to one start.
    #[track_caller]
    pub(crate) fn of(&self, action_uid: &str) -> &Value {
        let mut answers = self
            .finished
            .iter()
            .filter(|event| event["action_uid"] == action_uid);
        let answer = answers.next();
        assert!(answers.next().is_none(), "two answers to {action_uid}");
        answer.unwrap_or_else(|| panic!("no answer to {action_uid}; stderr:\n{}", self.stderr))
    }

    /// A line of the summary without its label: `totals("runs")` is `5   4 succeeded, 1 failed`.
    #[track_caller]
    pub(crate) fn total(&self, label: &str) -> String {
        let mut lines = self.stderr.lines();
        let line = lines.find(|line| line.split_whitespace().next() == Some(label));
        let line = line.unwrap_or_else(|| panic!("no `{label}` in:\n{}", self.stderr));
        line[label.len()..].trim().to_owned()
    }

    /// The lines on stderr before the summary.
    pub(crate) fn reports(&self) -> Vec<&str> {
        self.stderr
            .lines()
            .take_while(|line| !line.is_empty())
            .collect()
    }
}

/// The event that starts a run.
pub(crate) fn start(action: &str, action_uid: &str, arguments: Value) -> String {
    let Value::Object(arguments) = arguments else {
        panic!("arguments have names, found {arguments}");
    };
    let mut event = json!({"type": format!("Start{action}"), "action_uid": action_uid});
    event.as_object_mut().expect("it is one").extend(arguments);
    event.to_string()
}

/// The event that stops a run.
pub(crate) fn stop(action: &str, action_uid: &str) -> String {
    json!({"type": format!("Stop{action}"), "action_uid": action_uid}).to_string()
}

/// The start of an action that finishes at once.
pub(crate) fn quick(action_uid: &str) -> String {
    start(
        "QuotePriceAction",
        action_uid,
        json!({"price_cents": 100, "currency": "EUR"}),
    )
}

/// The start of an ordinary action that keeps its slot until it is stopped, for ten seconds at most.
pub(crate) fn lasting(action_uid: &str) -> String {
    start("ReportLoadAction", action_uid, json!({"peers": 1_000}))
}

/// A file of this package.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}

/// The path of a file that does not exist yet, for a single test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _was_not_there = std::fs::remove_file(&path);
    path
}

/// The running program: its input is still open, and its answers are read one by one.
pub(crate) struct Conversation {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Conversation {
    pub(crate) fn begin(args: &[&str]) -> Self {
        let mut child = program(args).spawn().expect("the program starts");
        let stdin = child.stdin.take().expect("it is piped");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        Self {
            child,
            stdin,
            stdout,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").expect("it listens");
    }

    /// Waits for the next answer.
    pub(crate) fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.stdout
            .read_line(&mut line)
            .expect("it answers in UTF-8");
        from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Closes the output, and goes on sending until the program has ended.
    pub(crate) fn turn_away(mut self, line: &str) -> Ran {
        drop(self.stdout);
        while self.child.try_wait().expect("it is our child").is_none() {
            let _may_have_ended = writeln!(self.stdin, "{line}");
        }
        drop(self.stdin);
        ended(self.child)
    }

    /// Waits for the end, with the input still open or closed.
    pub(crate) fn end(self, keep_talking: bool) -> Ran {
        let Self {
            child,
            stdin,
            mut stdout,
        } = self;
        let kept = keep_talking.then_some(stdin);
        let mut rest = String::new();
        stdout
            .read_to_string(&mut rest)
            .expect("it answers in UTF-8");
        let mut ran = ended(child);
        drop(kept);
        let line = |line| from_str(line).expect("every line is JSON");
        ran.finished = rest.lines().map(line).collect();
        ran
    }
}
