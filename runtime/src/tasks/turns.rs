//! Filters for strings: histories in Colang form are cut, displayed differently, or converted to messages.

use minijinja::Value;

/// Whether a user's turn starts on this line.
fn starts_turn(line: &str) -> bool {
    line.starts_with("user \"") || line.starts_with("user action: ")
}

/// The first `n` turns; anything before the first turn belongs to it.
pub(super) fn first_turns(history: &str, n: i64) -> String {
    let lines: Vec<&str> = history.split('\n').collect();
    if n < 0 {
        return String::new();
    }
    let mut starts = (0..lines.len()).filter(|&at| starts_turn(lines[at]));
    let after = usize::try_from(n).ok().and_then(|n| starts.nth(n));
    lines[..after.unwrap_or(lines.len())].join("\n")
}

/// The last `n` turns; everything if there are fewer.
pub(super) fn last_turns(history: &str, n: i64) -> String {
    let lines: Vec<&str> = history.split('\n').collect();
    let mut count = 0;
    let found = (1..lines.len()).rev().find(|&at| {
        count += i64::from(starts_turn(lines[at]));
        count == n
    });
    lines[found.unwrap_or(0)..].join("\n")
}

/// Indents each line that is not empty by this many spaces.
pub(super) fn indent(text: &str, spaces: usize) -> String {
    let margin = " ".repeat(spaces);
    let mut indented = String::with_capacity(text.len());
    for line in lines_with_ends(text) {
        if !line.chars().all(is_space) {
            indented.push_str(&margin);
        }
        indented.push_str(line);
    }
    indented
}

/// The lines including their line breaks, split like in Python.
fn lines_with_ends(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(ends_line).map_or(rest.len(), |end| {
            let is_pair = rest[end..].starts_with("\r\n");
            let length = rest[end..].chars().next().map_or(0, char::len_utf8);
            end + length + usize::from(is_pair)
        });
        let (line, after) = rest.split_at(end);
        rest = after;
        (!line.is_empty()).then_some(line)
    })
}

/// Whether a character ends a line for Python's `splitlines`.
pub(super) fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether a character is whitespace in Python.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The history with a word before each line that identifies its kind.
pub(super) fn verbose_v1(history: &str) -> String {
    let mut shown: Vec<String> = Vec::new();
    for line in history.split('\n') {
        let after_message = shown
            .last()
            .is_some_and(|before| before.starts_with("User message: "));
        shown.push(if let Some(said) = line.strip_prefix("user \"") {
            format!("User message: \"{said}")
        } else if after_message && line.starts_with("  ") {
            format!("User intent: {}", trim(line))
        } else if let Some(intent) = line.strip_prefix("user ") {
            format!("User intent: {}", trim(intent))
        } else if let Some(intent) = line.strip_prefix("bot ") {
            format!("Bot intent: {intent}")
        } else if line.starts_with("  \"") {
            format!("Bot message: {}", &line[2..])
        } else {
            line.to_owned()
        });
    }
    shown.join("\n")
}

/// The history without the texts that were said: only the intents.
pub(super) fn remove_text_messages(history: &str) -> String {
    let without_users = remove_user_texts(history);
    remove_bot_texts(without_first_turn(&without_users))
}

/// Replaces `user "hi"`, followed by a line with the intent, by `user intent`.
fn remove_user_texts(history: &str) -> String {
    const START: &str = "user \"";
    let (mut kept, mut rest) = (String::new(), history);
    while let Some(at) = rest.find(START) {
        let said = &rest[at + START.len()..];
        let Some((said, after)) = said.split_once('\n') else {
            break;
        };
        let intent = after.strip_prefix("  ");
        match intent.filter(|_| said.len() > 1 && said.ends_with('"')) {
            Some(intent) => {
                kept.push_str(&rest[..at]);
                kept.push_str("user ");
                rest = intent;
            }
            None => {
                kept.push_str(&rest[..rest.len() - after.len()]);
                rest = after;
            }
        }
    }
    kept + rest
}

/// Removes the line of a user and an empty line after it, if the history starts with it.
fn without_first_turn(history: &str) -> &str {
    let start = history.trim_start_matches(is_space).strip_prefix("user ");
    let end = start.and_then(|start| start.split_once('\n'));
    match end {
        Some((said, after)) if !said.is_empty() && after.starts_with('\n') => &after[1..],
        Some(_) | None => history,
    }
}

/// Removes the quoted text below `bot intent`.
fn remove_bot_texts(history: &str) -> String {
    const START: &str = "bot ";
    let (mut kept, mut rest) = (String::new(), history);
    while let Some(at) = rest.find(START) {
        let Some((line, after)) = rest[at + START.len()..].split_once('\n') else {
            break;
        };
        let text = after.strip_prefix("  \"").filter(|_| !line.is_empty());
        match text.map(|text| text.split_once('"')) {
            Some(Some((_, unread))) => {
                kept.push_str(&rest[..at + START.len() + line.len()]);
                rest = unread;
            }
            Some(None) => break,
            None => {
                kept.push_str(&rest[..rest.len() - after.len()]);
                rest = after;
            }
        }
    }
    kept + rest
}

/// Collects messages: consecutive lines of one speaker are joined.
#[derive(Default)]
struct Messages {
    made: Vec<Value>,
    role: &'static str,
    lines: Vec<String>,
}

impl Messages {
    fn line(&mut self, role: &'static str, line: impl Into<String>) {
        if role != self.role {
            self.end();
        }
        self.role = role;
        self.lines.push(line.into());
    }

    fn end(&mut self) {
        if !self.lines.is_empty() {
            self.made.push(message(self.role, &self.lines.join("\n")));
            self.lines.clear();
        }
    }

    fn finish(mut self) -> Value {
        self.end();
        Value::from(self.made)
    }
}

fn message(role: &str, content: &str) -> Value {
    Value::from_pairs([("type", role), ("content", content)])
}

/// The text between the quotes of `user "hi"`.
fn said(line: &str) -> Option<&str> {
    let said = line.strip_prefix("user \"")?;
    let last = said.char_indices().next_back();
    Some(last.map_or("", |(at, _)| &said[..at]))
}

/// The lines of a history, each with whether the previous line is what a user said.
fn with_before(history: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut after_user = false;
    history.split('\n').map(move |line| {
        let before = std::mem::replace(&mut after_user, line.starts_with("user \""));
        (line, before)
    })
}

/// Messages of the user, and messages of the bot with all intents and texts between two messages of the user.
pub(super) fn to_messages(history: &str) -> Value {
    let mut messages = Messages::default();
    for (line, after_user) in with_before(history) {
        if let Some(said) = said(line) {
            messages.end();
            messages.made.push(message("user", said));
        } else if trim(line).is_empty() {
            messages.end();
        } else {
            messages.line("assistant", labelled(line, after_user));
        }
    }
    if !messages.lines.is_empty() {
        messages.role = "bot";
    }
    messages.finish()
}

fn labelled(line: &str, after_user: bool) -> String {
    if after_user {
        format!("User intent: {}", trim(line))
    } else if let Some(intent) = line.strip_prefix("user ") {
        format!("User intent: {}", trim(intent))
    } else if let Some(intent) = line.strip_prefix("bot ") {
        format!("Bot intent: {}", trim(intent))
    } else if line.starts_with("  \"") {
        format!("Bot message: {}", trim(line))
    } else {
        line.to_owned()
    }
}

/// Like [`to_messages`], for histories of Colang 2.
pub(super) fn to_messages_v2(history: &str) -> Value {
    let mut messages = Messages::default();
    for line in history.split('\n') {
        if line.starts_with("user action:") {
            messages.line("user", line);
        } else if line.starts_with("user intent:") || line.starts_with("bot") {
            messages.line("assistant", line);
        } else if !trim(line).is_empty() && !messages.lines.is_empty() {
            messages.line(messages.role, line);
        }
    }
    messages.finish()
}

/// A message for each intent.
pub(super) fn to_intent_messages(history: &str) -> Value {
    let messages = with_before(history).filter_map(|(line, after_user)| {
        let of = |role, label, intent| Some(message(role, &format!("{label}: {}", trim(intent))));
        if said(line).is_some() {
            None
        } else if after_user {
            of("user", "User intent", line)
        } else if let Some(intent) = line.strip_prefix("user ") {
            of("user", "User intent", intent)
        } else {
            of("assistant", "Bot intent", line.strip_prefix("bot ")?)
        }
    });
    messages.collect::<Vec<_>>().into()
}

/// A message for each text of the user, and for each intent and text of the bot.
pub(super) fn to_intent_messages_2(history: &str) -> Value {
    let messages = with_before(history).filter_map(|(line, after_user)| {
        let of = |label, text| Some(message("assistant", &format!("{label}: {}", trim(text))));
        if let Some(said) = said(line) {
            Some(message("user", said))
        } else if after_user {
            None
        } else if let Some(intent) = line.strip_prefix("bot ") {
            of("Bot intent", intent)
        } else {
            of(
                "Bot message",
                line.strip_prefix("  ")
                    .filter(|text| text.starts_with('"'))?,
            )
        }
    });
    messages.collect::<Vec<_>>().into()
}
