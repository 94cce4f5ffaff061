//! The model: a scripted one with answers from a file, which needs no network, or the one in the configuration.

use std::error::Error;
use std::fs;
use std::path::Path;

use action_sdk::llm::{BoxFuture, LlmError, LlmRequest, LlmResponse};
use action_sdk::{ActionDispatcherBuilder, Llm, RailsConfig};
use serde::Deserialize;

/// Gives actions a model.
pub(crate) type Offer =
    fn(ActionDispatcherBuilder, &RailsConfig) -> Result<ActionDispatcherBuilder, Box<dyn Error>>;

/// A model with answers from a file.
pub(crate) fn scripted(
    dispatcher: ActionDispatcherBuilder,
    _: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Box<dyn Error>> {
    let model = ScriptedModel::read(&crate::here("data/model.yml"))?;
    Ok(dispatcher.llm(model))
}

/// The model in the configuration.
#[cfg(feature = "openai")]
pub(crate) fn configured(
    dispatcher: ActionDispatcherBuilder,
    config: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Box<dyn Error>> {
    let models = action_sdk_runtime::openai::models(config)?;
    Ok(models.offer(dispatcher))
}

#[cfg(not(feature = "openai"))]
pub(crate) use scripted as configured;

/// Chooses an answer by strings in the prompt, so that the same question always gets the same answer.
struct ScriptedModel(Vec<Entry>);

/// An answer, and the strings that a prompt must contain to get it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    when: Vec<String>,
    answer: String,
}

impl ScriptedModel {
    /// Reads a list of entries; the first match counts.
    fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
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
