//! A conversation from a file: plays what the user does, and compares what the bot says.

use std::collections::VecDeque;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use action_sdk::Event;
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeError};

use super::clock::Clock;
use super::talk::{self, Talk};
use crate::args::ChatArgs;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::output;
use crate::program::Program;

/// A conversation to be played.
#[derive(Debug)]
pub(super) struct Script {
    file: PathBuf,
    steps: Vec<Step>,
}

/// A line of a script.
#[derive(Debug)]
struct Step {
    line: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    User(String),
    Bot(String),
    Event(Box<Event>),
    Silence(Duration),
}

/// Reads a script.
///
/// # Errors
///
/// If the file cannot be read, or a line is no statement.
pub(super) fn read(file: &Path) -> Result<Script, Failure> {
    let text = fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
    let mut steps = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let line = index + 1;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let what = statement(text)
            .map_err(|problem| Failure::new(format!("{}:{line}: {problem}", file.display())))?;
        steps.push(Step { line, what });
    }
    Ok(Script {
        file: file.to_owned(),
        steps,
    })
}

fn statement(text: &str) -> Result<What, String> {
    let unknown = || {
        format!(
            "`{text}` is no statement of a script; those are `user: TEXT`, `bot: TEXT`, `event: {{…}}`, `silence: SECONDS` and `# comment`"
        )
    };
    let (word, rest) = text.split_once(':').ok_or_else(unknown)?;
    let rest = rest.trim();
    match word.trim_end() {
        "user" => Ok(What::User(rest.to_owned())),
        "bot" => Ok(What::Bot(rest.to_owned())),
        "event" => Event::parse(rest)
            .map(|event| What::Event(Box::new(event)))
            .map_err(|error| format!("this is no event: {error}")),
        "silence" => seconds(rest).map(What::Silence),
        _ => Err(unknown()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| format!("`silence` needs a number of seconds, 0 or more, not `{text}`"))
}

/// Why a script was not played to its end.
enum Stop {
    /// It goes otherwise than the script says.
    Differs(Difference),
    /// A call failed.
    Failed(Failure),
}

/// The first difference.
struct Difference {
    line: usize,
    expected: Option<String>,
    found: Option<String>,
}

impl From<RuntimeError> for Stop {
    fn from(error: RuntimeError) -> Self {
        Self::Failed(Failure::of(&error))
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Plays a script, and tells the first difference.
pub(super) async fn play(
    program: &Program,
    args: &ChatArgs,
    script: &Script,
) -> Result<Outcome, Failure> {
    let is_told = |step: &Step| matches!(step.what, What::Bot(_));
    let clock = Clock::default();
    let (runtime, asks_outside) = runtime(program, args, &clock).await?;
    let mut player = Player {
        talk: Talk::new(&runtime),
        clock: asks_outside.then_some(clock),
        said: VecDeque::new(),
        compares: script.steps.iter().any(is_told),
    };
    match player.play(&script.steps).await {
        Ok(()) => Ok(Outcome::Done),
        Err(Stop::Differs(difference)) => {
            let (file, line) = (script.file.display(), difference.line);
            output::line(format_args!("{file}:{line}: {difference}"))?;
            Ok(Outcome::Bad)
        }
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

/// The bot on a clock that is paused, unless something outside is asked, which the result says: then the clock runs, and
/// all actions are awaited.
async fn runtime(
    program: &Program,
    args: &ChatArgs,
    clock: &Clock,
) -> Result<(Runtime, bool), Failure> {
    let hook = clock.clone();
    let bot = host::bot(program, &args.dir, &args.host, |actions| actions.hook(hook)).await?;
    let options = ProcessOptions {
        blocking: bot.asks_outside,
        ..ProcessOptions::chat()
    };
    let runtime = bot.runtime.options(options);
    if !bot.asks_outside {
        tokio::time::pause();
    }
    let runtime = host::build(&args.dir, runtime.clock(talk::virtual_clock()))?;
    Ok((runtime, bot.asks_outside))
}

struct Player {
    talk: Talk,
    /// Skips time in silence, where the clock runs otherwise.
    clock: Option<Clock>,
    /// What the bot has said and was not compared yet.
    said: VecDeque<String>,
    /// Whether the script tells what the bot says.
    compares: bool,
}

impl Player {
    async fn play(&mut self, steps: &[Step]) -> Result<(), Stop> {
        self.talk.process_all(Vec::new()).await?;
        self.collect()?;
        for step in steps {
            self.step(step).await?;
        }
        let last = steps.last().map_or(1, |step| step.line);
        self.expect_nothing(last)
    }

    async fn step(&mut self, step: &Step) -> Result<(), Stop> {
        if let What::Bot(text) = &step.what {
            return self.expect(step.line, text);
        }
        self.expect_nothing(step.line)?;
        match &step.what {
            What::User(text) => self.talk.process_all(vec![talk::message(text)]).await?,
            What::Event(event) => self.talk.process_all(vec![(**event).clone()]).await?,
            What::Silence(time) => self.silence(*time).await?,
            What::Bot(_) => {}
        }
        self.collect()
    }

    async fn silence(&mut self, time: Duration) -> Result<(), RuntimeError> {
        let Some(clock) = &self.clock else {
            return self.talk.wait(time).await;
        };
        clock.skip();
        let waited = self.talk.wait(time).await;
        clock.run();
        waited
    }

    /// Takes what the bot has said, and shows it if it is not to be compared.
    fn collect(&mut self) -> Result<(), Stop> {
        for error in self.talk.session().take_flow_errors() {
            output::warning(error);
        }
        for text in self.talk.take_sent().iter().filter_map(talk::said) {
            let text = one_line(&text);
            match self.compares {
                true => self.said.push_back(text),
                false => output::line(format_args!("bot: {text}")).map_err(Failure::from)?,
            }
        }
        Ok(())
    }

    fn expect(&mut self, line: usize, text: &str) -> Result<(), Stop> {
        match self.said.pop_front() {
            Some(said) if said == text => Ok(()),
            found => Err(Stop::Differs(Difference {
                line,
                expected: Some(text.to_owned()),
                found,
            })),
        }
    }

    fn expect_nothing(&mut self, line: usize) -> Result<(), Stop> {
        match self.said.pop_front() {
            None => Ok(()),
            found => Err(Stop::Differs(Difference {
                line,
                expected: None,
                found,
            })),
        }
    }
}

/// As it is written in a script.
fn one_line(text: &str) -> String {
    let lines: Vec<_> = text.trim().lines().collect();
    lines.join("\\n")
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<String>| match text {
            Some(text) => format!("bot: {text}"),
            None => "(nothing)".to_owned(),
        };
        f.write_str("the bot says something else")?;
        write!(f, "\n  expected  {}", shown(&self.expected))?;
        write!(f, "\n  found     {}", shown(&self.found))
    }
}
