//! Plays recorded events at their times, and writes what is said as lines of text.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use action_sdk::Event;
use action_sdk_runtime::{ProcessOptions, Runtime, Session};
use tokio::time::{Instant, sleep_until};
use umim::Timestamp;

/// How long before the first event the conversation begins.
const BEFORE: i64 = 10_000_000;

/// The time of the recording: it began when the program did.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    recorded: i64,
    began: Instant,
}

impl Clock {
    /// A clock that shows a moment before the first event.
    pub(crate) fn starting_at(events: &[Event]) -> Self {
        let first = events.first().and_then(Event::created_at);
        Self {
            recorded: first.map_or(0, |time| time.as_micros() - BEFORE),
            began: Instant::now(),
        }
    }

    /// The time now.
    pub(crate) fn now(self) -> Timestamp {
        let passed = self.began.elapsed().as_micros();
        Timestamp::from_micros(self.recorded + i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// When an event is to be played.
    fn instant(self, event: &Event) -> Instant {
        let time = event.created_at().map_or(0, Timestamp::as_micros);
        let micros = u64::try_from(time - self.recorded).unwrap_or_default();
        self.began + Duration::from_micros(micros)
    }

    /// The seconds since the beginning.
    fn seconds(self) -> u64 {
        self.began.elapsed().as_secs()
    }
}

/// The events of a file, one JSON text per line.
pub(crate) fn read(file: &Path) -> Result<Vec<Event>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let events = text.lines().map(Event::parse);
    Ok(events.collect::<Result<_, _>>()?)
}

/// Plays the events to a new conversation, until no action runs any more.
pub(crate) async fn play(
    runtime: &Runtime,
    clock: Clock,
    events: Vec<Event>,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    // What the bot says is printed, and thereby said.
    let options = ProcessOptions {
        instant_actions: ["UtteranceBotAction".to_owned()].into(),
        ..ProcessOptions::default()
    };
    let mut session = runtime.session();
    for told in session
        .process_events_with(Vec::new(), options.clone())
        .await?
    {
        write_line(clock, &told, out)?;
    }
    for event in events {
        let due = clock.instant(&event);
        listen(&mut session, clock, &options, due, out).await?;
        write_line(clock, &event, out)?;
        for told in session
            .process_events_with(vec![event], options.clone())
            .await?
        {
            write_line(clock, &told, out)?;
        }
    }
    while let Some(told) = session.next_event_with(&options).await? {
        write_line(clock, &told, out)?;
    }
    Ok(())
}

/// Waits until an event is due, and meanwhile writes what running actions lead to.
async fn listen(
    session: &mut Session,
    clock: Clock,
    options: &ProcessOptions,
    due: Instant,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    while session.has_running_actions() {
        tokio::select! {
            biased;
            told = session.next_event_with(options) => {
                if let Some(told) = told? {
                    write_line(clock, &told, out)?;
                }
            }
            () = sleep_until(due) => return Ok(()),
        }
    }
    sleep_until(due).await;
    Ok(())
}

fn write_line(clock: Clock, event: &Event, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let seconds = clock.seconds();
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let field = |name: &str| event.value(name).and_then(|value| value.as_str());
    let (who, what) = match (
        event.name(),
        field("final_transcript"),
        field("final_script"),
    ) {
        (_, Some(said), _) => ("customer", said),
        (_, _, Some(said)) => ("desk", said),
        (other, None, None) => ("event", other),
    };
    writeln!(out, "{minutes:02}:{seconds:02}  {who:<9} {what}")?;
    Ok(())
}
