//! The cost of running the machine, in time and in bytes: turns, waiting flows, nested flows, saving.
//!
//! Every bench first checks that the program does what is meant to be measured.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::Duration;

use colang::machine::{Limits, Machine};
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::{Output, Snapshot, State};
use colang::value::Event;
use criterion::{BatchSize, Criterion};
use umim::Timestamp;

const NOW: Timestamp = Timestamp::from_micros(1);

struct Talk {
    machine: Machine,
    state: State,
}

impl Talk {
    fn new(source: &str) -> Self {
        let parsed = colang::syntax::parse(SourceId(0), source);
        assert_eq!(parsed.diagnostics, [], "for {source}");
        let file = File {
            name: "main.co",
            module: &parsed.module,
        };
        let machine = Program::new(&[file]).and_then(Machine::new).expect(source);
        let limits = Limits::default()
            .with_flows(100_000)
            .with_steps(1_000_000_000);
        let machine = machine.with_limits(limits);
        Self::of(&machine)
    }

    fn of(machine: &Machine) -> Self {
        let machine = machine.clone();
        let mut state = machine.start(1);
        machine.begin(&mut state, NOW);
        Self { machine, state }
    }

    fn feed(&mut self, event: Event) -> Vec<Event> {
        self.machine.run_to_completion(&mut self.state, event, NOW);
        let outputs = self.machine.take_outputs(&mut self.state).into_iter();
        outputs
            .filter_map(|output| match output {
                Output::Event(event, _) | Output::Unchecked(event, _) => Some(event),
                Output::History(_)
                | Output::Error { .. }
                | Output::Print(_)
                | Output::Log { .. } => None,
            })
            .collect()
    }

    /// Processes an event and its consequences, like the processing cycle does; returns the number of sent events.
    fn turn(&mut self, event: Event) -> usize {
        let mut open = self.feed(event);
        let mut count = 0;
        while !open.is_empty() {
            count += open.len();
            let next = std::mem::take(&mut open);
            for event in next {
                open.extend(self.feed(event));
            }
        }
        count
    }
}

fn main() {
    sizes();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20)
        .configure_from_args();
    echo(&mut criterion);
    waiting(&mut criterion);
    leaves(&mut criterion);
    nested(&mut criterion);
    saving(&mut criterion);
    criterion.final_summary();
}

const ECHO: &str = "
flow main
  while True
    match UtteranceUserActionFinished() as $event
    await UtteranceBotAction(script=\"You said {$event.final_transcript}\")
";

fn echo_turn(talk: &mut Talk) -> usize {
    let said = Event::new("UtteranceUserActionFinished").with("final_transcript", "hello");
    let start = talk.feed(said).remove(0);
    let action = start.arguments["action_uid"].clone();
    talk.feed(start);
    let finished = Event::new("UtteranceBotActionFinished")
        .with("action_uid", action)
        .with("is_success", true)
        .with("final_script", "You said hello");
    talk.feed(finished).len()
}

fn echo(criterion: &mut Criterion) {
    let mut talk = Talk::new(ECHO);
    assert_eq!(echo_turn(&mut talk), 0);
    criterion.bench_function("echo turn", |bencher| {
        bencher.iter(|| echo_turn(black_box(&mut talk)));
    });
}

/// Many flows, each waiting for an event with a different string; the one that gets it answers and waits again.
fn waiting_flows(count: usize) -> Talk {
    let mut source = String::new();
    let mut main = "flow main\n".to_owned();
    for index in 0..count {
        let _ = write!(
            source,
            "flow w{index}\n  while True\n    match E(id=\"{index}\")\n    send Got()\n\n"
        );
        let _ = writeln!(main, "  start w{index}");
    }
    Talk::new(&format!("{source}{main}  match Never()\n"))
}

fn waiting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one of the waiting flows matches");
    for count in [10, 100, 1_000, 10_000] {
        let mut talk = waiting_flows(count);
        let event = Event::new("E").with("id", (count / 2).to_string());
        assert_eq!(talk.feed(event.clone()).len(), 1);
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter(|| talk.feed(black_box(event.clone())));
        });
    }
    group.finish();
}

fn leaves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one of the awaited leaf flows finishes");
    for count in [10, 100, 1_000, 10_000] {
        let source = format!(
            "
flow leaf $id
  match E(id=$id)

flow holder $id
  while True
    leaf $id
    send Got()

flow main
  $n = 0
  while $n < {count}
    start holder \"{{$n}}\"
    $n = $n + 1
  match Never()
"
        );
        let mut talk = Talk::new(&source);
        let event = Event::new("E").with("id", (count / 2).to_string());
        assert_eq!(talk.feed(event.clone()).len(), 1);
        group.bench_function(count.to_string(), |bencher| {
            bencher.iter(|| talk.feed(black_box(event.clone())));
        });
    }
    group.finish();
}

fn nested(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nested awaits");
    for depth in [50, 400] {
        let deep = format!(
            "
flow down $n
  if $n > 0
    down ($n - 1)
  else
    match Go()

flow main
  while True
    match Begin()
    down {depth}
    send Done()
"
        );
        let wide = format!(
            "
flow leaf
  match Go()

flow main
  while True
    match Begin()
    {}
    send Done()
",
            vec!["leaf"; depth].join(" and ")
        );
        for (name, source) in [("deep", deep), ("wide", wide)] {
            let mut talk = Talk::new(&source);
            assert_eq!(talk.turn(Event::new("Begin")), 0);
            assert_eq!(talk.turn(Event::new("Go")), 1);
            group.bench_function(format!("{name} {depth}"), |bencher| {
                bencher.iter(|| {
                    talk.feed(Event::new("Begin"));
                    talk.feed(Event::new("Go"))
                });
            });
        }
    }
    group.finish();
}

/// 500 instances with eight variables each.
fn many() -> Talk {
    let talk = Talk::new(
        "
flow worker $a
  $b = 1
  $c = \"text\"
  $d = [1, 2, 3]
  $e = {\"k\": 1}
  $f = True
  $g = 2.5
  $h = \"more text\"
  match E(id=$a)

flow main
  $n = 0
  while $n < 499
    start worker \"{$n}\"
    $n = $n + 1
  match Never()
",
    );
    assert_eq!(talk.state.flow_keys().len(), 500);
    talk
}

fn saved(state: &State) -> String {
    serde_json::to_string(&state.snapshot()).expect("conversations are JSON")
}

fn read(text: &str) -> Snapshot {
    serde_json::from_str(text).expect("what was saved can be read")
}

fn saving(criterion: &mut Criterion) {
    let talk = many();
    let text = saved(&talk.state);
    let mut group = criterion.benchmark_group("500 instances");
    group.bench_function("clone", |bencher| {
        bencher.iter(|| black_box(&talk.state).clone());
    });
    group.bench_function("clone and run one event", |bencher| {
        bencher.iter_batched(
            || Event::new("E").with("id", "7"),
            |event| {
                let mut state = talk.state.clone();
                talk.machine.run_to_completion(&mut state, event, NOW);
                state
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("save as JSON", |bencher| {
        bencher.iter(|| saved(black_box(&talk.state)));
    });
    group.bench_function("resume from JSON", |bencher| {
        bencher.iter(|| talk.machine.resume(read(black_box(&text))));
    });
    group.finish();
}

/// A conversation with some activated flows, after a few turns.
fn idle(machine: &Machine) -> Talk {
    let mut talk = Talk::of(machine);
    for _ in 0..10 {
        echo_turn(&mut talk);
    }
    talk
}

/// How many conversations are created to measure the size of one.
const MANY: usize = 2_000;

const IDLE: &str = "
flow answering
  match UtteranceUserActionFinished() as $event
  await UtteranceBotAction(script=\"You said {$event.final_transcript}\")

flow helping
  match UtteranceUserActionFinished(final_transcript=\"help\")
  await UtteranceBotAction(script=\"I would if I could\")

flow greeting
  match UserArrived()
  await UtteranceBotAction(script=\"Hello\")

flow main
  activate answering and helping and greeting
  match Never()
";

fn sizes() {
    let mut out = std::io::stdout();
    for (name, source) in [("echo", ECHO), ("three activated flows", IDLE)] {
        size(name, source, &mut out);
    }
    let _ = writeln!(
        out,
        "500 instances: {} bytes saved",
        saved(&many().state).len()
    );
}

/// Resident memory is a coarse measure: memory that is freed between conversations counts as well.
fn size(name: &str, source: &str, out: &mut impl std::io::Write) {
    let machine = Talk::new(source).machine;
    let one = idle(&machine);
    let _ = writeln!(
        out,
        "idle conversation, {name}: {} bytes saved, {} flows remembered",
        saved(&one.state).len(),
        one.state.flow_keys().len()
    );
    let before = resident();
    let talks: Vec<_> = (0..MANY).map(|_| idle(&machine)).collect();
    let bytes = resident().saturating_sub(before) / talks.len();
    let _ = writeln!(
        out,
        "idle conversation, {name}: {bytes} bytes in memory, {} themselves",
        size_of::<Talk>()
    );
    // Kept until the end, so that later conversations do not reuse memory.
    std::mem::forget(talks);
}

/// The resident memory of the process in bytes; 0 if there is no `/proc`.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_usize) * 4096
}
