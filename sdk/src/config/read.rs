//! Deserialization of fields: where `null` is allowed, and checks beyond a field's type.

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

/// Types whose fields must also be consistent with each other.
pub(super) trait Check: Sized {
    /// The value, adjusted where the reference does so; or what is wrong and how to fix it.
    fn check(self) -> Result<Self, String>;
}

/// Reads a list and checks each item, so that an error has the item's position; `null` is the empty list.
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
