//! What is being typed at a place in a source.

use colang::syntax::{JOINING_WORDS, LexemeKind, STATEMENT_WORDS, lexeme_at, lexemes};

use crate::text::Text;

/// What could come next at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Nothing: a comment, a string.
    Nothing,
    /// A variable, which begins at this offset. In a call without parentheses, the flow of which it could be an argument.
    Variable { start: usize, call: Option<String> },
    /// A member of what stands before the dot: a variable (with `$`) or a name.
    Member { start: usize, of: String },
    /// An argument of a call in parentheses.
    Argument { start: usize, call: String },
    /// `@name`
    Decorator { start: usize },
    /// `import name`
    Import { start: usize },
    /// The name of a flow, an action or an event. At the beginning of a statement, keywords are possible.
    Name { start: usize, is_statement: bool },
}

/// What is being typed at an offset.
pub(crate) fn typed(text: &Text, at: usize) -> Typed {
    let source = text.as_str();
    let line = &source[text.line_start(text.line_of(at))..at];
    let word = line.trim_end_matches(is_of_word);
    let start = at - (line.len() - word.len());
    if let Some(before) = word
        .strip_suffix('$')
        .filter(|_| !is_in_text(source, start - 1))
    {
        let call = call_without_parentheses(before);
        return Typed::Variable {
            start: start - 1,
            call,
        };
    }
    if is_in_text(source, at) {
        return Typed::Nothing;
    }
    if let Some(before) = word.strip_suffix('.') {
        return member(before, start, line);
    }
    match line.trim_start() {
        line if line.starts_with("import ") => Typed::Import { start },
        line if line.starts_with('@') && !line.contains('(') => Typed::Decorator { start },
        _ => name_or_argument(text, at),
    }
}

fn is_of_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

/// Whether a place is within a comment or the text of a string.
fn is_in_text(source: &str, at: usize) -> bool {
    let lexemes = lexemes(source);
    let found = lexeme_at(&lexemes, at);
    found.is_some_and(|found| {
        let is_closed = found.span.end as usize == at && closes(found.span.text(source));
        match found.kind {
            LexemeKind::Comment => true,
            LexemeKind::String => !is_closed,
            _ => false,
        }
    })
}

/// Whether the last letter of a string ends it.
fn closes(string: &str) -> bool {
    let mut letters = string.chars();
    let last = letters.next_back();
    matches!(last, Some('"' | '\'')) && letters.next().is_some()
}

fn member(before: &str, start: usize, line: &str) -> Typed {
    if line.trim_start().starts_with("import ") {
        return Typed::Import { start };
    }
    let before = before
        .strip_suffix(')')
        .and_then(|call| call.rfind('(').map(|at| &call[..at]))
        .unwrap_or(before);
    let name = before.trim_end_matches(is_of_word);
    let name = name.strip_suffix('$').unwrap_or(name);
    Typed::Member {
        start,
        of: before[name.len()..].to_owned(),
    }
}

/// Looks back from a place in a statement to the bracket or the word before it.
fn name_or_argument(text: &Text, at: usize) -> Typed {
    let source = text.as_str();
    let statement = statement_start(text, at);
    let before = &source[statement..at];
    if let Some(open) = open_bracket(before) {
        let call = phrase(&before[..open]).trim_end();
        let inner = &before[open + 1..];
        let start = at - (inner.len() - inner.trim_end_matches(is_of_word).len());
        if !call.is_empty() && !is_keyword(call) {
            return Typed::Argument {
                start,
                call: call.to_owned(),
            };
        }
    }
    let phrase = phrase(before);
    let rest = before[..before.len() - phrase.len()].trim();
    Typed::Name {
        start: at - phrase.len(),
        is_statement: rest.is_empty(),
    }
}

/// The beginning of the line, or of an earlier one that it continues within brackets.
fn statement_start(text: &Text, at: usize) -> usize {
    const MOST_LINES: usize = 50;
    let line = text.line_of(at);
    let indent = |line: &usize| {
        let whole = text.line(*line);
        whole.len() - whole.trim_start().len()
    };
    let mut above = (line.saturating_sub(MOST_LINES)..line).rev();
    // What continues a line is indented deeper.
    let outer =
        above.find(|above| !text.line(*above).trim().is_empty() && indent(above) < indent(&line));
    let outer = outer.map(|outer| text.line_start(outer));
    let opening = outer.filter(|start| open_bracket(&text.as_str()[*start..at]).is_some());
    opening.unwrap_or(text.line_start(line))
}

/// The offset of the innermost bracket that is open at the end, if it is a parenthesis.
fn open_bracket(before: &str) -> Option<usize> {
    let mut open = Vec::new();
    for lexeme in lexemes(before)
        .iter()
        .filter(|found| found.kind == LexemeKind::Punctuation)
    {
        match lexeme.span.text(before) {
            "(" | "[" | "{" => open.push(lexeme.span.start as usize),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop().filter(|at| before[*at..].starts_with('('))
}

/// The words at the end that may be one name, up to the end.
fn phrase(before: &str) -> &str {
    let mut start = before.len();
    loop {
        let words = before[..start].trim_end_matches([' ', '\t']);
        let others = words.trim_end_matches(is_of_word);
        let word = &words[others.len()..];
        // The last word may be the beginning of another one.
        let is_whole = words.len() < before.len();
        if word.is_empty() || others.ends_with(['$', '.', '@']) || (is_whole && is_keyword(word)) {
            return &before[start..];
        }
        start = others.len();
    }
}

/// Whether a word cannot be a name, since it begins or joins statements.
pub(crate) fn is_keyword(word: &str) -> bool {
    JOINING_WORDS.contains(&word) || STATEMENT_WORDS.contains(&word)
}

/// The flow that is called in a line without parentheses.
fn call_without_parentheses(before: &str) -> Option<String> {
    let lexemes = lexemes(before);
    let mut names = Vec::new();
    for lexeme in lexemes {
        let text = lexeme.span.text(before);
        match lexeme.kind {
            LexemeKind::Name => names.push(text),
            LexemeKind::Keyword => names.clear(),
            _ if text == "(" => return None,
            _ => {
                if !names.is_empty() {
                    break;
                }
            }
        }
    }
    (!names.is_empty()).then(|| names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place is at `|`.
    #[track_caller]
    fn check(source: &str, expected: &Typed) {
        let at = source.find('|').expect("the place is marked");
        let text = Text::new(source.replacen('|', "", 1));
        assert_eq!(&typed(&text, at), expected, "for {source}");
    }

    fn name(start: usize, is_statement: bool) -> Typed {
        Typed::Name {
            start,
            is_statement,
        }
    }

    #[test]
    fn a_name_of_several_words_is_one() {
        check("flow a\n  user sa|", &name(9, true));
        check("flow a\n  await user sa|", &name(15, false));
        check("flow a\n  match b or user |", &name(20, false));
        check("flow a\n  |", &name(9, true));
        check("flow a\n  await |", &name(15, false));
        check("flow a\n  aw|", &name(9, true));
    }

    #[test]
    fn an_argument_belongs_to_the_call_before_its_bracket() {
        let call = "WaveAction".to_owned();
        check(
            "flow a\n  await WaveAction(x=1, ha|",
            &Typed::Argument {
                start: 31,
                call: call.clone(),
            },
        );
        check(
            "flow a\n  await WaveAction(\n    ha|",
            &Typed::Argument { start: 31, call },
        );
        check("flow a\n  await (gre|", &name(16, false));
    }

    #[test]
    fn a_variable_may_be_an_argument_without_parentheses() {
        let call = Some("bot say".to_owned());
        check(
            "flow a\n  bot say $te|",
            &Typed::Variable { start: 17, call },
        );
        check(
            "flow a\n  $|",
            &Typed::Variable {
                start: 9,
                call: None,
            },
        );
        check(
            "flow a\n  bot say \"{$te|}\"",
            &Typed::Variable {
                start: 19,
                call: Some("bot say".to_owned()),
            },
        );
    }

    #[test]
    fn a_member_belongs_to_what_stands_before_the_dot() {
        let of = |of: &str, start| Typed::Member {
            start,
            of: of.to_owned(),
        };
        check("flow a\n  if $event.re|", &of("$event", 19));
        check("flow a\n  match WaveAction.|", &of("WaveAction", 26));
        check("flow a\n  match WaveAction(x=1).F|", &of("WaveAction", 31));
    }

    #[test]
    fn nothing_comes_in_comments_and_strings() {
        check("flow a\n  # us|", &Typed::Nothing);
        check("flow a\n  bot say \"us|", &Typed::Nothing);
        check("flow a\n  bot say \"costs $|", &Typed::Nothing);
    }

    #[test]
    fn decorators_and_imports_have_names_of_their_own() {
        check("@lo|", &Typed::Decorator { start: 1 });
        check("import co|", &Typed::Import { start: 7 });
    }
}
