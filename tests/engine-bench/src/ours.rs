//! Runs the cases on our engine: one JSON line per figure, in nanoseconds or bytes, in the same form as
//! `reference.py`.

use action_sdk::prelude::*;
use action_sdk_runtime::{Config, Runtime, Session, parse_config};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The time for measuring one figure.
const TIME: Duration = Duration::from_millis(500);

/// How many conversations are created to measure the memory of one.
const CONVERSATIONS: usize = 2_000;

/// The limit on events is raised, as for the reference, so that no case ends early.
const MAX_EVENTS: usize = 1_000_000;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[action]
async fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Measures all cases.
pub(crate) fn measure(cases: &Value) -> Outcome {
    let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    for case in cases.as_array().into_iter().flatten() {
        match text(case, "kind") {
            "turn" => tokio.block_on(turn(case))?,
            "load" => load(case)?,
            "state" => tokio.block_on(state(case))?,
            "memory" => tokio.block_on(memory(case))?,
            other => return Err(format!("no case is of kind `{other}`").into()),
        }
    }
    Ok(())
}

fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().unwrap_or_default()
}

fn report(case: &Value, figure: &str, value: f64) {
    println!(
        "{}",
        json!({"name": text(case, "name"), "figure": figure, "value": value})
    );
}

fn config(case: &Value) -> Outcome<Config> {
    Ok(parse_config("", [("main.co", text(case, "source"))])?)
}

fn runtime(case: &Value) -> Outcome<Runtime> {
    Ok(Runtime::builder(config(case)?)
        .max_events(MAX_EVENTS)
        .saved_history(0)
        .build()?)
}

async fn session(runtime: &Runtime, case: &Value) -> Outcome<Session> {
    let mut session = runtime.session();
    session.process_events(Vec::new()).await?;
    for events in case["setup"].as_array().into_iter().flatten() {
        session.process_events(read(events)?).await?;
    }
    Ok(session)
}

fn read(events: &Value) -> Outcome<Vec<Event>> {
    let events = events.as_array().into_iter().flatten();
    Ok(events
        .map(|event| Event::from_json(event.clone()))
        .collect::<Result<_, _>>()?)
}

/// The median of the times of individual steps.
struct Times(Vec<Duration>);

impl Times {
    fn of(mut step: impl FnMut()) -> Self {
        let mut times = Self(Vec::new());
        let until = Instant::now() + TIME;
        while times.0.len() < 3 || Instant::now() < until {
            let begin = Instant::now();
            step();
            times.0.push(begin.elapsed());
        }
        times
    }

    fn nanoseconds(mut self) -> f64 {
        self.0.sort_unstable();
        self.0[self.0.len() / 2].as_secs_f64() * 1e9
    }
}

async fn turn(case: &Value) -> Outcome {
    let runtime = runtime(case)?;
    let mut session = session(&runtime, case).await?;
    let turns = case["turns"].as_array().into_iter().flatten();
    let turns = turns.map(read).collect::<Outcome<Vec<_>>>()?;
    let mut times = Times(Vec::new());
    let until = Instant::now() + TIME;
    for events in turns.iter().cycle() {
        let begin = Instant::now();
        let outputs = session.process_events(events.clone()).await?;
        let finished: Vec<Event> = outputs.iter().filter_map(answer).collect();
        if !finished.is_empty() {
            session.process_events(finished).await?;
        }
        times.0.push(begin.elapsed());
        if Some(outputs.len() as u64) != case["outputs"].as_u64() {
            return Err(format!("{}: {} outputs", text(case, "name"), outputs.len()).into());
        }
        if Instant::now() > until {
            break;
        }
    }
    report(case, "turn", times.nanoseconds());
    Ok(())
}

/// The report of a front end that an action has finished.
fn answer(event: &Event) -> Option<Event> {
    let name = event.name().strip_prefix("Start")?;
    let finished = Event::new(format!("{name}Finished")).with("action_uid", event.action_uid()?);
    Some(finished.with("is_success", true))
}

fn load(case: &Value) -> Outcome {
    config(case)?;
    let times = Times::of(|| {
        black_box(runtime(case).is_ok());
    });
    report(case, "load", times.nanoseconds());
    Ok(())
}

async fn state(case: &Value) -> Outcome {
    let runtime = runtime(case)?;
    let mut session = session(&runtime, case).await?;
    let saved = session.snapshot()?;
    report(case, "saved bytes", saved.as_str().len() as f64);
    let clone = Times::of(|| drop(black_box(session.state().clone())));
    report(case, "clone", clone.nanoseconds());
    let save = Times::of(|| drop(black_box(session.snapshot())));
    report(case, "save", save.nanoseconds());
    let resume = Times::of(|| drop(black_box(runtime.resume(&saved))));
    report(case, "resume", resume.nanoseconds());
    Ok(())
}

async fn memory(case: &Value) -> Outcome {
    let runtime = runtime(case)?;
    let mut sessions = vec![session(&runtime, case).await?];
    let before = resident()?;
    for _ in 0..CONVERSATIONS {
        sessions.push(session(&runtime, case).await?);
    }
    report(
        case,
        "bytes in memory",
        (resident()? - before) / CONVERSATIONS as f64,
    );
    let saved = sessions[0].snapshot()?;
    report(case, "saved bytes", saved.as_str().len() as f64);
    Ok(())
}

/// The resident memory of this process in bytes.
fn resident() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmRSS")?;
    Ok(kilobytes.parse::<f64>()? * 1024.0)
}
