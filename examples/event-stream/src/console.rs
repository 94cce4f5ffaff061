//! Standard error: progress on a terminal, reports on lines, the summary. It is used in one place only, so that
//! outputs do not mix.

use crate::units;
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

/// A handle to standard error. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Console {
    bar: ProgressBar,
    style: Style,
}

/// The progress so far.
pub(crate) struct Progress {
    /// The number of bytes read.
    pub(crate) bytes: u64,
    pub(crate) finished: u64,
    pub(crate) failed: u64,
    pub(crate) in_flight: usize,
}

impl Console {
    /// Shows progress if standard error is a terminal, unless `still`: as a bar if the length of the input in bytes
    /// is known.
    pub(crate) fn new(still: bool, length: Option<u64>) -> Self {
        let is_shown = !still && io::stderr().is_terminal();
        Self {
            bar: if is_shown {
                bar(length)
            } else {
                ProgressBar::hidden()
            },
            style: Style::of_stderr(),
        }
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Reports a line of the input that cannot be used.
    pub(crate) fn skipped(&self, line: u64, problem: &dyn Display) {
        let label = self.style.yellow("skipped");
        self.print(&format!("{label} line {line}: {problem}\n"));
    }

    /// Reports an event that could not be followed.
    pub(crate) fn note(&self, line: u64, problem: &dyn Display) {
        let label = self.style.yellow("note");
        self.print(&format!("{label} line {line}: {problem}\n"));
    }

    /// Prints a text unchanged. If standard error is closed, it is lost.
    pub(crate) fn print(&self, text: &str) {
        self.aside(|| {
            let _closed = io::stderr().lock().write_all(text.as_bytes());
        });
    }

    /// Runs a function that writes to the terminal while the progress is hidden.
    pub(crate) fn aside<R>(&self, work: impl FnOnce() -> R) -> R {
        self.bar.suspend(work)
    }

    /// Shows the progress. Reading is fast and runs are slow, so the bar shows how much of the input has been
    /// processed.
    pub(crate) fn progress(&self, progress: &Progress) {
        if !self.bar.is_hidden() {
            let begun = progress.finished + progress.in_flight as u64;
            let done = progress.bytes * progress.finished.max(1) / begun.max(1);
            self.bar.set_position(done);
            self.bar.set_message(progress.to_string());
        }
    }

    /// Removes the progress from the terminal.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// Prints the error that ends the program.
pub(crate) fn fail(error: &dyn Error) {
    let label = Style::of_stderr().red("error");
    let _closed = writeln!(io::stderr().lock(), "{label}: {error}");
}

fn bar(length: Option<u64>) -> ProgressBar {
    let (bar, template) = match length {
        Some(length) => (
            ProgressBar::new(length),
            "{bar:24.cyan/dim} {percent:>3} %, {msg}, {elapsed}",
        ),
        None => (
            ProgressBar::new_spinner(),
            "{spinner:.cyan} {msg}, {elapsed}",
        ),
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.set_style(style.progress_chars("━━─"));
    bar.set_message("nothing finished yet");
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

impl Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            finished,
            failed,
            in_flight,
            ..
        } = self;
        let finished = units::count(*finished);
        write!(
            f,
            "{finished} finished ({failed} failed), {in_flight} in flight"
        )
    }
}

/// For `tracing-subscriber`, which writes each of its lines at once.
impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.aside(|| io::stderr().lock().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    is_on: bool,
}

impl Style {
    /// No colours.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { is_on: false };

    /// Colours if standard error is a terminal and allows them (<https://no-color.org>).
    fn of_stderr() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            is_on: io::stderr().is_terminal() && !unwanted,
        }
    }

    pub(crate) fn is_on(self) -> bool {
        self.is_on
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.painted("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.painted("2", text)
    }

    pub(crate) fn red(self, text: &str) -> String {
        self.painted("1;31", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.painted("33", text)
    }

    fn painted(self, code: &str, text: &str) -> String {
        match self.is_on {
            true => format!("\x1b[{code}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }
}
