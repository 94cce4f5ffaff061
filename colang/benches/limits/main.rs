//! One event ends within a second, whatever the flows do: for each operator, method, function and statement that
//! could process much data at once there is a program that uses it in an endless loop, next to many waiting flows.
//!
//! It fails if one takes longer, and names it. With a word as argument, only the programs that contain that word run.

mod tables;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use colang::machine::Machine;
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::State;
use colang::value::{Dict, Event, Value};
use umim::Timestamp;

use tables::{CHANGES, EXPRESSIONS, STATEMENTS};

/// The name, source and events of a program.
type Case = (String, String, Box<dyn Fn() -> Vec<Event> + Send>);

/// The time limit of one event.
const MOST: Duration = Duration::from_secs(1);

/// The time limit on this machine: set `LIMITS_SECONDS` if it is slower than two usual cores.
fn most() -> Duration {
    let seconds = std::env::var("LIMITS_SECONDS").ok();
    let seconds = seconds.and_then(|seconds| seconds.parse().ok());
    seconds.map_or(MOST, Duration::from_secs)
}

const NOW: Timestamp = Timestamp::from_micros(1);

/// The size of the values in the expressions. Each value is an argument of the event that starts the loop.
const LONG: usize = 48_000;

/// Whole programs, in addition to those from the tables: their names, sources and events.
fn programs() -> Vec<Case> {
    fn go() -> Vec<Event> {
        vec![Event::new("Go")]
    }
    let many = |count: usize, what: &str| vec![what; count].join(" or ");
    let mut programs: Vec<Case> = Vec::new();
    let mut add = |name: &str, source: String, events: fn() -> Vec<Event>| {
        programs.push((name.to_owned(), source, Box::new(events)));
    };
    for count in [100, 1000] {
        let group = many(count, "A()");
        add(
            &format!("a match of {count} parts"),
            format!("flow main\n  match Go()\n  match {group}\n"),
            || vec![Event::new("Go"), Event::new("A")],
        );
    }
    let group = vec!["A()"; 20_000].join(" and ");
    add(
        "a match of 20,000 parts that all must come",
        format!("flow main\n  match Go()\n  match {group}\n"),
        || vec![Event::new("Go"), Event::new("A")],
    );
    add(
        "a flow that starts itself with other arguments",
        "flow a $n\n  start a ($n + 1)\n  match X()\n\nflow main\n  match Go()\n  a 1\n".into(),
        go,
    );
    add(
        "a flow that awaits itself with other arguments",
        "flow a $n\n  a ($n + 1)\n\nflow main\n  match Go()\n  a 1\n".into(),
        go,
    );
    add(
        "a flow that activates itself with other arguments",
        "flow a $n\n  activate a ($n + 1)\n  match X()\n\nflow main\n  match Go()\n  a 1\n".into(),
        || vec![Event::new("Go"), Event::new("X"), Event::new("X")],
    );
    add("a flow that activates others of its kind twice", "flow a $n\n  activate a ($n + 1)\n  activate a ($n * 2)\n  match X()\n\nflow main\n  match Go()\n  a 1\n".into(), || vec![Event::new("Go"), Event::new("X"), Event::new("X")]);
    add(
        "a flow that awaits itself twice",
        "flow a $n\n  a ($n + 1) or a ($n + 2)\n\nflow main\n  match Go()\n  a 1\n".into(),
        go,
    );
    add(
        "many flows that wait for the same",
        waiting("match E()", 8000),
        || vec![Event::new("Go"), Event::new("E"), Event::new("E")],
    );
    add(
        "many flows that wait for the same, with a reference",
        waiting("match E() as $e", 8000),
        || vec![Event::new("Go"), wide(1000, "E")],
    );
    add(
        "many flows that wait for the same list",
        waiting("match E(list=$big)", 4000),
        || vec![Event::new("Go"), started("E"), started("E")],
    );
    add(
        "many flows that search the same text",
        waiting("match E(short=regex(\"((?=a*b)a)*c\"))", 4000),
        || vec![Event::new("Go"), started("E")],
    );
    add(
        "many flows that wait for a computed value",
        waiting("match E(x=len([y for y in $big]))", 4000),
        || vec![Event::new("Go"), started("E")],
    );
    add(
        "many flows that wait for any start of a flow",
        format!(
            "{}\nflow q\n  pass\n\nflow loop\n  match Q()\n  while True\n    start q\n",
            waiting("match FlowStarted()", 4000)
                .replace("flow main\n", "flow main\n  activate loop\n")
        ),
        || vec![Event::new("Go"), Event::new("Q")],
    );
    add("a large set is waited for", "flow main\n  match Go() as $go\n  match E(set=set([regex(x) for x in $go.arguments.list]))\n".into(), || vec![started("Go"), Event::new("E").with("set", set(LONG))]);
    add(
        "an event of many fields",
        waiting("match E()", 1000),
        || vec![Event::new("Go"), wide(20_000, "E")],
    );
    add("many interaction loops", "@loop(\"NEW\")\nflow a\n  match X()\n\nflow main\n  match Go()\n  while True\n    start a\n".into(), || vec![Event::new("Go"), Event::new("Y"), Event::new("Y")]);
    add(
        "many flows that want to send what cannot be sent",
        waiting("match E()\n  send Bad(type=1)", 8000),
        || vec![Event::new("Go"), Event::new("E")],
    );
    add(
        "many flows that send the same",
        waiting("match E()\n  send Good(list=$big)", 8000),
        || vec![Event::new("Go"), started("E")],
    );
    add(
        "many flows that want the same action",
        waiting("match E()\n  start GoodAction(v=1) as $x", 8000),
        || vec![Event::new("Go"), Event::new("E")],
    );
    add("a default that takes long", "flow a $x=len([1] * 90000)\n  match X()\n\nflow main\n  match Go()\n  while True\n    start a\n".into(), go);
    let globals: String = (0..10_000).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "  global $g{n}");
        text
    });
    add(
        "many globals",
        format!("flow main\n  match Go()\n{globals}  while True\n    $x = $y\n"),
        go,
    );
    let parameters: String = (0..2000).map(|n| format!(" $p{n}")).collect();
    let arguments: String = (0..2000).map(|n| format!(" $p{n}=1")).collect();
    add(
        "many parameters",
        format!(
            "flow a{parameters}\n  match X()\n\nflow main\n  match Go()\n  while True\n    start a{arguments}\n"
        ),
        go,
    );
    add(
        "flows that fail and start again",
        "flow a\n  abort\n\nflow main\n  match Go()\n  while True\n    activate a\n".into(),
        go,
    );
    programs
}

/// Many flows that each do the same at the event `Go`.
fn waiting(what: &str, count: usize) -> String {
    format!(
        "flow w $n\n  match Begin()\n\nflow a $n\n  global $big\n  {what}\n\nflow main\n  global $big\n  $big = [\"a\"] * 40000\n  match Go()\n  $n = 0\n  while $n < {count}\n    start a $n\n    $n = $n + 1\n  match Never()\n"
    )
}

fn wide(count: usize, name: &str) -> Event {
    (0..count).fold(Event::new(name), |event, n| {
        event.with(&format!("field{n}"), "x")
    })
}

fn texts(count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(|n| Value::from(format!("item {n}")))
}

fn set(count: usize) -> Value {
    colang::value::Set::from_values(texts(count))
        .expect("texts are hashable")
        .into()
}

/// The event with all values for the expressions. Equal values share nothing.
fn started(name: &str) -> Event {
    let dict = || {
        texts(LONG)
            .enumerate()
            .map(|(n, text)| (format!("k{n}"), text))
            .collect::<Dict>()
    };
    let nested = || (0..40).fold(Value::list(texts(100)), |value, _| Value::list([value]));
    let pairs = texts(LONG / 2).map(|text| Value::tuple([text.clone(), text]));
    Event::new(name)
        .with("list", Value::list(texts(LONG)))
        .with("same_list", Value::list(texts(LONG)))
        .with("dict", dict())
        .with("same_dict", dict())
        .with("set", set(LONG))
        .with("text", "a".repeat(90_000))
        .with("same_text", "a".repeat(90_000))
        .with("wide_text", "ß水".repeat(40_000))
        .with("short", "a".repeat(2000))
        .with("nested", nested())
        .with("same_nested", nested())
        .with("rows", Value::list((0..400).map(|_| nested())))
        .with("pairs", Value::list(pairs))
}

/// An endless loop of statements that use the values of the event.
fn looping(body: &str) -> String {
    let names = [
        "list",
        "same_list",
        "dict",
        "same_dict",
        "set",
        "text",
        "same_text",
        "wide_text",
        "short",
        "nested",
        "same_nested",
        "rows",
        "pairs",
    ];
    let taken: String = names
        .iter()
        .map(|name| format!("  ${name} = $go.{name}\n"))
        .collect();
    format!(
        r#"
flow other $x=1
  match X()

flow waits
  match X()

flow quick $x=1
  pass

flow numbered $n $x=1
  match X()

flow deep
  deep

flow return_list $x
  return $x

flow use_default $x=[1] * 90000
  pass

@active
flow hears
  match ColangError() as $e
  send Heard()

flow main
  match Go() as $go
{taken}  $pattern = regex("a[^b]*b|a")
  $holder = {{"list": $list, "other": $list}}
  $n = 0
  while $n < 3000
    start waits
    $n = $n + 1
  while True
    {body}
"#
    )
}

/// The duration of the slowest event.
fn run(source: &str, events: Vec<Event>) -> Duration {
    let parsed = colang::syntax::parse(SourceId(0), source);
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    let machine = Program::new(&[file]).and_then(Machine::new);
    let machine = machine.unwrap_or_else(|error| panic!("{error} in {source:.500}"));
    let mut state = machine.start(1);
    machine.begin(&mut state, NOW);
    let after = [Event::new("Y"), Event::new("X")];
    let times = events
        .into_iter()
        .chain(after)
        .map(|event| timed(&machine, &mut state, event));
    times.max().unwrap_or_default()
}

fn timed(machine: &Machine, state: &mut State, event: Event) -> Duration {
    let begin = Instant::now();
    let begin_on_cpu = on_cpu();
    machine.run_to_completion(state, event, NOW);
    let time = match (begin_on_cpu, on_cpu()) {
        (Some(begin), Some(end)) => end.saturating_sub(begin),
        (None, _) | (_, None) => begin.elapsed(),
    };
    machine.take_outputs(state);
    time
}

/// The CPU time of this thread, so that other load on the machine does not count. Only available on Linux.
fn on_cpu() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn main() -> ExitCode {
    let wanted = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    let loops = EXPRESSIONS
        .iter()
        .map(|expression| (*expression, format!("$x = {expression}")));
    let changes = CHANGES
        .iter()
        .chain(STATEMENTS)
        .map(|body| (*body, (*body).to_owned()));
    let copied = CHANGES.iter().map(|body| {
        (
            *body,
            format!("$copy = [$list, $dict, $set, $rows]\n    {body}"),
        )
    });
    let tables = loops.chain(changes).chain(copied);
    let tables = tables.map(|(name, body)| -> Case {
        (
            name.to_owned(),
            looping(&body),
            Box::new(|| vec![started("Go")]),
        )
    });
    let begin = Instant::now();
    let is_wanted = |(name, _, _): &Case| wanted.as_ref().is_none_or(|word| name.contains(word));
    let cases: Vec<Case> = tables.chain(programs()).filter(is_wanted).collect();
    let count = cases.len();
    let next = Mutex::new(cases.into_iter());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let worker = || {
        let mut found = Vec::new();
        while let Some((name, source, events)) = take() {
            found.push((run(&source, events()), name));
        }
        found
    };
    let mut times: Vec<(Duration, String)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        let found = workers
            .into_iter()
            .map(|worker| worker.join().expect("no program panics"));
        found.flatten().collect()
    });
    times.sort();
    let mut out = std::io::stdout().lock();
    for (time, name) in times.iter().rev().take(20) {
        let _ = writeln!(out, "{time:8.2?}  {}", name.replace('\n', ";"));
    }
    let _ = writeln!(out, "{count} programs in {:.0?}", begin.elapsed());
    if times.iter().all(|(time, _)| *time <= most()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
