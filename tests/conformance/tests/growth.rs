//! Large numbers of flows and events, deep nesting, long strings: nothing overflows, and nothing that has ended
//! leaks.

use colang::machine::{Limits, Machine};
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::{Output, State};
use colang::value::{Event, Value};
use umim::Timestamp;

struct Talk {
    machine: Machine,
    state: State,
    clock: i64,
}

impl Talk {
    #[track_caller]
    fn new(source: &str) -> Self {
        let parsed = colang::syntax::parse(SourceId(0), source);
        assert_eq!(parsed.diagnostics, [], "for {source}");
        let file = File {
            name: "main.co",
            module: &parsed.module,
        };
        let machine = Program::new(&[file]).and_then(Machine::new).expect(source);
        let mut state = machine.start(1);
        machine.begin(&mut state, Timestamp::from_micros(0));
        machine.take_outputs(&mut state);
        let clock = 0;
        Self {
            machine,
            state,
            clock,
        }
    }

    fn feed(&mut self, event: Event) -> Vec<Event> {
        self.clock += 1;
        let now = Timestamp::from_micros(self.clock);
        self.machine.run_to_completion(&mut self.state, event, now);
        let outputs = self.machine.take_outputs(&mut self.state).into_iter();
        let events = outputs.filter_map(|output| match output {
            Output::Event(event, _) | Output::Unchecked(event, _) => Some(event),
            Output::History(_) | Output::Error { .. } | Output::Print(_) | Output::Log { .. } => {
                None
            }
        });
        events.collect()
    }

    fn say(&mut self, name: &str) -> Vec<String> {
        let sent = self.feed(Event::new(name));
        sent.iter().map(|event| event.name.to_string()).collect()
    }

    fn saved(&self) -> String {
        serde_json::to_string(&self.state.snapshot()).expect("conversations are JSON")
    }

    fn save_and_resume(&mut self) {
        let snapshot = serde_json::from_str(&self.saved()).expect("it can be read");
        self.state = self.machine.resume(snapshot).expect("nothing has changed");
    }
}

fn text<'e>(event: &'e Event, name: &str) -> &'e str {
    event
        .arguments
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[test]
fn ten_thousand_flows_wait_and_one_is_found() {
    let source = "
flow waiting $id
  while True
    match E(id=$id)
    send Got(id=$id)

flow main
  $n = 0
  while $n < 10000
    start waiting \"{$n}\"
    $n = $n + 1
  match Never()
";
    let mut talk = Talk::new(source);
    assert_eq!(talk.state.flow_keys().len(), 10_001);
    for id in ["0", "9999", "5000"] {
        let sent = talk.feed(Event::new("E").with("id", id));
        let ids: Vec<_> = sent.iter().map(|event| text(event, "id")).collect();
        assert_eq!(ids, [id]);
    }
    talk.save_and_resume();
    assert_eq!(talk.feed(Event::new("E").with("id", "77")).len(), 1);
}

#[test]
fn a_hundred_thousand_events_leave_nothing_behind() {
    let source = "
flow answer $text
  start UtteranceBotAction(script=$text) as $said
  match $said.Finished()

flow listening
  match UtteranceUserActionFinished() as $event
  answer $event.final_transcript

flow main
  activate listening
  $count = 0
  while True
    when Counted()
      $count = $count + 1
    or when Reset()
      $count = 0
";
    let mut talk = Talk::new(source);
    let mut sizes = Vec::new();
    let mut events = 0;
    while events < 100_000 {
        let said = Event::new("UtteranceUserActionFinished").with("final_transcript", "hello");
        let sent = talk.feed(said);
        let uid = text(&sent[0], "action_uid").to_owned();
        let done = Event::new("UtteranceBotActionFinished")
            .with("action_uid", uid)
            .with("is_success", true)
            .with("final_script", "hello");
        talk.feed(done);
        talk.say("Counted");
        for _ in 0..37 {
            talk.say("NobodyWaitsForThis");
        }
        events += 40;
        if events % 10_000 == 0 {
            sizes.push(talk.saved().len());
        }
    }
    assert!(sizes.iter().all(|size| *size < 120_000), "{sizes:?} bytes");
}

#[test]
fn five_thousand_flows_await_each_other() {
    let source = "
flow down $n
  if $n > 0
    down ($n - 1)
  else
    match Go()

flow main
  while True
    match Begin()
    down 5000
    send Done()
";
    let mut talk = Talk::new(source);
    assert_eq!(talk.say("Begin"), [] as [&str; 0]);
    assert_eq!(talk.state.flow_keys().len(), 5002);
    talk.save_and_resume();
    assert_eq!(talk.say("Go"), ["Done"]);
}

#[test]
fn five_thousand_nested_flows_fail_with_the_first() {
    let source = "
flow down $n
  if $n > 0
    down ($n - 1)
  else
    match Never()

flow outer
  down 5000

flow main
  while True
    match Begin()
    start outer as $outer
    match Stop()
    send $outer.Stop()
";
    let mut talk = Talk::new(source);
    for _ in 0..2 {
        talk.say("Begin");
        talk.say("Stop");
    }
    for _ in 0..10 {
        talk.say("Other");
    }
    let saved = talk.saved().len();
    assert!(saved < 20_000, "{saved} bytes");
}

#[test]
fn flows_are_not_nested_without_end() {
    let source = "
flow watch
  match ColangError() as $error
  send Seen(kind=$error.type)

flow down
  down

flow begin
  match Go()
  down

flow main
  activate watch
  start begin
  match Never()
";
    let mut talk = Talk::new(source);
    talk.machine = talk
        .machine
        .with_limits(Limits::default().with_depth(1_000));
    assert_eq!(talk.say("Go"), ["Seen"]);
    assert!(talk.state.flow_keys().len() < 1_100);
}

#[test]
fn groups_nest_deeply() {
    let mut group = "E0()".to_owned();
    for level in 1..=40 {
        let op = if level % 2 == 0 { "and" } else { "or" };
        group = format!("({group} {op} E{level}())");
    }
    let mut talk = Talk::new(&format!(
        "flow main\n  match {group}\n  send Done()\n  match Never()\n"
    ));
    talk.save_and_resume();
    for level in (2..=38).step_by(2) {
        assert_eq!(talk.say(&format!("E{level}")), [] as [&str; 0]);
    }
    assert_eq!(talk.say("E40"), [] as [&str; 0]);
    assert_eq!(talk.say("E1"), ["Done"]);
}

#[test]
fn groups_are_wide() {
    let members: Vec<_> = (0..900).map(|index| format!("E{index}()")).collect();
    let any = members.join(" or ");
    let all = members.join(" and ");
    let mut talk = Talk::new(&format!(
        "flow main\n  match {any}\n  send Any()\n  match {all}\n  send All()\n  match Never()\n"
    ));
    assert_eq!(talk.say("E500"), ["Any"]);
    for index in 0..899 {
        assert_eq!(talk.say(&format!("E{index}")), [] as [&str; 0]);
    }
    assert_eq!(talk.say("E899"), ["All"]);
}

#[test]
fn ten_megabytes_of_text_are_forgotten() {
    let source = "
flow listening
  match E() as $event
  send Heard(length=len($event.text))

flow keeping
  while True
    match E() as $event

flow main
  activate listening
  start keeping
  match E(text=regex(\"^y\"))
  send Wrong()
";
    let mut talk = Talk::new(source);
    let text: std::sync::Arc<str> = "x".repeat(10_000_000).into();
    for _ in 0..20 {
        let sent = talk.feed(Event::new("E").with("text", text.clone()));
        assert_eq!(sent[0].arguments["length"], Value::from(10_000_000));
    }
    talk.feed(Event::new("E").with("text", "short"));
    for _ in 0..200 {
        talk.say("Other");
        talk.feed(Event::new("E").with("text", "short"));
    }
    let saved = talk.saved().len();
    assert!(saved < 300_000, "{saved} bytes");
}

#[test]
fn deeply_nested_values_are_taken() {
    let source = "
flow main
  while True
    match E() as $event
    send Heard(value=$event.value)
";
    let mut talk = Talk::new(source);
    let nested = (0..60).fold(Value::from(1), |value, _| Value::list([value]));
    let sent = talk.feed(Event::new("E").with("value", nested));
    assert_eq!(sent.len(), 1);
}
