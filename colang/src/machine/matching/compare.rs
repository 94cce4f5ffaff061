//! How well an event matches what a head waits for.

use umim::{ActionEventKind, ActionEventName};

use super::wanted::Wanted;
use super::{MISMATCH, Matching, score};
use crate::machine::events::Events;
use crate::machine::run::{Budget, COLANG_ERROR, PLACE_OF_ERROR};
use crate::program::{InternalName, Name};
use crate::state::{
    Action, ActionKey, Arrived, Failure, Fate, FlowKey, FlowNews, InternalEvent, NOT_COMPARED, dict,
};
use crate::value::{Event, EventKind, Fields};

impl Matching<'_, '_> {
    pub(super) fn compare(&mut self, event: &Arrived<'_>, wanted: &Wanted) -> Result<f64, Failure> {
        match (event.internal(), wanted) {
            (Some(internal), Wanted::OwnStart { instance, fields }) => {
                Ok(compare_start(internal, event, instance.as_ref(), *fields))
            }
            (Some(internal), Wanted::Start { flow_id }) => {
                let starts_it = internal.starts(flow_id);
                Ok(if starts_it { 1.0 } else { 0.0 })
            }
            (Some(InternalEvent::FlowNews(news)), Wanted::News { of, fate }) => {
                self.compare_news(news, *of, *fate)
            }
            (Some(_), Wanted::News { of, fate }) => {
                let mut wanted = Events::of(self).news(*fate, *of)?.public();
                wanted.flow = Some(self.state.at(*of).uid.clone());
                compare_internal(event.public(), &wanted, &mut self.budget)
            }
            (Some(_), Wanted::Event(wanted)) if wanted.kind == EventKind::Internal => {
                compare_internal(event.public(), wanted, &mut self.budget)
            }
            (
                None,
                Wanted::Action {
                    of,
                    kind,
                    arguments,
                },
            ) => self.compare_action(event, *of, *kind, arguments),
            (None, Wanted::Event(wanted)) if wanted.kind != EventKind::Internal => {
                self.compare_external(event.public(), wanted)
            }
            (Some(_), Wanted::Action { .. } | Wanted::Event(_))
            | (
                None,
                Wanted::OwnStart { .. }
                | Wanted::Start { .. }
                | Wanted::News { .. }
                | Wanted::Event(_),
            ) => Ok(0.0),
        }
    }

    /// Compares a report on an instance with a pattern for reports on an instance. For the same instance all fields
    /// agree, except values that do not equal themselves, which match nothing.
    fn compare_news(&mut self, news: &FlowNews, of: FlowKey, fate: Fate) -> Result<f64, Failure> {
        let wanted = Events::of(self).news(fate, of)?;
        let (values, pattern) = (news.field_count(), wanted.field_count());
        if news.of.key != of || news.asked_as != news.of.uid || pattern > values {
            return Ok(0.0);
        }
        self.budget.pay(1 + pattern / 2)?;
        let mut score = 1.0;
        for (name, value) in news.parameters() {
            if !NOT_COMPARED.contains(&&**name) {
                score = score::times(score, score::value(value, value, &mut self.budget)?);
            }
        }
        let score = score::times(score, score::left_out(values, pattern));
        Ok(match score <= 0.0 || news.fate == fate {
            true => score,
            false => contradiction(fate, news.fate),
        })
    }

    fn compare_action(
        &mut self,
        event: &Arrived<'_>,
        of: ActionKey,
        kind: ActionEventKind,
        own: &Fields,
    ) -> Result<f64, Failure> {
        let run = &mut *self.0;
        let Some(action) = run.state.action(of) else {
            return Ok(0.0);
        };
        let is_its =
            |name: ActionEventName<'_>| name.kind() == kind && *name.action() == *action.name;
        let public = event.public();
        if !event.action_name().is_some_and(is_its) || public.action.as_ref() != Some(&action.uid) {
            return Ok(0.0);
        }
        let start = &action.start_arguments;
        let names_them = |fields: &Fields| fields.contains_key(ACTION_ARGUMENTS);
        if action.foreign || names_them(&public.arguments) || names_them(own) {
            let mut wanted = own.clone();
            if !start.is_empty() {
                wanted.insert(crate::value::name(ACTION_ARGUMENTS), dict(start));
            }
            let arguments = with_start(public, action);
            return score::arguments(&arguments, &wanted, &mut run.budget);
        }
        score::arguments_of_action(&public.arguments, own, start, &mut run.budget)
    }

    fn compare_external(&mut self, event: &Event, wanted: &Event) -> Result<f64, Failure> {
        if event.name != wanted.name || (wanted.action.is_some() && wanted.action != event.action) {
            return Ok(0.0);
        }
        let run = &mut *self.0;
        let known = event.action.as_ref();
        let known = known.and_then(|uid| run.state.action_key(uid));
        let known = known.and_then(|key| run.state.action(key));
        match known.filter(|action| !action.foreign) {
            Some(action) => {
                let copied = event.arguments.len() + action.start_arguments.len();
                run.budget.pay(copied / 2)?;
                let arguments = with_start(event, action);
                score::arguments(&arguments, &wanted.arguments, &mut run.budget)
            }
            None if &*event.name == COLANG_ERROR => score_of_error(event, wanted, &mut run.budget),
            None => score::arguments(&event.arguments, &wanted.arguments, &mut run.budget),
        }
    }
}

/// The argument of the end of an action that contains its start arguments.
const ACTION_ARGUMENTS: &str = "action_arguments";

/// The arguments of an event, with those of the start of its action unless it was started outside.
fn with_start(event: &Event, action: &Action) -> Fields {
    let mut arguments = event.arguments.clone();
    if !action.foreign {
        let start = dict(&action.start_arguments);
        arguments.insert(crate::value::name(ACTION_ARGUMENTS), start);
    }
    arguments
}

/// A pattern that does not mention the place of an error is scored as if the event had none.
fn score_of_error(event: &Event, wanted: &Event, budget: &mut Budget) -> Result<f64, Failure> {
    let is_asked =
        |name: &Name| !PLACE_OF_ERROR.contains(&&**name) || wanted.arguments.contains_key(name);
    let arguments = event.arguments.iter().filter(|(name, _)| is_asked(name));
    let arguments = arguments
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    score::arguments(&arguments, &wanted.arguments, budget)
}

/// The score for the outcome of a flow whose start was requested by a statement: only the instance counts.
fn compare_start(
    event: &InternalEvent,
    arrived: &Arrived<'_>,
    instance: Option<&Name>,
    fields: usize,
) -> f64 {
    if arrived.incoming().string("flow_instance_uid").as_ref() != instance {
        return 0.0;
    }
    match Fate::told_by(event.name()) {
        Some(Fate::Started) => {
            let values = match event {
                InternalEvent::FlowNews(news) => news.field_count(),
                InternalEvent::StartFlow(_)
                | InternalEvent::FinishFlow(_)
                | InternalEvent::StopFlow(_)
                | InternalEvent::UnhandledEvent(_)
                | InternalEvent::Told(_) => arrived.public().arguments.len(),
            };
            score::left_out(values, fields)
        }
        Some(Fate::Finished | Fate::Failed) => MISMATCH,
        None => 0.0,
    }
}

fn compare_internal(event: &Event, wanted: &Event, budget: &mut Budget) -> Result<f64, Failure> {
    let (name, wanted_name) = (event.internal_name(), wanted.internal_name());
    let start = Some(InternalName::StartFlow);
    if name == start && wanted_name == start {
        return Ok(match wanted.arguments.get("flow_id") {
            Some(flow_id) if Some(flow_id) == event.arguments.get("flow_id") => 1.0,
            Some(_) => 0.0,
            None => 0.9 * score::arguments(&event.arguments, &wanted.arguments, budget)?,
        });
    }
    if let (Some(found), Some(flow_id)) = (
        event.arguments.get("flow_id"),
        wanted.arguments.get("flow_id"),
    ) && score::value(found, flow_id, budget)? != 1.0
    {
        return Ok(0.0);
    }
    if let (Some(flow), Some(source)) = (
        &wanted.flow,
        event.arguments.get("source_flow_instance_uid"),
    ) && source.as_str() != Some(&**flow)
    {
        return Ok(0.0);
    }
    let score = score::arguments(&event.arguments, &wanted.arguments, budget)?;
    if score <= 0.0 || event.name == wanted.name {
        return Ok(score);
    }
    let of_one_instance = wanted.arguments.contains_key("flow_instance_uid");
    let fate = |name: Option<InternalName>| name.and_then(Fate::told_by);
    Ok(match (fate(wanted_name), fate(name)) {
        (Some(wanted), Some(found)) if of_one_instance => contradiction(wanted, found),
        _ => 0.0,
    })
}

/// The score of a report on a different outcome for a pattern that matches it otherwise.
fn contradiction(wanted: Fate, found: Fate) -> f64 {
    match found.rules_out(wanted) {
        true => MISMATCH,
        false => 0.0,
    }
}
