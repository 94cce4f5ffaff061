//! When a reminder is due: a date and time, validated once and printed like Python's `isoformat`.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A date and time of the years 1 to 9999, to the microsecond, with or without an offset from UTC.
///
/// Without an offset it means UTC. It prints like in rasa-sdk 3.21.1: with microseconds only if they are not zero,
/// and with an offset only if it has one.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use action_sdk::rasa::ReminderTime;
///
/// assert_eq!(ReminderTime::parse("2030-01-02T03:04:05.678")?.to_string(), "2030-01-02T03:04:05.678000");
/// assert_eq!(ReminderTime::parse("2030-01-02 03:04Z")?.to_string(), "2030-01-02T03:04:00+00:00");
/// let later = ReminderTime::try_from(UNIX_EPOCH + Duration::from_secs(1_893_553_445))?;
/// assert_eq!(later.to_string(), "2030-01-02T03:04:05+00:00");
/// assert!(ReminderTime::parse("2030-02-30T00:00:00").is_err());
/// # Ok::<(), action_sdk::rasa::ReminderTimeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReminderTime {
    date: Date,
    time: Time,
    offset: Option<Offset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    microsecond: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offset {
    sign: char,
    hour: u32,
    minute: u32,
}

const UTC: Offset = Offset {
    sign: '+',
    hour: 0,
    minute: 0,
};
const SECONDS_PER_DAY: u64 = 86_400;

impl ReminderTime {
    /// Parses an ISO 8601 date and time such as `2030-01-02T03:04:05`. The seconds and their fraction (1 to 9 digits,
    /// of which 6 are kept) are optional, a space is accepted instead of the `T`, and an offset `Z` or `+01:00` is
    /// optional.
    ///
    /// # Errors
    /// If the string has another form, or is a day or time that does not exist.
    pub fn parse(text: &str) -> Result<Self, ReminderTimeError> {
        read(text).ok_or_else(|| ReminderTimeError(Repr::Text(text.to_owned())))
    }
}

impl FromStr for ReminderTime {
    type Err = ReminderTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The same moment in UTC; fails before 1970 and after 9999.
impl TryFrom<SystemTime> for ReminderTime {
    type Error = ReminderTimeError;

    fn try_from(moment: SystemTime) -> Result<Self, Self::Error> {
        let since = moment
            .duration_since(UNIX_EPOCH)
            .map_err(|_| ReminderTimeError(Repr::Moment))?;
        let date = date_of_day(since.as_secs() / SECONDS_PER_DAY)
            .ok_or(ReminderTimeError(Repr::Moment))?;
        Ok(Self {
            date,
            time: time_of_day(since.as_secs() % SECONDS_PER_DAY, since.subsec_micros()),
            offset: Some(UTC),
        })
    }
}

impl fmt::Display for ReminderTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, time, offset } = self;
        write!(f, "{:04}-{:02}-{:02}T", date.year, date.month, date.day)?;
        write!(f, "{:02}:{:02}:{:02}", time.hour, time.minute, time.second)?;
        if time.microsecond != 0 {
            write!(f, ".{:06}", time.microsecond)?;
        }
        match offset {
            Some(Offset { sign, hour, minute }) => write!(f, "{sign}{hour:02}:{minute:02}"),
            None => Ok(()),
        }
    }
}

fn read(text: &str) -> Option<ReminderTime> {
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let (time, offset) = match rest.strip_suffix(['Z', 'z']) {
        Some(time) => (time, Some(UTC)),
        None => match rest.rfind(['+', '-']) {
            Some(at) => (&rest[..at], Some(read_offset(&rest[at..])?)),
            None => (rest, None),
        },
    };
    Some(ReminderTime {
        date: read_date(date)?,
        time: read_time(time)?,
        offset,
    })
}

fn read_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month) = (digits(year, 4, 9999)?, digits(month, 2, 12)?);
    let exists = year >= 1 && month >= 1;
    let day = digits(
        day,
        2,
        if exists {
            days_in_month(year, month)
        } else {
            0
        },
    )?;
    (exists && day >= 1).then_some(Date { year, month, day })
}

fn read_time(text: &str) -> Option<Time> {
    let (clock, microsecond) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, microseconds(fraction)?),
        None => (text, 0),
    };
    let (hour, rest) = clock.split_once(':')?;
    let (minute, second) = match rest.split_once(':') {
        Some((minute, second)) => (minute, digits(second, 2, 59)?),
        None if microsecond == 0 && !text.contains('.') => (rest, 0),
        None => return None,
    };
    Some(Time {
        hour: digits(hour, 2, 23)?,
        minute: digits(minute, 2, 59)?,
        second,
        microsecond,
    })
}

fn read_offset(text: &str) -> Option<Offset> {
    let sign = text.chars().next()?;
    let (hour, minute) = text[1..].split_once(':')?;
    Some(Offset {
        sign,
        hour: digits(hour, 2, 23)?,
        minute: digits(minute, 2, 59)?,
    })
}

/// Parses `text` if it consists of exactly `length` digits and is no more than `most`.
fn digits(text: &str, length: usize, most: u32) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| text.parse().ok())
        .flatten()
        .filter(|number| *number <= most)
}

fn microseconds(fraction: &str) -> Option<u32> {
    let plain =
        (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| format!("{fraction:0<6}")[..6].parse().ok())
        .flatten()
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The date this many days after 1970-01-01; `None` after 9999.
fn date_of_day(days: u64) -> Option<Date> {
    let mut left = u32::try_from(days).ok()?;
    for year in 1970..=9999 {
        let length = if is_leap(year) { 366 } else { 365 };
        if left < length {
            return Some(date_of_year(year, left));
        }
        left -= length;
    }
    None
}

fn date_of_year(year: u32, mut left: u32) -> Date {
    let mut month = 1;
    while left >= days_in_month(year, month) {
        left -= days_in_month(year, month);
        month += 1;
    }
    Date {
        year,
        month,
        day: left + 1,
    }
}

fn time_of_day(seconds: u64, microsecond: u32) -> Time {
    let part = |number: u64| u32::try_from(number).expect("a part of a day's 86,400 seconds");
    Time {
        hour: part(seconds / 3600),
        minute: part(seconds / 60 % 60),
        second: part(seconds % 60),
        microsecond,
    }
}

/// A string or time is not valid for a reminder.
///
/// ```
/// use action_sdk::rasa::ReminderTime;
///
/// assert_eq!(
///     ReminderTime::parse("tomorrow").unwrap_err().to_string(),
///     "`tomorrow` is no date and time; write it like `2030-01-02T03:04:05` or `2030-01-02T03:04:05+01:00`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderTimeError(Repr);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Text(String),
    Moment,
}

impl fmt::Display for ReminderTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Text(text) => write!(
                f,
                "`{text}` is no date and time; write it like `2030-01-02T03:04:05` or `2030-01-02T03:04:05+01:00`"
            ),
            Repr::Moment => {
                f.write_str("the moment is before 1970 or after 9999; a reminder needs one between")
            }
        }
    }
}

impl std::error::Error for ReminderTimeError {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let written = ReminderTime::parse(text).ok().map(|time| time.to_string());
        assert_eq!(written.as_deref(), expected, "for {text}");
    }

    #[test]
    fn is_written_as_python_writes_it() {
        check("2030-01-02T03:04:05", Some("2030-01-02T03:04:05"));
        check("2030-01-02T03:04:05.5", Some("2030-01-02T03:04:05.500000"));
        check("2030-01-02T03:04:05.000", Some("2030-01-02T03:04:05"));
        check(
            "2030-01-02T03:04:05.123456789",
            Some("2030-01-02T03:04:05.123456"),
        );
        check("2030-01-02 03:04", Some("2030-01-02T03:04:00"));
        check("2030-01-02T03:04:05z", Some("2030-01-02T03:04:05+00:00"));
        check(
            "2030-01-02T03:04:05.678-09:30",
            Some("2030-01-02T03:04:05.678000-09:30"),
        );
    }

    #[test]
    fn knows_leap_years() {
        check("2028-02-29T00:00:00", Some("2028-02-29T00:00:00"));
        check("2000-02-29T00:00:00", Some("2000-02-29T00:00:00"));
        check("2100-02-29T00:00:00", None);
        check("2030-02-29T00:00:00", None);
    }

    #[test]
    fn refuses_what_does_not_exist() {
        for text in [
            "0000-01-01T00:00:00",
            "2030-00-01T00:00:00",
            "2030-13-01T00:00:00",
            "2030-01-00T00:00:00",
            "2030-04-31T00:00:00",
            "2030-01-01T24:00:00",
            "2030-01-01T00:60:00",
            "2030-01-01T00:00:60",
            "2030-01-01T00:00:00+24:00",
            "2030-01-01T00:00:00+00:60",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn refuses_other_shapes() {
        for text in [
            "",
            "T",
            "2030-01-02",
            "03:04:05",
            "2030-01-02T03",
            "2030-1-2T03:04:05",
            "+030-01-02T03:04:05",
            "2030-01-02T03:04.5",
            "2030-01-02T03:04:05.",
            "2030-01-02T03:04:05.1234567890",
            "2030-01-02T03:04:05 ",
            "2030-01-02T03:04:05+01",
            "2030-01-02T03:04:05+0100",
            "2030-01-02T03:04:05+01:00Z",
            "２030-01-02T03:04:05",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn reads_the_system_clock_as_utc() {
        let written = |moment| ReminderTime::try_from(moment).map(|time| time.to_string());
        assert_eq!(written(UNIX_EPOCH).unwrap(), "1970-01-01T00:00:00+00:00");
        let leap_day = UNIX_EPOCH + Duration::from_micros(1_709_210_096_000_007);
        assert_eq!(
            written(leap_day).unwrap(),
            "2024-02-29T12:34:56.000007+00:00"
        );
        let last = UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        assert_eq!(written(last).unwrap(), "9999-12-31T23:59:59+00:00");
        assert!(written(last + Duration::from_secs(1)).is_err());
        assert!(written(UNIX_EPOCH - Duration::from_secs(1)).is_err());
    }
}
