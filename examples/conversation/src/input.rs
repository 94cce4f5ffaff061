//! Where events come from: a recording, or a user at the terminal.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead};
use std::path::Path;
use std::thread;
use std::time::Duration;

use action_sdk::Event;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{Instant, sleep_until};
use umim::Timestamp;

use crate::show::Show;

/// How many events may wait to be processed.
const WAITING: usize = 16;

/// How long before its first event a recording begins, in microseconds.
const BEFORE: i64 = 10_000_000;

/// Recorded events, and the time at which the recording began.
pub(crate) struct Recording {
    events: Vec<Event>,
    began: i64,
}

impl Recording {
    /// Reads one event per line.
    pub(crate) fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(file)?;
        let events: Vec<Event> = text.lines().map(Event::parse).collect::<Result<_, _>>()?;
        let first = events.first().and_then(Event::created_at);
        let began = first.map_or(0, |time| time.as_micros() - BEFORE);
        Ok(Self { events, began })
    }

    /// A clock with the time of the recording, as if it began now.
    pub(crate) fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + 'static {
        let (recorded, now) = (self.began, Instant::now());
        move || {
            let passed = i64::try_from(now.elapsed().as_micros()).unwrap_or(i64::MAX);
            Timestamp::from_micros(recorded.saturating_add(passed))
        }
    }

    /// Plays the events at their times, and shows each of them.
    pub(crate) fn play(self, show: Show) -> Receiver<Event> {
        let (sender, receiver) = channel(WAITING);
        let now = Instant::now();
        tokio::spawn(async move {
            for event in self.events {
                let time = event.created_at().map_or(0, Timestamp::as_micros);
                let after = u64::try_from(time - self.began).unwrap_or_default();
                sleep_until(now + Duration::from_micros(after)).await;
                if show.event(&event).is_err() || sender.send(event).await.is_err() {
                    return;
                }
            }
        });
        receiver
    }
}

/// The lines typed by the user, up to the end of the input or `quit`. They are read on a thread of their own, since a
/// blocking read cannot be interrupted.
pub(crate) fn typed() -> Receiver<Event> {
    let (sender, receiver) = channel(WAITING);
    thread::spawn(move || {
        let lines = io::stdin().lock().split(b'\n').map_while(Result::ok);
        let lines = lines.map(|line| String::from_utf8_lossy(&line).trim().to_owned());
        let lines = lines.take_while(|line| line != "quit");
        for line in lines.filter(|line| !line.is_empty()) {
            let said = Event::new("UtteranceUserActionFinished").with("final_transcript", line);
            if sender.blocking_send(said).is_err() {
                return;
            }
        }
    });
    receiver
}
