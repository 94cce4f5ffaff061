//! A check of flows finds nothing wrong where nothing is: in the recorded conversations, the examples and the
//! documentation.

use std::path::Path;

use action_sdk::ActionDispatcher;
use action_sdk_runtime::{Checker, Report};
use conformance::{case_files, findings, read};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn lines(name: &str, report: &Report) -> Vec<String> {
    let problems = report.problems().iter();
    let lines = problems.map(|problem| format!("{name}: {} {problem}", problem.code()));
    lines.collect()
}

/// What is found in recorded conversations, because it is there.
const RIGHTLY_FOUND: [&str; 9] = [
    "decorators-imports/import_same_module_twice: co0310 second.co:3:6",
    "errors/undefined_flow_hangs_caller: co0301 main.co:3:3",
    "errors/unknown_action_member_at_runtime: co0304 main.co:3:29",
    "expressions/unknown_function_raises_colang_error: co0305 main.co:3:14",
    "flows/unknown_named_argument_hangs_caller: co0302 main.co:6:13",
    "stdlib-llm/undefined_flow_generated: co0301 main.co:7:3",
    "variables/match_undefined_reference: co0307 main.co:3:9",
    "variables/reference_missing_attribute: co0304 main.co:11:17",
    "deviations/external_flow_control_is_ignored: co0310 main.co:5:6",
];

#[test]
fn only_what_is_there_in_recorded_conversations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = case_files(&folder.join("cases"));
    files.extend(case_files(&folder.join("deviations")));
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let case = read(&file).expect("a case is JSON");
        if case.get("error").is_none() {
            let text = |name: &str| case[name].as_str().unwrap_or_default();
            let name = format!("{}/{}", text("category"), text("name"));
            found.extend(lines(&name, &findings(&case)));
        }
    }
    let is_right = |line: &&String| !RIGHTLY_FOUND.iter().any(|right| line.starts_with(right));
    let wrong: Vec<_> = found.iter().filter(is_right).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(found.len(), RIGHTLY_FOUND.len());
}

/// The host performs all actions of these flows.
fn checker() -> Checker {
    let dispatcher = ActionDispatcher::builder().build();
    let dispatcher = dispatcher.expect("the linked actions fit together");
    Checker::new(dispatcher)
        .caller_performs_any()
        .without_model()
}

#[test]
fn none_in_the_examples() {
    for folder in ["examples/conversation/flows", "examples/tutorial/bot"] {
        let report = checker()
            .check(root().join(folder))
            .expect("there is a folder");
        assert_eq!(lines(folder, &report), [] as [&str; 0]);
    }
}

#[test]
fn none_in_the_library() {
    // These two override the same flows.
    for either in ["guardrails", "attention"] {
        let imports = [either, "avatars", "llm", "passthrough", "timing"];
        let imports = imports.map(|name| format!("import {name}\n")).concat();
        let main = format!("{imports}\nflow main\n  match Start()\n");
        let report = checker().check_sources("", [("main.co", main.as_str())]);
        assert_eq!(lines("library", &report), [] as [&str; 0]);
    }
}

/// The Colang programs of a page: blocks with a flow `main`.
fn programs(page: &str) -> Vec<String> {
    let blocks = page.split("```colang\n").skip(1);
    let blocks = blocks.filter_map(|block| Some(block.split_once("```")?.0.to_owned()));
    blocks.filter(|block| block.contains("flow main")).collect()
}

#[test]
fn none_in_the_documentation() {
    let pages = root().join("docs").read_dir().expect("there are pages");
    let mut found = Vec::new();
    for page in pages.map(|page| page.expect("it can be read").path()) {
        // The bad examples there are bad on purpose.
        if page.ends_with("diagnostics.md") {
            continue;
        }
        let name = page.display().to_string();
        let text = std::fs::read_to_string(&page).expect("a page is text");
        for program in programs(&text) {
            let report = checker().check_sources("", [("main.co", program.as_str())]);
            found.extend(lines(&name, &report));
        }
    }
    assert_eq!(found, [] as [&str; 0]);
}
