//! Reading fields: where `null` is allowed, and what must hold beyond a field's type.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads `null` as the type's default.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Fields that must also fit together.
pub(super) trait Check: Sized {
    /// The value, put in order where the reference does so; or what is wrong and what to do.
    fn check(self) -> Result<Self, String>;
}

/// Reads a list, checking each item at its own place in the text; `null` is the empty list.
pub(super) fn checked_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Check,
{
    let list: Vec<Checked<T>> = null_as_default(deserializer)?;
    Ok(list.into_iter().map(|item| item.0).collect())
}

struct Checked<T>(T);

impl<'de, T: Deserialize<'de> + Check> Deserialize<'de> for Checked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        value.check().map(Checked).map_err(D::Error::custom)
    }
}
