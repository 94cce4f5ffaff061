//! Parsers of the model's answers: intents, messages, and verdicts on whether something is safe.
//!
//! A verdict is a list: whether it is safe, followed by the violations. An unclear verdict is never safe.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use action_sdk::config::TaskPrompt;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::turns::{is_space, trim};

/// Parses a model's answer.
pub(super) type Parser =
    Arc<dyn Fn(&str) -> Result<Value, Box<dyn Error + Send + Sync>> + Send + Sync>;

type Parsed = Result<Value, String>;

type Known = (&'static str, fn(&str) -> Parsed);

const KNOWN: [Known; 11] = [
    ("user_intent", |answer| {
        one_line(answer, "User intent: ", "  ")
    }),
    ("bot_intent", |answer| {
        one_line(answer, "Bot intent: ", "bot ")
    }),
    ("bot_message", |answer| {
        one_line(answer, "Bot message: ", "  ")
    }),
    ("verbose_v1", |answer| Ok(verbose_v1(answer).into())),
    ("is_content_safe", |answer| {
        Ok(verdict(is_content_safe(answer)))
    }),
    ("nemoguard_parse_prompt_safety", |answer| {
        of_json(answer, "User Safety")
    }),
    ("nemoguard_parse_response_safety", |answer| {
        of_json(answer, "Response Safety")
    }),
    ("nemotron_reasoning_parse_prompt_safety", |answer| {
        Ok(verdict(of_harm(answer, "Prompt harm")))
    }),
    ("nemotron_reasoning_parse_response_safety", |answer| {
        Ok(verdict(of_harm(answer, "Response Harm")))
    }),
    ("nemotron_content_safety_parse_prompt_safety", |answer| {
        of_lines(answer, "User Safety")
    }),
    ("nemotron_content_safety_parse_response_safety", |answer| {
        of_lines(answer, "Response Safety")
    }),
];

/// The parser that a prompt names.
pub(super) fn own_parser(prompt: &TaskPrompt) -> Option<&str> {
    let parser = prompt.output_parser.as_deref();
    parser.filter(|parser| !parser.is_empty())
}

/// The built-in parsers, by their names in nemoguardrails 0.24.1.
pub(super) fn all() -> HashMap<String, Parser> {
    let known = KNOWN.into_iter();
    known
        .map(|(name, parse)| {
            let parser: Parser = Arc::new(move |answer| parse(answer).map_err(Into::into));
            (name.to_owned(), parser)
        })
        .collect()
}

fn one_line(answer: &str, label: &str, instead: &str) -> Parsed {
    Ok(relabelled(trim(answer), label, instead).into())
}

fn relabelled(line: &str, label: &str, instead: &str) -> String {
    match line.strip_prefix(label) {
        Some(rest) => format!("{instead}{}", trim(rest)),
        None => line.to_owned(),
    }
}

fn verbose_v1(answer: &str) -> String {
    const LABELS: [(&str, &str); 4] = [
        ("User message: ", "user "),
        ("Bot message: ", "  "),
        ("User intent: ", "  "),
        ("Bot intent: ", "bot "),
    ];
    let lines = answer.split('\n').map(|line| {
        LABELS
            .iter()
            .fold(trim(line).to_owned(), |line, (label, instead)| {
                let line = relabelled(&line, label, instead);
                relabelled(&line, &label.to_lowercase(), instead)
            })
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `Ok` if it is safe, otherwise the violations.
type Verdict = Result<(), Vec<String>>;

fn verdict(verdict: Verdict) -> Value {
    match verdict {
        Ok(()) => vec![Value::Bool(true)].into(),
        Err(violated) => {
            let violated = violated.into_iter().map(Value::String);
            Value::Array(
                std::iter::once(Value::Bool(false))
                    .chain(violated)
                    .collect(),
            )
        }
    }
}

/// Looks for `safe`, `unsafe`, `yes` (block it) and `no` among the first two words.
///
/// Unlike in the reference, `not` and contradicting words are unsafe.
fn is_content_safe(answer: &str) -> Verdict {
    let answer = trim(answer);
    let words = || {
        answer
            .split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
    };
    let first: Vec<String> = words().take(2).map(str::to_lowercase).collect();
    let says = |word: &str| first.iter().any(|first| first == word);
    if says("unsafe") {
        let mut rest = words().skip_while(|word| !word.eq_ignore_ascii_case("unsafe"));
        rest.next();
        return Err(rest.map(str::to_owned).collect());
    }
    // As in the reference, punctuation before the first word counts as a word.
    let believed = if answer.starts_with(is_word) { 2 } else { 1 };
    let mut believed = first.iter().take(believed);
    let is_denied = says("yes") || says("not") || first == ["safe", "no"];
    match believed.any(|word| word == "safe" || word == "no") {
        true if !is_denied => Ok(()),
        true | false => Err(Vec::new()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Parses `{"User Safety": "unsafe", "Safety Categories": "A, B"}`.
///
/// Unlike in the reference, duplicate names are an error.
fn of_json(answer: &str, field: &str) -> Parsed {
    const CATEGORIES: &str = "Safety Categories";
    let wanted = |what: &str| format!("wanted {what} in a JSON object");
    let Fields(fields) = serde_json::from_str(answer)
        .map_err(|error| format!("{}: {error}", wanted(&format!("`{field}`"))))?;
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(wanted(&format!("a text as `{name}`"))),
        None => Ok(None),
    };
    let safety = text(field)?.ok_or_else(|| wanted(&format!("`{field}`")))?;
    let categories = text(CATEGORIES)?.map_or_else(Vec::new, |categories| {
        let categories = categories.split(',');
        categories
            .map(|category| trim(category).to_owned())
            .collect()
    });
    Ok(verdict(match safety.to_lowercase().as_str() {
        "safe" => Ok(()),
        _ => Err(categories),
    }))
}

/// A JSON object without duplicate names.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            if let Some(twice) = fields.insert(name, value) {
                return Err(A::Error::custom(format!(
                    "a name is given twice, once with {twice}"
                )));
            }
        }
        Ok(Fields(fields))
    }
}

/// Parses `Prompt harm: unharmful`, after reasoning in `<think>` tags.
///
/// Unlike in the reference, every mention must say `unharmful`, and the reasoning must be closed.
fn of_harm(answer: &str, field: &str) -> Verdict {
    let said = without_thoughts(answer);
    let mentions = mentions(&said, field);
    let is_unharmful = |mention: &Mention| mention.word() == "unharmful";
    if !mentions.is_empty() && mentions.iter().all(is_unharmful) && !said.contains(THOUGHTS) {
        Ok(())
    } else {
        Err(Vec::new())
    }
}

/// Parses the lines `User Safety: unsafe` and `Safety Categories: A, B`, after reasoning in `<think>` tags.
fn of_lines(answer: &str, field: &str) -> Parsed {
    let said = without_thoughts(answer);
    if said.contains(THOUGHTS) {
        return Err(format!("`{THOUGHTS}` has no end"));
    }
    let verdicts = |field| {
        let mentions = mentions(&said, field).into_iter();
        let is_verdict = |mention: &Mention| matches!(&*mention.word(), "safe" | "unsafe");
        mentions.filter(is_verdict).collect::<Vec<_>>()
    };
    for field in ["User Safety", "Response Safety"] {
        if verdicts(field).len() > 1 {
            return Err(format!("`{field}` is said more than once"));
        }
    }
    let verdicts = verdicts(field);
    let safety = verdicts.first().filter(|safety| safety.starts_line());
    let safety =
        safety.ok_or_else(|| format!("wanted a line `{field}: safe` or `{field}: unsafe`"))?;
    Ok(verdict(match &*safety.word() {
        "safe" => Ok(()),
        _ => Err(categories(&said)),
    }))
}

fn categories(said: &str) -> Vec<String> {
    let lines = mentions(said, "Safety Categories");
    let first = lines.into_iter().find(Mention::starts_line);
    let listed = first.map_or("", |mention| mention.line());
    let listed = listed.split(',').map(trim);
    listed
        .filter(|category| !category.is_empty())
        .map(str::to_owned)
        .collect()
}

const THOUGHTS: &str = "<think>";

/// The answer without `<think>`…`</think>`.
fn without_thoughts(answer: &str) -> String {
    const END: &str = "</think>";
    let (mut said, mut rest) = (String::new(), answer);
    while let Some((before, thoughts)) = rest.split_once(THOUGHTS) {
        let Some((_, after)) = thoughts.split_once(END) else {
            break;
        };
        said.push_str(before);
        rest = after;
    }
    said.push_str(rest);
    trim(&said).to_owned()
}

/// An occurrence of `field: word`.
struct Mention<'a> {
    /// The text before it.
    before: &'a str,
    /// The text after the colon and the space.
    value: &'a str,
}

impl<'a> Mention<'a> {
    /// Whether only whitespace is before it in its line.
    fn starts_line(&self) -> bool {
        let mut before = self.before.chars().rev().take_while(|&c| c != '\n');
        before.all(is_space)
    }

    /// The word, which may be empty, in lower case.
    fn word(&self) -> String {
        let word = self.value.split(|c| !is_word(c)).next();
        word.unwrap_or_default().to_lowercase()
    }

    /// The rest of its line, from the word on.
    fn line(&self) -> &'a str {
        self.value.split('\n').next().unwrap_or_default()
    }
}

/// All occurrences of `field:`, in upper or lower case.
fn mentions<'a>(text: &'a str, field: &str) -> Vec<Mention<'a>> {
    let lower = text.to_ascii_lowercase();
    let field = field.to_ascii_lowercase();
    let mention = |at: usize| {
        let (before, found) = text.split_at(at);
        let after = found[field.len()..].trim_start_matches(is_space);
        let value = after.strip_prefix(':')?.trim_start_matches(is_space);
        Some(Mention { before, value })
    };
    let places = lower.match_indices(&field);
    places.filter_map(|(at, _)| mention(at)).collect()
}
