//! Reads the input line by line, on a thread of its own, since reading may block.

use crate::decode::{self, Malformed, Said};
use action_sdk::ActionDispatcher;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read};
use std::path::Path;
use std::thread;
use tokio::sync::mpsc;

/// The maximum length of a line in bytes.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// How many lines are read ahead of processing.
const LINES_AHEAD: usize = 64;

/// The input, and its length if known.
pub(crate) struct Input {
    source: Box<dyn Read + Send>,
    name: String,
    length: Option<u64>,
}

/// A line of the input.
pub(crate) struct Line {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Where it ends, in bytes from the start of the input.
    pub(crate) end: u64,
    /// Its meaning.
    pub(crate) content: Result<Said, Malformed>,
}

impl Input {
    /// The length in bytes, if it is a file.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }
}

/// Opens a file, or standard input if there is none.
pub(crate) fn open(file: Option<&Path>) -> Result<Input, String> {
    let Some(path) = file else {
        return Ok(Input {
            source: Box::new(io::stdin()),
            name: "standard input".to_owned(),
            length: None,
        });
    };
    let name = format!("`{}`", path.display());
    let file = File::open(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
    Ok(Input {
        source: Box::new(file),
        name,
        length: metadata.map(|metadata| metadata.len()),
    })
}

/// Whether the program reads from a terminal, so that a user should be told that it waits for input.
pub(crate) fn waits_for_a_person(file: Option<&Path>) -> bool {
    file.is_none() && io::stdin().is_terminal()
}

/// Starts reading. An error that ends reading is the last item.
pub(crate) fn spawn(
    input: Input,
    dispatcher: ActionDispatcher,
) -> mpsc::Receiver<Result<Line, String>> {
    let (sender, receiver) = mpsc::channel(LINES_AHEAD);
    thread::spawn(move || {
        let Input { source, name, .. } = input;
        let lines = Lines::new(BufReader::with_capacity(1 << 16, source), dispatcher);
        for line in lines {
            let line = line.map_err(|error| format!("cannot read {name}: {error}"));
            if sender.blocking_send(line).is_err() {
                break; // The receiver is gone.
            }
        }
    });
    receiver
}

/// The lines of an input.
struct Lines<R> {
    source: R,
    dispatcher: ActionDispatcher,
    number: u64,
    end: u64,
    /// The current line; a buffer that is reused.
    text: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn new(source: R, dispatcher: ActionDispatcher) -> Self {
        Self {
            source,
            dispatcher,
            number: 0,
            end: 0,
            text: Vec::new(),
        }
    }

    /// Reads to the end of the line, keeping only as much as is needed to detect that it is too long. Returns the
    /// number of bytes read.
    fn read_line(&mut self) -> io::Result<u64> {
        self.text.clear();
        let mut read = 0;
        loop {
            let available = match self.source.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = available.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(available.len(), |end| end + 1);
            let room = (LONGEST_LINE + 2).saturating_sub(self.text.len());
            self.text.extend_from_slice(&available[..used.min(room)]);
            self.source.consume(used);
            read += used as u64;
            if end.is_some() || used == 0 {
                return Ok(read);
            }
        }
    }

    fn line(&self) -> Line {
        let text = self.text.strip_suffix(b"\n").unwrap_or(&self.text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let text = match self.number {
            1 => text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text), // Some editors put a byte order mark at the start.
            _ => text,
        };
        let content = match text.len() > LONGEST_LINE {
            true => Err(Malformed::TooLong),
            false => decode::decode(text, &self.dispatcher),
        };
        Line {
            number: self.number,
            end: self.end,
            content,
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        match self.read_line() {
            Ok(0) => None,
            Ok(read) => {
                self.number += 1;
                self.end += read;
                Some(Ok(self.line()))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"type":"Said"}"#;

    /// One letter per line: `e` for an event, `-` for an empty one, `!` for a malformed one; read in pieces of
    /// `piece` bytes.
    fn read(input: &[u8], piece: usize) -> String {
        let dispatcher = ActionDispatcher::builder()
            .registry(action_sdk::Registry::empty())
            .build()
            .expect("nothing is missing");
        Lines::new(BufReader::with_capacity(piece, input), dispatcher)
            .map(|line| match line.expect("memory can be read").content {
                Ok(Said::Nothing) => '-',
                Ok(_) => 'e',
                Err(_) => '!',
            })
            .collect()
    }

    #[track_caller]
    fn check(input: impl AsRef<[u8]>, expected: &str) {
        for piece in [1, 7, 1 << 16] {
            assert_eq!(
                read(input.as_ref(), piece),
                expected,
                "in pieces of {piece}"
            );
        }
    }

    #[test]
    fn lines_end_with_lf_or_crlf() {
        check(format!("{EVENT}\n{EVENT}\r\n"), "ee");
    }

    #[test]
    fn the_last_line_may_have_no_end() {
        check(format!("{EVENT}\n{EVENT}"), "ee");
    }

    #[test]
    fn empty_lines_are_nothing() {
        check(format!("\n\r\n  \t\n{EVENT}\n\n"), "---e-");
        check("", "");
    }

    #[test]
    fn a_mark_at_the_start_is_no_part_of_the_line() {
        check(format!("\u{feff}{EVENT}\n\u{feff}{EVENT}"), "e!");
    }

    #[test]
    fn what_is_no_text_is_malformed() {
        check(b"\xff\xfe\n\0\n", "!!");
    }

    #[test]
    fn a_line_may_be_as_long_as_it_may_be() {
        let filled = |length: usize| format!("{EVENT}{}", " ".repeat(length - EVENT.len()));
        let (just, over) = (filled(LONGEST_LINE), filled(LONGEST_LINE + 1));
        assert_eq!(
            read(format!("{just}\r\n{over}\n{EVENT}").as_bytes(), 8192),
            "e!e"
        );
    }

    #[test]
    fn of_a_longer_line_little_is_kept() {
        let input = "x".repeat(10 << 20);
        let dispatcher = crate::host::dispatcher(std::time::Duration::MAX, None);
        let mut lines = Lines::new(input.as_bytes(), dispatcher.expect("it can be built"));
        let line = lines.next().expect("a line").expect("memory can be read");
        assert!(matches!(line.content, Err(Malformed::TooLong)));
        assert_eq!((line.end, lines.text.len()), (10 << 20, LONGEST_LINE + 2));
    }
}
