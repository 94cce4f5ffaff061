//! Points in time, to the microsecond, in UTC.
//!
//! [`Timestamp::now`] is the only place in this crate that reads a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A point in time, in whole microseconds, from the year 1 to 9999-12-30T22:00:00.999999 UTC.
///
/// It prints like Python's `datetime.isoformat()` for a UTC time: microseconds only if they are not zero, and always
/// `+00:00`.
///
/// ```
/// use umim::Timestamp;
///
/// let time = Timestamp::from_micros(1_700_000_000_000_000);
/// assert_eq!(time.to_string(), "2023-11-14T22:13:20+00:00");
/// assert_eq!("2023-11-14T23:13:20+01:00".parse::<Timestamp>().unwrap(), time);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64); // Invariant: MIN_MICROS <= self.0 <= MAX_MICROS

const MIN_MICROS: i64 = -62_135_596_800_000_000;
const MAX_MICROS: i64 = 253_402_207_200_999_999;

impl Timestamp {
    /// The time of the system clock.
    #[must_use]
    pub fn now() -> Self {
        Self::from_jiff(jiff::Timestamp::now()).unwrap_or(Self(0))
    }

    /// The time this many microseconds after 1970-01-01T00:00:00 UTC, clamped to the first and last possible time.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < MIN_MICROS {
            Self(MIN_MICROS)
        } else if micros > MAX_MICROS {
            Self(MAX_MICROS)
        } else {
            Self(micros)
        }
    }

    /// The microseconds since 1970-01-01T00:00:00 UTC, negative before.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Anything finer than a microsecond is cut off, as in Python.
    fn from_jiff(time: jiff::Timestamp) -> Option<Self> {
        let micros = i64::try_from(time.as_nanosecond().div_euclid(1000)).ok()?;
        (MIN_MICROS..=MAX_MICROS)
            .contains(&micros)
            .then_some(Self(micros))
    }
}

/// Writes a number with exactly as many digits as the slice has room for.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000));
        let time = jiff::Timestamp::new(seconds, (micros * 1000) as i32).map_err(|_| fmt::Error)?;
        let time = jiff::tz::Offset::UTC.to_datetime(time);
        // Written by hand for speed, since every event has one.
        let mut text = *b"0000-00-00T00:00:00.000000+00:00";
        put(&mut text[0..4], time.year().unsigned_abs().into());
        put(&mut text[5..7], time.month().unsigned_abs().into());
        put(&mut text[8..10], time.day().unsigned_abs().into());
        put(&mut text[11..13], time.hour().unsigned_abs().into());
        put(&mut text[14..16], time.minute().unsigned_abs().into());
        put(&mut text[17..19], time.second().unsigned_abs().into());
        put(&mut text[20..26], micros as u32);
        if micros == 0 {
            text.copy_within(26..32, 19);
        }
        let length = if micros == 0 { 25 } else { 32 };
        f.write_str(str::from_utf8(&text[..length]).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Parses an ISO 8601 date and time with an offset or `Z`.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        match text.parse() {
            Ok(time) => Self::from_jiff(time)
                .ok_or_else(|| TimestampError::new(TimestampErrorKind::OutOfRange, text)),
            Err(cause) => Err(TimestampError::why_not(text, cause)),
        }
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::String(time.to_string())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a string is not a [`Timestamp`].
///
/// ```
/// use umim::{Timestamp, TimestampErrorKind};
///
/// let error = "2023-11-14T22:13:20".parse::<Timestamp>().unwrap_err();
/// assert_eq!(error.kind(), TimestampErrorKind::NoOffset);
/// ```
#[derive(Debug)]
pub struct TimestampError {
    kind: TimestampErrorKind,
    found: String,
    source: Option<jiff::Error>,
}

/// The ways in which a string can fail to be a [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampErrorKind {
    /// The string is not an ISO 8601 date and time.
    NotATime,
    /// Date and time are present, but no offset from UTC.
    NoOffset,
    /// The time is before the first or after the last possible one.
    OutOfRange,
}

impl TimestampError {
    /// The kind of error, to match on.
    pub fn kind(&self) -> TimestampErrorKind {
        self.kind
    }

    fn new(kind: TimestampErrorKind, text: &str) -> Self {
        Self {
            kind,
            found: crate::excerpt(text),
            source: None,
        }
    }

    fn why_not(text: &str, cause: jiff::Error) -> Self {
        let without_z = text.trim_end_matches(['Z', 'z']);
        let kind = match without_z.parse::<jiff::civil::DateTime>() {
            Ok(local) if cause.is_range() && !(1..9999).contains(&local.year()) => {
                TimestampErrorKind::OutOfRange
            }
            Ok(_) if !cause.is_range() => TimestampErrorKind::NoOffset,
            Ok(_) | Err(_) => TimestampErrorKind::NotATime,
        };
        Self {
            source: Some(cause),
            ..Self::new(kind, text)
        }
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.found;
        match self.kind {
            TimestampErrorKind::NotATime => {
                write!(
                    f,
                    "`{found}` is no time: an ISO 8601 text such as `2023-11-14T22:13:20+00:00` is wanted"
                )
            }
            TimestampErrorKind::NoOffset => {
                write!(
                    f,
                    "the time `{found}` does not say its offset from UTC; add `Z` or one such as `+01:00`"
                )
            }
            TimestampErrorKind::OutOfRange => {
                write!(f, "the time `{found}` lies outside of the years 1 to 9999")
            }
        }
    }
}

impl std::error::Error for TimestampError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(micros: i64, text: &str) {
        let time = Timestamp::from_micros(micros);
        assert_eq!(time.to_string(), text);
        assert_eq!(text.parse::<Timestamp>().unwrap(), time);
    }

    #[track_caller]
    fn check_read(text: &str, micros: i64) {
        assert_eq!(
            text.parse::<Timestamp>().unwrap().as_micros(),
            micros,
            "for {text}"
        );
    }

    #[track_caller]
    fn check_refused(text: &str, kind: TimestampErrorKind) {
        assert_eq!(
            text.parse::<Timestamp>().unwrap_err().kind(),
            kind,
            "for {text}"
        );
    }

    #[test]
    fn the_text_is_that_of_python() {
        check_text(0, "1970-01-01T00:00:00+00:00");
        check_text(1, "1970-01-01T00:00:00.000001+00:00");
        check_text(-1, "1969-12-31T23:59:59.999999+00:00");
        check_text(1_700_000_000_120_000, "2023-11-14T22:13:20.120000+00:00");
        check_text(951_782_400_000_000, "2000-02-29T00:00:00+00:00");
    }

    #[test]
    fn years_have_four_digits() {
        check_text(MIN_MICROS, "0001-01-01T00:00:00+00:00");
        check_text(MAX_MICROS, "9999-12-30T22:00:00.999999+00:00");
    }

    #[test]
    fn times_beyond_the_ends_are_the_ends() {
        assert_eq!(Timestamp::from_micros(i64::MIN).as_micros(), MIN_MICROS);
        assert_eq!(Timestamp::from_micros(i64::MAX).as_micros(), MAX_MICROS);
    }

    #[test]
    fn offsets_are_taken_off() {
        check_read("1970-01-01T00:00:00Z", 0);
        check_read("1970-01-01T01:30:00+01:30", 0);
        check_read("1969-12-31T19:00:00.5-05:00", 500_000);
    }

    #[test]
    fn finer_parts_are_cut_off() {
        check_read("1970-01-01T00:00:00.123456789Z", 123_456);
        check_read("1969-12-31T23:59:59.999999999Z", -1);
    }

    #[test]
    fn an_offset_is_wanted() {
        check_refused("2023-11-14T22:13:20", TimestampErrorKind::NoOffset);
        check_refused("2023-11-14", TimestampErrorKind::NoOffset);
    }

    #[test]
    fn other_texts_are_no_times() {
        check_refused("", TimestampErrorKind::NotATime);
        check_refused("tomorrow", TimestampErrorKind::NotATime);
        check_refused(
            "2023-11-14T22:13:20Z and more",
            TimestampErrorKind::NotATime,
        );
        check_refused("1700000000", TimestampErrorKind::NotATime);
        check_refused("2023-13-14T22:13:20Z", TimestampErrorKind::NotATime);
        check_refused("2023-02-29T22:13:20+00:00", TimestampErrorKind::NotATime);
        check_refused("2023-11-14T22:13:20+99:00", TimestampErrorKind::NotATime);
    }

    #[test]
    fn times_before_the_first_and_after_the_last_are_out_of_range() {
        check_refused("0000-12-31T23:59:59Z", TimestampErrorKind::OutOfRange);
        check_refused("9999-12-31T23:59:59Z", TimestampErrorKind::OutOfRange);
    }

    #[test]
    fn a_long_text_is_cut_in_the_message() {
        let error = "é".repeat(10_000).parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().len() < 300);
    }

    #[test]
    fn a_time_is_a_text_in_json() {
        let time = Timestamp::from_micros(5);
        let json = serde_json::to_value(time).unwrap();
        assert_eq!(json, Value::from(time));
        assert_eq!(serde_json::from_value::<Timestamp>(json).unwrap(), time);
    }
}
