//! Messages as bytes: a header with the length, and JSON. What cannot be read is told, and the next message is.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::Message;
use serde_json::json;

/// Larger messages are skipped.
const MOST_BYTES: u64 = 64 << 20;

/// What was read.
#[derive(Debug)]
pub(crate) enum Read {
    Message(Message),
    /// Why a message could not be read.
    Broken(String),
    End,
}

/// Reads the next message.
///
/// # Errors
///
/// If nothing can be read any more.
pub(crate) fn read(input: &mut impl BufRead) -> io::Result<Read> {
    let length = match header(input)? {
        Header::Length(length) => length,
        Header::None => return Ok(Read::Broken("there is no `Content-Length`".to_owned())),
        Header::End => return Ok(Read::End),
    };
    let mut body = input.by_ref().take(length);
    if length > MOST_BYTES {
        io::copy(&mut body, &mut io::sink())?;
        let message = format!("the message has {length} bytes; at most {MOST_BYTES} are read");
        return Ok(Read::Broken(message));
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    Ok(match serde_json::from_slice(&bytes) {
        Ok(message) => Read::Message(message),
        Err(error) => Read::Broken(format!("this is no message: {error}")),
    })
}

enum Header {
    Length(u64),
    None,
    End,
}

/// Reads up to the empty line behind the header.
fn header(input: &mut impl BufRead) -> io::Result<Header> {
    const LONGEST_LINE: u64 = 4096;
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let count = input
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if count == 0 {
            return Ok(Header::End);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            return Ok(length.map_or(Header::None, Header::Length));
        }
        // What is left of a broken message may stand before it in the line.
        if let Some((_, value)) = line.to_ascii_lowercase().rsplit_once("content-length:") {
            length = value.trim().parse().ok().or(length);
        }
    }
}

/// Writes a message.
///
/// # Errors
///
/// If nobody reads.
pub(crate) fn write(output: &mut impl Write, message: &Message) -> io::Result<()> {
    message.write(output)
}

/// The answer to what cannot be read; there is no request to which it belongs.
///
/// # Errors
///
/// If nobody reads.
pub(crate) fn write_broken(output: &mut impl Write, why: &str) -> io::Result<()> {
    const PARSE_ERROR: i32 = -32700;
    let answer = json!({
        "jsonrpc": "2.0",
        "id": null,
        "error": { "code": PARSE_ERROR, "message": why },
    });
    let text = answer.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &[&str]) {
        let mut input = bytes;
        let mut found = Vec::new();
        loop {
            match read(&mut input).expect("memory can be read") {
                Read::Message(Message::Notification(message)) => found.push(message.method),
                Read::Message(other) => found.push(format!("{other:?}")),
                Read::Broken(why) => found.push(why),
                Read::End => break,
            }
        }
        let is_as_expected = |(found, expected): (&String, &&str)| found.contains(*expected);
        assert!(found.len() == expected.len(), "{found:#?}");
        assert!(found.iter().zip(expected).all(is_as_expected), "{found:#?}");
    }

    const GOOD: &str = "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"good\"}";

    #[test]
    fn reads_one_message_after_the_other() {
        check(format!("{GOOD}{GOOD}").as_bytes(), &["good", "good"]);
    }

    #[test]
    fn goes_on_after_what_is_no_json() {
        check(
            format!("Content-Length: 3\r\n\r\n{{x}}{GOOD}").as_bytes(),
            &["this is no message", "good"],
        );
    }

    #[test]
    fn goes_on_after_what_is_no_text() {
        let bytes = [b"Content-Length: 2\r\n\r\n\xff\xfe", GOOD.as_bytes()].concat();
        check(&bytes, &["this is no message", "good"]);
    }

    #[test]
    fn goes_on_after_a_header_without_a_length() {
        check(
            format!("Hello: 3\r\n\r\n{GOOD}").as_bytes(),
            &["no `Content-Length`", "good"],
        );
    }

    #[test]
    fn goes_on_after_rubbish_before_a_header() {
        check(format!("rubbish {GOOD}").as_bytes(), &["good"]);
    }

    #[test]
    fn a_length_that_nobody_has_is_not_reserved() {
        check(b"Content-Length: 9999999999999999\r\n\r\n{}", &["at most"]);
    }
}
