//! `conformance PATH…` runs case files or folders of them, with `--resume` saving and resuming after each step; `conformance parse PROBES.json` or `FILE.co…` only reads syntax.

use std::path::Path;
use std::process::ExitCode;

use conformance::{Verdict, case_files, print, probes, read};
use serde_json::Value as Json;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let all_well = match arguments.split_first() {
        Some((first, paths)) if first == "parse" => probes::run(paths),
        Some((first, paths)) if first == "--resume" => run(paths, true),
        Some(_) => run(&arguments, false),
        None => {
            print(
                "usage: conformance PATH… | conformance parse PROBES.json | conformance parse FILE.co…",
            );
            false
        }
    };
    if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    followed: usize,
    differ: usize,
}

fn run(paths: &[String], resume: bool) -> bool {
    let mut count = Count::default();
    let mut files: Vec<_> = paths
        .iter()
        .flat_map(|path| case_files(Path::new(path)))
        .collect();
    files.sort();
    for file in files {
        let Some(case) = read(&file) else {
            print(&format!("FAIL {}: not a case", file.display()));
            count.failed += 1;
            continue;
        };
        let name = format!("{}/{}", text(&case, "category"), text(&case, "name"));
        tell(&name, &case, conformance::run(&case, resume), &mut count);
    }
    print(&format!(
        "quirks: {} followed, {} differ",
        count.followed, count.differ
    ));
    print(&format!("{} passed, {} failed", count.passed, count.failed));
    count.failed == 0
}

fn tell(name: &str, case: &Json, verdict: Verdict, count: &mut Count) {
    match (verdict, case.get("quirk").is_some()) {
        (Verdict::Passed(remark), quirk) => {
            if let Some(remark) = remark {
                print(&format!("note {name}: {remark}"));
            }
            if quirk {
                count.followed += 1;
            } else {
                count.passed += 1;
            }
        }
        (Verdict::Failed(difference), true) => {
            print(&format!("quirk {name}: {difference}"));
            count.differ += 1;
        }
        (Verdict::Failed(difference), false) => {
            print(&format!("FAIL {name}: {difference}"));
            count.failed += 1;
        }
    }
}

fn text<'c>(case: &'c Json, field: &str) -> &'c str {
    case.get(field).and_then(Json::as_str).unwrap_or_default()
}
