//! What a match does besides moving the head: `as $reference`, and the links of a flow that starts.

use super::Matching;
use crate::machine::events::Events;
use crate::machine::flows::Links;
use crate::machine::job::job;
use crate::machine::sending::Actions;
use crate::program::{EventSource, InternalName, Match};
use crate::state::{Arrived, Failure, Fate, FlowKey, HeadRef, InternalEvent};
use crate::value::{Event, EventKind, MAX_LEVELS, Value};

job! {
    /// Applies the effects of matches. Sets variables, and links flows that start.
    Captures
}

impl Captures<'_, '_> {
    pub(in crate::machine) fn take_in(&mut self, at: HeadRef, event: &Arrived<'_>) {
        let Some(config) = self.state.config(at.flow) else {
            return;
        };
        let Some(pattern) = Matching::of(self).pattern(&config, at) else {
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
        match event.internal() {
            Some(InternalEvent::StartFlow(start)) => Links::of(self).link_started(at, start),
            Some(event) if event.name() == InternalName::FlowStarted => {
                self.note_in_scopes(at, event.source());
            }
            Some(_) | None => {}
        }
    }

    /// The target of `as $reference`. For a start requested by a statement, this is the flow itself.
    fn reference_to(
        &mut self,
        flow: FlowKey,
        pattern: &Match,
        event: &Arrived<'_>,
    ) -> Result<Value, Failure> {
        if let (EventSource::OwnStart { .. }, Some(InternalEvent::FlowNews(news))) =
            (&pattern.event.source, event.internal())
            && news.fate == Fate::Started
        {
            return Ok(Value::Flow(news.of.uid.clone()));
        }
        let mut reference = Events::of(self).event(flow, &pattern.event)?;
        let public = event.public();
        self.budget.charge(public.arguments.len() / 2);
        reference.arguments.merge(&public.arguments);
        match reference.kind {
            EventKind::Internal => {
                let source = public.arguments.get("source_flow_instance_uid");
                if let Some(Value::Str(uid)) = source {
                    reference.flow = Some(uid.clone());
                }
            }
            EventKind::Action => {
                reference.action.clone_from(&public.action);
                if let (Some(uid), Some(name)) = (&public.action, event.action_name()) {
                    Actions::of(self).know(name, uid);
                }
            }
            EventKind::Plain => {}
        }
        self.weighed(reference)
    }

    /// Otherwise events could be nested in events without end.
    fn weighed(&mut self, event: Event) -> Result<Value, Failure> {
        let mut values = event.arguments.values();
        let is_nested = values.any(|value| matches!(value, Value::Event(_)));
        let event = Value::from(event);
        if is_nested {
            let parts = event.weigh(MAX_LEVELS, usize::MAX);
            let parts = parts.map_err(|error| Failure::value(error.to_string()))?;
            self.budget.charge(parts);
        }
        Ok(event)
    }

    fn note_in_scopes(&mut self, at: HeadRef, started: Option<FlowKey>) {
        let started = started.filter(|started| self.state.flow(*started).is_some());
        let scopes = self.state.head(at).map(|head| head.scopes.clone());
        let (Some(started), Some(scopes)) = (started, scopes) else {
            return;
        };
        let flow = self.state.at_mut(at.flow);
        for scope in scopes {
            if let Some(scope) = flow.scopes.get_mut(&scope) {
                scope.flows.push(started);
            }
        }
    }
}
