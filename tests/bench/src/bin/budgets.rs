//! Checks the dispatcher against its budgets: `cargo run --release -p bench --bin budgets`. Fails if one is missed.
//!
//! With `--once CASE TIMES` it only runs one case that many times, for a profiler.

#![expect(clippy::print_stdout, reason = "a table is what it is for")]

#[path = "../../benches/dispatch/cases.rs"]
mod cases;

use bench::Case;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

/// How often every case is timed. The cases take turns, so that a disturbance affects all of them.
const ROUNDS: usize = 101;

/// The duration of one case in one round.
const TURN: Duration = Duration::from_millis(2);

/// How two cases are compared, and the budget.
struct Comparison {
    what: &'static str,
    slower: &'static str,
    faster: &'static str,
    budget: Budget,
}

#[derive(Clone, Copy)]
enum Budget {
    AtMost(f64),
    AtLeast(f64),
    /// Printed for information only.
    None,
}

const COMPARISONS: [Comparison; 5] = [
    Comparison {
        what: "call / direct call + parsing and printing its JSON text",
        slower: "call/literals",
        faster: "direct/text",
        budget: Budget::AtMost(3.0),
    },
    Comparison {
        what: "rmcp's cached router / call",
        slower: "rmcp/literals",
        faster: "call/literals",
        budget: Budget::AtLeast(2.0),
    },
    Comparison {
        what: "rmcp's cached router, a new context for each / call",
        slower: "rmcp/literals, new context",
        faster: "call/literals",
        budget: Budget::None,
    },
    Comparison {
        what: "tools-rs / call",
        slower: "tools-rs/literals",
        faster: "call/literals",
        budget: Budget::AtLeast(2.0),
    },
    Comparison {
        what: "tools-rs without the id it draws / call",
        slower: "tools-rs/literals, without id",
        faster: "call/literals",
        budget: Budget::None,
    },
];

/// The times of a case, one per round, in nanoseconds per iteration.
type Times = BTreeMap<String, Vec<f64>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut suite = cases::suite();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => report(suite.cases_mut()),
        ["--once", name, times] => once(suite.cases_mut(), name, times),
        _ => complain("usage: budgets [--once CASE TIMES]"),
    }
}

fn once(cases: &mut [Case], name: &str, times: &str) -> ExitCode {
    let case = cases.iter_mut().find(|case| case.name() == name);
    match (case, times.parse()) {
        (Some(case), Ok(times)) => {
            case.time(times);
            ExitCode::SUCCESS
        }
        (None, _) => complain(&format!("no case is called `{name}`")),
        (_, Err(_)) => complain(&format!("`{times}` is no number of times")),
    }
}

fn complain(problem: &str) -> ExitCode {
    println!("{problem}");
    ExitCode::FAILURE
}

fn report(cases: &mut [Case]) -> ExitCode {
    let times = measured(cases);
    println!("{:<36} {:>9} {:>14}", "case", "ns", "/ direct/text");
    for case in cases.iter() {
        let nanoseconds = median(times[case.name()].clone());
        let ratio = ratio(&times, case.name(), "direct/text");
        println!("{:<36} {nanoseconds:>9.0} {ratio:>14.2}", case.name());
    }
    println!();
    let missed = COMPARISONS
        .iter()
        .filter(|comparison| !meets(comparison, &times));
    let missed = missed.count();
    println!("(the budget of compile time: tests/bench/compile-cost)");
    match missed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Prints a comparison; returns whether it is within its budget.
fn meets(comparison: &Comparison, times: &Times) -> bool {
    let ratio = ratio(times, comparison.slower, comparison.faster);
    let (met, wanted, verdict) = match comparison.budget {
        Budget::AtMost(limit) => judged(ratio <= limit, format!("at most {limit:.1}")),
        Budget::AtLeast(limit) => judged(ratio >= limit, format!("at least {limit:.1}")),
        Budget::None => (true, String::new(), ""),
    };
    println!(
        "{:<56} {ratio:>6.2}  {wanted:<12} {verdict}",
        comparison.what
    );
    met
}

fn judged(met: bool, wanted: String) -> (bool, String, &'static str) {
    (met, wanted, if met { "met" } else { "MISSED" })
}

/// The median, over all rounds, of the ratio of two cases in the same round.
fn ratio(times: &Times, slower: &str, faster: &str) -> f64 {
    let pairs = times[slower].iter().zip(&times[faster]);
    median(pairs.map(|(slower, faster)| slower / faster).collect())
}

fn measured(cases: &mut [Case]) -> Times {
    let turns: Vec<u64> = cases.iter_mut().map(times_in_a_turn).collect();
    let mut times = Times::new();
    for _ in 0..ROUNDS {
        for (case, turn) in cases.iter_mut().zip(&turns) {
            let took = case.time(*turn).as_secs_f64() * 1e9 / *turn as f64;
            times.entry(case.name().to_owned()).or_default().push(took);
        }
    }
    times
}

/// How many iterations fit into one turn; measuring it also warms the case up.
fn times_in_a_turn(case: &mut Case) -> u64 {
    let mut times = 1;
    while case.time(times) < TURN / 2 {
        times *= 2;
    }
    times
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
