//! All models of a configuration, and the actions that use them.

use action_sdk::{ActionDispatcherBuilder, Llm, RailsConfig};

use super::error::OpenAiError;
use super::{OpenAi, environment};

/// The type of the model for all actions that have none of their own.
const MAIN: &str = "main";

/// Types of models that are not language models (nemoguardrails 0.24.1).
const OTHERS: [&str; 2] = ["embeddings", "jailbreak_detection"];

/// The message for a configuration without models.
const NONE: &str = "no models; give `models` one of `type: main`";

/// Actions whose name differs from the task that they use a model for.
const ACTIONS: [(&str, &str); 4] = [
    (
        "generate_flow_continuation_from_flow_nld",
        "GenerateFlowAction",
    ),
    (
        "generate_user_intent_and_bot_action_from_user_action",
        "GenerateUserIntentAndBotAction",
    ),
    (
        "generate_user_intent_from_user_action",
        "GenerateUserIntentAction",
    ),
    ("generate_value_from_instruction", "GenerateValueAction"),
];

/// The language models of a configuration, each by its type.
///
/// ```
/// use action_sdk::config::RailsConfig;
/// use action_sdk::{ActionDispatcher, Llm};
/// use action_sdk_runtime::openai;
///
/// let config: RailsConfig = serde_json::from_value(serde_json::json!({"models": [
///     {"type": "main", "engine": "openai", "model": "gpt-4o"},
///     {"type": "self_check_input", "engine": "ollama", "model": "llama3.3"},
/// ]}))?;
/// let models = openai::models_with(&config, |name| (name == "OPENAI_API_KEY").then(|| "sk-…".to_owned()))?;
/// assert_eq!(models.model("self_check_input").map(|model| model.model_name()), Some("llama3.3"));
/// let dispatcher = models.offer(ActionDispatcher::builder()).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "no action gets the models before `.offer(..)`"]
pub struct Models(Vec<(String, OpenAi)>);

/// The models of a configuration, with keys from the process environment.
///
/// Of several models of one type, the first counts. Those of the types `embeddings` and `jailbreak_detection` are
/// left out. If none is left, a message is traced, and [`Models::is_empty`] and the printed form say so.
///
/// ```no_run
/// use action_sdk::ActionDispatcher;
/// use action_sdk_runtime::{Runtime, load_config, openai};
///
/// let config = load_config("bot")?;
/// let models = openai::models(config.rails())?;
/// let dispatcher = models.offer(ActionDispatcher::builder()).config(config.rails().clone()).build()?;
/// let runtime = Runtime::builder(config).dispatcher(dispatcher).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the engine of a model is unknown, its key is not in the environment, or a parameter is invalid. Only the first
/// such model is reported.
pub fn models(config: &RailsConfig) -> Result<Models, OpenAiError> {
    models_with(config, environment)
}

/// The models of a configuration, with keys from the given environment.
///
/// # Errors
///
/// See [`models`].
pub fn models_with(
    config: &RailsConfig,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Models, OpenAiError> {
    let mut models = Models::default();
    for model in &config.models {
        let r#type = model.r#type.as_str();
        if OTHERS.contains(&r#type) {
            continue;
        }
        if models.model(r#type).is_some() {
            tracing::warn!(
                r#type,
                model = model.model,
                "another model of this type is left out"
            );
            continue;
        }
        if model.cache.as_ref().is_some_and(|cache| cache.enabled) {
            tracing::warn!(
                r#type,
                "the answers of this model are not remembered: there is no cache"
            );
        }
        let client = OpenAi::from_model(model, &env)?;
        models.0.push((r#type.to_owned(), client));
    }
    if models.is_empty() {
        tracing::warn!("the configuration names no language model: {NONE}");
    }
    Ok(models)
}

impl Models {
    /// The model of this type.
    pub fn model(&self, r#type: &str) -> Option<&OpenAi> {
        let of_type = |(own, _): &&(String, OpenAi)| own == r#type;
        self.0.iter().find(of_type).map(|(_, model)| model)
    }

    /// Whether the configuration has no language model.
    ///
    /// ```
    /// use action_sdk::config::RailsConfig;
    ///
    /// let models = action_sdk_runtime::openai::models(&RailsConfig::default())?;
    /// assert!(models.is_empty());
    /// assert_eq!(models.to_string(), "no models; give `models` one of `type: main`");
    /// # Ok::<(), action_sdk_runtime::openai::OpenAiError>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes and returns the model of this type, to use it for something else than the action of this name.
    pub fn take(&mut self, r#type: &str) -> Option<OpenAi> {
        let place = self.0.iter().position(|(own, _)| own == r#type)?;
        Some(self.0.remove(place).1)
    }

    /// Gives the models to the actions of a dispatcher: the one of type `main` to all of them, and any other to the
    /// action that has the name of its type, or uses the task of that name.
    ///
    /// A type that belongs to no action is an error when the dispatcher is built; [remove](Self::take) such a model
    /// first.
    #[track_caller]
    pub fn offer(self, mut dispatcher: ActionDispatcherBuilder) -> ActionDispatcherBuilder {
        for (r#type, model) in self.0 {
            dispatcher = match r#type.as_str() {
                MAIN => dispatcher.llm(model),
                other => dispatcher.action_llm(action(other), model),
            };
        }
        dispatcher
    }
}

/// The action that gets the model of a type; the dispatcher finds it in either spelling.
fn action(r#type: &str) -> &str {
    let found = ACTIONS.iter().find(|(task, _)| *task == r#type);
    found.map_or(r#type, |(_, action)| action)
}

/// `main: gpt-4o at https://api.openai.com/v1`, one model per line.
impl std::fmt::Display for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_empty() {
            return f.write_str(NONE);
        }
        for (place, (r#type, model)) in self.0.iter().enumerate() {
            let line = if place == 0 { "" } else { "\n" };
            let url = model.provider_url().unwrap_or_default();
            write!(f, "{line}{type}: {} at {url}", model.model_name())?;
        }
        Ok(())
    }
}
