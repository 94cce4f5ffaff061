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
        let deeper = |by: usize| {
            levels.checked_sub(by).ok_or_else(|| {
                ValueError::new(format!("{} would be nested too deeply", self.described()))
            })
        };
        let own = 1 + self.as_str().map_or(0, str::len) / TEXT_PER_PART;
        *left = left.checked_sub(own).ok_or_else(too_large)?;
        match self {
            Self::List(items) => {
                let levels = deeper(1)?;
                items
                    .iter()
                    .try_for_each(|item| item.take_from(left, levels, size))
            }
            Self::Tuple(items) => {
                let levels = deeper(2)?;
                items
                    .iter()
                    .try_for_each(|item| item.take_from(left, levels, size))
            }
            Self::Set(set) => {
                let levels = deeper(2)?;
                set.iter()
                    .try_for_each(|item| item.take_from(left, levels, size))
            }
            Self::Dict(dict) => {
                let levels = deeper(if is_plain(dict) { 1 } else { 3 })?;
                dict.iter().try_for_each(|(key, value)| {
                    key.take_from(left, levels, size)?;
                    value.take_from(left, levels, size)
                })
            }
            Self::RailOutcome(outcome) => {
                let levels = deeper(1)?;
                outcome.members().iter().try_for_each(|(key, value)| {
                    key.take_from(left, levels, size)?;
                    value.take_from(left, levels, size)
                })
            }
            Self::Event(event) => {
                let levels = deeper(3)?;
                event
                    .arguments
                    .values()
                    .try_for_each(|value| value.take_from(left, levels, size))
            }
            _ => Ok(()),
        }
    }
}
