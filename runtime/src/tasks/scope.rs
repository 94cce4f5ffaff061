//! The variables of a template, and their precedence if several have the same name.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use action_sdk::RailsConfig;
use minijinja::Value;
use minijinja::value::{Object, Serde};
use serde_json::{Map, Value as Json};

/// A variable that all templates have.
#[derive(Clone)]
pub(super) enum PromptContext {
    Value(Json),
    Call(Arc<dyn Fn() -> Json + Send + Sync>),
}

/// What the configuration provides for templates; missing values are taken from `ours`.
pub(super) fn defaults(config: &RailsConfig, ours: &RailsConfig) -> Map<String, Json> {
    let of = |config: &RailsConfig| {
        let mut all = config.instructions.iter();
        let general = all.find(|instruction| instruction.r#type == "general");
        general.map_or_else(String::new, |general| general.content.clone())
    };
    let given = if config.instructions.is_empty() {
        ours
    } else {
        config
    };
    let sample = config
        .sample_conversation
        .clone()
        .filter(|text| !text.is_empty());
    let sample: Json = sample.or_else(|| ours.sample_conversation.clone()).into();
    Map::from_iter([
        ("general_instructions".to_owned(), of(given).into()),
        ("sample_conversation".to_owned(), sample.clone()),
        ("sample_conversation_two_turns".to_owned(), sample),
    ])
}

/// All variables of one prompt except its history.
pub(super) struct Scope(Arc<Names>);

struct Names {
    known: HashMap<String, Json>,
    converted: HashMap<String, OnceLock<Value>>,
    calls: HashMap<String, (PromptContext, OnceLock<Json>)>,
}

impl Scope {
    pub(super) fn new(
        defaults: &Map<String, Json>,
        variables: &Map<String, Json>,
        context: &HashMap<String, PromptContext>,
    ) -> Self {
        let given = defaults.iter().chain(variables);
        let known: HashMap<_, _> = given
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let calls = context.iter();
        let calls: HashMap<_, _> = calls
            .map(|(name, value)| (name.clone(), (value.clone(), OnceLock::new())))
            .collect();
        let names = known.keys().chain(calls.keys());
        let converted = names.map(|name| (name.clone(), OnceLock::new())).collect();
        Self(Arc::new(Names {
            known,
            converted,
            calls,
        }))
    }

    pub(super) fn with_history(&self, history: &[Value]) -> Variables {
        Variables {
            names: Arc::clone(&self.0),
            history: history.into(),
        }
    }
}

impl Names {
    fn context(&self, name: &str) -> Option<&Json> {
        let (value, called) = self.calls.get(name)?;
        Some(match value {
            PromptContext::Value(value) => value,
            PromptContext::Call(call) => called.get_or_init(|| call()),
        })
    }

    fn value(&self, name: &str) -> Option<Value> {
        let converted = self.converted.get(name)?.get_or_init(|| {
            let value = self.context(name).or_else(|| self.known.get(name));
            value.map_or(Value::UNDEFINED, |value| Value::from(Serde(value)))
        });
        Some(converted.clone())
    }
}

/// All variables of one prompt, as its templates see them.
#[derive(Clone)]
pub(super) struct Variables {
    names: Arc<Names>,
    history: Value,
}

impl Variables {
    /// The variable as a list, if it is one; the prompt context takes precedence over the caller.
    pub(super) fn list(&self, name: &str) -> Option<&Vec<Json>> {
        let context = self
            .names
            .calls
            .get(name)
            .and_then(|(value, _)| match value {
                PromptContext::Value(value) => value.as_array(),
                PromptContext::Call(_) => None,
            });
        context.or_else(|| self.names.known.get(name)?.as_array())
    }
}

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        match self.names.value(name) {
            None if name == "history" => Some(self.history.clone()),
            other => other,
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variables(..)")
    }
}
