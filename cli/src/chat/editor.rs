//! Lines from a terminal, with editing and history, or from a pipe. They are read on a thread of their own, since reading
//! cannot be interrupted.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use rustyline::error::ReadlineError;
use rustyline::{Config, DefaultEditor, ExternalPrinter as _};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::screen::Printer;
use crate::outcome::Failure;

const PROMPT: &str = "you: ";

/// What comes from somebody.
#[derive(Debug)]
pub(super) enum Input {
    Line(String),
    /// Ctrl-C, at the prompt.
    Interrupt,
}

/// Where lines come from.
pub(super) struct Lines {
    receiver: Receiver<Input>,
    /// Asks for the next line, in a terminal.
    ask: Option<mpsc::Sender<()>>,
}

impl Lines {
    /// The next input; `None` at its end.
    pub(super) async fn next(&mut self) -> Option<Input> {
        self.receiver.recv().await
    }

    /// Asks for the next line.
    pub(super) fn ask(&self) {
        if let Some(ask) = &self.ask {
            // Without a reader the end is told by `next`.
            let _ = ask.send(());
        }
    }
}

/// The lines of a pipe.
pub(super) fn pipe() -> Lines {
    let (sender, receiver) = channel(1);
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(Input::Line(line)).is_err() {
                return;
            }
        }
    });
    Lines {
        receiver,
        ask: None,
    }
}

/// The lines of a terminal, and what prints beside them.
///
/// # Errors
///
/// If it cannot be used as one.
pub(super) fn terminal() -> Result<(Lines, Option<Printer>), Failure> {
    let config = Config::builder().auto_add_history(true).build();
    let mut editor = DefaultEditor::with_config(config).map_err(|error| Failure::of(&error))?;
    let printer = editor.create_external_printer().ok().map(|mut printer| {
        let print = move |text| printer.print(text).map_err(io::Error::other);
        Box::new(print) as Printer
    });
    let (sender, receiver) = channel(1);
    let (ask, asked) = mpsc::channel();
    thread::spawn(move || edit(&mut editor, &asked, &sender));
    let ask = Some(ask);
    Ok((Lines { receiver, ask }, printer))
}

fn edit(editor: &mut DefaultEditor, asked: &mpsc::Receiver<()>, sender: &Sender<Input>) {
    let history = history();
    if let Some(history) = &history {
        // There is none at the first time.
        let _ = editor.load_history(history);
    }
    while asked.recv().is_ok() {
        let input = match editor.readline(PROMPT) {
            Ok(line) => Input::Line(line),
            Err(ReadlineError::Interrupted) => Input::Interrupt,
            Err(_) => return,
        };
        if let Some(history) = &history {
            // A conversation without a kept history is better than none.
            let _ = editor.save_history(history);
        }
        if sender.blocking_send(input).is_err() {
            return;
        }
    }
}

/// The file with the lines of earlier conversations, in the folder of the XDG base directory specification.
fn history() -> Option<PathBuf> {
    let of_home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    let state = std::env::var_os("XDG_STATE_HOME").filter(|path| Path::new(path).is_absolute());
    let folder = state.map(PathBuf::from).or_else(of_home)?;
    let folder = folder.join("action-sdk");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}
