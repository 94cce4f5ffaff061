//! Shows what happens, as lines of text: when, who, what.

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use action_sdk::{ActionError, ActionResult, Call, CallHook, Event};
use tokio::time::Instant;

/// Writes lines to the standard output, with the time since the start.
#[derive(Clone, Copy)]
pub(crate) struct Show {
    began: Instant,
}

impl Show {
    pub(crate) fn new() -> Self {
        let began = Instant::now();
        Self { began }
    }

    pub(crate) fn event(self, event: &Event) -> io::Result<()> {
        let text = |name: &str| event.value(name).and_then(|value| value.as_str());
        let text = |name: &str| text(name).unwrap_or_default();
        match event.name() {
            "UtteranceUserActionFinished" => self.line("customer", text("final_transcript")),
            "UtteranceBotActionFinished" => self.line("desk", text("final_script")),
            "RailBlocked" => {
                let (rail, reason) = (text("rail"), text("reason"));
                self.line("rail", &format!("`{rail}` blocked this: {reason}"))
            }
            "RailChanged" => {
                let (rail, reason) = (text("rail"), text("reason"));
                self.line("rail", &format!("`{rail}` rewrote this: {reason}"))
            }
            "DeskFailed" => self.line("error", text("reason")),
            other => self.line("event", other),
        }
    }

    fn line(self, who: &str, what: &str) -> io::Result<()> {
        let seconds = self.began.elapsed().as_secs();
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        writeln!(io::stdout(), "{minutes:02}:{seconds:02}  {who:<9} {what}")
    }
}

/// Writes a text unchanged.
pub(crate) fn text(text: &str) -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

/// Writes a text to standard error; if that is closed, it is lost.
pub(crate) fn problem(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Failing actions are shown too, as soon as they fail.
impl CallHook for Show {
    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, _: Duration) {
        if let Err(error) = outcome {
            let (action, reason) = (call.action().name(), error.message());
            // If the output is closed, the next event ends the program.
            let _ = self.line("failed", &format!("`{action}`: {reason}"));
        }
    }
}
