//! Traces contain the id of their conversation.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::support::{block_on, runtime, send};

/// Records what is traced, and in which span.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    spans: Vec<String>,
    entered: Vec<u64>,
    lines: Vec<(Level, String)>,
}

/// The fields as text.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0.insert_str(0, &format!("{value:?}")),
            name => self.0.push_str(&format!(" {name}={value:?}")),
        }
    }
}

impl Subscriber for Ear {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        let mut heard = self.0.lock().expect("whole");
        heard
            .spans
            .push(format!("{}{}", span.metadata().name(), fields.0));
        Id::from_u64(heard.spans.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut heard = self.0.lock().expect("whole");
        let span = heard
            .entered
            .last()
            .map(|id| usize::try_from(*id).unwrap_or(1) - 1);
        let span = span.map_or("nowhere", |at| &heard.spans[at]);
        let line = format!("{span}: {}", fields.0);
        heard.lines.push((*event.metadata().level(), line));
    }

    fn enter(&self, id: &Id) {
        self.0.lock().expect("whole").entered.push(id.into_u64());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().expect("whole").entered.pop();
    }
}

/// The lines of at least this level that are traced while the events are processed.
fn traced(flows: &str, level: Level, events: &[&str]) -> Vec<String> {
    let ear = Ear::default();
    tracing::subscriber::with_default(ear.clone(), || {
        block_on(async {
            let mut session = runtime(flows).session().with_id("thread-7");
            send(&mut session, &[]).await;
            for event in events {
                send(&mut session, &[event]).await;
            }
            while session.has_running_actions() {
                let _what_goes_out = session.next_event().await;
            }
        });
    });
    let heard = ear.0.lock().expect("whole");
    let lines = heard.lines.iter().filter(|(found, _)| *found <= level);
    lines.map(|(_, line)| line.clone()).collect()
}

#[track_caller]
fn check(flows: &str, events: &[&str], expected: &[&str]) {
    let found = traced(flows, Level::INFO, events);
    let begin = |(line, expected): (&String, &&str)| line.starts_with(*expected);
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(begin),
        "{found:#?}"
    );
}

#[test]
fn a_failed_action_stands_in_its_conversation() {
    let flows = "flow main\n  match Go()\n  await FailAction()\n  match Never()\n";
    check(
        flows,
        &["Go"],
        &["conversation id=\"thread-7\": action failed"],
    );
}

#[test]
fn so_does_one_in_the_background() {
    let flows = "flow main\n  match Go()\n  await StuckInBackgroundAction()\n  match Never()\n";
    check(
        flows,
        &["Go"],
        &["conversation id=\"thread-7\": action failed"],
    );
}

#[test]
fn so_does_what_a_flow_logs() {
    let flows = "flow main\n  match Go()\n  log \"hello\"\n  match Never()\n";
    let found = traced(flows, Level::INFO, &["Go"]);
    assert!(
        found[0].starts_with("conversation id=\"thread-7\": "),
        "{found:?}"
    );
    assert!(found[0].ends_with(": hello"), "{found:?}");
}

#[test]
fn everything_does() {
    let flows =
        "flow main\n  match Go()\n  $n = await SlowAction(n=1)\n  send Out(n=$n)\n  $n = $n.no\n";
    let found = traced(flows, Level::TRACE, &["Go"]);
    let outside = found.iter().filter(|line| line.starts_with("nowhere"));
    assert_eq!(outside.collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(!found.is_empty());
}

#[test]
fn a_message_that_is_answered_says_nothing() {
    let flows = "import core\nimport guardrails\n\nflow input rails $input_text\n  $n = await AddAction(a=1, b=2)\n\nflow output rails $output_text\n  $n = await AddAction(a=1, b=2)\n\nflow main\n  activate answering\n  match Never()\n\nflow answering\n  user said something\n  bot say \"Hi\"\n";
    let said = "UtteranceUserActionFinished final_transcript=\"hi\"";
    check(flows, &[said, said], &[]);
}

#[test]
fn an_action_that_was_lost_with_its_process_is_traced() {
    let ear = Ear::default();
    let flows = "flow main\n  await BackgroundAction(n=1)\n  match Never()\n";
    tracing::subscriber::with_default(ear.clone(), || {
        block_on(async {
            let runtime = runtime(flows);
            let mut session = runtime.session().with_id("thread-7");
            send(&mut session, &[]).await;
            let saved = session.snapshot().expect("saved");
            drop(session);
            runtime.resume(saved).expect("resumed");
        });
    });
    let heard = ear.0.lock().expect("whole");
    let lost = heard
        .lines
        .iter()
        .filter(|(level, _)| *level <= Level::WARN);
    let lost: Vec<_> = lost.map(|(_, line)| line.as_str()).collect();
    assert!(
        lost.len() == 1 && lost[0].contains("action=\"BackgroundAction\""),
        "{lost:?}"
    );
    assert!(
        lost[0].starts_with("conversation id=\"thread-7\": "),
        "{lost:?}"
    );
}
