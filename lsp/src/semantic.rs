//! The meaning of the words of a file, for colors: a flow is one, whatever words its name has.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use colang::source::Span;
use colang::syntax::ast::Flow;
use colang::syntax::{LexemeKind, lexemes};
use lsp_types::{
    SemanticToken, SemanticTokenType, SemanticTokens, SemanticTokensLegend, SemanticTokensResult,
};

use crate::file::File;
use crate::index::{Index, Kind};
use crate::place;
use crate::text::{Text, number};

/// What words can mean, by their numbers in the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Comment,
    String,
    Number,
    Keyword,
    Operator,
    Variable,
    Parameter,
    /// A flow.
    Function,
    /// An action.
    Class,
    Event,
    Property,
    Decorator,
}

const ALL: [(Meaning, SemanticTokenType); 12] = [
    (Meaning::Comment, SemanticTokenType::COMMENT),
    (Meaning::String, SemanticTokenType::STRING),
    (Meaning::Number, SemanticTokenType::NUMBER),
    (Meaning::Keyword, SemanticTokenType::KEYWORD),
    (Meaning::Operator, SemanticTokenType::OPERATOR),
    (Meaning::Variable, SemanticTokenType::VARIABLE),
    (Meaning::Parameter, SemanticTokenType::PARAMETER),
    (Meaning::Function, SemanticTokenType::FUNCTION),
    (Meaning::Class, SemanticTokenType::CLASS),
    (Meaning::Event, SemanticTokenType::EVENT),
    (Meaning::Property, SemanticTokenType::PROPERTY),
    (Meaning::Decorator, SemanticTokenType::DECORATOR),
];

/// The names of the meanings, in the order of their numbers.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: ALL.map(|(_, name)| name).to_vec(),
        token_modifiers: Vec::new(),
    }
}

/// The meanings of all words of a file of flows.
pub(crate) fn tokens(path: &Path, file: &File) -> Option<SemanticTokensResult> {
    if place::is_settings(path) {
        return None;
    }
    let mut writer = Writer::new(&file.text);
    for (span, meaning) in meanings(file) {
        writer.push(span, meaning);
    }
    Some(SemanticTokensResult::Tokens(SemanticTokens {
        result_id: None,
        data: writer.out,
    }))
}

fn meanings(file: &File) -> Vec<(Span, Meaning)> {
    let source = file.text.as_str();
    let names = names(&file.index);
    let mut found = Vec::new();
    let mut before = "";
    for lexeme in lexemes(source) {
        let text = lexeme.span.text(source);
        let flow = || file.index.flow_at(lexeme.span.start as usize);
        let meaning = match (names.get(&lexeme.span.start), lexeme.kind) {
            (Some(known), LexemeKind::Name | LexemeKind::Keyword) => Some(*known),
            (_, LexemeKind::Comment) => Some(Meaning::Comment),
            (_, LexemeKind::String) => Some(Meaning::String),
            (_, LexemeKind::Number) => Some(Meaning::Number),
            (_, LexemeKind::Constant | LexemeKind::Keyword) => Some(Meaning::Keyword),
            (_, LexemeKind::Operator) => Some(Meaning::Operator),
            (_, LexemeKind::Variable) if flow().is_some_and(|flow| has_param(flow, text)) => {
                Some(Meaning::Parameter)
            }
            (_, LexemeKind::Variable) => Some(Meaning::Variable),
            (_, LexemeKind::Name) if before == "." => Some(Meaning::Property),
            (_, LexemeKind::Name) if before == "@" => Some(Meaning::Decorator),
            _ => None,
        };
        found.extend(meaning.map(|meaning| (lexeme.span, meaning)));
        before = text;
    }
    found
}

fn has_param(flow: &Flow, variable: &str) -> bool {
    let name = variable.trim_start_matches('$');
    flow.parameters.iter().any(|param| param.name.name == name)
}

/// For the offset of each word of a name, what the name means.
fn names(index: &Index) -> HashMap<u32, Meaning> {
    let mut names = HashMap::new();
    let mut seen = HashSet::new();
    for mention in index
        .mentions
        .iter()
        .filter(|mention| seen.insert(mention.span))
    {
        let meaning = match mention.kind {
            Kind::Flow => Meaning::Function,
            Kind::Action => Meaning::Class,
            Kind::Event => Meaning::Event,
        };
        let text = mention.span.text(&index.module.source);
        let mut at = 0;
        for word in text.split_inclusive(char::is_whitespace) {
            names.insert(mention.span.start + number(at), meaning);
            at += word.len();
        }
    }
    names
}

/// Writes tokens as the protocol wants them: each relative to the one before, none longer than a line.
struct Writer<'a> {
    text: &'a Text,
    out: Vec<SemanticToken>,
    line: u32,
    column: u32,
}

impl<'a> Writer<'a> {
    fn new(text: &'a Text) -> Self {
        Self {
            text,
            out: Vec::new(),
            line: 0,
            column: 0,
        }
    }

    fn push(&mut self, span: Span, meaning: Meaning) {
        let mut at = span.start as usize;
        for part in span.text(self.text.as_str()).split_inclusive('\n') {
            let shown = part.trim_end_matches(['\r', '\n']);
            if !shown.is_empty() {
                self.part(at, number(shown.encode_utf16().count()), meaning);
            }
            at += part.len();
        }
    }

    fn part(&mut self, at: usize, length: u32, meaning: Meaning) {
        let position = self.text.position(at);
        let delta_line = position.line - self.line;
        let before = if delta_line == 0 { self.column } else { 0 };
        self.out.push(SemanticToken {
            delta_line,
            delta_start: position.character - before,
            length,
            token_type: meaning as u32,
            token_modifiers_bitset: 0,
        });
        (self.line, self.column) = (position.line, position.character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[(&str, Meaning)]) {
        let found = meanings(&File::new(source));
        let found: Vec<_> = found
            .iter()
            .map(|(span, meaning)| (span.text(source), *meaning))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn all_words_of_a_flow_are_a_flow() {
        check(
            "flow a if $x\n  await a if $x and WaveAction() # c\n",
            &[
                ("flow", Meaning::Keyword),
                ("a", Meaning::Function),
                ("if", Meaning::Function),
                ("$x", Meaning::Parameter),
                ("await", Meaning::Keyword),
                ("a", Meaning::Function),
                ("if", Meaning::Function),
                ("$x", Meaning::Parameter),
                ("and", Meaning::Keyword),
                ("WaveAction", Meaning::Class),
                ("# c", Meaning::Comment),
            ],
        );
    }

    #[test]
    fn the_numbers_are_those_of_the_legend() {
        for (number, (meaning, _)) in ALL.iter().enumerate() {
            assert_eq!(*meaning as usize, number);
        }
    }

    #[test]
    fn a_string_of_several_lines_is_a_token_on_each() {
        let file = File::new("flow a\n  \"\"\"x🙂\n\n  y\"\"\"\n");
        let found = tokens(Path::new("a.co"), &file);
        let Some(SemanticTokensResult::Tokens(found)) = found else {
            panic!("there are tokens");
        };
        let places: Vec<_> = found
            .data
            .iter()
            .map(|token| (token.delta_line, token.delta_start, token.length))
            .collect();
        assert_eq!(places, [(0, 0, 4), (0, 5, 1), (1, 2, 6), (2, 0, 6)]);
    }
}
