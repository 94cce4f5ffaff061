//! All models of a configuration, and the actions that get them.

use action_sdk::{ActionDispatcherBuilder, Llm, RailsConfig};

use super::error::OpenAiError;
use super::{OpenAi, environment};

/// The type of the model that every action gets that has none of its own.
const MAIN: &str = "main";

/// Types that are no language models (nemoguardrails 0.24.1).
const OTHERS: [&str; 2] = ["embeddings", "jailbreak_detection"];

/// What is said where there is no model.
const NONE: &str = "no models; give `models` one of `type: main`";

/// Actions whose name is not that of the task they ask a model for.
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

/// The models that a configuration names, with keys from the process's environment.
///
/// The first model of a type counts. Those of the types `embeddings` and `jailbreak_detection` are left out. If none is
/// left, that is traced, and [`Models::is_empty`] and its text say so.
///
/// ```no_run
/// use action_sdk::ActionDispatcher;
/// use action_sdk_runtime::{Runtime, load_config, openai};
///
/// let config = load_config("bot")?;
/// let models = openai::models(config.rails())?;
/// let dispatcher = models.offer(ActionDispatcher::builder()).config(config.rails().clone()).build()?;
/// let runtime = Runtime::builder().config(config).dispatcher(dispatcher).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If a model is of an engine that is not known, if its key is not in the environment, if a parameter cannot be
/// used. The first such model counts.
pub fn models(config: &RailsConfig) -> Result<Models, OpenAiError> {
    models_with(config, environment)
}

/// The models that a configuration names, with keys from an environment that is given.
///
/// # Errors
///
/// As [`models`].
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

    /// Whether the configuration names no language model.
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

    /// Takes the model of this type out, for another use than that of an action of this name.
    pub fn take(&mut self, r#type: &str) -> Option<OpenAi> {
        let place = self.0.iter().position(|(own, _)| own == r#type)?;
        Some(self.0.remove(place).1)
    }

    /// Gives the actions of a dispatcher their models: all of them the one of type `main`, and those that bear the name
    /// of another type, or ask for a task of that name, the one of that type.
    ///
    /// A type that belongs to no action is an error when the dispatcher is built; [`take`](Self::take) such a model out.
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

/// `main: gpt-4o at https://api.openai.com/v1`, one model a line.
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
