//! Statements that send: internal events and starts of flows are queued at once, all other events wait until
//! conflicts are resolved.

use super::Slid;
use crate::machine::events::Events;
use crate::machine::job::job;
use crate::machine::run::EVENT;
use crate::program::{FlowStart, InternalName, Send};
use crate::state::{
    Failure, HeadRef, Instance, InternalEvent, SourceHead, StartFlow, StartForm, activations,
};
use crate::value::{Value, name};

/// The fields of a start besides its arguments.
const FIELDS: usize = 5;

job! {
    /// Queues the events of statements.
    Sends
}

impl Sends<'_, '_> {
    pub(super) fn send(&mut self, at: HeadRef, send: &Send) -> Result<Slid, Failure> {
        let mut event = Events::of(self).event(at.flow, &send.event)?;
        let Some(of) = event.internal_name() else {
            return Ok(Slid::Waits);
        };
        let flow = self.state.at(at.flow);
        let sender = flow.uid.clone();
        let head: Value = at.head.uid().into();
        event
            .arguments
            .insert(name("source_flow_instance_uid"), sender.into());
        event.arguments.insert(name("source_head_uid"), head);
        if of == InternalName::StartFlow {
            let position = self.state.place_below(at).to_string();
            event
                .arguments
                .insert(name("flow_hierarchy_position"), position.into());
        }
        self.pay(event.arguments.len())?;
        let scores = self.state.scores(at);
        let event = self.state.read(of, event);
        self.push(event, scores);
        self.state.step(at)?;
        Ok(Slid::On)
    }

    pub(super) fn start(&mut self, at: HeadRef, start: &FlowStart) -> Result<(), Failure> {
        let arguments = self.scope(at.flow).arguments(&start.arguments)?;
        self.check(start)?;
        self.pay(arguments.len() + FIELDS + usize::from(start.activates))?;
        let flow = self.state.at(at.flow);
        let given = arguments.get("activated").filter(|_| !start.activates);
        let event = StartFlow {
            flow_id: start.flow.clone(),
            instance: self.state.string_in(flow, &start.instance),
            source: Some(Instance {
                key: at.flow,
                uid: flow.uid.clone(),
            }),
            head: Some(SourceHead::Head(at.head)),
            place: self.state.place_below(at),
            activates: start.activates || given.is_some_and(Value::is_true),
            activated: given.map_or(u32::from(start.activates), activations),
            arguments,
            form: StartForm::Statement {
                activates: start.activates,
            },
        };
        let scores = self.state.scores(at);
        self.push(InternalEvent::StartFlow(event), scores);
        Ok(())
    }

    fn pay(&mut self, fields: usize) -> Result<(), Failure> {
        self.spend(EVENT + fields as u64)?;
        self.room_in_queue()
    }

    /// The flow must accept the arguments; otherwise its caller would wait forever.
    fn check(&mut self, start: &FlowStart) -> Result<(), Failure> {
        let program = self.state.program();
        let Some(config) = program.flow(&start.flow) else {
            return Ok(());
        };
        let count = config.parameters.len();
        let cost = (start.arguments.len() + 2) * count / 16;
        let is_known = |name: &str| {
            let place = name.strip_prefix('$').and_then(|place| place.parse().ok());
            let mut parameters = config.parameters.iter();
            match place {
                Some::<usize>(place) => place < count,
                None => parameters.any(|parameter| &*parameter.name == name),
            }
        };
        let names = start.arguments.iter().map(|argument| &*argument.name);
        let mut names = names.filter(|name| !["activated", "context"].contains(name));
        let unknown = names.find(|name| !is_known(name));
        let unknown = unknown.map(|name| unknown_argument(&start.flow, name, count));
        self.budget.charge(cost);
        unknown.map_or(Ok(()), Err)
    }
}

fn unknown_argument(flow_id: &str, name: &str, count: usize) -> Failure {
    if name.starts_with('$') {
        return Failure::runtime(format!(
            "To many parameters provided in start of flow '{flow_id}': it takes {count}"
        ));
    }
    Failure::value(format!("the flow '{flow_id}' has no parameter '{name}'"))
}
