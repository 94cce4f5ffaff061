//! A process is killed with SIGKILL at random points, again and again, while actions and timers are in flight. Then
//! nothing accepted may be missing, and nothing that had ended may have been done again.
//!
//! `KILL_ROUNDS` and `KILL_SEED` set how often, and when. The child is this test program itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use action_sdk::ActionParam;
use action_sdk::prelude::*;
use action_sdk_conversations::store::RedbStore;
use action_sdk_conversations::{Conversation, Conversations, Input, Limits};
use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};

/// The uid of a call.
struct ActionUid(String);

impl<'a> ActionParam<'a> for ActionUid {
    fn extract(call: &'a Call, _: &'static str) -> Result<Self, ActionError> {
        let action_uid = call.scope().action_uid().unwrap_or_default();
        Ok(Self(action_uid.to_owned()))
    }
}

/// The variable that makes this program the child, with the folder of its files.
const FOLDER: &str = "CONVERSATIONS_KILL_FOLDER";

/// How many times the child is killed, if `KILL_ROUNDS` says nothing else.
const ROUNDS: u64 = 12;

const CONVERSATIONS: usize = 4;

/// How many inputs each conversation gets, if the child is not killed often enough to need more.
const INPUTS: u64 = 40;

/// What happened, one line each, in order: written by the client and the actions of the child, whole lines at once.
type Diary = Arc<Mutex<File>>;

fn note(diary: &Diary, line: &str) {
    let mut file = diary.lock().expect("a diary");
    file.write_all(format!("{line}\n").as_bytes())
        .expect("a disk");
}

/// May be performed again.
#[action(name = "KillLookAction", idempotent)]
async fn kill_look(n: i64, key: ActionUid, diary: Res<Diary>) -> i64 {
    note(&diary, &format!("look-begins {}", key.0));
    tokio::time::sleep(Duration::from_millis(3)).await;
    n * 10
}

/// Must not be performed again.
#[action(name = "KillPayAction", execute_async)]
async fn kill_pay(n: i64, key: ActionUid, diary: Res<Diary>) -> i64 {
    note(&diary, &format!("pay-begins {}", key.0));
    tokio::time::sleep(Duration::from_millis(3)).await;
    note(&diary, &format!("pay-ends {}", key.0));
    n
}

/// Each order starts three flows, in loops of their own, so that none of them keeps another one from sending.
const FLOWS: &str = r#"
import timing

@loop("NEW")
flow looking $n
  $found = await KillLookAction(n=$n) as $call
  send Found(n=$n, found=$found, call=$call.uid)

@loop("NEW")
flow paying $n
  $paid = await KillPayAction(n=$n) as $call
  send Paid(n=$n, paid=$paid, call=$call.uid)

@loop("NEW")
flow reminding $n
  wait 0.02
  send Reminded(n=$n)

flow main
  $count = 0
  while True
    match Order() as $order
    $count = $count + 1
    start looking $order.n
    start paying $order.n
    start reminding $order.n
    send Counted(n=$order.n, count=$count)
"#;

/// The four outputs of each input.
const OUTPUTS: [&str; 4] = ["Found", "Paid", "Reminded", "Counted"];

fn runtime(diary: &Diary) -> Runtime {
    let config = parse_config("", [("main.co", FLOWS)]).expect("the flows are fine");
    let dispatcher = ActionDispatcher::builder().resource(Arc::clone(diary));
    let dispatcher = dispatcher.build().expect("the actions are fine");
    let builder = Runtime::builder(config).dispatcher(dispatcher);
    let builder = builder.options(ProcessOptions::chat()).perform_timers();
    builder.build().expect("a runtime")
}

/// The child: sends inputs until each conversation has had enough of them, and reads their outputs.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let tokio = tokio::runtime::Runtime::new().expect("a tokio runtime");
    tokio.block_on(work(&folder));
}

async fn work(folder: &Path) {
    let diary = OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("diary"));
    let diary: Diary = Arc::new(Mutex::new(diary.expect("a diary")));
    let known = Known::of(folder);
    let store = RedbStore::open(folder.join("store.redb")).expect("a store");
    let limits = Limits {
        records: 16,
        rest_after: Duration::from_millis(30),
        ..Limits::default()
    };
    let all = Conversations::builder(runtime(&diary), store)
        .limits(limits)
        .open();
    let clients = (0..CONVERSATIONS).map(|number| {
        let conversation = all.conversation(&format!("c{number}")).expect("an id");
        tokio::spawn(client(conversation, known.clone(), Arc::clone(&diary)))
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("the client is fine");
    }
    note(&diary, "done");
}

/// Sends what was not acknowledged yet, and reads on where the diary ends.
async fn client(conversation: Conversation, known: Known, diary: Diary) {
    let id = conversation.id().to_string();
    let reading = tokio::spawn(read(
        conversation.clone(),
        known.clone(),
        Arc::clone(&diary),
    ));
    for n in known.acknowledged(&id) + 1..=INPUTS {
        let order = Event::new("Order").with("n", n);
        let input = Input::from(order).with_id(format!("order-{n}"));
        conversation.send(input).await.expect("it is taken");
        note(&diary, &format!("accepted {id} {n}"));
        // Sometimes long enough that the conversation is unloaded.
        let pause = if n.is_multiple_of(16) { 60 } else { 1 };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    reading.await.expect("the reader is fine");
}

async fn read(conversation: Conversation, known: Known, diary: Diary) {
    let id = conversation.id().to_string();
    let wanted = INPUTS * OUTPUTS.len() as u64;
    let mut outputs = conversation.outputs(known.read(&id));
    let mut last = known.read(&id);
    while last < wanted {
        let output = outputs.next().await.expect("it can be read");
        last = output.number;
        let event = &output.event;
        let of = |name: &str| {
            event
                .value(name)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let line = [of("n"), of("found"), of("paid"), of("count"), of("call")].join(",");
        note(
            &diary,
            &format!("output {id} {last} {} {line}", event.name()),
        );
        if last.is_multiple_of(8) {
            conversation.seen(last).expect("it is taken");
        }
    }
}

/// What a diary says, so that a child goes on where the one before ended.
#[derive(Clone)]
struct Known(Vec<String>);

impl Known {
    /// A last line without an end was torn, so it does not count.
    fn of(folder: &Path) -> Self {
        let diary = std::fs::read_to_string(folder.join("diary")).unwrap_or_default();
        let whole = diary.rfind('\n').map_or("", |end| &diary[..end]);
        Self(whole.lines().map(str::to_owned).collect())
    }

    fn words(&self) -> impl Iterator<Item = Vec<&str>> {
        self.0.iter().map(|line| line.split(' ').collect())
    }

    fn acknowledged(&self, id: &str) -> u64 {
        self.highest("accepted", id)
    }

    fn read(&self, id: &str) -> u64 {
        self.highest("output", id)
    }

    fn highest(&self, what: &str, id: &str) -> u64 {
        let those = self
            .words()
            .filter(|words| words[0] == what && words[1] == id);
        those
            .filter_map(|words| words[2].parse().ok())
            .max()
            .unwrap_or(0)
    }

    fn is_done(&self) -> bool {
        self.0.iter().any(|line| line == "done")
    }
}

fn start(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]);
    command
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    command.spawn().expect("the child starts")
}

/// Runs children until one of them is done; so many of them are killed.
fn run(folder: &Path, rounds: u64, seed: u64) -> u64 {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut killed = 0;
    for _ in 0..rounds {
        let mut child = start(folder);
        std::thread::sleep(Duration::from_millis(chance.u64(5..180)));
        if child.try_wait().expect("the child can be asked").is_none() {
            killed += 1;
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }
    let mut child = start(folder);
    let began = Instant::now();
    while child.try_wait().expect("the child can be asked").is_none() {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "the last child does not end"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    killed
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    let value = std::env::var(name).ok();
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or(otherwise)
}

/// What the outputs of a conversation say, without their order: outputs of timers and actions may change places.
fn said(known: &Known, id: &str) -> BTreeMap<u64, String> {
    let outputs = known
        .words()
        .filter(|words| words[0] == "output" && words[1] == id);
    let mut said: BTreeMap<u64, String> = BTreeMap::new();
    for words in outputs {
        let number = words[2].parse().expect("a number");
        let text = words[3..].join(" ");
        // What is delivered again is the same.
        assert_eq!(
            *said.entry(number).or_insert_with(|| text.clone()),
            text,
            "output {number} of {id}"
        );
    }
    said
}

/// Outputs without the uids of their actions, and without whether a payment was interrupted.
fn comparable(said: &BTreeMap<u64, String>) -> BTreeSet<String> {
    let plain = |text: &String| {
        let text = text.rsplit_once(',').map_or(&**text, |(text, _)| text);
        match text.strip_prefix("Paid ") {
            Some(rest) => format!("Paid {}", rest.split(',').next().unwrap_or_default()),
            None => text.to_owned(),
        }
    };
    said.values().map(plain).collect()
}

/// No completed action is performed again: after its result was delivered it never begins, and a payment begins once.
fn check_actions(known: &Known) {
    let (mut ended, mut paying) = (BTreeSet::new(), BTreeSet::new());
    for words in known.words() {
        match words[0] {
            "output" => {
                let call = words[4].rsplit(',').next().unwrap_or_default();
                ended.insert(call.trim_matches('"').to_owned());
            }
            "pay-begins" => assert!(paying.insert(words[1]), "{} is paid again", words[1]),
            "look-begins" => assert!(!ended.contains(words[1]), "{} had ended", words[1]),
            _ => {}
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_done_twice() {
    if std::env::var_os(FOLDER).is_some() {
        return;
    }
    let (rounds, seed) = (
        from_environment("KILL_ROUNDS", ROUNDS),
        from_environment("KILL_SEED", 1),
    );
    let (killed_in, left_alone_in) = (tempfile::tempdir(), tempfile::tempdir());
    let (killed_in, left_alone_in) = (
        killed_in.expect("a folder"),
        left_alone_in.expect("a folder"),
    );
    let killed = run(killed_in.path(), rounds, seed);
    run(left_alone_in.path(), 0, seed);
    let (one, other) = (Known::of(killed_in.path()), Known::of(left_alone_in.path()));
    assert!(
        killed > 0 && one.is_done() && other.is_done(),
        "seed {seed}: {killed} killed"
    );
    check_actions(&one);
    for number in 0..CONVERSATIONS {
        let id = format!("c{number}");
        let (said, wanted) = (said(&one, &id), said(&other, &id));
        let numbers: Vec<_> = said.keys().copied().collect();
        let all: Vec<_> = (1..=INPUTS * OUTPUTS.len() as u64).collect();
        assert_eq!(numbers, all, "seed {seed}: outputs of {id}");
        assert_eq!(comparable(&said), comparable(&wanted), "seed {seed}: {id}");
    }
}
