//! Formats numbers for people.

use std::time::Duration;

/// `840 µs`, `41.2 ms`, `1.10 s`, `2 min 3 s`: three digits are enough.
pub(crate) fn duration(time: Duration) -> String {
    let micros = time.as_micros();
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..999_500 => format!("{} ms", three_digits(time.as_secs_f64() * 1e3)),
        999_500..59_950_000 => format!("{} s", three_digits(time.as_secs_f64())),
        _ => {
            let seconds = time.as_secs_f64().round() as u64;
            format!("{} min {} s", count(seconds / 60), seconds % 60)
        }
    }
}

/// `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1,234 starts`, `1 start`. A final `s` of the word is the plural, and is removed if the number is one.
pub(crate) fn counted(number: u64, what: &str) -> String {
    let what = match number {
        1 => what.strip_suffix('s').unwrap_or(what),
        _ => what,
    };
    format!("{} {what}", count(number))
}

fn three_digits(number: f64) -> String {
    let decimals = match number {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(micros: u64, expected: &str) {
        let shown = duration(Duration::from_micros(micros));
        assert_eq!(shown, expected, "for {micros}");
    }

    #[test]
    fn durations_have_three_digits() {
        check(0, "0 µs");
        check(999, "999 µs");
        check(1_000, "1.00 ms");
        check(41_234, "41.2 ms");
        check(312_600, "313 ms");
        check(1_104_000, "1.10 s");
        check(59_900_000, "59.9 s");
    }

    #[test]
    fn rounding_never_reaches_the_next_unit() {
        check(9_996, "10.0 ms");
        check(99_960, "100 ms");
        check(999_499, "999 ms");
        check(999_500, "1.00 s");
        check(59_949_999, "59.9 s");
        check(59_950_000, "1 min 0 s");
    }

    #[test]
    fn long_times_have_minutes() {
        check(123_400_000, "2 min 3 s");
        check(7_200_000_000, "120 min 0 s");
    }

    #[test]
    fn thousands_are_set_apart() {
        let rows = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ];
        for (number, expected) in rows {
            assert_eq!(count(number), expected);
        }
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "starts"), "1 start");
        assert_eq!(counted(1, "timed out"), "1 timed out");
        assert_eq!(counted(1_000, "starts"), "1,000 starts");
    }
}
