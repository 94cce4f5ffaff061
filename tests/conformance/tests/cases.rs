//! Runs every recorded case: unmodified, saved and resumed after every step, and twice with the same seed.
//!
//! Debug builds compare the matching index with a scan of all waiting heads for every event.

use std::path::Path;

use conformance::{Verdict, case_files, read, run, transcript};
use serde_json::Value as Json;

/// The cases and deviations, by name.
fn cases() -> Vec<(String, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = case_files(&root.join("cases"));
    files.extend(case_files(&root.join("deviations")));
    files.sort();
    let cases = files.iter().map(|file| {
        let case = read(file).unwrap_or_else(|| panic!("{} is no case", file.display()));
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        (format!("{}/{}", text("category"), text("name")), case)
    });
    cases.collect()
}

/// The differences of all cases that are not quirks.
fn differences(resume: bool) -> Vec<String> {
    let cases = cases();
    assert!(cases.len() > 300, "only {} cases", cases.len());
    let differences = cases
        .iter()
        .filter_map(|(name, case)| match run(case, resume) {
            Verdict::Failed(difference) if case.get("quirk").is_none() => {
                Some(format!("{name}: {difference}"))
            }
            Verdict::Failed(_) | Verdict::Passed(_) => None,
        });
    differences.collect()
}

#[test]
fn all_go_as_recorded() {
    assert_eq!(differences(false), [] as [&str; 0]);
}

#[test]
fn saving_and_resuming_after_every_step_changes_nothing() {
    assert_eq!(differences(true), [] as [&str; 0]);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let mut compared = 0;
    for (name, case) in cases() {
        if case.get("error").is_none() {
            let first = transcript(&case).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(Ok(first), transcript(&case), "for {name}");
            compared += 1;
        }
    }
    assert!(compared > 250, "only {compared} cases");
}
