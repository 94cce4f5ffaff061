//! Logs intents and actions in the history when the flows that represent them end.

use super::run::Run;
use crate::program::{FlowConfig, InternalName};
use crate::state::{Failure, FlowKey, InternalEvent, Scores, Told};
use crate::value::Value;

const TAGS: [(&str, InternalName); 4] = [
    ("user_intent", InternalName::UserIntentLog),
    ("bot_intent", InternalName::BotIntentLog),
    ("user_action", InternalName::UserActionLog),
    ("bot_action", InternalName::BotActionLog),
];

/// The length of `_dynamic_`, eight digits and a space before the name of a generated flow.
const DYNAMIC_PREFIX: usize = 18;

impl Run<'_> {
    pub(super) fn log_intent_or_action(&mut self, key: FlowKey, scores: &Scores) {
        match self.intent_or_action(key) {
            Ok(Some(event)) => {
                self.push(event, scores.clone());
            }
            Ok(None) => {}
            Err(failure) => {
                let place = self.place_of_flow(Some(key));
                self.report(&failure, place);
            }
        }
    }

    fn intent_or_action(&mut self, key: FlowKey) -> Result<Option<InternalEvent>, Failure> {
        let Some(config) = self.state.config(key) else {
            return Ok(None);
        };
        let Some((tag, name)) = TAGS.into_iter().find(|(tag, _)| config.meta(tag).is_some()) else {
            return Ok(None);
        };
        let text = self.meta_text(key, &config, tag)?;
        let is_intent = tag.ends_with("intent");
        let parameter = self
            .state
            .flow(key)
            .and_then(|flow| flow.arguments.get("$0").cloned());
        let mut event = match text {
            Some(text) => name
                .event()
                .with("flow_id", text)
                .with("parameter", Value::None),
            None => {
                let id = if is_intent {
                    without_prefix(&config.id)
                } else {
                    &config.id
                };
                name.event()
                    .with("flow_id", id)
                    .with("parameter", parameter.unwrap_or_default())
            }
        };
        if !is_intent {
            event = event.with("intent_flow_id", self.intent_above(key)?);
        }
        Ok(Some(InternalEvent::Told(Told {
            name,
            event: event.into(),
            source: None,
        })))
    }

    /// A tag as a string, with its braces evaluated; `None` if it is not a string.
    fn meta_text(
        &mut self,
        key: FlowKey,
        config: &FlowConfig,
        tag: &str,
    ) -> Result<Option<Value>, Failure> {
        match config.meta_templates.get(tag) {
            Some(template) => self.eval(key, template).map(Some),
            None => Ok(None),
        }
    }

    /// The intent of the nearest flow, from this one upwards.
    fn intent_above(&mut self, key: FlowKey) -> Result<Value, Failure> {
        let uids: Vec<_> = self
            .state
            .upwards(Some(key))
            .into_iter()
            .map(|flow| flow.uid.clone())
            .collect();
        let keys: Vec<_> = uids
            .iter()
            .filter_map(|uid| self.state.flow_key(uid))
            .collect();
        self.budget.charge(uids.len() / 2);
        let mut intent = Value::None;
        for key in keys {
            let Some(config) = self.state.config(key) else {
                continue;
            };
            let tag = ["bot_intent", "user_intent"]
                .into_iter()
                .find(|tag| config.meta(tag).is_some());
            let found = match tag {
                Some(tag) => match self.meta_text(key, &config, tag)? {
                    Some(text) => text,
                    None => config.meta(tag).cloned().unwrap_or_default(),
                },
                None => ["_bot_intent", "_user_intent"]
                    .into_iter()
                    .find_map(|name| self.local(key, name))
                    .unwrap_or_else(|| intent.clone()),
            };
            if matches!(found, Value::Str(_)) {
                return Ok(found);
            }
            if matches!(found, Value::Bool(_)) {
                return Ok(config.id.clone().into());
            }
            intent = found;
        }
        Ok(intent)
    }

    fn local(&self, key: FlowKey, name: &str) -> Option<Value> {
        self.state
            .context(self.state.flow(key)?.context)?
            .variables
            .get(name)
            .cloned()
    }
}

fn without_prefix(id: &str) -> &str {
    if id.starts_with("_dynamic_") {
        id.get(DYNAMIC_PREFIX..).unwrap_or(id)
    } else {
        id
    }
}
