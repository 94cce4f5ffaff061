//! A model that needs no network: its answers stand in a file.

use std::error::Error;
use std::fs;
use std::path::Path;

use action_sdk::Llm;
use action_sdk::llm::{BoxFuture, LlmError, LlmRequest, LlmResponse};
use serde::Deserialize;

/// Answers by what stands in the prompt, so that the same question always gets the same answer.
pub(crate) struct ScriptedModel(Vec<Entry>);

/// An answer, and the texts that a prompt must hold to get it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    when: Vec<String>,
    answer: String,
}

impl ScriptedModel {
    /// Reads a list of entries; the first one that fits counts.
    pub(crate) fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(file)?;
        let entries = serde_saphyr::from_str(&text);
        let entries = entries.map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self(entries))
    }
}

impl Llm for ScriptedModel {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        let messages = request.prompt.into_messages();
        let texts: Vec<_> = messages.iter().map(|message| message.text()).collect();
        let prompt = texts.join("\n");
        let fits = |entry: &&Entry| entry.when.iter().all(|text| prompt.contains(text));
        let answer = self.0.iter().find(fits);
        let answer = answer.map(|entry| LlmResponse::new(&entry.answer));
        let answer = answer.ok_or_else(|| LlmError::other("the script has no answer to this"));
        Box::pin(std::future::ready(answer))
    }

    fn model_name(&self) -> &str {
        "scripted"
    }
}
