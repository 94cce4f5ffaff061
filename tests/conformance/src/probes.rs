//! Checks syntax only: probes with the verdicts of the reference, and plain files.

use colang::source::{LineIndex, SourceId};
use colang::syntax::{Parsed, parse};
use serde_json::Value as Json;

use crate::print;

/// Checks probes and files; `false` if one fails.
pub fn run(paths: &[String]) -> bool {
    let (mut passed, mut failed) = (0, 0);
    for path in paths {
        let Ok(text) = std::fs::read_to_string(path) else {
            print(&format!("FAIL {path}: cannot be read"));
            failed += 1;
            continue;
        };
        let problems = if path.ends_with(".json") {
            probes(&text, &mut passed)
        } else {
            file(path, &text, &mut passed)
        };
        failed += problems.len();
        problems
            .iter()
            .for_each(|problem| print(&format!("FAIL {problem}")));
    }
    print(&format!("{passed} passed, {failed} failed"));
    failed == 0
}

fn file(path: &str, text: &str, passed: &mut usize) -> Vec<String> {
    let parsed = parse(SourceId::default(), text);
    let errors = parsed
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error());
    let lines = LineIndex::new(text);
    let problems: Vec<_> = errors
        .map(|error| format!("{path}:{}: {}", lines.line(error.span.start), error.message))
        .collect();
    *passed += usize::from(problems.is_empty());
    problems
}

fn probes(text: &str, passed: &mut usize) -> Vec<String> {
    let probes: Vec<Json> = serde_json::from_str(text).unwrap_or_default();
    let mut problems = Vec::new();
    for probe in &probes {
        let label = probe["label"].as_str().unwrap_or_default();
        match problem(probe) {
            Some(problem) => problems.push(format!("{label}: {problem}")),
            None => *passed += 1,
        }
    }
    problems
}

fn problem(probe: &Json) -> Option<String> {
    let parsed = parse(
        SourceId::default(),
        probe["source"].as_str().unwrap_or_default(),
    );
    let accepted = !parsed.has_errors();
    match (probe["accepted"].as_bool().unwrap_or(false), accepted) {
        (true, false) => {
            let message = parsed
                .diagnostics
                .first()
                .map(|diagnostic| diagnostic.message.clone());
            Some(format!("refused: {}", message.unwrap_or_default()))
        }
        (false, true) if probe["superset_allowed"] == Json::Bool(false) => {
            Some("accepted, but must not be".to_owned())
        }
        (true, true) => other_flows(probe, &parsed),
        (false, _) => None,
    }
}

fn other_flows(probe: &Json, parsed: &Parsed) -> Option<String> {
    let wanted = probe.get("flows")?.as_array()?.len();
    let found = parsed.module.flows.len();
    (wanted != found).then(|| format!("{wanted} flows wanted, {found} found"))
}
