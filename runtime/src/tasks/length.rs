//! The length of a prompt, and how much of the history fits into it.

use action_sdk::config::TaskPrompt;
use action_sdk::llm::{LlmContent, LlmMessage, Prompt};
use action_sdk::{Event, LlmTaskError};
use minijinja::Value;
use minijinja::value::Serde;
use serde_json::Value as Json;

/// The length that an image counts for (nemoguardrails 0.24.1).
const IMAGE: usize = "[IMAGE_CONTENT]".len();

/// The prompt with as many of the latest events as fit.
///
/// `render` returns `None` if the result is far too large. It is called about `log2` of the number of events times,
/// assuming that a shorter history gives a shorter prompt.
pub(super) fn fit(
    prompt: &TaskPrompt,
    events: &[Event],
    render: impl Fn(&[Value]) -> Result<Option<Prompt>, LlmTaskError>,
) -> Result<Prompt, LlmTaskError> {
    let events: Vec<Value> = events
        .iter()
        .map(|event| Value::from(Serde(event.as_map())))
        .collect();
    let longest = prompt.max_length.unwrap_or(u32::MAX);
    let render = |dropped: usize| -> Result<Option<Prompt>, LlmTaskError> {
        let rendered = render(&events[dropped..])?;
        Ok(rendered.filter(|text| characters(text) <= longest as usize))
    };
    if let Some(whole) = render(0)? {
        return Ok(whole);
    }
    let too_long = || LlmTaskError::too_long(&prompt.task, longest);
    let mut best = render(events.len())?.ok_or_else(too_long)?;
    let (mut too_few, mut enough) = (0, events.len());
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        match render(middle)? {
            Some(fitting) => (best, enough) = (fitting, middle),
            None => too_few = middle,
        }
    }
    Ok(best)
}

/// The length of a prompt in characters, plus one for each message and each part.
fn characters(prompt: &Prompt) -> usize {
    match prompt {
        Prompt::Text(text) => text.chars().count(),
        Prompt::Messages(messages) => messages.iter().map(of_message).sum(),
    }
}

fn of_message(message: &LlmMessage) -> usize {
    match &message.content {
        None => 0,
        Some(LlmContent::Text(text)) => without_images(text) + 1,
        Some(LlmContent::Parts(parts)) => parts.iter().map(of_part).sum(),
    }
}

fn of_part(part: &Json) -> usize {
    match part.get("type").and_then(Json::as_str) {
        Some("text") => {
            let text = part.get("text").and_then(Json::as_str);
            text.unwrap_or_default().chars().count() + 1
        }
        Some("image_url") if part.get("image_url").is_some_and(Json::is_object) => IMAGE + 1,
        _ => 0,
    }
}

/// The length of a string in characters, in which `data:image/…;base64,…` counts as a fixed length.
fn without_images(text: &str) -> usize {
    const START: &str = "data:image/";
    const MIDDLE: &str = "base64,";
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find(START) {
        let after = &rest[at + START.len()..];
        let Some(end) = after.find(';') else {
            break;
        };
        let data = after[end + 1..].strip_prefix(MIDDLE).unwrap_or_default();
        let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let left = data.trim_start_matches(base64);
        if end > 0 && left.len() < data.len() {
            count += rest[..at].chars().count() + IMAGE;
            rest = left;
        } else {
            let (read, unread) = rest.split_at(at + START.len() + end + 1);
            count += read.chars().count();
            rest = unread;
        }
    }
    count + rest.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: usize) {
        assert_eq!(without_images(text), expected, "for {text}");
    }

    #[test]
    fn an_image_counts_little() {
        check("a data:image/png;base64,AAAA+/= b", 19);
        check("data:image/png;base64,AAAAdata:image/png;base64,BB", 35);
        check("data:image/png;base64,", 22);
        check("data:image/;base64,AA", 21);
        check("data:image/data:image/png;base64,A", 15);
        check("ÄÖ", 2);
    }
}
