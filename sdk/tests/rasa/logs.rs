//! The contents of the log, and the levels.

use std::sync::{Arc, Mutex};

use action_sdk::rasa::{CollectingDispatcher, Events, Tracker};
use serde_json::json;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::read::block_on;

#[derive(Clone, Default)]
struct Levels(Arc<Mutex<Vec<Level>>>);

impl Subscriber for Levels {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("action_sdk")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(*event.metadata().level());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[track_caller]
fn check(work: impl FnOnce(), expected: &[Level]) {
    let levels = Levels::default();
    tracing::subscriber::with_default(levels.clone(), || {
        // Another test may have met a call site for the first time just before this subscriber was there.
        tracing::callsite::rebuild_interest_cache();
        work();
    });
    assert_eq!(*levels.0.lock().unwrap(), expected);
}

#[test]
fn a_stream_left_open_is_a_warning() {
    let dispatcher = CollectingDispatcher::new();
    block_on(dispatcher.stream_start()).unwrap();
    check(
        || assert!(block_on(dispatcher.finish()).is_empty()),
        &[Level::WARN],
    );
}

#[test]
fn a_stream_that_was_ended_is_none() {
    let dispatcher = CollectingDispatcher::new();
    block_on(async {
        dispatcher
            .stream_start()
            .await
            .and(dispatcher.stream_end().await)
    })
    .unwrap();
    check(|| assert!(block_on(dispatcher.finish()).is_empty()), &[]);
}

#[test]
fn a_dropped_event_is_an_error_and_its_content_is_for_debugging() {
    check(
        || assert!(Events::from_raw([json!(7)]).is_empty()),
        &[Level::ERROR, Level::DEBUG],
    );
}

#[test]
fn a_slot_that_does_not_exist_is_worth_a_line() {
    let tracker = Tracker::new("u").with_slot("a", 1);
    check(|| assert!(tracker.slot("b").is_none()), &[Level::INFO]);
    check(|| assert!(tracker.slot("a").is_some()), &[]);
}
