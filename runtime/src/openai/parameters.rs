//! The `parameters` of a model, read one by one; the remaining ones are sent to the service unchanged.

use std::time::Duration;

use action_sdk::Map;
use action_sdk::config::Model;
use serde_json::Value as Json;

use super::error::OpenAiError;
use super::foreign;

/// The remaining parameters of a model.
pub(super) struct Parameters<'a> {
    model: &'a Model,
    left: Map,
}

impl<'a> Parameters<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        Self {
            model,
            left: model.parameters.reveal().clone(),
        }
    }

    /// Refuses names of other clients, keys, and parameters that each call sets itself: none of them is for the
    /// service.
    pub(super) fn check_names(&self, is_azure: bool) -> Result<(), OpenAiError> {
        let problems = foreign::problems(&self.left, is_azure);
        match problems.is_empty() {
            true => Ok(()),
            false => Err(OpenAiError::parameter(format!(
                "{} cannot be used: {}",
                self.whose(),
                problems.join("; ")
            ))),
        }
    }

    pub(super) fn into_rest(self) -> Map {
        self.left
    }

    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, OpenAiError> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
            Some(_) => Err(self.unfit(name, "a text")),
        }
    }

    pub(super) fn needed(&mut self, name: &str, example: &str) -> Result<String, OpenAiError> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.missing(name, example))
    }

    pub(super) fn seconds(&mut self, name: &str) -> Result<Option<Duration>, OpenAiError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let time = value
            .as_f64()
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let time = time.filter(|time| !time.is_zero());
        time.map(Some)
            .ok_or_else(|| self.unfit(name, "a number of seconds above 0"))
    }

    pub(super) fn count(&mut self, name: &str) -> Result<Option<u32>, OpenAiError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
        count
            .map(Some)
            .ok_or_else(|| self.unfit(name, "a whole number from 0 on"))
    }

    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, OpenAiError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        value
            .as_bool()
            .map(Some)
            .ok_or_else(|| self.unfit(name, "`true` or `false`"))
    }

    /// Names with strings; numbers and booleans are converted to strings.
    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<(String, String)>, OpenAiError> {
        let fields = match self.take(name) {
            None => return Ok(Vec::new()),
            Some(Json::Object(fields)) => fields,
            Some(_) => return Err(self.unfit(name, "a mapping of names to texts")),
        };
        let written = fields.into_iter().map(|(key, value)| match value {
            Json::String(text) => Ok((key, text)),
            Json::Bool(_) | Json::Number(_) => Ok((key, value.to_string())),
            Json::Null | Json::Array(_) | Json::Object(_) => {
                Err(self.unfit(name, "a mapping of names to texts"))
            }
        });
        written.collect()
    }

    /// The problem, without the value: it may be a secret in the wrong place.
    fn unfit(&self, name: &str, wanted: &str) -> OpenAiError {
        OpenAiError::parameter(format!(
            "`parameters.{name}` of {} is not {wanted}",
            self.whose()
        ))
    }

    pub(super) fn doubled(&self, name: &str, other: &str) -> OpenAiError {
        OpenAiError::parameter(format!(
            "`parameters.{name}` and `parameters.{other}` of {} say the same, keep only one",
            self.whose()
        ))
    }

    pub(super) fn missing(&self, name: &str, example: &str) -> OpenAiError {
        let (whose, engine) = (self.whose(), &self.model.engine);
        OpenAiError::parameter(format!(
            "{whose} needs `parameters.{name}` for the engine `{engine}`, such as `{example}`"
        ))
    }

    /// "the model `gpt-4o` of type `main`".
    pub(super) fn whose(&self) -> String {
        let Model { r#type, model, .. } = self.model;
        match model.as_deref() {
            Some(name) => format!("the model `{name}` of type `{type}`"),
            None => format!("the model of type `{type}`"),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.left
            .shift_remove(name)
            .filter(|value| !value.is_null())
    }
}
