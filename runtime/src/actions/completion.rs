//! Parses a model's answer: intents, statements, names of flows.

use colang::source::SourceId;

/// The maximum length of a flow name from a model, in characters.
const LONGEST_NAME: usize = 200;

/// Makes a valid flow name of what a model calls it: keywords of Colang are joined with the next word, invalid
/// characters are removed, and it is put on one line (nemoguardrails 0.24.1).
pub(super) fn flow_name(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let mut joined = words.join(" ");
    for keyword in ["and", "or", "as"] {
        joined = joined.replace(&format!(" {keyword} "), &format!("_{keyword}_"));
    }
    let name: String = joined.replace('-', "_").split(' ').map(word).collect();
    name.trim().chars().take(LONGEST_NAME).collect()
}

/// A word as part of a name, with a space before it; no word may begin with a digit.
fn word(text: &str) -> String {
    let is_number = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if is_number {
        return format!(" _{text}_");
    }
    let allowed = text.chars().filter(|c| c.is_alphanumeric() || *c == '_');
    let allowed: String = allowed.collect();
    match allowed.trim_start_matches(char::is_numeric) {
        "" => String::new(),
        word => format!(" {word}"),
    }
}

/// The lines from the first non-blank one on.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| line.trim().is_empty());
    lines.collect()
}

/// The text after a label such as `bot intent:`, in the first line that begins with it.
pub(super) fn labelled<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.lines().find_map(|line| after_label(line, label))
}

fn after_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let line = line.trim();
    let start = line.get(..label.len())?;
    let rest = line[label.len()..].strip_prefix(':')?;
    start.eq_ignore_ascii_case(label).then(|| rest.trim())
}

/// The user's intent: the first line, without its label; `None` if it has another label.
pub(super) fn user_intent(text: &str) -> Option<&str> {
    let line = lines(text).first()?.trim();
    match line.contains(':') {
        true => after_label(line, "user intent"),
        false => Some(line),
    }
}

/// The statements after `bot action:`, one per line; `None` if there are none.
///
/// A quoted string that extends over several lines is joined with `\n`, and a line that begins with `and` or `or` is
/// appended to the one before. Braces in strings are doubled: a model may repeat what the user says, which must not
/// be evaluated.
pub(super) fn bot_action(text: &str) -> Option<Vec<String>> {
    let mut statements: Vec<String> = Vec::new();
    for line in text.lines() {
        let last = statements.last_mut();
        match (after_label(line, "bot action"), last) {
            (_, Some(last)) if is_open(last) => {
                last.push_str("\\n");
                last.push_str(line);
            }
            (Some(statement), _) => statements.push(statement.to_owned()),
            (None, Some(last)) if is_joined(line) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            (None, Some(_)) if !line.trim().is_empty() => break,
            (None, _) => {}
        }
    }
    statements.retain(|statement| !statement.is_empty());
    let statements: Vec<_> = statements
        .iter()
        .map(|text| with_plain_braces(&with_inner_quotes(text)))
        .collect();
    (!statements.is_empty()).then_some(statements)
}

/// Repairs a statement such as `bot say "He said "hi""`, taking the string from the first quote to the last.
fn with_inner_quotes(statement: &str) -> String {
    if can_be_read(statement) {
        return statement.to_owned();
    }
    let (first, last) = (statement.find('"'), statement.rfind('"'));
    let Some((first, last)) = first.zip(last).filter(|(first, last)| first < last) else {
        return statement.to_owned();
    };
    let inner = statement[first + 1..last]
        .replace("\\\"", "\"")
        .replace('"', "\\\"");
    let mended = [&statement[..=first], &inner, &statement[last..]].concat();
    match can_be_read(&mended) {
        true => mended,
        false => statement.to_owned(),
    }
}

fn can_be_read(statement: &str) -> bool {
    let source = format!("flow statement\n  {statement}\n");
    !colang::syntax::parse(SourceId(0), &source).has_errors()
}

fn is_joined(line: &str) -> bool {
    let is_indented = line.starts_with(char::is_whitespace);
    let mut words = line.split_whitespace();
    is_indented && matches!(words.next(), Some("and" | "or"))
}

/// Whether a string in it is not closed yet.
fn is_open(statement: &str) -> bool {
    let unescaped = statement.replace("\\\\", "").replace("\\\"", "");
    unescaped.matches('"').count() % 2 == 1
}

/// The statement with the braces in its strings doubled, so that nothing between them is evaluated.
fn with_plain_braces(statement: &str) -> String {
    let (mut quote, mut is_escaped) = (None, false);
    let mut plain = String::with_capacity(statement.len());
    for c in statement.chars() {
        plain.push(c);
        match (quote, c) {
            (Some(_), '{' | '}') => plain.push(c),
            (Some(open), _) if c == open && !is_escaped => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(_) | None, _) => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    plain
}

/// Statements as the body of a flow.
pub(super) fn indented<'a>(statements: impl IntoIterator<Item = &'a str>) -> String {
    let lines = statements.into_iter();
    let lines: Vec<_> = lines.map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_flows_hold_nothing_that_colang_reads() {
        for (text, name) in [
            ("user asks for the weather", "user asks for the weather"),
            (" user  greets\nflow main ", "user greets flow main"),
            ("user asks and waits", "user asks_and_waits"),
            ("bot does as told or not", "bot does_as_told_or_not"),
            ("user asks about e-mail", "user asks about e_mail"),
            ("user wants 3 cakes", "user wants _3_ cakes"),
            ("user wants 3rd \"cake\"!", "user wants rd cake"),
            ("user grüßt", "user grüßt"),
            ("@meta(x) # $y {z}", "metax y z"),
            ("???", ""),
            ("", ""),
        ] {
            assert_eq!(flow_name(text), name, "for {text:?}");
        }
        assert_eq!(flow_name(&"x".repeat(10_000)).len(), LONGEST_NAME);
    }

    #[test]
    fn the_intent_is_the_first_line() {
        for (text, intent) in [
            ("user greets", Some("user greets")),
            ("\n\n user greets \nbot intent: x", Some("user greets")),
            ("user intent: user greets", Some("user greets")),
            ("User Intent:user greets", Some("user greets")),
            ("bot intent: bot greets", None),
            ("", None),
            (" \n ", None),
        ] {
            assert_eq!(user_intent(text), intent, "for {text:?}");
        }
    }

    #[track_caller]
    fn check_action(text: &str, statements: Option<&[&str]>) {
        let found = bot_action(text);
        let found = found
            .as_deref()
            .map(|found| found.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), statements, "for {text:?}");
    }

    #[test]
    fn statements_follow_their_label() {
        check_action("bot action: bot say \"a\"", Some(&["bot say \"a\""]));
        check_action(
            "bot intent: bot x\nbot action: bot say \"a\"\nuser intent: y",
            Some(&["bot say \"a\""]),
        );
        check_action(
            "Bot action: pass\n\nbot action: bot say \"b\"",
            Some(&["pass", "bot say \"b\""]),
        );
        check_action("bot intent: bot x", None);
        check_action("bot action:", None);
        check_action("", None);
    }

    #[test]
    fn braces_in_texts_are_text() {
        let said = "bot action: bot say \"{$key} \\\" {x}\" and wait {y} and bot say '{z}'";
        check_action(
            said,
            Some(&["bot say \"{{$key}} \\\" {{x}}\" and wait {y} and bot say '{{z}}'"]),
        );
    }

    #[test]
    fn a_text_may_go_on_over_lines() {
        check_action(
            "bot action: bot say \"a\nb\"\nc",
            Some(&["bot say \"a\\nb\""]),
        );
        check_action(
            "bot action: bot say \"a \\\" b\"\nc",
            Some(&["bot say \"a \\\" b\""]),
        );
        check_action("bot action: bot say \"a", Some(&["bot say \"a"]));
    }

    #[test]
    fn a_text_goes_from_the_first_quote_to_the_last() {
        check_action(
            "bot action: bot say \"He said \"hi\" to me\"",
            Some(&["bot say \"He said \\\"hi\\\" to me\""]),
        );
        check_action(
            "bot action: bot say \"a\" and bot say \"b\"",
            Some(&["bot say \"a\" and bot say \"b\""]),
        );
    }

    #[test]
    fn a_group_may_go_on_over_lines() {
        check_action(
            "bot action: bot say \"a\"\n  and bot gesture \"b\"\nand c",
            Some(&["bot say \"a\" and bot gesture \"b\""]),
        );
    }
}
