//! The page about the language: its programs parse without diagnostics and start, and its mistakes are reported.

use colang::diagnostic::Code;
use colang::machine::Machine;
use colang::program::{File, Program};
use colang::source::SourceId;
use colang::state::Output;
use colang::syntax::parse;
use umim::Timestamp;

const PAGE: &str = include_str!("../../docs/colang.md");

/// The code blocks of the page in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let after = PAGE.split(fence.as_str()).skip(1);
    after
        .map(|rest| rest.split("```").next().unwrap_or_default())
        .collect()
}

/// Starts a program and returns the names of the events it sent.
#[track_caller]
fn start(source: &str) -> Vec<String> {
    let parsed = parse(SourceId(0), source);
    assert_eq!(parsed.diagnostics, [], "for\n{source}");
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    let machine = Program::new(&[file]).and_then(Machine::new).expect(source);
    let mut state = machine.start(1);
    machine.begin(&mut state, Timestamp::from_micros(0));
    let outputs = machine.take_outputs(&mut state).into_iter();
    let sent = outputs.filter_map(|output| match output {
        Output::Event(event, _) | Output::Unchecked(event, _) => Some(event.name.to_string()),
        Output::History(_) | Output::Error { .. } | Output::Print(_) | Output::Log { .. } => None,
    });
    sent.collect()
}

#[test]
fn every_program_starts() {
    let sent: Vec<_> = blocks("colang").into_iter().map(start).collect();
    assert!(sent.len() > 6, "{} programs", sent.len());
    let sent = sent.concat();
    for name in ["StartLookUpAction", "Bill", "Names", "Out"] {
        assert!(
            sent.iter().any(|sent| sent == name),
            "{name} is not in {sent:?}"
        );
    }
}

#[test]
fn every_mistake_is_told() {
    let shown = blocks("colang-mistakes");
    let codes = |source: &&str| {
        let parsed = parse(SourceId(0), source);
        let codes = parsed.diagnostics.into_iter().map(|mistake| mistake.code);
        codes.collect::<Vec<_>>()
    };
    let told: Vec<_> = shown.iter().map(codes).collect();
    let expected = [
        Code::UnterminatedString,
        Code::BareName,
        Code::BareName,
        Code::UnbalancedBracket,
        Code::UnexpectedIndentation,
    ];
    assert_eq!(told, [expected]);
}

#[cfg(feature = "render")]
#[test]
fn the_text_of_a_mistake_is_as_shown() {
    let mut sources = colang::source::SourceMap::new();
    let id = sources.add("main.co", blocks("colang-mistakes")[0]);
    let parsed = parse(id, sources.text(id).unwrap_or_default());
    let text = colang::diagnostic::render(&parsed.diagnostics[0], &sources);
    assert_eq!(blocks("text"), [text + "\n"]);
}
