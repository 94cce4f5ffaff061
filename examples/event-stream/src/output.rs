//! The output: a single thread writes whole lines, so that they never mix.

use crate::console::Console;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// How many finished events may wait to be written before reading pauses.
const LINES_AHEAD: usize = 256;

/// How many bytes are written at once, if that many are ready.
const BATCH: usize = 1 << 16;

/// The destination of the lines.
pub(crate) struct Sink {
    writer: Box<dyn Write + Send>,
    name: String,
}

/// A handle to the writing thread, which ends when all senders are gone.
pub(crate) struct Output {
    pub(crate) lines: mpsc::Sender<String>,
    pub(crate) written: oneshot::Receiver<Result<(), WriteError>>,
}

/// Why writing has ended.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// The reader has closed it.
    Closed,
    /// Any other error, as a sentence.
    Failed(String),
}

/// Opens a file, truncating it, or standard output if there is none. Refuses to truncate the input.
pub(crate) fn open(file: Option<&Path>, input: Option<&Path>) -> Result<Sink, String> {
    let Some(path) = file else {
        return Ok(Sink {
            writer: Box::new(io::stdout()),
            name: "standard output".to_owned(),
        });
    };
    let name = format!("`{}`", path.display());
    if input.is_some_and(|input| is_same_file(input, path)) {
        return Err(format!(
            "{name} is the input, and writing would empty it; name another file"
        ));
    }
    let file = File::create(path).map_err(|error| format!("cannot write {name}: {error}"))?;
    Ok(Sink {
        writer: Box::new(file),
        name,
    })
}

fn is_same_file(left: &Path, right: &Path) -> bool {
    match (fs::canonicalize(left), fs::canonicalize(right)) {
        (Ok(left), Ok(right)) => left == right && left.is_file(),
        _ => false,
    }
}

/// Starts writing. The progress is hidden for every batch, since both may be the same terminal.
pub(crate) fn spawn(sink: Sink, console: Console) -> Output {
    let (lines, receiver) = mpsc::channel(LINES_AHEAD);
    let (done, written) = oneshot::channel();
    thread::spawn(move || {
        let Sink { writer, name } = sink;
        let outcome = write_all(receiver, writer, &console).map_err(|error| {
            match error.kind() == io::ErrorKind::BrokenPipe {
                true => WriteError::Closed,
                false => WriteError::Failed(format!("cannot write {name}: {error}")),
            }
        });
        let _nobody_waits = done.send(outcome);
    });
    Output { lines, written }
}

/// Writes everything until all senders are gone.
fn write_all(
    mut lines: mpsc::Receiver<String>,
    mut writer: impl Write,
    console: &Console,
) -> io::Result<()> {
    let mut batch = String::new();
    while let Some(line) = lines.blocking_recv() {
        push(&mut batch, &line);
        while batch.len() < BATCH
            && let Ok(line) = lines.try_recv()
        {
            push(&mut batch, &line);
        }
        console.aside(|| {
            writer.write_all(batch.as_bytes())?;
            writer.flush()
        })?;
        batch.clear();
    }
    Ok(())
}

fn push(batch: &mut String, line: &str) {
    batch.push_str(line);
    batch.push('\n');
}
