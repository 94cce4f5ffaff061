//! Estimates the cost of a regular expression from its source.

/// What determines the cost of a search, besides the length of the string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// The maximum number of positions in the pattern that can be active at once. The body of a repetition counts
    /// once per repetition.
    pub(super) places: usize,
    /// Whether it has lookarounds or backreferences, which need more than one pass over the string.
    pub(super) looks_around: bool,
    /// Whether it can match arbitrarily far and then fail. False if it ends with a repetition.
    pub(super) goes_far: bool,
}

/// What [`translate`](super::pattern_syntax::translate) writes for `$` and `\b`: they look at a single character.
const NEAR: [&str; 5] = [
    r"(?=\n?\z)",
    "(?<=[A-Za-z0-9_])",
    "(?<![A-Za-z0-9_])",
    "(?=[A-Za-z0-9_])",
    "(?![A-Za-z0-9_])",
];

impl Effort {
    /// The estimate for a pattern in the syntax of `fancy_regex`.
    pub(super) fn of(translated: &str) -> Self {
        let pattern = NEAR.iter().fold(translated.to_owned(), |pattern, near| {
            pattern.replace(near, "x")
        });
        let factor = if pattern.contains("(?i") { 2 } else { 1 };
        Self {
            places: places(&pattern).saturating_mul(factor),
            looks_around: looks_around(&pattern),
            goes_far: goes_far(&pattern),
        }
    }
}

/// The weight of a Unicode character class.
const UNICODE: usize = 16;
/// The weight of any other class.
const CLASS: usize = 4;

fn looks_around(pattern: &str) -> bool {
    let marks = [
        "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?(", "(?P=", r"\k", r"\G", r"\K",
    ];
    let bytes = pattern.as_bytes();
    let refers = bytes
        .windows(2)
        .any(|pair| pair[0] == b'\\' && pair[1].is_ascii_digit());
    let possessive = bytes
        .windows(2)
        .any(|pair| b"*+?}".contains(&pair[0]) && pair[1] == b'+');
    refers || possessive || marks.iter().any(|mark| pattern.contains(mark))
}

fn goes_far(pattern: &str) -> bool {
    let mut before = ' ';
    let last = pattern.len().saturating_sub(1);
    pattern.char_indices().any(|(at, c)| {
        let repeats = matches!(c, '*' | '+') || (c == '}' && before == ',');
        let is_literal = before == '\\';
        before = c;
        repeats && !is_literal && at < last
    })
}

fn places(pattern: &str) -> usize {
    // The positions counted for each open group, and those of the item that a repetition would repeat.
    let (mut open, mut last) = (vec![0_usize], 0_usize);
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        let count = match c {
            '(' => {
                open.push(0);
                last = 0;
                continue;
            }
            ')' if open.len() > 1 => open.pop().unwrap_or(0),
            '{' => match repeats(rest.as_str()) {
                Some((times, end)) => {
                    rest = rest.as_str()[end..].chars();
                    last.saturating_mul(times.saturating_sub(1))
                }
                None => 1,
            },
            '[' => class(&mut rest),
            '\\' => match rest.next() {
                Some('w' | 'W' | 'd' | 'D' | 's' | 'S' | 'p' | 'P') => UNICODE,
                _ => 1,
            },
            '.' => CLASS,
            '*' | '+' | '?' | '|' | '^' => 0,
            _ => 1,
        };
        if let Some(sum) = open.last_mut() {
            *sum = sum.saturating_add(count);
        }
        last = match c {
            '{' => last.saturating_add(count),
            '*' | '+' | '?' => last,
            _ => count,
        };
    }
    open.into_iter().fold(1, usize::saturating_add)
}

/// The maximum count of the repetition `n}`, `n,}` or `n,m}` (the minimum if it has no maximum), and the offset after
/// it.
fn repeats(rest: &str) -> Option<(usize, usize)> {
    let (counts, _) = rest.split_once('}')?;
    let numbers = counts.split(',').filter(|number| !number.is_empty());
    let numbers = numbers.map(|number| number.trim().parse::<usize>().ok());
    let most = numbers.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    Some((most, counts.len() + 1))
}

/// Skips to the end of a class.
fn class(rest: &mut std::str::Chars<'_>) -> usize {
    let (mut count, mut first) = (CLASS, true);
    while let Some(c) = rest.next() {
        match c {
            ']' if !first => break,
            '\\' => {
                if let Some('w' | 'W' | 'd' | 'D' | 's' | 'S' | 'p' | 'P') = rest.next() {
                    count = UNICODE;
                }
            }
            '^' if first => count = UNICODE,
            _ => {}
        }
        first = first && c == '^';
    }
    count
}

#[cfg(test)]
mod tests {
    use super::Effort;

    #[track_caller]
    fn check(pattern: &str, places: usize, looks_around: bool) {
        let found = Effort::of(pattern);
        let found = (found.places, found.looks_around);
        assert_eq!(found, (places, looks_around), "for {pattern}");
    }

    #[test]
    fn what_repeats_at_the_end_goes_no_further_than_it_matches() {
        let far = [r"\w+", "#[a-z]*", r"\d{2,}", "a*b", r"\w+@", "(a+)b"];
        let far = far.map(|pattern| Effort::of(pattern).goes_far);
        assert_eq!(far, [false, false, false, true, true, true]);
    }

    #[test]
    fn letters_count_once() {
        check("hello|world", 11, false);
    }

    #[test]
    fn repetitions_count_as_often() {
        check("(ab){100}", 201, false);
        check("((ab){10}){10,20}", 401, false);
        check("[ab]{5,}", 21, false);
    }

    #[test]
    fn a_dollar_looks_at_one_character() {
        check(r"a(?=\n?\z)", 3, false);
        check(r"a(?=b)", 4, true);
        check(r"(a)\1", 3, true);
    }

    #[test]
    fn nothing_overflows() {
        let pattern = format!("a{}", "{999999}".repeat(100));
        assert_eq!(Effort::of(&pattern).places, usize::MAX);
    }
}
