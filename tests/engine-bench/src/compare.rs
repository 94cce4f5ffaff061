//! The table of both engines, and the budgets.

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Figures by case and figure, in the order in which they came.
struct Figures(Vec<(String, String, f64)>);

/// The budget for one of our figures.
struct Budget {
    case: &'static str,
    figure: &'static str,
    wanted: Wanted,
}

enum Wanted {
    /// At least this many times faster than the reference without its sleep.
    Faster(f64),
    /// At most this many bytes.
    Bytes(f64),
    /// At most this many times the same figure of another of our cases.
    Times(f64, &'static str),
}

const BUDGETS: [Budget; 6] = [
    turn("echo", Wanted::Faster(100.0)),
    turn("one of 1000 waiting flows", Wanted::Faster(1_000.0)),
    turn("one of 1000 awaited leaf flows", Wanted::Faster(1_000.0)),
    turn(
        "one of 10000 waiting flows",
        Wanted::Times(1.3, "one of 1000 waiting flows"),
    ),
    Budget {
        case: "idle echo conversation",
        figure: "bytes in memory",
        wanted: Wanted::Bytes(10_000.0),
    },
    Budget {
        case: "idle echo conversation",
        figure: "saved bytes",
        wanted: Wanted::Bytes(5_000.0),
    },
];

const fn turn(case: &'static str, wanted: Wanted) -> Budget {
    Budget {
        case,
        figure: "turn",
        wanted,
    }
}

impl Figures {
    fn read(lines: &str) -> serde_json::Result<Self> {
        let mut figures = Vec::new();
        for line in lines.lines() {
            let line: BTreeMap<String, Value> = serde_json::from_str(line)?;
            let text = |member: &str| {
                line.get(member)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let value = line
                .get("value")
                .and_then(Value::as_f64)
                .unwrap_or(f64::NAN);
            figures.push((text("name"), text("figure"), value));
        }
        Ok(Self(figures))
    }

    fn value(&self, case: &str, figure: &str) -> Option<f64> {
        let found = self
            .0
            .iter()
            .find(|(name, what, _)| name == case && what == figure);
        found.map(|(_, _, value)| *value)
    }
}

/// Prints the table; the exit code is 1 if a budget is missed.
pub(crate) fn print(ours: &str, reference: &str) -> serde_json::Result<ExitCode> {
    let (ours, reference) = (Figures::read(ours)?, Figures::read(reference)?);
    println!(
        "{:<32} {:<16} {:>12} {:>14} {:>9} {:>14} {:>9}",
        "case", "figure", "ours", "reference", "ratio", "without sleep", "ratio"
    );
    for (case, figure, value) in &ours.0 {
        let with = reference.value(case, figure);
        let without = reference
            .value(case, "turn without the sleep")
            .filter(|_| figure == "turn");
        println!(
            "{case:<32} {figure:<16} {:>12} {:>14} {:>9} {:>14} {:>9}",
            shown(figure, Some(*value)),
            shown(figure, with),
            ratio(with, *value),
            shown(figure, without),
            ratio(without, *value)
        );
    }
    println!();
    let missed = BUDGETS
        .iter()
        .filter(|budget| !judged(budget, &ours, &reference))
        .count();
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn shown(figure: &str, value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if figure.contains("bytes") => format!("{:.1} kB", value / 1e3),
        Some(value) if value < 1e6 => format!("{:.1} µs", value / 1e3),
        Some(value) => format!("{:.1} ms", value / 1e6),
    }
}

fn ratio(theirs: Option<f64>, ours: f64) -> String {
    theirs.map_or_else(|| "-".to_owned(), |theirs| format!("{:.1}", theirs / ours))
}

/// Prints one budget, and returns whether it is met; a budget without its figures is missed.
fn judged(budget: &Budget, ours: &Figures, reference: &Figures) -> bool {
    let value = ours.value(budget.case, budget.figure);
    let (found, met, wanted) = match &budget.wanted {
        Wanted::Faster(times) => {
            let theirs = reference.value(budget.case, "turn without the sleep");
            let found = theirs.zip(value).map(|(theirs, ours)| theirs / ours);
            (
                found,
                found.is_some_and(|found| found >= *times),
                format!("at least {times} times faster"),
            )
        }
        Wanted::Bytes(bytes) => (
            value,
            value.is_some_and(|value| value <= *bytes),
            format!("at most {bytes} bytes"),
        ),
        Wanted::Times(times, other) => {
            let found = value
                .zip(ours.value(other, budget.figure))
                .map(|(value, other)| value / other);
            (
                found,
                found.is_some_and(|found| found <= *times),
                format!("at most {times} times {other}"),
            )
        }
    };
    let found = found.map_or_else(|| "not measured".to_owned(), |found| format!("{found:.2}"));
    let (case, figure, verdict) = (
        budget.case,
        budget.figure,
        if met { "met" } else { "MISSED" },
    );
    println!("{case:<32} {figure:<16} {found:>12}  {wanted:<46} {verdict}");
    met
}
