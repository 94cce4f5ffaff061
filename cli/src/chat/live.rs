//! A conversation with somebody, in a terminal or a pipe: takes lines and shows what comes out.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use action_sdk::{Event, State};
use action_sdk_runtime::{ProcessOptions, Runtime};
use tokio::signal::ctrl_c;
use tokio::time::sleep;

use super::activity::Activity;
use super::commands::{self, Typed};
use super::editor::{self, Input, Lines};
use super::moves::Moves;
use super::screen::Screen;
use super::talk::{self, Talk};
use super::view;
use crate::args::ChatArgs;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::program::Program;
use crate::watch::Watcher;

/// How often it is looked whether the bot has said something while an action works.
const TICK: Duration = Duration::from_millis(100);

struct Live<'a> {
    program: &'a Program,
    args: &'a ChatArgs,
    talk: Talk,
    screen: Screen,
    lines: Lines,
    activity: Activity,
    /// For `--debug`.
    moves: Option<Moves>,
    watcher: Watcher,
    /// Whether Ctrl-C was typed, and nothing since.
    is_interrupted: bool,
}

/// Whether the conversation goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Ends,
}

pub(super) async fn chat(program: &Program, args: &ChatArgs) -> Result<Outcome, Failure> {
    let activity = Activity::default();
    let runtime = runtime(program, args, &activity).await?;
    let (screen, lines) = match io::stdin().is_terminal() && io::stdout().is_terminal() {
        true => {
            let (lines, printer) = editor::terminal()?;
            (Screen::terminal(printer), lines)
        }
        false => (Screen::pipe(), editor::pipe()),
    };
    let mut live = Live {
        program,
        args,
        talk: Talk::new(&runtime),
        screen,
        lines,
        activity,
        moves: args.debug.then(Moves::default),
        watcher: Watcher::of(args.watch.then_some(&args.dir))?,
        is_interrupted: false,
    };
    live.converse().await?;
    Ok(Outcome::Done)
}

async fn runtime(
    program: &Program,
    args: &ChatArgs,
    activity: &Activity,
) -> Result<Runtime, Failure> {
    let hook = activity.clone();
    let bot = host::bot(program, &args.dir, &args.host, |actions| actions.hook(hook)).await?;
    // In a pipe the answer to a line is complete before the next one is read.
    let blocking = !io::stdin().is_terminal();
    let options = ProcessOptions {
        blocking,
        ..ProcessOptions::chat()
    };
    host::build(&args.dir, bot.runtime.options(options))
}

impl Live<'_> {
    async fn converse(&mut self) -> Result<(), Failure> {
        if self.screen.is_terminal() {
            self.screen
                .note("`/help` lists the commands, Ctrl-D ends")?;
        }
        if self.settle(Vec::new()).await? == Goes::Ends {
            return Ok(());
        }
        self.lines.ask();
        loop {
            tokio::select! {
                input = self.lines.next() => {
                    let Some(input) = input else {
                        return self.finish().await;
                    };
                    if self.take(input).await? == Goes::Ends {
                        return Ok(());
                    }
                    self.lines.ask();
                }
                ended = self.talk.next() => {
                    if let Err(error) = ended {
                        self.screen.note(&format!("error: {error}"))?;
                    }
                    self.show_all()?;
                }
                () = self.watcher.changed() => self.reload().await?,
                _ = ctrl_c() => if self.interrupt()? == Goes::Ends {
                    return Ok(());
                },
            }
        }
    }

    /// Waits for the actions that still run when the input has ended.
    async fn finish(&mut self) -> Result<(), Failure> {
        while self.talk.session().has_running_actions() {
            self.talk
                .next()
                .await
                .map_err(|error| Failure::of(&error))?;
            self.show_all()?;
        }
        Ok(())
    }

    async fn take(&mut self, input: Input) -> Result<Goes, Failure> {
        match input {
            Input::Interrupt => self.interrupt(),
            Input::Line(line) => {
                self.is_interrupted = false;
                self.line(&line).await
            }
        }
    }

    fn interrupt(&mut self) -> Result<Goes, Failure> {
        if self.is_interrupted {
            return Ok(Goes::Ends);
        }
        self.is_interrupted = true;
        self.screen.note("Ctrl-C once more ends the conversation")?;
        Ok(Goes::On)
    }

    async fn line(&mut self, line: &str) -> Result<Goes, Failure> {
        match commands::read(line) {
            Typed::Nothing => {}
            Typed::Message(text) => return self.settle(vec![talk::message(text)]).await,
            Typed::Events(count) => self.events(count)?,
            Typed::Flows => self.state(view::flows)?,
            Typed::Context => self.state(view::variables)?,
            Typed::Why => self.answer(self.talk.why())?,
            Typed::Help => self.screen.answer(commands::HELP)?,
            Typed::Save(file) => self.save(file)?,
            Typed::Load(file) => self.load(file)?,
            Typed::Restart => {
                self.talk.restart();
                return self.settle(Vec::new()).await;
            }
            Typed::Quit => return Ok(Goes::Ends),
            Typed::Unknown(problem) => self.screen.note(&problem)?,
        }
        Ok(Goes::On)
    }

    fn answer(&mut self, lines: Vec<String>) -> Result<(), Failure> {
        for line in lines {
            self.screen.answer(&line)?;
        }
        Ok(())
    }

    fn state(&mut self, view: fn(&State) -> Vec<String>) -> Result<(), Failure> {
        let lines = view(self.talk.session().state());
        self.answer(lines)
    }

    fn events(&mut self, count: usize) -> Result<(), Failure> {
        let history = self.talk.session().history();
        let latest = history.iter().skip(history.len().saturating_sub(count));
        self.answer(latest.map(view::event).collect())
    }

    fn save(&mut self, file: &str) -> Result<(), Failure> {
        let saved = self.talk.session().snapshot();
        let written = saved
            .map_err(|error| error.to_string())
            .and_then(|saved| fs::write(file, saved).map_err(|error| error.to_string()));
        let told = match written {
            Ok(()) => format!("saved in `{file}`"),
            Err(error) => format!("`{file}` cannot be written: {error}"),
        };
        Ok(self.screen.note(&told)?)
    }

    fn load(&mut self, file: &str) -> Result<(), Failure> {
        let resumed = fs::read(file)
            .map_err(|error| error.to_string())
            .and_then(|saved| self.talk.resume(&saved).map_err(|error| error.to_string()));
        let told = match resumed {
            Ok(()) => format!("the conversation in `{file}` goes on"),
            Err(error) => format!("`{file}` cannot be loaded: {error}"),
        };
        Ok(self.screen.note(&told)?)
    }

    /// Lets events happen, and everything that follows from them; shows what comes out while it comes.
    async fn settle(&mut self, mut events: Vec<Event>) -> Result<Goes, Failure> {
        let mut goes = Goes::On;
        loop {
            tokio::select! {
                biased;
                done = self.talk.process(std::mem::take(&mut events)) => {
                    self.screen.idle();
                    if let Err(error) = done {
                        self.screen.note(&format!("error: {error}"))?;
                    }
                    self.show_all()?;
                    return Ok(goes);
                }
                () = sleep(TICK) => {
                    self.show_all()?;
                    self.screen.working(self.activity.running());
                }
                _ = ctrl_c() => {
                    goes = self.interrupt()?;
                    self.talk.session().cancel_actions();
                    if goes == Goes::Ends {
                        self.screen.idle();
                        return Ok(goes);
                    }
                }
            }
        }
    }

    fn show_all(&mut self) -> Result<(), Failure> {
        let sent = self.talk.take_sent();
        self.show(&sent)?;
        self.debug()
    }

    fn show(&mut self, sent: &[Event]) -> Result<(), Failure> {
        for text in sent.iter().filter_map(talk::said) {
            self.screen.said(&text)?;
        }
        for error in self.talk.session().take_flow_errors() {
            self.screen.note(&format!("warning: {error}"))?;
        }
        Ok(())
    }

    fn debug(&mut self) -> Result<(), Failure> {
        let told = self.activity.take_told();
        if let Some(moves) = &mut self.moves {
            for line in told
                .into_iter()
                .chain(moves.since_last(self.talk.session()))
            {
                self.screen.note(&line)?;
            }
        }
        Ok(())
    }

    /// Takes the changed flows: for new conversations, and for this one if nothing that runs was changed.
    async fn reload(&mut self) -> Result<(), Failure> {
        let told = match runtime(self.program, self.args, &self.activity).await {
            Ok(runtime) => match self.talk.move_to(&runtime) {
                true => "changed: the conversation goes on with it".to_owned(),
                false => "changed: the conversation goes on as it was; `/restart` takes the change"
                    .to_owned(),
            },
            Err(failure) => format!("the change is not taken: {failure}"),
        };
        Ok(self.screen.note(&told)?)
    }
}
