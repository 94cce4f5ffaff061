//! The size and nesting depth of a value, which are limited.

use super::saved::is_plain;
use super::{Value, ValueError};

/// How many bytes of a string count as one more value.
const TEXT_PER_PART: usize = 1024;

/// How deeply a value may be nested, in levels of its saved form.
pub(crate) const MAX_LEVELS: usize = 100;

impl Value {
    /// Counts the value and everything in it, shared parts each time they occur; long strings count more than once.
    ///
    /// # Errors
    /// If the count exceeds `size`, or the value is nested deeper than `levels`.
    pub(crate) fn weigh(&self, levels: usize, size: usize) -> Result<usize, ValueError> {
        let mut left = size;
        self.take_from(&mut left, levels, size)?;
        Ok(size - left)
    }

    fn take_from(&self, left: &mut usize, levels: usize, size: usize) -> Result<(), ValueError> {
        let too_large = || {
            ValueError::new(format!(
                "{} would have more than {size} parts",
                self.described()
            ))
        };
        let own = 1 + self.as_str().map_or(0, str::len) / TEXT_PER_PART;
        *left = left.checked_sub(own).ok_or_else(too_large)?;
        let Some(by) = self.own_levels() else {
            return Ok(());
        };
        let levels = levels.checked_sub(by).ok_or_else(|| {
            ValueError::new(format!("{} would be nested too deeply", self.described()))
        })?;
        let mut take = |part: &Self| part.take_from(left, levels, size);
        match self {
            Self::List(items) | Self::Tuple(items) => items.iter().try_for_each(take),
            Self::Set(set) => set.iter().try_for_each(take),
            Self::Dict(dict) => dict.iter().try_for_each(|(key, value)| {
                take(key)?;
                take(value)
            }),
            Self::RailOutcome(outcome) => outcome.members().iter().try_for_each(|(key, value)| {
                take(key)?;
                take(value)
            }),
            Self::Event(event) => event.arguments.values().try_for_each(take),
            _ => Ok(()),
        }
    }

    /// By how many levels its parts are nested deeper; `None` if it has no parts.
    fn own_levels(&self) -> Option<usize> {
        match self {
            Self::List(_) | Self::RailOutcome(_) => Some(1),
            Self::Tuple(_) | Self::Set(_) => Some(2),
            Self::Dict(dict) => Some(if is_plain(dict) { 1 } else { 3 }),
            Self::Event(_) => Some(3),
            _ => None,
        }
    }
}
