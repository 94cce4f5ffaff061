//! Whatever flows wait for, an event finds exactly those that it matches.
//!
//! Debug builds also compare the matching index with a scan of all waiting heads for every event.

use std::collections::BTreeSet;
use std::fmt::Write;

use colang::value::{Event, Value};
use proptest::prelude::*;

use crate::harness::Talk;

const TEXTS: [&str; 3] = ["x", "y", "zz"];

/// What a flow waits for, repeatedly.
#[derive(Debug, Clone)]
enum Pattern {
    Any,
    Text(&'static str, usize),
    Parameter(usize),
    Variable(usize, usize),
    Global(usize),
    Both(usize, usize),
    Number(i64),
    Regex(usize),
    ActionFinished(usize),
}

/// What comes in.
#[derive(Debug, Clone)]
struct Arrival {
    a: Option<usize>,
    b: Option<usize>,
    n: Option<i64>,
    is_action: bool,
}

impl Pattern {
    /// The flow's parameters, its statements before the wait, and the event it waits for.
    fn source(&self) -> (String, String, String) {
        let text = |index: &usize| format!("\"{}\"", TEXTS[*index]);
        let plain = |pattern: String| (String::new(), String::new(), pattern);
        match self {
            Self::Any => plain("E()".to_owned()),
            Self::Text(argument, index) => plain(format!("E({argument}={})", text(index))),
            Self::Parameter(index) => (
                format!(" $p={}", text(index)),
                String::new(),
                "E(a=$p)".to_owned(),
            ),
            Self::Variable(first, then) => (
                String::new(),
                format!("  $v = {}\n  $v = {}\n", text(first), text(then)),
                "E(a=$v)".to_owned(),
            ),
            Self::Global(index) => (
                String::new(),
                format!("  global $g{index}\n  $g{index} = {}\n", text(index)),
                format!("E(b=$g{index})"),
            ),
            Self::Both(a, b) => plain(format!("E(a={}, b={})", text(a), text(b))),
            Self::Number(number) => plain(format!("E(n={number})")),
            Self::Regex(index) => plain(format!("E(a=regex(\"^{}\"))", TEXTS[*index])),
            Self::ActionFinished(index) => plain(format!("EAction().Finished(a={})", text(index))),
        }
    }

    fn matches(&self, arrival: &Arrival) -> bool {
        if arrival.is_action != matches!(self, Self::ActionFinished(_)) {
            return false;
        }
        match self {
            Self::Any => true,
            Self::Text("a", index) | Self::Parameter(index) | Self::ActionFinished(index) => {
                arrival.a == Some(*index)
            }
            Self::Text(_, index) | Self::Global(index) => arrival.b == Some(*index),
            Self::Variable(_, then) => arrival.a == Some(*then),
            Self::Both(a, b) => arrival.a == Some(*a) && arrival.b == Some(*b),
            Self::Number(number) => arrival.n == Some(*number),
            Self::Regex(index) => arrival
                .a
                .is_some_and(|a| TEXTS[a].starts_with(TEXTS[*index])),
        }
    }
}

impl Arrival {
    fn event(&self) -> Event {
        let name = if self.is_action {
            "EActionFinished"
        } else {
            "E"
        };
        let text = |index: usize| Value::from(TEXTS[index]);
        let values = [
            ("a", self.a.map(text)),
            ("b", self.b.map(text)),
            ("n", self.n.map(Value::from)),
        ];
        let given = values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given.fold(Event::new(name), |event, (name, value)| {
            event.with(name, value)
        })
    }
}

/// Each flow has a loop of its own, so that they do not compete.
fn program(patterns: &[Pattern]) -> String {
    let (mut flows, mut main) = (String::new(), "flow main\n".to_owned());
    for (index, pattern) in patterns.iter().enumerate() {
        let (parameters, before, event) = pattern.source();
        let _ = write!(
            flows,
            "@loop(\"NEW\")\nflow w{index}{parameters}\n{before}  while True\n    match {event}\n    send Got(v={index})\n\n"
        );
        let _ = writeln!(main, "  start w{index}");
    }
    format!("{flows}{main}  match Never()\n")
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let text = || 0..TEXTS.len();
    prop_oneof![
        Just(Pattern::Any),
        text().prop_map(|index| Pattern::Text("a", index)),
        text().prop_map(|index| Pattern::Text("b", index)),
        text().prop_map(Pattern::Parameter),
        (text(), text()).prop_map(|(first, then)| Pattern::Variable(first, then)),
        text().prop_map(Pattern::Global),
        (text(), text()).prop_map(|(a, b)| Pattern::Both(a, b)),
        (0..2_i64).prop_map(Pattern::Number),
        text().prop_map(Pattern::Regex),
        text().prop_map(Pattern::ActionFinished),
    ]
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let text = || proptest::option::of(0..TEXTS.len());
    let number = proptest::option::of(0..2_i64);
    (text(), text(), number, any::<bool>()).prop_map(|(a, b, n, is_action)| Arrival {
        a,
        b,
        n,
        is_action,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn events_find_those_who_wait_for_them(
        patterns in proptest::collection::vec(pattern(), 1..12),
        arrivals in proptest::collection::vec(arrival(), 1..8),
        resumes in any::<bool>(),
    ) {
        let (mut talk, _) = Talk::new(&program(&patterns));
        for arrival in arrivals {
            let sent: BTreeSet<_> = talk.feed(arrival.event()).into_iter().collect();
            let matching = patterns.iter().enumerate().filter(|(_, pattern)| pattern.matches(&arrival));
            let expected: BTreeSet<_> = matching.map(|(index, _)| format!("Got {index}")).collect();
            prop_assert_eq!(sent, expected);
            if resumes {
                talk.save_and_resume();
            }
        }
    }
}

/// Debug builds look at all heads beside the index. That must not evaluate what heads wait for: this pattern changes a
/// list, and the event is not for it.
#[test]
fn looking_at_all_heads_evaluates_nothing() {
    let source = "flow main\n  $list = [1, 2, 3]\n  start other\n  when E(a=\"x\", n=$list.pop())\n    send Got()\n  \
                  or when Count()\n    send Left(v=len($list))\n\n@loop(\"NEW\")\nflow other\n  match E(a=\"y\")\n";
    let (mut talk, _) = Talk::new(source);
    talk.feed(Event::new("E").with("a", "y"));
    assert_eq!(talk.say("Count"), ["Left 3"]);
}
