//! Completes an event so that it can be sent: uid, times and modality, in the order of the reference.
//!
//! The fields and their order are those of nemoguardrails 0.24.1 (`new_event_dict`).

use serde_json::{Map, Value};

use crate::action_event_kind::ActionEventKind;
use crate::event::{
    ACTION_UID, CREATED_AT, Event, MODALITY, MODALITY_POLICY, SOURCE_UID, TYPE, UID, field_of,
    time_field,
};
use crate::modality::modality_of;
use crate::{Timestamp, UidSource};

pub(crate) const IS_SUCCESS: &str = "is_success";
pub(crate) const FAILURE_REASON: &str = "failure_reason";

impl Event {
    /// Adds everything that a sent event must have besides its arguments.
    ///
    /// First come `type`, `uid`, `event_created_at` and `source_uid`, then the event's own fields in their order,
    /// then modality and policy, and last `action_uid` (for a start event that has none) or the time (for a report on
    /// an action). Fields that the event already has stay as they are, except that a `failure_reason` is removed if
    /// the action succeeded.
    ///
    /// ```
    /// use umim::{Event, Timestamp, UidSource};
    ///
    /// let now = Timestamp::from_micros(0);
    /// let event = Event::new("StartTimerBotAction").with("duration", 5);
    /// let sent = event.stamped(&mut UidSource::seeded(1), now, "my-bot");
    ///
    /// let fields: Vec<_> = sent.as_map().keys().collect();
    /// assert_eq!(
    ///     fields,
    ///     [
    ///         "type", "uid", "event_created_at", "source_uid", "duration",
    ///         "action_info_modality", "action_info_modality_policy", "action_uid",
    ///     ],
    /// );
    /// ```
    #[must_use]
    pub fn stamped(self, uids: &mut UidSource, now: Timestamp, source_uid: &str) -> Self {
        let kind = self.action_event().map(|name| name.kind());
        let modality = modality_of(self.name());
        let mut given = self.into_map();
        let mut fields = Map::with_capacity(given.len() + 6);

        fields.extend(given.shift_remove_entry(TYPE));
        move_to(&mut fields, &mut given, UID, || uids.next_uid().into());
        move_to(&mut fields, &mut given, CREATED_AT, || now.into());
        move_to(&mut fields, &mut given, SOURCE_UID, || source_uid.into());
        fields.append(&mut given);
        if let Some((modality, policy)) = modality {
            add(&mut fields, MODALITY, || modality.as_str().into());
            add(&mut fields, MODALITY_POLICY, || policy.as_str().into());
        }
        if let Some(kind) = kind {
            stamp_action(&mut fields, kind, uids, now);
        }
        Self::from_checked(fields)
    }
}

fn stamp_action(
    fields: &mut Map<String, Value>,
    kind: ActionEventKind,
    uids: &mut UidSource,
    now: Timestamp,
) {
    if kind == ActionEventKind::Start {
        add(fields, ACTION_UID, || uids.next_uid().into());
    }
    if let Some(time) = time_field(kind) {
        add(fields, time, || now.into());
    }
    if kind == ActionEventKind::Finished && fields.get(IS_SUCCESS) == Some(&Value::Bool(true)) {
        fields.shift_remove(FAILURE_REASON);
    }
}

fn move_to(
    fields: &mut Map<String, Value>,
    given: &mut Map<String, Value>,
    key: &str,
    otherwise: impl FnOnce() -> Value,
) {
    let value = match field_of(given, key) {
        Some(_) => given.shift_remove(key),
        None => None,
    };
    fields.insert(key.to_owned(), value.unwrap_or_else(otherwise));
}

fn add(fields: &mut Map<String, Value>, key: &str, value: impl FnOnce() -> Value) {
    fields.entry(key).or_insert_with(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: Event, expected: &str) {
        let stamped = event
            .with(UID, "u")
            .with(CREATED_AT, "c")
            .with(SOURCE_UID, "s");
        let stamped = stamped.stamped(
            &mut UidSource::seeded(0),
            Timestamp::from_micros(0),
            "unused",
        );
        assert_eq!(stamped.to_string(), expected);
    }

    #[test]
    fn the_envelope_comes_first() {
        check(
            Event::parse(r#"{"b":1,"type":"Said","a":2}"#).unwrap(),
            r#"{"type":"Said","uid":"u","event_created_at":"c","source_uid":"s","b":1,"a":2}"#,
        );
    }

    #[test]
    fn missing_envelope_fields_are_filled_in() {
        let now = Timestamp::from_micros(1);
        let stamped = Event::new("Said").stamped(&mut UidSource::seeded(0), now, "bot");
        assert_eq!(
            stamped.uid(),
            Some(UidSource::seeded(0).next_uid().to_string().as_str())
        );
        assert_eq!(stamped.created_at(), Some(now));
        assert_eq!(stamped.source_uid(), Some("bot"));
    }

    #[test]
    fn a_word_inside_the_action_name_means_nothing() {
        check(
            Event::new("GetStartedActionFinished").with(ACTION_UID, "a"),
            r#"{"type":"GetStartedActionFinished","uid":"u","event_created_at":"c","source_uid":"s","action_uid":"a","action_finished_at":"1970-01-01T00:00:00+00:00"}"#,
        );
    }

    #[test]
    fn a_start_event_gets_an_action_uid_that_is_not_its_own_uid() {
        let mut uids = UidSource::seeded(0);
        let stamped =
            Event::new("StartXAction").stamped(&mut uids, Timestamp::from_micros(0), "bot");
        assert!(stamped.action_uid().is_some());
        assert_ne!(stamped.action_uid(), stamped.uid());
    }

    #[test]
    fn a_failure_keeps_its_reason() {
        let failed = Event::new("XActionFinished")
            .with(IS_SUCCESS, false)
            .with(FAILURE_REASON, "timeout");
        let stamped = failed.stamped(&mut UidSource::seeded(0), Timestamp::from_micros(0), "bot");
        assert_eq!(stamped.value(FAILURE_REASON), Some(&Value::from("timeout")));
    }
}
