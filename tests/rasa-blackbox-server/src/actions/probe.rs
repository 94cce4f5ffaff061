//! The state of a slow action, which a second request can query.

use super::values::number;
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, RasaEvent};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The state of each run, by the key in its request.
#[derive(Default)]
pub(crate) struct Probe(Mutex<HashMap<String, &'static str>>);

impl Probe {
    fn set(&self, key: &str, state: &'static str) {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.insert(key.to_owned(), state);
    }

    fn state(&self, key: &str) -> Option<&'static str> {
        let states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        states.get(key).copied()
    }

    /// Records the start of a run; if it never records its end, it was cancelled.
    pub(crate) fn begin<'p>(&'p self, tracker: &Tracker) -> Running<'p> {
        let key = tracker
            .slots()
            .get("probe_key")
            .and_then(|key| key.as_str());
        let running = Running {
            probe: self,
            key: key.map(str::to_owned),
            end: "cancelled",
        };
        running.note("running");
        running
    }
}

/// One run.
pub(crate) struct Running<'p> {
    probe: &'p Probe,
    key: Option<String>,
    end: &'static str,
}

impl Running<'_> {
    pub(crate) fn finish(mut self) {
        self.end = "finished";
    }

    fn note(&self, state: &'static str) {
        if let Some(key) = &self.key {
            self.probe.set(key, state);
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.note(self.end);
    }
}

#[action(aliases = ["bb_sleep"])]
async fn bb_sleep(tracker: &Tracker, probe: Res<Probe>) -> Events {
    let running = probe.begin(tracker);
    let time = number(tracker.slots().get("sleep_ms"), 100);
    tokio::time::sleep(Duration::from_millis(time)).await;
    running.finish();
    RasaEvent::slot_set("slept", true).into()
}

#[action(aliases = ["bb_probe"])]
async fn bb_probe(probe_key: Option<&str>, probe: Res<Probe>) -> Events {
    let state = probe_key.and_then(|key| probe.state(key));
    RasaEvent::slot_set("probe", state.unwrap_or("unknown")).into()
}
