//! Where a conversation is shown: in a terminal, beside a line that is being typed, or in a pipe.

use std::io;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;

use super::view;
use crate::output::{self, DIM};

/// For the name of who speaks.
const SPEAKER: Style = AnsiColor::Cyan.on_default().bold();

/// Prints beside a line that is being typed.
pub(super) type Printer = Box<dyn FnMut(String) -> io::Result<()>>;

/// Where a conversation is shown.
pub(super) struct Screen {
    /// In a terminal.
    printer: Option<Printer>,
    is_terminal: bool,
    spinner: Option<ProgressBar>,
}

impl Screen {
    pub(super) fn pipe() -> Self {
        Self {
            printer: None,
            is_terminal: false,
            spinner: None,
        }
    }

    /// Without a printer it writes to standard output itself.
    pub(super) fn terminal(printer: Option<Printer>) -> Self {
        Self {
            printer,
            is_terminal: true,
            spinner: None,
        }
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// What the bot says.
    pub(super) fn said(&mut self, text: &str) -> io::Result<()> {
        self.line(&format!("{SPEAKER}bot{SPEAKER:#}: {}", view::safe(text)))
    }

    /// What the program has to say: in a pipe on standard error.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        if self.is_terminal {
            return self.line(&format!("{DIM}{text}{DIM:#}"));
        }
        output::note(text);
        Ok(())
    }

    /// The answer to a command.
    pub(super) fn answer(&mut self, text: &str) -> io::Result<()> {
        self.line(text)
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        let printer = &mut self.printer;
        let mut print = || match printer {
            Some(printer) => printer(format!("{}\n", output::styled(text))),
            None => output::line(text),
        };
        match &self.spinner {
            Some(spinner) => spinner.suspend(print),
            None => print(),
        }
    }

    /// Shows that something works.
    pub(super) fn working(&mut self, at: String) {
        if self.is_terminal {
            let spinner = self.spinner.get_or_insert_with(|| {
                let spinner = ProgressBar::new_spinner();
                spinner.enable_steady_tick(Duration::from_millis(100));
                spinner
            });
            spinner.set_message(at);
        }
    }

    /// Nothing works any more.
    pub(super) fn idle(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }
}
