//! A model with prepared answers, chosen by what stands in the prompt.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use action_sdk::Llm;
use action_sdk::llm::{BoxFuture, LlmError, LlmRequest, LlmResponse};
use serde::Deserialize;

use crate::outcome::Failure;

/// How many characters of a prompt are shown in a message.
const SHOWN: usize = 200;

/// The answers of a file, of which the first that fits counts.
#[derive(Debug)]
pub(crate) struct ScriptedModel {
    entries: Vec<Entry>,
    /// The entries for one call only that have been used.
    used: Mutex<HashSet<usize>>,
}

/// An answer, and what a prompt must contain to get it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    when: Vec<String>,
    answer: Option<String>,
    /// The call fails with this message.
    error: Option<String>,
    /// Only for one call.
    #[serde(default)]
    once: bool,
}

impl ScriptedModel {
    /// Reads a list of answers, as JSON or YAML.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or is no such list.
    pub(crate) fn read(file: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
        let wrong = |error: String| {
            Failure::new(format!(
                "`{}` is no model script: {error}; it is a list of `{{\"when\": [\"words in the prompt\"], \"answer\": \"…\"}}`",
                file.display()
            ))
        };
        let entries: Vec<Entry> = match file.extension().is_some_and(|end| end == "json") {
            true => serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?,
            false => serde_saphyr::from_str(&text).map_err(|error| wrong(error.to_string()))?,
        };
        for (index, entry) in entries.iter().enumerate() {
            if entry.answer.is_some() == entry.error.is_some() {
                let number = index + 1;
                return Err(wrong(format!(
                    "entry {number} needs either `answer` or `error`"
                )));
            }
        }
        Ok(Self {
            entries,
            used: Mutex::default(),
        })
    }

    fn answer(&self, prompt: &str) -> Result<LlmResponse, LlmError> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let found = self.entries.iter().enumerate().find(|(index, entry)| {
            !used.contains(index) && entry.when.iter().all(|words| prompt.contains(words))
        });
        let Some((index, entry)) = found else {
            let prompt: String = prompt.chars().take(SHOWN).collect();
            return Err(LlmError::other(format!(
                "the model script has no answer to this prompt: {prompt:?}"
            )));
        };
        if entry.once {
            used.insert(index);
        }
        match (&entry.answer, &entry.error) {
            (Some(answer), _) => Ok(LlmResponse::new(answer)),
            (None, error) => Err(LlmError::failed(error.as_deref().unwrap_or_default())),
        }
    }
}

impl Llm for ScriptedModel {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        let messages = request.prompt.into_messages();
        let texts: Vec<_> = messages.iter().map(|message| message.text()).collect();
        let answer = self.answer(&texts.join("\n"));
        Box::pin(std::future::ready(answer))
    }

    fn model_name(&self) -> &str {
        "scripted"
    }
}
