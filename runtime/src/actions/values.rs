//! Values that a model makes up: `$x = ..."the number of guests"`.

use action_sdk::prelude::*;
use serde_json::Value as Json;

use super::ask::{Asking, variables};
use super::examples::flows_like;
use crate::tasks::literal;

/// The value that the instructions describe.
#[action(
    name = "GenerateValueAction",
    is_system_action,
    execute_async,
    replaceable,
    read_only
)]
async fn generate_value(
    instructions: String,
    var_name: Option<String>,
    state: &State,
    asking: Asking<'_>,
) -> Result<Json, ActionError> {
    let name = var_name.as_deref().unwrap_or("result");
    let examples = flows_like(state, &format!("${name} = {instructions}"), 5, false);
    let told = variables([
        ("examples", examples.into()),
        ("var_name", name.into()),
        ("instructions", instructions.into()),
    ]);
    let answer = asking
        .ask_at(0.1, "generate_value_from_instruction", told)
        .await?;
    value(&answer.text, &answer.last_line)
}

/// The value that an answer means. Some models repeat the last line of the prompt before it.
fn value(answer: &str, last_line: &str) -> Result<Json, ActionError> {
    let text = match last_line.is_empty() {
        true => answer.to_owned(),
        false => answer.replacen(last_line, "", 1),
    };
    meant(&text).ok_or_else(|| {
        let start: String = answer.trim().chars().take(200).collect();
        ActionError::failed(format!(
            "the model's answer is no value: wanted a literal such as \"text\", 5, True or [1, 2], or plain words on one line, found {start:?}"
        ))
    })
}

/// What an answer means: a literal, maybe over several lines, in a code block, with a comment or in marks; else the words
/// of its only line.
fn meant(text: &str) -> Option<Json> {
    let text = unassigned(text.trim());
    let first = text.lines().next().unwrap_or_default().trim();
    literal_in(text)
        .or_else(|| literal_in(block_in(text)?))
        .or_else(|| literal_in(text.strip_prefix(first).filter(|_| first.ends_with(':'))?))
        .or_else(|| literal_in(first))
        .or_else(|| words(unmarked(text).unwrap_or(text)))
}

/// Without `$name =` before it.
fn unassigned(text: &str) -> &str {
    let assigned = text.strip_prefix('$').and_then(|rest| rest.split_once('='));
    match assigned {
        Some((name, value)) if name.trim().chars().all(|c| c.is_alphanumeric() || c == '_') => {
            value.trim()
        }
        Some(_) | None => text,
    }
}

/// The first code block of a text.
fn block_in(text: &str) -> Option<&str> {
    let (_before, block) = text.split_once("```")?;
    let (_language, code) = block.split_once('\n')?;
    Some(code.split("```").next().unwrap_or(code))
}

/// A literal, if the text is one but for what models put around it.
fn literal_in(text: &str) -> Option<Json> {
    let text = text.trim();
    let text = text.strip_suffix(';').unwrap_or(text).trim();
    plain_literal(text)
        .or_else(|| plain_literal(uncommented(text)?))
        .or_else(|| literal_in(unmarked(text)?))
        .or_else(|| quoted(text).map(Json::from))
        .or_else(|| number(text))
}

fn plain_literal(text: &str) -> Option<Json> {
    match text.eq_ignore_ascii_case("none") {
        true => Some(Json::Null),
        false => literal::read(text).ok(),
    }
}

/// What stands before a comment at the end of a line.
fn uncommented(text: &str) -> Option<&str> {
    let is_line = !text.contains('\n');
    let ends = text
        .match_indices('#')
        .filter(|_| is_line)
        .map(|(end, _)| text[..end].trim());
    ends.rev().find(|text| literal::read(text).is_ok())
}

/// What stands between marks of code or emphasis.
fn unmarked(text: &str) -> Option<&str> {
    ["**", "`", "*"].iter().find_map(|mark| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.is_empty() && !inner.contains(mark)).then_some(inner)
    })
}

/// The text from the first quote to the last, where what is between is no literal: with line breaks, or with quotes.
fn quoted(text: &str) -> Option<String> {
    let inner = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|quote| {
        let is_long_enough = text.len() >= 2 * quote.len();
        let inner = text.strip_prefix(quote).filter(|_| is_long_enough)?;
        inner.strip_suffix(quote)
    })?;
    // `"a", "b"` is a list without its brackets, and no text.
    let is_list = ["\", \"", "', '", "\",\"", "','"]
        .iter()
        .any(|between| inner.contains(between));
    (!is_list).then(|| unescaped(inner))
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
        .replace("\\\"", "\"")
        .replace("\\'", "'")
}

/// `1,000` as people write numbers.
fn number(text: &str) -> Option<Json> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let is_number = |digits: &str| digits.chars().all(|c| c.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && is_number(first) && !first.starts_with('0');
    let mut rest = groups.clone();
    let goes_on = groups.next().is_some() && rest.all(|group| group.len() == 3 && is_number(group));
    let digits = || text.replace(',', "").parse::<i64>().ok();
    (begins && goes_on).then(digits).flatten().map(Json::from)
}

/// Words on a single line that look like nothing else.
fn words(text: &str) -> Option<Json> {
    let text = text.trim();
    let begins = text.chars().next().is_some_and(char::is_alphanumeric);
    let is_line = !text.contains('\n');
    let words = named(text).unwrap_or(text);
    (begins && is_line && !is_call(text) && !is_sum(text)).then(|| words.into())
}

/// The only text in quotes of a sentence that leads to it, such as `The file is "x.txt".`
fn named(text: &str) -> Option<&str> {
    let (lead, rest) = text.split_once('"')?;
    let (inner, end) = rest.split_once('"')?;
    let leads = [" is", ":", " are", " ="]
        .iter()
        .any(|word| lead.trim_end().ends_with(word));
    (leads && ["", ".", "!"].contains(&end.trim())).then_some(inner)
}

/// `len([1])`.
fn is_call(text: &str) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    let is_name = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    text.ends_with(')') && name.len() < text.len() && is_name
}

/// `1 + 1`.
fn is_sum(text: &str) -> bool {
    let has_operator = ["+", "-", "*", "/", "%"]
        .iter()
        .any(|operator| text.contains(&format!(" {operator} ")));
    has_operator && !text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: &Json) {
        assert_eq!(
            &value(answer, "$price =").expect(answer),
            expected,
            "for {answer:?}"
        );
    }

    #[test]
    fn literals_of_python_and_json_are_values() {
        for (answer, expected) in [
            ("42;", json!(42)),
            ("-1.5", json!(-1.5)),
            ("{'a': [True, None]}", json!({"a": [true, null]})),
            ("{\"a\": true, \"b\": null}", json!({"a": true, "b": null})),
            ("\"it costs {price} $x\"", json!("it costs {price} $x")),
            ("$price = 5", json!(5)),
            ("$other = 'x'", json!("x")),
            ("\n\n'x'\nmore", json!("x")),
            ("(1, 'b')", json!([1, "b"])),
            ("True", json!(true)),
            ("true", json!(true)),
        ] {
            check(answer, &expected);
        }
    }

    #[test]
    fn a_value_may_go_on_over_lines() {
        for (answer, expected) in [
            ("{\"name\":\n \"a\"}", json!({"name": "a"})),
            ("[1,\n 2]", json!([1, 2])),
            ("\"line one\nline two\"", json!("line one\nline two")),
            (
                "\"\"\"line one\nline two\"\"\"",
                json!("line one\nline two"),
            ),
            ("Here it is:\n[1,\n 2]", json!([1, 2])),
            ("Here you are.\n```python\n\"x\"\n```\nBye", json!("x")),
        ] {
            check(answer, &expected);
        }
    }

    #[test]
    fn what_models_put_around_a_value_is_left_out() {
        for (answer, expected) in [
            ("\"x.txt\"  # the file", json!("x.txt")),
            ("\"a # b\"", json!("a # b")),
            ("**3**", json!(3)),
            ("`x.txt`", json!("x.txt")),
            ("`\"x\"`", json!("x")),
            ("The file is \"x.txt\".", json!("x.txt")),
        ] {
            check(answer, &expected);
        }
    }

    #[test]
    fn quotes_may_be_within_quotes() {
        check("'It's a sunny day'", &json!("It's a sunny day"));
        check("\"He said \"hi\" to me\"", &json!("He said \"hi\" to me"));
    }

    #[test]
    fn plain_words_are_a_text() {
        for words in [
            "report.txt",
            "It's a sunny day",
            "yes",
            "5 euros",
            "2024-01-02",
            "007",
            "unknown",
        ] {
            check(words, &json!(words));
        }
        check("1,000", &json!(1000));
    }

    #[test]
    fn only_a_model_that_says_none_gives_none() {
        for answer in ["None", "null", "none"] {
            check(answer, &Json::Null);
        }
    }

    #[test]
    fn whatever_else_a_model_says_is_no_value() {
        for answer in [
            "",
            "1 + 1",
            "$user",
            "len([1])",
            "[1,",
            "\"a\", \"b",
            "One line.\nAnd another.",
            "```\n```",
        ] {
            let error = value(answer, "").expect_err(answer);
            assert!(error.message().contains("wanted a literal"), "{error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_answer_panics(answer in "[\\[\\](){}'\"`*#$=,.;:a-c0-9 \n\u{e9}-]{0,40}", last in "[$a=\" ]{0,4}") {
            let read = value(&answer, &last);
            proptest::prop_assert!(read.is_ok() || read.is_err_and(|error| !error.message().is_empty()));
        }
    }
}
