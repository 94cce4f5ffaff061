//! Server-sent events as services send them: with custom fields, errors in place of events, and any line breaks.

use std::collections::VecDeque;
use std::mem;

/// Events that services send only to keep the connection open.
const SIGNS_OF_LIFE: [&str; 3] = ["ping", "keepalive", "heartbeat"];

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) data: Vec<u8>,
    /// Whether the type of the event, or its field, is `error`.
    pub(super) is_error: bool,
}

/// Splits the input into events, in linear time.
#[derive(Default)]
pub(super) struct Events {
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, which may be followed by a line feed.
    after_return: bool,
    has_begun: bool,
    name: String,
    data: Option<Vec<u8>>,
    ready: VecDeque<Event>,
    /// The first line that has no field: the input is not a stream of events.
    odd: Option<Vec<u8>>,
}

impl Events {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let was_return = mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if was_return => {}
                b'\n' | b'\r' => self.end_line(),
                _ => self.line.push(byte),
            }
        }
    }

    /// Called at the end of the input. Some services omit the empty line after the last event.
    pub(super) fn finish(&mut self) {
        self.end_line();
        self.end_line();
    }

    pub(super) fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// The first line that is not part of an event.
    pub(super) fn odd_line(&self) -> Option<&[u8]> {
        self.odd.as_deref()
    }

    fn end_line(&mut self) {
        let mut line = mem::take(&mut self.line);
        if !mem::replace(&mut self.has_begun, true) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        match line.first() {
            None => self.end_event(),
            Some(b':') => {}
            // A plain error from a service that ignores that it is streaming.
            Some(b'{') => self.add_data(&line),
            Some(_) => self.field(&line),
        }
    }

    fn field(&mut self, line: &[u8]) {
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => self.add_data(value),
            b"event" => self.name = String::from_utf8_lossy(value).trim().to_lowercase(),
            b"error" => self.ready.push_back(Event {
                data: value.to_vec(),
                is_error: true,
            }),
            _ if colon.is_none() => {
                self.odd.get_or_insert_with(|| line.to_vec());
            }
            // `id` and `retry` are ignored, too: an answer is not resumed.
            _ => {}
        }
    }

    fn add_data(&mut self, data: &[u8]) {
        match &mut self.data {
            None => self.data = Some(data.to_vec()),
            Some(before) => {
                before.push(b'\n');
                before.extend_from_slice(data);
            }
        }
    }

    fn end_event(&mut self) {
        let name = mem::take(&mut self.name);
        let Some(data) = self.data.take() else {
            return;
        };
        if !SIGNS_OF_LIFE.contains(&name.as_str()) {
            let is_error = name == "error";
            self.ready.push_back(Event { data, is_error });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the data of the events, parsed both at once and byte by byte; errors are marked with `!`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        for length in [1, 2, text.len().max(1)] {
            let mut events = Events::default();
            let pieces = text.as_bytes().chunks(length);
            pieces.for_each(|piece| events.push(piece));
            events.finish();
            let all = std::iter::from_fn(|| events.next()).map(|event| {
                let sign = if event.is_error { "!" } else { "" };
                format!("{sign}{}", String::from_utf8_lossy(&event.data))
            });
            assert_eq!(Vec::from_iter(all), expected, "for {text:?}");
        }
    }

    #[test]
    fn lines_end_in_three_ways() {
        check("data: a\n\ndata:b\r\n\r\ndata: c\r\r", &["a", "b", "c"]);
    }

    #[test]
    fn an_event_may_have_lines_or_lack_its_end() {
        check("data: a\ndata: b\n\ndata: c", &["a\nb", "c"]);
    }

    #[test]
    fn what_is_no_data_is_passed_over() {
        check(
            "\u{feff}: hello\nid: 1\nretry: 5\nx-trace: 1\nevent: message\ndata: a\n\n",
            &["a"],
        );
        check("event: ping\ndata: ping\n\nevent: x\n\n", &[]);
    }

    #[test]
    fn errors_have_three_forms() {
        check("event: error\ndata: a\n\n", &["!a"]);
        check("error: a\n\n", &["!a"]);
        check("{\"code\":400}\n\n", &["{\"code\":400}"]);
    }
}
