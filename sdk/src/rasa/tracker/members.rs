//! Takes a tracker's JSON apart, member by member.

use serde_json::{Map, Value};

use crate::rasa::error::RasaJsonError;

const WHAT: &str = "a tracker";

/// The members that have not been taken yet.
///
/// Its functions return `None` for a missing member and `Some(None)` for null.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn of(state: Value) -> Result<Self, RasaJsonError> {
        if let Value::Object(members) = state {
            Ok(Self(members))
        } else {
            Err(RasaJsonError::not_an_object(WHAT, &state))
        }
    }

    pub(super) fn missing(name: &'static str) -> RasaJsonError {
        RasaJsonError::missing(WHAT, name)
    }

    pub(super) fn text(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Option<String>>, RasaJsonError> {
        self.take(name, "a text", |value| {
            if let Value::String(text) = value {
                Ok(text)
            } else {
                Err(value)
            }
        })
    }

    pub(super) fn boolean(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Option<bool>>, RasaJsonError> {
        self.take(name, "a boolean", |value| value.as_bool().ok_or(value))
    }

    pub(super) fn list(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Option<Vec<Value>>>, RasaJsonError> {
        self.take(name, "a list", |value| {
            if let Value::Array(list) = value {
                Ok(list)
            } else {
                Err(value)
            }
        })
    }

    pub(super) fn object(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Option<Map<String, Value>>>, RasaJsonError> {
        self.take(name, "an object", |value| {
            if let Value::Object(map) = value {
                Ok(map)
            } else {
                Err(value)
            }
        })
    }

    fn take<T>(
        &mut self,
        name: &'static str,
        wanted: &'static str,
        read: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<Option<T>>, RasaJsonError> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => read(value)
                .map(|read| Some(Some(read)))
                .map_err(|found| RasaJsonError::wrong_type(WHAT, name, wanted, &found)),
        }
    }
}
