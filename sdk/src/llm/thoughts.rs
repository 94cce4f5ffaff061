//! Finds reasoning in the text of answers: what is between `<think>` and `</think>` and similar tags.
//!
//! A pair of `<think>` and `</think>` is removed wherever it is (nemoguardrails 0.24.1). Tags with attributes, in
//! capitals or with another name only count at the beginning of a line outside of code. If the answer begins with a
//! tag that is never closed, all of it is reasoning; if a tag is closed but never opened, everything before it is.

use std::mem;

/// The names of tags, between `<` and `>`.
const NAMES: [&str; 6] = [
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "seed:think",
];

/// The longest tag, in bytes; anything longer is text.
const LONGEST_TAG: usize = 200;

/// Separates reasoning from text that arrives in pieces.
#[derive(Default)]
pub(super) struct Thoughts {
    /// The beginning of a possible tag.
    pending: String,
    state: State,
    code: Code,
    /// How many tags of each name were opened as plain text.
    spoken_of: [usize; NAMES.len()],
    text: String,
    reasoning: String,
    /// Whether there was any text besides whitespace.
    has_text: bool,
    is_handed_on: bool,
    found: Option<Found>,
    /// Whether text is held back until it is certain that it is not reasoning.
    pub(super) keeps_back: bool,
}

/// How the first piece of reasoning was marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Opened,
    /// It was closed but not opened.
    OnlyClosed,
    /// The same, and the text before the closing tag has already been passed on.
    TooLate,
}

#[derive(Default)]
enum State {
    #[default]
    Text,
    /// After the opening tag with this name.
    Thought(usize),
    /// In the middle of a text, after an opening tag: it is reasoning if the closing tag follows.
    Perhaps(usize, String),
}

impl Thoughts {
    pub(super) fn push(&mut self, piece: &str) {
        self.pending.push_str(piece);
        let input = mem::take(&mut self.pending);
        let mut rest = input.as_str();
        while let Some(at) = rest.find(['<', '[', '◁']) {
            self.sink(&rest[..at]);
            rest = &rest[at..];
            let length = match Tag::read(rest) {
                Read::Part => {
                    rest.clone_into(&mut self.pending);
                    return;
                }
                Read::Text(length) => {
                    self.sink(&rest[..length]);
                    length
                }
                Read::Tag(tag) => {
                    self.tag(&tag, &rest[..tag.length]);
                    tag.length
                }
            };
            rest = &rest[length..];
        }
        self.sink(rest);
    }

    /// Called at the end of the answer.
    pub(super) fn finish(&mut self) {
        let pending = mem::take(&mut self.pending);
        self.sink(&pending);
        if let State::Perhaps(_, held) = mem::take(&mut self.state) {
            self.sink(&held);
        }
        self.keeps_back = false;
    }

    pub(super) fn found(&self) -> Option<Found> {
        self.found
    }

    /// The new text, without whitespace where reasoning was before it.
    pub(super) fn take_text(&mut self) -> String {
        if self.keeps_back || !self.has_text {
            return String::new();
        }
        let text = mem::take(&mut self.text);
        let is_first = !mem::replace(&mut self.is_handed_on, true);
        match self.found {
            Some(_) if is_first => text.trim_start().to_owned(),
            _ => text,
        }
    }

    /// The whole text at the end of the answer; unchanged if it contains no reasoning.
    pub(super) fn into_text(self) -> String {
        match self.found {
            Some(_) => self.text.trim().to_owned(),
            None => self.text,
        }
    }

    pub(super) fn take_reasoning(&mut self) -> Option<String> {
        let reasoning = mem::take(&mut self.reasoning);
        (!reasoning.is_empty()).then_some(reasoning)
    }

    fn sink(&mut self, text: &str) {
        match &mut self.state {
            State::Text => {
                self.code.read(text);
                self.has_text |= !text.trim().is_empty();
                self.text.push_str(text);
            }
            State::Thought(_) => self.reasoning.push_str(text),
            State::Perhaps(_, held) => held.push_str(text),
        }
    }

    fn tag(&mut self, tag: &Tag, raw: &str) {
        match &mut self.state {
            State::Thought(name) | State::Perhaps(name, _) if tag.closes(*name) => self.close(),
            State::Thought(_) | State::Perhaps(..) => self.sink(raw),
            State::Text if tag.is_end => self.close_unopened(tag, raw),
            State::Text if !self.has_text => {
                self.found.get_or_insert(Found::Opened);
                self.state = State::Thought(tag.name);
            }
            State::Text if tag.is_plain || self.code.begins_line() => {
                self.state = State::Perhaps(tag.name, raw.to_owned());
            }
            State::Text => {
                self.spoken_of[tag.name] += 1;
                self.sink(raw);
            }
        }
    }

    fn close(&mut self) {
        match mem::take(&mut self.state) {
            State::Perhaps(_, held) => {
                self.found.get_or_insert(Found::Opened);
                let thought = held.split_once(['>', ']', '▷']);
                self.reasoning
                    .push_str(thought.map_or("", |(_, thought)| thought));
            }
            State::Thought(_) | State::Text => {}
        }
        self.reasoning.push('\n');
    }

    /// Everything so far was reasoning, unless the tag is only mentioned in the text.
    fn close_unopened(&mut self, tag: &Tag, raw: &str) {
        let opened = self.spoken_of[tag.name];
        self.spoken_of[tag.name] = opened.saturating_sub(1);
        if opened > 0 || self.code.is_inside() {
            self.sink(raw);
            return;
        }
        self.keeps_back = false;
        self.found = Some(match self.is_handed_on {
            true => Found::TooLate,
            false => Found::OnlyClosed,
        });
        self.reasoning.push_str(&mem::take(&mut self.text));
        self.has_text = false;
        self.code = Code::default();
        self.close();
    }
}

/// The position within Markdown, to recognise code.
#[derive(Default, Clone, Copy)]
struct Code {
    is_fenced: bool,
    is_inline: bool,
    /// The number of backticks just read.
    ticks: usize,
    /// Whether the line has more than whitespace.
    has_line: bool,
}

impl Code {
    fn read(&mut self, text: &str) {
        for c in text.chars() {
            if c == '`' {
                self.ticks += 1;
                self.has_line = true;
                continue;
            }
            self.end_ticks();
            self.has_line = c != '\n' && (self.has_line || !c.is_whitespace());
            self.is_inline &= c != '\n';
        }
    }

    fn end_ticks(&mut self) {
        match mem::take(&mut self.ticks) {
            0 => {}
            1 | 2 => self.is_inline ^= !self.is_fenced,
            _ => self.is_fenced = !self.is_fenced,
        }
    }

    fn is_inside(mut self) -> bool {
        self.end_ticks();
        self.is_fenced || self.is_inline
    }

    fn begins_line(self) -> bool {
        !self.has_line && !self.is_inside()
    }
}

struct Tag {
    /// Its index in [`NAMES`].
    name: usize,
    is_end: bool,
    /// Whether it is exactly `<think>`.
    is_plain: bool,
    length: usize,
}

enum Read {
    Tag(Tag),
    /// It may become a tag when more text arrives.
    Part,
    /// It is not a tag; this many bytes of it are text.
    Text(usize),
}

impl Tag {
    /// Reads a possible tag, which begins with `<`, `[` or `◁`.
    fn read(text: &str) -> Read {
        let (open, close) = match text.chars().next() {
            Some('[') => ('[', ']'),
            Some('◁') => ('◁', '▷'),
            _ => ('<', '>'),
        };
        let inside = &text[open.len_utf8()..];
        let Some(end) = inside.find([open, close, '\n']) else {
            return match may_begin(inside, open) {
                true => Read::Part,
                false => Read::Text(open.len_utf8()),
            };
        };
        let is_closed = inside[end..].starts_with(close);
        match Self::named(&inside[..end], open).filter(|_| is_closed) {
            Some(tag) => Read::Tag(Self {
                length: open.len_utf8() + end + close.len_utf8(),
                ..tag
            }),
            None => Read::Text(open.len_utf8()),
        }
    }

    /// The tag for the text between the brackets.
    fn named(inside: &str, open: char) -> Option<Self> {
        let (is_end, word) = match inside.strip_prefix('/') {
            Some(word) => (true, word),
            None => (false, inside),
        };
        let (word, attributes) = word.split_once(' ').unwrap_or((word, ""));
        let mut names = names(open).iter();
        let name = names.position(|name| word.eq_ignore_ascii_case(name))?;
        let is_empty = attributes.ends_with('/');
        (!is_empty && inside.len() <= LONGEST_TAG).then_some(Self {
            name,
            is_end,
            is_plain: open == '<' && inside.trim_start_matches('/') == "think",
            length: 0,
        })
    }

    fn closes(&self, name: usize) -> bool {
        self.is_end && self.name == name
    }
}

/// The names that count depend on the kind of bracket, since other brackets occur in ordinary text.
fn names(open: char) -> &'static [&'static str] {
    match open {
        '<' => &NAMES,
        _ => &NAMES[..1],
    }
}

/// Whether this could be the beginning of a tag.
fn may_begin(inside: &str, open: char) -> bool {
    let word = inside.strip_prefix('/').unwrap_or(inside);
    let has_attributes = word.contains(' ');
    let word = word.split(' ').next().unwrap_or_default().as_bytes();
    inside.len() <= LONGEST_TAG
        && names(open).iter().any(|name| {
            let begins = name.as_bytes().get(..word.len());
            begins.is_some_and(|begins| begins.eq_ignore_ascii_case(word))
                && (!has_attributes || word.len() == name.len())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks text and reasoning, read both at once and letter by letter.
    #[track_caller]
    fn check(answer: &str, text: &str, reasoning: &str) {
        let mut whole = Thoughts::default();
        whole.push(answer);
        whole.finish();
        let thought = whole.take_reasoning().unwrap_or_default();
        assert_eq!(
            (whole.into_text().as_str(), thought.trim()),
            (text, reasoning)
        );

        let mut pieces = Thoughts {
            keeps_back: true,
            ..Thoughts::default()
        };
        let mut streamed = [String::new(), String::new()];
        for piece in answer.split_inclusive(|_| true).map(Some).chain([None]) {
            match piece {
                Some(piece) => pieces.push(piece),
                None => pieces.finish(),
            }
            streamed[0] += &pieces.take_text();
            streamed[1] += &pieces.take_reasoning().unwrap_or_default();
        }
        let streamed = [streamed[0].trim_end(), streamed[1].trim()];
        assert_eq!(streamed, [text.trim_end(), reasoning], "in pieces");
    }

    #[test]
    fn a_thought_is_taken_out() {
        check("<think>\nHm.\n</think>\n\nYes.", "Yes.", "Hm.");
        check("\n <think></think>Yes.", "Yes.", "");
    }

    #[test]
    fn several_are() {
        check("<think>a</think><think>b</think>Yes.", "Yes.", "a\nb");
        check(
            "<think>a</think>Yes, <think>b</think>no.",
            "Yes, no.",
            "a\nb",
        );
    }

    #[test]
    fn a_thought_has_kin() {
        for (open, close) in [
            ("<thinking>", "</thinking>"),
            ("<reasoning>", "</reasoning>"),
            ("<Thought>", "</thought>"),
            ("<THINK>", "</THINK>"),
            ("<think budget=\"5\">", "</think>"),
            ("<seed:think>", "</seed:think>"),
            ("[THINK]", "[/THINK]"),
            ("◁think▷", "◁/think▷"),
        ] {
            check(&format!("{open}a < b{close}\nYes."), "Yes.", "a < b");
            check(&format!("Yes\n{open}a{close}"), "Yes", "a");
        }
    }

    #[test]
    fn a_thought_without_end_is_all() {
        check(
            "<think>Hm. bot action: bot say \"x\"",
            "",
            "Hm. bot action: bot say \"x\"",
        );
        check("<think>a</think><reasoning>b", "", "a\nb");
    }

    #[test]
    fn a_thought_without_beginning_is_all_before_its_end() {
        check("Hm.\n</think>\nYes.", "Yes.", "Hm.");
        check("Hm.</reasoning>Yes.", "Yes.", "Hm.");
        check(
            "<think>a <think>b</think> c</think>Yes.",
            "Yes.",
            "a <think>b\n c",
        );
    }

    #[test]
    fn other_tags_are_text() {
        for text in [
            "a < b and b > c",
            "<b>bold</b> [link](x) <thinker>",
            "<thin",
            "x <",
            "[1] [reasoning] ◁",
            "<think/>",
        ] {
            check(text, text, "");
        }
    }

    #[test]
    fn a_tag_that_is_spoken_of_is_text() {
        for text in [
            "Models write <think> before they think.",
            "Write `</think>` at its end.",
            "So:\n```\n</think>\n```\n",
            "It has <reasoning>x</reasoning> in it.",
            "```\n<thinking>x</thinking>\n```",
        ] {
            check(text, text, "");
        }
    }

    #[test]
    fn a_pair_is_taken_out_wherever_it_stands() {
        check("Write `<think>a</think>` so.", "Write `` so.", "a");
    }

    #[test]
    fn an_end_that_comes_too_late_is_told() {
        let mut pieces = Thoughts::default();
        pieces.push("Hm.");
        assert_eq!(pieces.take_text(), "Hm.");
        pieces.push("</think>");
        assert_eq!(pieces.found(), Some(Found::TooLate));
    }
}
