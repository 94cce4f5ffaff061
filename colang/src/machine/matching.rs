//! Which heads an event matches, which it fails, and what a match does to a flow.

use super::exhaustion::Budget;
use super::place::PLACE_OF_ERROR;
use super::run::{COLANG_ERROR, Handled, Run};
use super::score;
use crate::program::{Element, EventSource, FlowConfig, Match, Name, Position};
use crate::state::{Action, ActionStatus, Failure, FlowKey, HeadRef, Queued};
use crate::value::{Event, EventKind, Fields, MAX_LEVELS, Value};
use umim::{ActionEventKind, ActionEventName};

/// What a pattern of another fate of a flow says to the end of that flow.
const MISMATCH: f64 = -1.0;

/// What a look at a head costs that may match, its arguments apart.
const CANDIDATE: usize = 3;

/// How many matches in a row are remembered; with more, flows that restart for ever would fill the memory.
const MOST_SCORES: usize = 256;

/// With so many heads at most, debug builds compare the index with a look at all of them.
const MOST_SCANNED: usize = 300;

impl Run<'_> {
    /// The heads that match, with their scores set, and those that fail.
    pub(super) fn find_matching(
        &mut self,
        queued: &Queued,
        handled: &mut Handled,
    ) -> (Vec<HeadRef>, Vec<HeadRef>) {
        let event = &queued.event;
        let (mut matching, mut failing) = (Vec::new(), Vec::new());
        let candidates = self.state.candidates(event);
        debug_assert!(
            self.agrees_with_scan(event, &candidates),
            "the matching index does not find a head that waits for {event:?}"
        );
        for at in candidates {
            self.budget.charge(CANDIDATE);
            let score = match self.score(at, event) {
                Ok(score) => score,
                Err(failure) => {
                    self.report_bad_pattern(at, event, &failure);
                    if failure.is_final { MISMATCH } else { 0.0 }
                }
            };
            if score > 0.0 {
                let mut scores = queued.scores.clone();
                if scores.len() < MOST_SCORES {
                    scores.push(score);
                }
                self.state.set_scores(at, scores);
                matching.push(at);
                if event.kind == EventKind::Internal && &*event.name == "StartFlow" {
                    handled.all = true;
                } else {
                    handled.add(self.state.flow(at.flow).and_then(|flow| flow.loop_id()));
                }
            } else if score < 0.0 {
                failing.push(at);
            }
        }
        (matching, failing)
    }

    /// A pattern that fails at the news of a failure does not make more of it.
    fn report_bad_pattern(&mut self, at: HeadRef, event: &Event, failure: &Failure) {
        let about_an_error = event.arguments.get("event") == Some(&Value::from(COLANG_ERROR));
        if &*event.name != COLANG_ERROR && !about_an_error {
            let place = self.place_of(at);
            self.report_failure(failure, place);
        }
    }

    /// Whether a look at all heads finds no more than the index; with many heads it is not done.
    fn agrees_with_scan(&mut self, event: &Event, candidates: &[HeadRef]) -> bool {
        if self.state.waiting_count() > MOST_SCANNED {
            return true;
        }
        let waiting = self.state.all_waiting(event);
        let others = waiting.into_iter().filter(|at| !candidates.contains(at));
        others.collect::<Vec<_>>().into_iter().all(|at| {
            let (uids, chance) = (self.state.uids.clone(), self.state.chance.clone());
            let budget = self.budget.clone();
            let score = self.score(at, event);
            (self.state.uids, self.state.chance) = (uids, chance);
            self.budget = budget;
            score.is_err() || score == Ok(0.0)
        })
    }

    pub(super) fn score(&mut self, at: HeadRef, event: &Event) -> Result<f64, Failure> {
        let config = self.state.config(at.flow);
        let Some(pattern) = pattern(config.as_deref(), self.position(at)) else {
            return Ok(0.0);
        };
        let wanted = self.event(at.flow, &pattern.event)?;
        let score = self.compare(event, &wanted, pattern.internal)?;
        if score > 0.0
            && is_failed_action(event)
            && is_awaited_action(pattern)
            && self.rail_of(at.flow).is_some()
        {
            return Ok(MISMATCH);
        }
        let priority = self.state.flow(at.flow).map_or(1.0, |flow| flow.priority);
        let weighs = score > 0.0 && priority != 0.0;
        Ok(if weighs {
            score::times(score, priority)
        } else {
            score
        })
    }

    fn compare(&mut self, event: &Event, wanted: &Event, internal: bool) -> Result<f64, Failure> {
        match (event.kind, wanted.kind) {
            (EventKind::Internal, EventKind::Internal) if internal => {
                Ok(compare_start(event, wanted))
            }
            (EventKind::Internal, EventKind::Internal) => {
                compare_internal(event, wanted, &mut self.budget)
            }
            (EventKind::Plain | EventKind::Action, EventKind::Plain | EventKind::Action) => {
                self.compare_external(event, wanted)
            }
            (EventKind::Internal, EventKind::Plain | EventKind::Action)
            | (EventKind::Plain | EventKind::Action, EventKind::Internal) => Ok(0.0),
        }
    }

    fn compare_external(&mut self, event: &Event, wanted: &Event) -> Result<f64, Failure> {
        if event.name != wanted.name || (wanted.action.is_some() && wanted.action != event.action) {
            return Ok(0.0);
        }
        let known = event
            .action
            .as_ref()
            .and_then(|uid| self.state.action_key(uid));
        match known
            .and_then(|key| self.state.action(key))
            .filter(|action| !action.foreign)
        {
            Some(action) => {
                let copied = event.arguments.len() + action.start_arguments.len();
                self.budget.pay(copied / 2)?;
                let mut arguments = event.arguments.clone();
                arguments.insert(
                    "action_arguments".into(),
                    crate::state::dict(&action.start_arguments),
                );
                score::arguments(&arguments, &wanted.arguments, &mut self.budget)
            }
            None if &*event.name == COLANG_ERROR => score_of_error(event, wanted, &mut self.budget),
            None => score::arguments(&event.arguments, &wanted.arguments, &mut self.budget),
        }
    }

    pub(super) fn is_awaited(&mut self, event: &Event) -> bool {
        self.state.all_waiting(event).into_iter().any(|at| {
            let is_active = self
                .state
                .flow(at.flow)
                .is_some_and(|flow| flow.status().is_active());
            let config = self.state.config(at.flow).filter(|_| is_active);
            let Some(pattern) = pattern(config.as_deref(), self.position(at)) else {
                return false;
            };
            let Ok(pattern) = self.event(at.flow, &pattern.event) else {
                return false;
            };
            pattern.name == event.name
                && score::arguments(&pattern.arguments, &event.arguments, &mut self.budget)
                    .is_ok_and(|score| score > 0.0)
        })
    }

    /// What a match does besides moving the head: `as $reference`, and the links of a flow that starts.
    pub(super) fn take_in(&mut self, at: HeadRef, event: &Event) {
        let config = self.state.config(at.flow);
        let Some(pattern) = pattern(config.as_deref(), self.position(at)) else {
            return;
        };
        if let Some(reference) = pattern.reference.clone() {
            match self.reference_to(at.flow, pattern, event) {
                Ok(value) => self.state.set_local(at.flow, reference, value),
                Err(failure) => {
                    let place = self.place_of(at);
                    self.report(&failure, place);
                }
            }
        }
        if event.kind != EventKind::Internal {
            return;
        }
        match &*event.name {
            "StartFlow" => self.link_started(at, event),
            "FlowStarted" => self.note_in_scopes(at, event),
            _ => {}
        }
    }

    fn reference_to(
        &mut self,
        flow: FlowKey,
        pattern: &Match,
        event: &Event,
    ) -> Result<Value, Failure> {
        let mut reference = self.event(flow, &pattern.event)?;
        self.budget.charge(event.arguments.len() / 2);
        for (name, value) in &event.arguments {
            reference.arguments.insert(name.clone(), value.clone());
        }
        match reference.kind {
            EventKind::Internal => {
                if let Some(Value::Str(uid)) = event.arguments.get("source_flow_instance_uid") {
                    reference.flow = Some(uid.clone());
                }
            }
            EventKind::Action => {
                reference.action.clone_from(&event.action);
                self.know_action(event);
            }
            EventKind::Plain => {}
        }
        let reference = Value::from(reference);
        if let Value::Event(event) = &reference
            && event
                .arguments
                .values()
                .any(|value| matches!(value, Value::Event(_)))
        {
            // An event in an event in an event could else be nested without end.
            let parts = reference.weigh(MAX_LEVELS, usize::MAX);
            self.budget
                .charge(parts.map_err(|error| Failure::value(error.to_string()))?);
        }
        Ok(reference)
    }

    /// Makes sure that there is an action behind the event, though somebody else started it.
    fn know_action(&mut self, event: &Event) {
        let Some(uid) = &event.action else { return };
        let Some(name) = ActionEventName::parse(&event.name) else {
            return;
        };
        let status = if name.kind() == ActionEventKind::Finished {
            ActionStatus::Finished
        } else {
            ActionStatus::Started
        };
        match self.state.action_key(uid) {
            Some(key) => {
                if let Some(action) = self.state.action_mut(key).filter(|action| action.foreign) {
                    action.status = status;
                }
            }
            None => {
                let action = Action {
                    foreign: true,
                    status,
                    ..Action::new(uid.clone(), name.action().into(), Fields::new())
                };
                self.state.add_action(action);
            }
        }
    }

    fn note_in_scopes(&mut self, at: HeadRef, event: &Event) {
        let Some(Value::Str(uid)) = event.arguments.get("source_flow_instance_uid") else {
            return;
        };
        let Some(started) = self.state.flow_key(uid) else {
            return;
        };
        let scopes = self
            .state
            .head(at)
            .map(|head| head.scopes.clone())
            .unwrap_or_default();
        let Some(flow) = self.state.flow_mut(at.flow) else {
            return;
        };
        for scope in scopes {
            if let Some(scope) = flow.scopes.get_mut(&scope) {
                scope.flows.push(started);
            }
        }
    }
}

/// A pattern that does not ask where an error happened weighs as much as if that were not said.
fn score_of_error(event: &Event, wanted: &Event, budget: &mut Budget) -> Result<f64, Failure> {
    let is_asked =
        |name: &Name| !PLACE_OF_ERROR.contains(&&**name) || wanted.arguments.contains_key(name);
    let arguments = event.arguments.iter().filter(|(name, _)| is_asked(name));
    let arguments = arguments
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    score::arguments(&arguments, &wanted.arguments, budget)
}

fn pattern(config: Option<&FlowConfig>, position: Position) -> Option<&Match> {
    match config?.element(position) {
        Some(Element::Match(pattern)) => Some(pattern),
        _ => None,
    }
}

fn is_failed_action(event: &Event) -> bool {
    event.kind == EventKind::Action
        && matches!(event.arguments.get("is_success"), Some(Value::Bool(false)))
}

/// Whether it waits for the end of an action, and does not say what it makes of one that failed.
fn is_awaited_action(pattern: &Match) -> bool {
    let EventSource::Reference {
        event: Some(event), ..
    } = &pattern.event.source
    else {
        return false;
    };
    let mut arguments = pattern.event.arguments.iter();
    &**event == "Finished" && arguments.all(|argument| &*argument.name != "is_success")
}

fn text<'e>(event: &'e Event, name: &str) -> Option<&'e Name> {
    match event.arguments.get(name) {
        Some(Value::Str(text)) => Some(text),
        _ => None,
    }
}

/// What the start of a flow that lowering asked for says to its fate: only the instance counts.
fn compare_start(event: &Event, wanted: &Event) -> f64 {
    if text(event, "flow_instance_uid") != text(wanted, "flow_instance_uid") {
        return 0.0;
    }
    match &*event.name {
        "FlowStarted" => score::left_out(event.arguments.len(), wanted.arguments.len()),
        "FlowFinished" | "FlowFailed" => MISMATCH,
        _ => 0.0,
    }
}

fn compare_internal(event: &Event, wanted: &Event, budget: &mut Budget) -> Result<f64, Failure> {
    if &*event.name == "StartFlow" && &*wanted.name == "StartFlow" {
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
    let contradicts = matches!(
        (&*wanted.name, &*event.name),
        ("FlowFinished", "FlowFailed")
            | ("FlowFailed", "FlowFinished")
            | ("FlowStarted", "FlowFinished" | "FlowFailed")
    );
    Ok(if of_one_instance && contradicts {
        MISMATCH
    } else {
        0.0
    })
}
