//! The attention of the user during an utterance. It is kept in a global variable, so that every conversation has its
//! own, which is saved with it.

use std::collections::BTreeMap;

use action_sdk::ActionErrorKind;
use action_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use umim::Timestamp;

/// The global variable.
const VIEW: &str = "user_attention_view";

/// The level if it is not known (nemoguardrails 0.24.1).
const UNKNOWN: &str = "unknown";

/// The last utterance; times in microseconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct View {
    began: Option<i64>,
    ended: Option<i64>,
    changes: Vec<Change>,
}

/// A level of attention, and when it began.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Change {
    level: String,
    at: i64,
}

/// Records an event about the user's attention or speech.
#[action(
    name = "UpdateAttentionMaterializedViewAction",
    is_system_action,
    replaceable
)]
async fn update_attention_materialized_view(
    event: Json,
    timestamp_offsets: Option<BTreeMap<String, f64>>,
    #[arg(context, rename = "user_attention_view")] view: Option<View>,
    events: &[Event],
) -> Result<ActionResult, ActionError> {
    let mut view = view.unwrap_or_default();
    let event = whole_event(&event, events)?;
    let offsets = timestamp_offsets.unwrap_or_default();
    let offset = offsets.get(event.name()).copied().unwrap_or_default();
    if let Some(time) = time_of(event) {
        view.update(event, time + micros(offset))?;
    }
    let view = serde_json::to_value(view).map_err(ActionError::caused_by)?;
    Ok(ActionResult::default().with_context_update(VIEW, view))
}

/// The share of the last utterance during which the user had one of these levels of attention, 0.0 to 1.0.
#[action(
    name = "GetAttentionPercentageAction",
    is_system_action,
    replaceable,
    read_only
)]
async fn attention_percentage(
    attention_levels: Vec<String>,
    #[arg(context, rename = "user_attention_view")] view: Option<View>,
) -> f64 {
    view.unwrap_or_default().share(&attention_levels)
}

/// Flows pass a reference; the event itself is in the history.
fn whole_event<'a>(reference: &Json, events: &'a [Event]) -> Result<&'a Event, ActionError> {
    let field = |name: &str| reference.get(name).and_then(Json::as_str);
    let name = field("type").unwrap_or_default();
    let of_name = || events.iter().rev().filter(|event| event.name() == name);
    let same = of_name().find(|event| event.value("uid").and_then(Json::as_str) == field("uid"));
    same.or_else(|| of_name().next()).ok_or_else(|| {
        let message = format!("argument `event` must be an event that happened, such as `$event` after `as $event`; found {reference}");
        ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter("event")
    })
}

/// The time of the event; `None` if it is not about attention, or has no time.
fn time_of(event: &Event) -> Option<i64> {
    let field = match event.name() {
        "UtteranceUserActionStarted" | "AttentionUserActionStarted" => "action_started_at",
        "UtteranceUserActionFinished" | "AttentionUserActionFinished" => "action_finished_at",
        "UtteranceUserActionTranscriptUpdated" | "AttentionUserActionUpdated" => {
            "action_updated_at"
        }
        _ => return None,
    };
    let text = event.value(field).and_then(Json::as_str);
    let time = text.and_then(|text| text.parse::<Timestamp>().ok());
    if time.is_none() {
        tracing::warn!(
            event = event.name(),
            field,
            "an event about attention has no time that can be read"
        );
    }
    time.map(Timestamp::as_micros)
}

#[expect(clippy::cast_possible_truncation)]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6) as i64
}

impl View {
    fn update(&mut self, event: &Event, at: i64) -> Result<(), ActionError> {
        match event.name() {
            "UtteranceUserActionStarted" => {
                self.changes.drain(..self.changes.len().saturating_sub(1));
                (self.began, self.ended) = (Some(at), None);
            }
            "UtteranceUserActionFinished" | "UtteranceUserActionTranscriptUpdated" => {
                self.ended = Some(at);
            }
            "AttentionUserActionFinished" => self.add(UNKNOWN, at),
            _ => {
                let level = event.value("attention_level").and_then(Json::as_str);
                let missing = || {
                    ActionError::failed(format!(
                        "the event `{}` has no `attention_level`",
                        event.name()
                    ))
                };
                self.add(level.ok_or_else(missing)?, at);
            }
        }
        Ok(())
    }

    fn add(&mut self, level: &str, at: i64) {
        self.changes.push(Change {
            level: level.to_owned(),
            at,
        });
    }

    fn share(&self, levels: &[String]) -> f64 {
        let counts = |level: &str| levels.iter().any(|wanted| wanted == level);
        let (Some(began), Some(ended)) = (self.began, self.ended) else {
            return match self.changes.last() {
                Some(change) if !counts(&change.level) => 0.0,
                Some(_) | None => f64::from(u8::from(!levels.is_empty())),
            };
        };
        if levels.is_empty() {
            return 0.0;
        }
        let times = self.times(began, ended);
        let total: i64 = times.values().sum();
        let is_known = times.keys().any(|level| *level != UNKNOWN);
        if total == 0 || !is_known {
            return 1.0;
        }
        let attentive = times
            .iter()
            .filter(|(level, _)| counts(level))
            .map(|(_, time)| time);
        share_of(attentive.sum(), total)
    }

    /// The duration of each level during the utterance; the level at its beginning is the first known one.
    fn times(&self, began: i64, ended: i64) -> BTreeMap<&str, i64> {
        let during: Vec<_> = self
            .changes
            .iter()
            .filter(|change| change.at < ended)
            .collect();
        let mut times = BTreeMap::new();
        for (place, change) in during.iter().enumerate() {
            let from = if place == 0 { began } else { change.at };
            let to = during.get(place + 1).map_or(ended, |next| next.at);
            *times.entry(change.level.as_str()).or_default() += to - from;
        }
        times
    }
}

/// Utterances are far shorter than 2^53 microseconds.
#[expect(clippy::cast_precision_loss)]
fn share_of(part: i64, total: i64) -> f64 {
    (part as f64 / total as f64).abs()
}
