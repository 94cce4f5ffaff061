//! The examples of `docs/diagnostics.md`: a bad one has the mistake, a good one has none. The page is generated:
//! `UPDATE_EXPECTED=1` writes it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use action_sdk_runtime::{Checker, Code, Report, explain};

use crate::support::dispatcher;

const INTRODUCTION: &str = "\
# Diagnostics

What `action-sdk check`, a runtime's start and editors tell about settings and flows: each code with an example that has
the mistake and one that has not. `action-sdk check --explain co0301` prints a section of this page. The actions of the
examples are those of the tests of this project: `AddAction(a: i64, b: i64)`.

A warning is allowed for a line by a comment on it or above it, `# allow(co0310)`, and for a file by
`# allow-file(co0310)`; in Colang and settings files alike. Errors cannot be allowed: nothing would run.

This page is generated from `runtime/src/explain/codes.md`.

";

/// Mistakes that no page can show.
const NOT_SHOWN: [Code; 3] = [Code::TooLarge, Code::TooMany, Code::UnreadableFile];

/// The files of the examples between two words: those without a name are `main.co` and `config.yml`.
fn files(text: &str) -> Vec<(String, String)> {
    let blocks = text.split("```").skip(1).step_by(2);
    let files = blocks.map(|block| {
        let (fence, text) = block.split_once('\n').unwrap_or_default();
        let name = match fence {
            "colang" => "main.co",
            "yaml" => "config.yml",
            named => named.split_once(' ').unwrap_or_default().1,
        };
        (name.to_owned(), text.to_owned())
    });
    files.collect()
}

fn check(code: Code, which: &str, text: &str) -> Report {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("diagnostics/{code}-{which}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let mut files = files(text);
    if files.iter().all(|(name, _)| name != "main.co") {
        let main = "flow main\n  match Start()\n".to_owned();
        files.push(("main.co".to_owned(), main));
    }
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("a file can be written");
    }
    let checker = Checker::new(dispatcher(&Arc::default()));
    checker.check(&folder).expect("there is a folder")
}

#[test]
fn bad_examples_have_the_mistake_and_good_ones_have_none() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let section = explain(*code);
        assert!(!section.is_empty(), "{code} is not explained");
        let Some((bad, good)) = section.split_once("Good:") else {
            assert!(NOT_SHOWN.contains(code), "{code} has no examples");
            continue;
        };
        let report = check(*code, "bad", bad);
        if report.problems().iter().all(|found| found.code() != *code) {
            wrong.push(format!("{code} bad: {report:?}"));
        }
        let report = check(*code, "good", good);
        wrong.extend(
            report
                .problems()
                .iter()
                .map(|found| format!("{code} good: {found:?}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_is_up_to_date() {
    let sections = Code::ALL.iter().map(|code| explain(*code));
    let page = format!("{INTRODUCTION}{}", sections.collect::<String>());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&file, &page).expect("the page can be written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(kept == page, "run this test with UPDATE_EXPECTED=1");
}
