//! Makes the source of exactly one flow from what a model wrote.

use action_sdk::Event;
use colang::source::SourceId;
use colang::state::State;
use colang::syntax::Parsed;
use serde_json::{Value as Json, json};

use super::{allowed, completion};

/// A hexadecimal number that no other generated flow of the conversation has. It depends only on the latest events,
/// so that a repeated conversation gives the same one.
pub(super) fn id(events: &[Event], text: &str, digits: usize) -> String {
    let last = events.last();
    let last = last.map(|event| serde_json::Value::Object(event.as_map().clone()).to_string());
    let seen = [last.as_deref().unwrap_or_default(), text].concat();
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = seen.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    format!("{hash:016x}")[..digits].to_owned()
}

/// A flow that a model has written, with its tree.
pub(super) struct Written {
    source: String,
    parsed: Parsed,
}

impl Written {
    fn new(source: String) -> Self {
        let parsed = colang::syntax::parse(SourceId(0), &source);
        Self { source, parsed }
    }

    /// Whether it is a single valid flow; if not, its mistakes are traced.
    fn is_one_flow(&self) -> bool {
        let mut mistakes = self.parsed.diagnostics.iter();
        if let Some(mistake) = mistakes.find(|found| found.is_error()) {
            let source = self.source.as_str();
            let before = &source[..source.len().min(mistake.span.start as usize)];
            let line = before.matches('\n').count() + 1;
            let mistake = &mistake.message;
            tracing::warn!(
                source,
                line,
                mistake,
                "a flow that a model has written cannot be read"
            );
        }
        !self.parsed.has_errors() && self.parsed.module.flows.len() == 1
    }
}

/// The source of a flow, unless it contains a statement that a model may not write, which is traced.
pub(super) fn permitted(state: &State, written: Written) -> Option<String> {
    let Written { source, parsed } = written;
    match allowed::refusal(state, &parsed) {
        None => Some(source),
        Some(reason) => {
            tracing::warn!(source, reason, "a flow that a model has written is refused");
            None
        }
    }
}

/// Whether a model may write these lines of a flow.
pub(super) fn are_permitted(state: &State, lines: &str) -> bool {
    let written = Written::new(format!("flow generated\n{lines}\n"));
    permitted(state, written).is_some()
}

/// The flow with this name, whose body the model wrote with or without its header; `None` if it has no body, or one
/// that cannot be parsed.
pub(super) fn flow(name: &str, answer: &str) -> Option<Written> {
    let lines = completion::lines(answer);
    let mut lines = lines
        .into_iter()
        .skip_while(|line| line.starts_with('@'))
        .peekable();
    let header = lines.next_if(|line| line.starts_with("flow "));
    let header = header.filter(|header| is_header_of(header, name));
    let header = header.map_or_else(|| format!("flow {name}"), str::to_owned);
    let own: Vec<_> = lines.take_while(|line| !begins_another(line)).collect();
    let written = Written::new(format!("{header}\n{}\n", body(&own.join("\n"))));
    written.is_one_flow().then_some(written)
}

/// Whether it is the header of the flow, possibly with parameters.
fn is_header_of(header: &str, name: &str) -> bool {
    let rest = header["flow ".len()..].trim_start().strip_prefix(name);
    rest.is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with('$') || rest.starts_with("->")
    })
}

fn begins_another(line: &str) -> bool {
    line.starts_with("flow ") || line.starts_with('@') || line.starts_with("import ")
}

/// Statements as the body of a flow: all lines are indented.
pub(super) fn body(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(without_tabs).collect();
    let margins = lines
        .iter()
        .map(|line| line.len() - line.trim_start_matches(' ').len());
    let margin = margins.min().unwrap_or_default();
    let lines = lines.iter().map(|line| &line[margin..]);
    completion::indented(with_one_margin(lines.collect()))
}

/// The line with spaces in place of tabs, counted like in Colang.
fn without_tabs(line: &str) -> String {
    let text = line.trim_start_matches([' ', '\t']);
    let before = &line[..line.len() - text.len()];
    before.replace('\t', "        ") + text
}

/// A model that continues an indented line may write the first line unindented and indent the others.
fn with_one_margin(lines: Vec<&str>) -> Vec<&str> {
    let rest = lines.iter().skip(1);
    let is_first_short = lines.len() > 1 && rest.clone().all(|line| line.starts_with("  "));
    let opens_block = lines.first().is_some_and(|first| {
        let word = first.split_whitespace().next().unwrap_or_default();
        ["if", "while", "when", "else", "elif", "or"].contains(&word)
    });
    match is_first_short && !opens_block {
        true => lines
            .into_iter()
            .map(|line| line.strip_prefix("  ").unwrap_or(line))
            .collect(),
        false => lines,
    }
}

/// The replacement for `...`: up to the first statement that waits, after which the flow is generated again
/// (nemoguardrails 0.24.1). `None` if the model wrote nothing.
pub(super) fn continuation(answer: &str) -> Option<String> {
    let body = body(&completion::lines(answer).join("\n"));
    let goes_on = body.contains("...");
    let mut lines = Vec::new();
    for line in body.lines() {
        let statement = line.trim();
        if line.starts_with("  user ") {
            lines.extend(["  wait user input".to_owned(), "  ...".to_owned()]);
            break;
        }
        lines.push(statement_of(line));
        if statement == "..." {
            break;
        }
        if statement.contains("await ") {
            lines.push("  ...".to_owned());
            break;
        }
        if statement.starts_with("bot say") && goes_on {
            lines.extend(["  wait user input".to_owned(), "  ...".to_owned()]);
            break;
        }
    }
    let is_any = lines.first().is_some_and(|first| first.trim() != "...");
    is_any.then(|| lines.join("\n"))
}

/// A model may call a flow like its definition: `await x -> $y` means `$y = await x`.
fn statement_of(line: &str) -> String {
    let statement = line.trim();
    if statement.contains("user input") || statement.contains("user select") {
        return "  wait user input".to_owned();
    }
    match statement
        .strip_prefix("await ")
        .and_then(|call| call.split_once(" -> $"))
    {
        Some((call, variable)) => format!("  ${variable} = await {call}"),
        None => line.to_owned(),
    }
}

/// A flow with an apology in place of one that could not be generated. The fault is traced.
pub(super) fn apology(action: &str, answer: &str) -> Json {
    let start: String = answer.chars().take(200).collect();
    tracing::warn!(
        action,
        answer = start,
        "the model wrote no flow that can be taken"
    );
    let name = "bot inform LLM issue";
    let body = format!("flow {name}\n  bot say \"Sorry, I could not find an answer to that.\"\n");
    json!({"name": name, "body": body})
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_a_model_says_stays_in_one_flow(
            answer in "([ \t\r\n\u{a0}\u{2028}\u{b}@\"'{}$.:#]|flow |import |bot say \"a\"|await x|pass|user |\"\"\"|if |\\PC)*"
        ) {
            let body = body(&answer);
            proptest::prop_assert!(body.is_empty() || body.lines().all(|line| line.starts_with("  ")));
            if let Some(written) = flow("bot answers", &answer) {
                let names: Vec<_> = written.parsed.module.flows.iter().map(|flow| &*flow.name.name).collect();
                proptest::prop_assert_eq!(names, ["bot answers"]);
            }
            if let Some(lines) = continuation(&answer) {
                proptest::prop_assert!(lines.lines().all(|line| line.starts_with("  ")));
            }
            let _ = (completion::bot_action(&answer), completion::user_intent(&answer));
        }
    }
}
