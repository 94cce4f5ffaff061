//! Finds the heads that an event matches or fails, and applies the effects of a match.

mod capture;
mod compare;
mod score;
mod wanted;

pub(super) use capture::Captures;

use self::score::times;
use super::job::job;
use super::run::COLANG_ERROR;
use crate::program::{Element, EventSource, FlowConfig, InternalName, Match, Member, Name};
use crate::state::{Arrived, Failure, FlowState, HeadRef, InternalEvent, Scores};
use crate::value::{EventKind, Value};

/// The score of a pattern for another outcome of a flow, when that flow ends.
const MISMATCH: f64 = -1.0;

/// The cost of examining a candidate head, without its arguments.
const CANDIDATE: usize = 3;

/// Up to this many heads, debug builds compare the index with a scan of all of them.
const MOST_SCANNED: usize = 300;

/// The interaction loops in which a flow handled an event.
#[derive(Default)]
pub(super) struct Handled {
    pub(super) all: bool,
    pub(super) loops: Vec<Name>,
}

/// The heads that an event matches or fails.
#[derive(Default)]
pub(super) struct Found {
    pub(super) matching: Vec<HeadRef>,
    pub(super) failing: Vec<HeadRef>,
}

job! {
    /// Finds the heads that an event matches or fails. Sets the scores of heads; evaluates patterns.
    Matching
}

impl Matching<'_, '_> {
    /// The heads that match, with their scores set, and those that fail.
    pub(super) fn find(
        &mut self,
        event: &Arrived<'_>,
        scores: &Scores,
        handled: &mut Handled,
    ) -> Found {
        let mut found = Found::default();
        let candidates = self.state.candidates(event.incoming());
        debug_assert!(
            self.state.waiting_count() > MOST_SCANNED
                || self.state.agrees_with_scan(event.incoming(), &candidates),
            "the matching index does not find a head that waits for {:?}",
            event.public()
        );
        for at in candidates {
            self.budget.charge(CANDIDATE);
            let score = self.score(at, event).unwrap_or_else(|failure| {
                self.report_bad_pattern(at, event, &failure);
                if failure.is_final { MISMATCH } else { 0.0 }
            });
            if score > 0.0 {
                self.state.set_scores(at, scores.with(score));
                found.matching.push(at);
                self.note(at, event, handled);
            } else if score < 0.0 {
                found.failing.push(at);
            }
        }
        found
    }

    /// A flow that starts has handled its start for all loops.
    fn note(&self, at: HeadRef, event: &Arrived<'_>, handled: &mut Handled) {
        if event.internal().map(InternalEvent::name) == Some(InternalName::StartFlow) {
            handled.all = true;
        } else {
            let loop_id = self.state.at(at.flow).loop_id();
            handled.loops.extend(loop_id.cloned());
        }
    }

    /// A pattern that fails for the event about a failure is not reported again.
    fn report_bad_pattern(&mut self, at: HeadRef, event: &Arrived<'_>, failure: &Failure) {
        let public = event.public();
        let about_an_error = public.arguments.get("event") == Some(&Value::from(COLANG_ERROR));
        if &*public.name != COLANG_ERROR && !about_an_error {
            let place = self.place_of(at);
            self.report_failure(failure, place);
        }
    }

    fn score(&mut self, at: HeadRef, event: &Arrived<'_>) -> Result<f64, Failure> {
        let Some(config) = self.state.config(at.flow) else {
            return Ok(0.0);
        };
        let Some(pattern) = self.pattern(&config, at) else {
            return Ok(0.0);
        };
        let wanted = self.wanted(at.flow, &pattern.event)?;
        let score = self.compare(event, &wanted)?;
        if score > 0.0
            && is_failed_action(event)
            && is_awaited_action(pattern)
            && self.rail_of(at.flow).is_some()
        {
            return Ok(MISMATCH);
        }
        let priority = self.state.flow(at.flow).map_or(1.0, FlowState::priority);
        let weighs = score > 0.0 && priority != 0.0;
        Ok(if weighs {
            times(score, priority)
        } else {
            score
        })
    }

    /// What a head waits for.
    fn pattern<'c>(&self, config: &'c FlowConfig, at: HeadRef) -> Option<&'c Match> {
        match config.element(self.state.head(at)?.position()) {
            Some(Element::Match(pattern)) => Some(pattern),
            _ => None,
        }
    }

    /// Whether a flow waits for an event like this one; arguments that the pattern has and the event lacks are
    /// ignored.
    pub(super) fn is_awaited(&mut self, event: &Arrived<'_>) -> bool {
        let waiting = self.state.all_waiting(event.incoming());
        let active = |at: &HeadRef| self.state.at(at.flow).status().is_active();
        let waiting: Vec<_> = waiting.into_iter().filter(active).collect();
        let found = waiting.into_iter();
        let mut scores = found.map(|at| self.score_of_wanted(at, event));
        scores.any(|score| score.is_ok_and(|score| score > 0.0))
    }

    /// The score of an event for the pattern as a public event.
    fn score_of_wanted(&mut self, at: HeadRef, event: &Arrived<'_>) -> Result<f64, Failure> {
        let Some(config) = self.state.config(at.flow) else {
            return Ok(0.0);
        };
        let Some(pattern) = self.pattern(&config, at) else {
            return Ok(0.0);
        };
        let wanted = super::events::Events::of(self).event(at.flow, &pattern.event)?;
        if wanted.name != event.public().name {
            return Ok(0.0);
        }
        score::arguments(
            &wanted.arguments,
            &event.public().arguments,
            &mut self.budget,
        )
    }
}

fn is_failed_action(event: &Arrived<'_>) -> bool {
    let says_so = |event: &Arrived<'_>| {
        let event = event.public();
        event.kind == EventKind::Action
            && matches!(event.arguments.get("is_success"), Some(Value::Bool(false)))
    };
    event.internal().is_none() && says_so(event)
}

/// Whether it waits for the end of an action, without mentioning whether it failed.
fn is_awaited_action(pattern: &Match) -> bool {
    let EventSource::Reference {
        event: Some(Member::Finished),
        ..
    } = &pattern.event.source
    else {
        return false;
    };
    let mut arguments = pattern.event.arguments.iter();
    arguments.all(|argument| &*argument.name != "is_success")
}
