//! Counts what happened, and prints it as a table.

use crate::console::Style;
use crate::histogram::Histogram;
use crate::run::Ended;
use crate::units;
use action_sdk::ActionErrorKind;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

/// The counts so far.
#[derive(Default)]
pub(crate) struct Summary {
    /// Lines that were read: empty ones, malformed ones, and events.
    pub(crate) lines: u64,
    pub(crate) empty: u64,
    pub(crate) malformed: u64,
    /// Their total length in bytes.
    pub(crate) bytes: u64,
    pub(crate) starts: u64,
    /// Starts with a uid that was in flight.
    pub(crate) refused: u64,
    pub(crate) stops: u64,
    /// Stops without a matching run.
    pub(crate) stops_missed: u64,
    pub(crate) updates: u64,
    pub(crate) others: u64,
    pub(crate) took: Duration,
    actions: BTreeMap<String, Tally>,
    unknown: Tally,
    failures: BTreeMap<&'static str, u64>,
}

/// The runs of one action.
#[derive(Default)]
struct Tally {
    calls: u64,
    failed: u64,
    times: Histogram,
}

impl Summary {
    /// Counts a run that has ended; `action` is `None` if there is no such action.
    pub(crate) fn add_run(&mut self, action: Option<&str>, ended: &Ended) {
        let tally = match action {
            Some(action) => match self.actions.get_mut(action) {
                Some(tally) => tally,
                None => self.actions.entry(action.to_owned()).or_default(),
            },
            None => &mut self.unknown,
        };
        tally.calls += 1;
        tally.failed += u64::from(ended.failure.is_some());
        if let Some(took) = ended.took {
            tally.times.add(took);
        }
        if let Some(kind) = ended.failure {
            *self.failures.entry(words(kind)).or_default() += 1;
        }
    }

    /// How many runs have ended.
    pub(crate) fn runs(&self) -> u64 {
        self.tallies().map(|tally| tally.calls).sum()
    }

    /// How many of them failed.
    pub(crate) fn failed(&self) -> u64 {
        self.tallies().map(|tally| tally.failed).sum()
    }

    fn tallies(&self) -> impl Iterator<Item = &Tally> {
        self.actions.values().chain([&self.unknown])
    }

    /// The table, ending with a line break.
    pub(crate) fn table(&self, style: Style) -> String {
        let mut text = match self.runs() {
            0 => String::new(),
            _ => self.actions_table(style),
        };
        for Total {
            label,
            number,
            details,
        } in self.totals()
        {
            let label = style.bold(&format!("{label:<8}"));
            let details = style.dim(&details);
            let line = format!("{label}  {number:>9}   {details}");
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    fn actions_table(&self, style: Style) -> String {
        let mut all = Tally::default();
        self.tallies().for_each(|tally| all.add(tally));
        let named = self
            .actions
            .iter()
            .map(|(name, tally)| (name.as_str(), tally));
        let unknown = Some(("unknown actions", &self.unknown)).filter(|row| row.1.calls > 0);
        let rows: Vec<(&str, &Tally)> = named.chain(unknown).chain([("all", &all)]).collect();
        let width = rows.iter().map(|(name, _)| name.chars().count()).max();
        let width = width.unwrap_or_default();
        let mut text = style.bold(&format!(
            "{:<width$} {:>8} {:>8} {:>10} {:>10}",
            "action", "calls", "failed", "p50", "p99"
        ));
        text.push('\n');
        for (name, tally) in rows {
            text.push_str(&tally.row(name, width, style));
        }
        text.push('\n');
        text
    }

    fn totals(&self) -> Vec<Total> {
        let Self {
            lines,
            empty,
            malformed,
            starts,
            stops,
            updates,
            others,
            ..
        } = *self;
        let (runs, failed) = (self.runs(), self.failed());
        let events = lines - empty - malformed;
        let all = [
            Total::new(
                "lines",
                lines,
                &[(empty, "empty"), (malformed, "malformed")],
            ),
            Total::new(
                "events",
                events,
                &[
                    (starts, "starts"),
                    (stops, "stops"),
                    (updates, "context updates"),
                    (others, "others"),
                ],
            ),
            Total::new(
                "runs",
                runs,
                &[(runs - failed, "succeeded"), (failed, "failed")],
            ),
            Total::new("failures", failed, &self.failures()),
            Total::new(
                "stops",
                stops,
                &[
                    (stops - self.stops_missed, "stopped a run"),
                    (self.stops_missed, "stopped nothing"),
                ],
            ),
            Total::new(
                "refused",
                self.refused,
                &[(self.refused, "starts of a run in flight")],
            ),
        ];
        let seconds = self.took.as_secs_f64().max(1e-6);
        let speed = units::count((events as f64 / seconds).round() as u64);
        let time = Total {
            label: "time",
            number: units::duration(self.took),
            details: format!("{speed} events/s"),
        };
        let told =
            |total: &Total| total.number != "0" || ["lines", "events"].contains(&total.label);
        all.into_iter().filter(told).chain([time]).collect()
    }

    /// The failures by kind, the most frequent first.
    fn failures(&self) -> Vec<(u64, &'static str)> {
        let failures = self.failures.iter().map(|(kind, number)| (*number, *kind));
        let mut failures: Vec<_> = failures.collect();
        failures.sort_by_key(|(number, _)| Reverse(*number));
        failures
    }
}

/// A line below the table.
struct Total {
    label: &'static str,
    number: String,
    details: String,
}

impl Total {
    /// A number and its parts, without those that are zero.
    fn new(label: &'static str, number: u64, parts: &[(u64, &str)]) -> Self {
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts
            .map(|(number, what)| units::counted(*number, what))
            .collect();
        Self {
            label,
            number: units::count(number),
            details: parts.join(", "),
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.failed += other.failed;
        self.times.merge(&other.times);
    }

    fn row(&self, name: &str, width: usize, style: Style) -> String {
        let time = |hundredths| {
            let time = self.times.percentile(hundredths);
            time.map_or_else(|| "–".to_owned(), units::duration)
        };
        let name = match name {
            "all" => style.bold(&format!("{name:<width$}")),
            _ => format!("{name:<width$}"),
        };
        let failed = match self.failed {
            0 => style.dim(&format!("{:>8}", 0)),
            failed => style.red(&format!("{:>8}", units::count(failed))),
        };
        let mut row = String::new();
        let calls = units::count(self.calls);
        let (p50, p99) = (time(50), time(99));
        let _memory_has_room = writeln!(row, "{name} {calls:>8} {failed} {p50:>10} {p99:>10}");
        row
    }
}

/// A kind of failure in one or two words, to follow a number. A final `s` is the plural.
fn words(kind: ActionErrorKind) -> &'static str {
    match kind {
        ActionErrorKind::NotFound => "unknown actions",
        ActionErrorKind::MissingArgument
        | ActionErrorKind::InvalidArgument
        | ActionErrorKind::UnknownArgument => "bad arguments",
        ActionErrorKind::Unavailable => "unavailable",
        ActionErrorKind::Undeclared => "undeclared reads",
        ActionErrorKind::Output => "unwritable results",
        ActionErrorKind::Failed => "errors",
        ActionErrorKind::Rejected => "rejected",
        ActionErrorKind::Refused => "refused",
        ActionErrorKind::Panicked => "panics",
        ActionErrorKind::TimedOut => "timed out",
        ActionErrorKind::Cancelled => "cancelled",
        ActionErrorKind::Remote => "out of reach",
        _ => "otherwise",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(failure: Option<ActionErrorKind>, took: Option<u64>) -> Ended {
        Ended {
            action_uid: "a".to_owned(),
            finished: String::new(),
            failure,
            took: took.map(Duration::from_millis),
        }
    }

    fn summary() -> Summary {
        let mut summary = Summary {
            lines: 1_234,
            empty: 4,
            malformed: 30,
            starts: 5,
            stops: 2,
            stops_missed: 1,
            others: 1_193,
            took: Duration::from_secs(2),
            ..Summary::default()
        };
        summary.add_run(Some("SleepAction"), &ended(None, Some(20)));
        summary.add_run(
            Some("SleepAction"),
            &ended(Some(ActionErrorKind::TimedOut), Some(500)),
        );
        summary.add_run(
            Some("SleepAction"),
            &ended(Some(ActionErrorKind::TimedOut), Some(500)),
        );
        summary.add_run(
            Some("AddAction"),
            &ended(Some(ActionErrorKind::Cancelled), None),
        );
        summary.add_run(None, &ended(Some(ActionErrorKind::NotFound), Some(0)));
        summary
    }

    #[test]
    fn the_table_is_aligned() {
        let expected = "\
action             calls   failed        p50        p99
AddAction              1        1          –          –
SleepAction            3        2     501 ms     501 ms
unknown actions        1        1       0 µs       0 µs
all                    5        4    20.0 ms     501 ms

lines         1,234   4 empty, 30 malformed
events        1,200   5 starts, 2 stops, 1,193 others
runs              5   1 succeeded, 4 failed
failures          4   2 timed out, 1 cancelled, 1 unknown action
stops             2   1 stopped a run, 1 stopped nothing
time         2.00 s   600 events/s
";
        assert_eq!(summary().table(Style::PLAIN), expected);
    }

    #[test]
    fn nothing_is_a_short_table() {
        let expected = "\
lines             0
events            0
time           0 µs   0 events/s
";
        assert_eq!(Summary::default().table(Style::PLAIN), expected);
    }
}
