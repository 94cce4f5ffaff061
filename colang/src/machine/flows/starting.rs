//! The effect of a start, whether or not a flow waits for it: an instance is created, or activated once more.

use std::sync::Arc;

use super::activation::Activations;
use super::cleanup::CleanUp;
use super::ending::Endings;
use super::instance::Instances;
use crate::machine::MAIN;
use crate::machine::job::job;
use crate::machine::run::{INSTANCE, Run};
use crate::program::{FlowConfig, InternalName, Name};
use crate::state::{
    Arrived, Failure, Fate, FlowKey, FlowNews, InternalEvent, Queued, Scores, StartFlow, Told,
};
use crate::value::Value;

/// How many flows above a new one, with which it is ordered, cost one step.
const DEPTH_PER_STEP: usize = 64;

/// Whether an existing instance has handled a start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::machine) enum Taken {
    /// It was activated once more.
    ByAnother,
    /// The event must be handled by flows.
    No,
}

job! {
    /// Starts flows. Adds instances, and fails flows whose starts are impossible.
    Starts
}

impl Starts<'_, '_> {
    /// If it fails, the flow that requested the start must fail, too: otherwise it would wait forever.
    pub(in crate::machine) fn start(&mut self, start: &StartFlow, queued: &Queued) -> Taken {
        let started = self.try_start(start, queued);
        started.unwrap_or_else(|failure| {
            let place = self.place_of_start(start);
            Endings::of(self).fail_source(start.source());
            self.report_failure(&failure, place);
            Taken::No
        })
    }

    fn try_start(&mut self, start: &StartFlow, queued: &Queued) -> Result<Taken, Failure> {
        let config = self.state.program().flow(&start.flow_id).cloned();
        let Some(config) = config.filter(|config| &*config.id != MAIN) else {
            return Ok(Taken::No);
        };
        if let Some(reference) = self.activated_before(start, &config)? {
            self.activate_again(reference, start, &queued.scores);
            return Ok(Taken::ByAnother);
        }
        let replaces = self.is_restart(start);
        if replaces && !self.budget.is_enough() {
            self.state.postponed.push(queued.clone());
            return Ok(Taken::No);
        }
        self.check_limits(start, replaces)?;
        let deep = (start.place.depth() / DEPTH_PER_STEP) as u64;
        if let Err(failure) = self.spend(INSTANCE + deep) {
            if replaces {
                self.state.postponed.push(queued.clone());
            }
            return Err(failure);
        }
        let uid = self.uid_for(start);
        let place = start.place.clone();
        let instance = Instances::of(self).new_instance(&config, uid, place, Some(start))?;
        self.state.add_flow(instance);
        Ok(Taken::No)
    }

    /// The existing instance of an activation.
    fn activated_before(
        &mut self,
        start: &StartFlow,
        config: &Arc<FlowConfig>,
    ) -> Result<Option<FlowKey>, Failure> {
        let source = start.source().and_then(|key| self.state.flow(key));
        let of_same_flow = source.is_some_and(|flow| flow.flow_id == start.flow_id);
        if !start.activates || of_same_flow {
            return Ok(None);
        }
        Activations::of(self).activated_instance(config, start)
    }

    fn check_limits(&mut self, start: &StartFlow, replaces: bool) -> Result<(), Failure> {
        let limits = self.machine.limits;
        if self.state.flow_count() >= limits.flows {
            CleanUp::of(self).make_room();
        }
        let too_many = self.state.flow_count() >= limits.flows && !replaces;
        if too_many || start.place.depth() > limits.depth {
            return Err(Failure::limit(format!(
                "flow `{}` cannot start: too many flows, or too many within each other",
                start.flow_id
            )));
        }
        Ok(())
    }

    fn uid_for(&mut self, start: &StartFlow) -> Name {
        let is_free = |uid: &&Name| self.state.flow_key(uid).is_none();
        match start.instance.as_ref().filter(is_free) {
            Some(uid) => uid.clone(),
            None => self.state.new_instance_uid(&start.flow_id),
        }
    }

    fn activate_again(&mut self, reference: FlowKey, start: &StartFlow, scores: &Scores) {
        let flow = self.state.at_mut(reference);
        flow.activated = flow.activated.saturating_add(1);
        let number = self.state.next_number();
        if let Some(parent) = start.source().and_then(|key| self.state.flow_mut(key)) {
            parent.children.push(number, reference);
        }
        if let Some(news) = self.state.news(Fate::Started, reference) {
            let event = InternalEvent::FlowNews(asked_as(news, start));
            self.push(event, scores.clone());
        }
    }

    /// If no flow handles the start of an undefined flow, that instance fails, and so do flows that wait for it.
    pub(in crate::machine) fn fail_undefined(&mut self, event: &Arrived<'_>) {
        let Some((flow_id, instance, start)) = unhandled_start(event) else {
            return;
        };
        if self.state.program().flow(&flow_id).is_some() {
            return;
        }
        let failed = InternalName::FlowFailed
            .event()
            .with("source_flow_instance_uid", instance.clone())
            .with("flow_instance_uid", instance)
            .with("flow_id", flow_id.clone());
        let place = start.and_then(|start| self.place_of_start(start));
        let failure = Failure::runtime(format!("there is no flow `{flow_id}`"));
        self.report(&failure, place);
        let told = Told {
            name: InternalName::FlowFailed,
            event: failed.into(),
            source: None,
        };
        self.push(InternalEvent::Told(told), Scores::default());
    }

    /// When only the reserve is left: flows that are about to be started are dropped, and those that started them
    /// fail, so that the reserve is left for others.
    pub(in crate::machine) fn drop_flood(&mut self) {
        if !self.budget.take_flood() {
            return;
        }
        let mut sources = Vec::new();
        let mut queue = std::mem::take(&mut self.state.queue);
        queue.retain(|queued| match queued.event.internal() {
            Some(InternalEvent::StartFlow(start)) if !self.is_restart(start) => {
                sources.push(start.source());
                false
            }
            _ => true,
        });
        self.state.queue = queue;
        for source in sources {
            Endings::of(self).fail_source(source);
        }
    }
}

impl Run<'_> {
    /// Whether a flow is started in place of an instance that has ended.
    fn is_restart(&self, start: &StartFlow) -> bool {
        let source = start.source().and_then(|key| self.state.flow(key));
        source.is_some_and(|source| {
            source.activated > 0 && source.status().is_done() && start.flow_id == source.flow_id
        })
    }
}

/// The report on an instance under the uid given by the start.
fn asked_as(news: FlowNews, start: &StartFlow) -> FlowNews {
    FlowNews {
        asked_as: start
            .instance
            .clone()
            .unwrap_or_else(|| news.asked_as.clone()),
        ..news
    }
}

/// The flow and the instance of an unhandled start.
fn unhandled_start<'e>(event: &'e Arrived<'_>) -> Option<(Name, Value, Option<&'e StartFlow>)> {
    let instance = |event: &Arrived<'_>| {
        let uid = event.public().arguments.get("flow_instance_uid");
        uid.cloned().unwrap_or_default()
    };
    if let InternalEvent::UnhandledEvent(unhandled) = event.internal()?
        && let Some(InternalEvent::StartFlow(start)) = unhandled.event.internal()
    {
        return Some((start.flow_id.clone(), instance(event), Some(start)));
    }
    if let InternalEvent::Told(told) = event.internal()?
        && told.name == InternalName::UnhandledEvent
        && told.event.field("event") == Some("StartFlow".into())
        && let Some(Value::Str(flow_id)) = told.event.arguments.get("flow_id")
    {
        return Some((flow_id.clone(), instance(event), None));
    }
    None
}
