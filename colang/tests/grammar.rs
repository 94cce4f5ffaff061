//! The grammar for editors sees the same words as the lexer, in all sources of this repository.
//!
//! The grammar is run as an editor would: line by line, at each place the rule that matches first. Only what it uses of
//! TextMate's language is understood here.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "kinds of words may be added"
)]

mod sources;

use std::collections::HashMap;

use colang::syntax::{LexemeKind, lexemes};
use fancy_regex::Regex;
use serde_json::Value;
use sources::SOURCES;

const GRAMMAR: &str = include_str!("../../editors/vscode/syntaxes/colang.tmLanguage.json");

type Captures<'a> = fancy_regex::Captures<'a, str>;

/// What both must agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Comment,
    String,
    Variable,
    Number,
    Word,
    Keyword,
    Mark,
}

fn class_of_lexeme(kind: LexemeKind) -> Option<Class> {
    Some(match kind {
        LexemeKind::Comment => Class::Comment,
        LexemeKind::String => Class::String,
        LexemeKind::Variable => Class::Variable,
        LexemeKind::Number => Class::Number,
        LexemeKind::Constant | LexemeKind::Keyword => Class::Keyword,
        LexemeKind::Name => Class::Word,
        LexemeKind::Operator | LexemeKind::Punctuation => Class::Mark,
        _ => return None,
    })
}

fn class_of_scope(scope: &str) -> Option<Class> {
    let classes = [
        ("comment", Class::Comment),
        ("string", Class::String),
        ("constant.character.escape", Class::String),
        ("variable.other.member", Class::Word),
        ("variable", Class::Variable),
        ("constant.numeric", Class::Number),
        ("keyword.operator.word", Class::Keyword),
        ("keyword.operator", Class::Mark),
        ("punctuation", Class::Mark),
        ("constant.language", Class::Keyword),
        ("keyword", Class::Keyword),
        ("entity", Class::Word),
        ("support", Class::Word),
    ];
    let mut classes = classes.into_iter();
    let found = classes.find(|(start, _)| scope.starts_with(start));
    found.map(|(_, class)| class)
}

/// A rule of the grammar.
struct Rule {
    name: Option<String>,
    start: Regex,
    /// Where it ends, if it may contain others.
    end: Option<Regex>,
    captures: HashMap<usize, String>,
    end_captures: HashMap<usize, String>,
    inner: Vec<usize>,
}

/// All rules; the outermost are those of the first list.
struct Grammar {
    rules: Vec<Rule>,
    outermost: Vec<usize>,
}

impl Grammar {
    fn new(text: &str) -> Self {
        let whole: Value = serde_json::from_str(text).expect("the grammar is JSON");
        let mut grammar = Self {
            rules: Vec::new(),
            outermost: Vec::new(),
        };
        grammar.outermost = grammar.list(&whole, &whole["patterns"]);
        grammar
    }

    fn list(&mut self, whole: &Value, patterns: &Value) -> Vec<usize> {
        let patterns = patterns.as_array().cloned().unwrap_or_default();
        patterns
            .iter()
            .flat_map(|pattern| self.pattern(whole, pattern))
            .collect()
    }

    fn pattern(&mut self, whole: &Value, pattern: &Value) -> Vec<usize> {
        if let Some(name) = pattern["include"].as_str() {
            let name = name.strip_prefix('#').expect("rules are included by name");
            return self.pattern(whole, &whole["repository"][name]);
        }
        let start = pattern["match"].as_str().or(pattern["begin"].as_str());
        let Some(start) = start else {
            return self.list(whole, &pattern["patterns"]);
        };
        let rule = Rule {
            name: pattern["name"].as_str().map(str::to_owned),
            start: regex(start),
            end: pattern["end"].as_str().map(regex),
            captures: captures(pattern, &["captures", "beginCaptures"]),
            end_captures: captures(pattern, &["endCaptures"]),
            inner: self.list(whole, &pattern["patterns"]),
        };
        self.rules.push(rule);
        vec![self.rules.len() - 1]
    }

    /// The class of each byte of a source.
    fn classes(&self, source: &str) -> Vec<Option<Class>> {
        let mut painter = Painter {
            classes: vec![None; source.len()],
            open: Vec::new(),
        };
        let mut start = 0;
        for line in source.split_inclusive('\n') {
            painter.line(self, line, start);
            start += line.len();
        }
        painter.classes
    }
}

fn regex(text: &str) -> Regex {
    // TextMate reads one line at a time, and `$` is before its end.
    Regex::new(&format!("(?m){text}")).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn captures(pattern: &Value, keys: &[&str]) -> HashMap<usize, String> {
    let found = keys.iter().filter_map(|key| pattern[*key].as_object());
    let found = found.flatten().map(|(number, capture)| {
        let name = capture["name"].as_str().expect("a capture has a name");
        (number.parse().expect("a number"), name.to_owned())
    });
    found.collect()
}

struct Painter {
    classes: Vec<Option<Class>>,
    /// The rules that have begun and not ended.
    open: Vec<usize>,
}

impl Painter {
    fn line(&mut self, grammar: &Grammar, line: &str, start: usize) {
        let mut at = 0;
        loop {
            let open = self.open.last().map(|rule| &grammar.rules[*rule]);
            let inner = open.map_or(&grammar.outermost, |rule| &rule.inner);
            let end = open.and_then(|rule| found(rule.end.as_ref()?, line, at));
            let first = inner
                .iter()
                .filter_map(|rule| Some((*rule, found(&grammar.rules[*rule].start, line, at)?)));
            let first = first.min_by_key(|(_, captures)| place(captures).start);
            let is_end = |end: &Captures<'_>| {
                first
                    .as_ref()
                    .is_none_or(|(_, other)| place(end).start <= place(other).start)
            };
            let before = open.and_then(|rule| rule.name.as_deref());
            if let Some(end) = end.filter(is_end) {
                self.paint(start, at..place(&end).end, before);
                if let Some(rule) = open {
                    self.paint_captures(start, &end, &rule.end_captures);
                }
                at = place(&end).end;
                self.open.pop();
            } else if let Some((number, captures)) = first {
                let rule = &grammar.rules[number];
                self.paint(start, at..place(&captures).start, before);
                self.paint(start, place(&captures), rule.name.as_deref());
                self.paint_captures(start, &captures, &rule.captures);
                at = place(&captures)
                    .end
                    .max(at + usize::from(place(&captures).is_empty()));
                if rule.end.is_some() {
                    self.open.push(number);
                }
            } else {
                return self.paint(start, at..line.len(), before);
            }
            if at >= line.len() {
                return;
            }
        }
    }

    fn paint(&mut self, start: usize, part: std::ops::Range<usize>, scope: Option<&str>) {
        if let Some(class) = scope.map(class_of_scope) {
            self.classes[start + part.start..start + part.end].fill(class);
        }
    }

    fn paint_captures(
        &mut self,
        start: usize,
        captures: &Captures<'_>,
        names: &HashMap<usize, String>,
    ) {
        for (number, name) in names {
            if let Some(part) = captures.get(*number) {
                self.paint(start, part.range(), Some(name));
            }
        }
    }
}

fn found<'a>(regex: &Regex, line: &'a str, at: usize) -> Option<Captures<'a>> {
    regex
        .captures_from_pos(line, at)
        .expect("no regular expression takes long")
}

fn place(captures: &Captures<'_>) -> std::ops::Range<usize> {
    captures
        .get(0)
        .map(|whole| whole.range())
        .unwrap_or_default()
}

/// The first word of which they disagree.
fn difference(grammar: &Grammar, source: &str) -> Option<String> {
    let classes = grammar.classes(source);
    for lexeme in lexemes(source) {
        let expected = class_of_lexeme(lexeme.kind)?;
        let (start, end) = (lexeme.span.start as usize, lexeme.span.end as usize);
        let is_other = |at: &usize| {
            classes[*at] != Some(expected) && !source.as_bytes()[*at].is_ascii_whitespace()
        };
        if let Some(at) = (start..end).find(is_other) {
            let line = source[..at].matches('\n').count() + 1;
            let text = lexeme.span.text(source);
            return Some(format!(
                "line {line}, `{text}` is {expected:?}, not {:?}, of\n{source}",
                classes[at]
            ));
        }
    }
    None
}

#[test]
fn the_grammar_agrees_with_the_lexer_on_all_sources() {
    let grammar = Grammar::new(GRAMMAR);
    let whole = SOURCES
        .iter()
        .filter(|source| !colang::syntax::parse(colang::source::SourceId(0), source).has_errors());
    let whole: Vec<_> = whole.collect();
    assert!(whole.len() > 450, "{} sources", whole.len());
    let different: Vec<_> = whole
        .iter()
        .filter_map(|source| difference(&grammar, source))
        .collect();
    assert!(
        different.is_empty(),
        "{} of {}\n{}",
        different.len(),
        whole.len(),
        different.join("\n----\n")
    );
}

#[test]
fn the_grammar_knows_strings_of_all_kinds() {
    let grammar = Grammar::new(GRAMMAR);
    for source in [
        "flow a\n  log \"x {$y + len('z')} {{no}} { } \\\" {f(\\\"q\\\")} \\{$x}\"\n",
        "flow a\n  log 'x {$y[\"k\"]}'\n",
        "flow a\n  \"\"\"x\n  # no comment {$y}\n  \"\"\"\n  log 1 # c \"x\"\n",
        "flow user is in the way $a=1\n  $x = await b\n  $y = $x.in\n  $z = ...\"{$x}\"\n",
        "@meta(x=True)\nflow größe $größe\n  log 1_000 + .5 - 1e-3 * 2. ** 2\n",
    ] {
        assert_eq!(difference(&grammar, source), None);
    }
}
