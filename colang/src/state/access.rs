//! The public accessors for flows, heads and actions of a conversation.

use std::sync::Arc;

use umim::{ActionEventKind, ActionEventName};

use super::index::By;
use super::{Action, ActionKey, FlowHead, FlowKey, FlowState, HeadId, State, dict};
use crate::program::{EventName, FlowConfig, InternalName, Name};
use crate::value::{Event, EventKind, Fields};

impl Action {
    /// The uid of the flow instance that first started it; `None` if it was started outside.
    pub fn flow_uid(&self) -> Option<&str> {
        self.flow_uid.as_deref()
    }

    /// The arguments it was or will be started with.
    pub fn start_arguments(&self) -> &Fields {
        &self.start_arguments
    }

    /// The latest value of each argument in its events: `return_value`, `final_script` and so on.
    pub fn context(&self) -> &Fields {
        &self.context
    }

    /// An event of this action, with its uid. A start event has the arguments of the action; `Started`, `Updated` and
    /// `Finished` have them as `action_arguments`, if there are any. Nothing is sent or changed.
    ///
    /// ```
    /// use colang::state::Action;
    /// use umim::ActionEventKind;
    ///
    /// fn stop(action: &Action) -> umim::Event {
    ///     let event = action.event(ActionEventKind::Stop);
    ///     umim::Event::new(&*event.name).with("action_uid", action.uid())
    /// }
    /// ```
    pub fn event(&self, kind: ActionEventKind) -> Event {
        let arguments = match kind {
            ActionEventKind::Start => self.start_arguments.clone(),
            ActionEventKind::Change | ActionEventKind::Stop => Fields::new(),
            ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished
                if self.start_arguments.is_empty() =>
            {
                Fields::new()
            }
            ActionEventKind::Started | ActionEventKind::Updated | ActionEventKind::Finished => {
                Fields::from_iter([("action_arguments".into(), dict(&self.start_arguments))])
            }
        };
        Event {
            kind: EventKind::Action,
            name: ActionEventName::new(kind, &self.name).to_string().into(),
            arguments,
            flow: None,
            action: Some(self.uid.clone()),
        }
    }
}

impl FlowState {
    /// The flow that this is an instance of.
    pub fn config(&self) -> &Arc<FlowConfig> {
        &self.config
    }

    /// The arguments it was started with.
    pub fn arguments(&self) -> &Fields {
        &self.arguments
    }

    /// The factor for the scores of its matches: 0.0 to 1.0, 1.0 unless `priority` was used.
    pub fn priority(&self) -> f64 {
        self.priority
    }

    /// The flow that started or activated it.
    pub fn parent(&self) -> Option<FlowKey> {
        self.parent
    }

    /// The flows it has started or activated, oldest first.
    pub fn children(&self) -> impl Iterator<Item = FlowKey> {
        self.children.iter()
    }

    /// The actions it has started or refers to, oldest first.
    pub fn actions(&self) -> &[ActionKey] {
        &self.actions
    }

    /// All heads, oldest first, including inactive ones.
    pub fn heads(&self) -> impl Iterator<Item = &FlowHead> {
        self.heads.iter()
    }

    /// How many flows have activated it; 0 if it was only started.
    pub fn activated(&self) -> u32 {
        self.activated
    }

    /// Whether the next instance of this activated flow has already been started.
    pub fn is_new_instance_started(&self) -> bool {
        self.new_instance_started
    }
}

impl FlowHead {
    /// Its id, unique in its conversation.
    pub fn id(&self) -> HeadId {
        self.id
    }

    /// The heads it was forked into, oldest first; some may no longer exist.
    pub fn children(&self) -> &[HeadId] {
        &self.children
    }
}

impl State {
    /// All flow instances, in the order in which they were created. Instances that have ended may have been dropped.
    ///
    /// ```
    /// use colang::machine::Machine;
    /// use colang::program::{File, Program};
    /// use colang::source::SourceId;
    /// use umim::Timestamp;
    ///
    /// let source = "flow greet $name\n  match Go()\n\nflow main\n  start greet \"you\"\n  match Never()\n";
    /// let parsed = colang::syntax::parse(SourceId(0), source);
    /// let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
    /// let machine = Machine::new(program)?;
    /// let mut state = machine.start(7);
    /// machine.begin(&mut state, Timestamp::from_micros(0));
    /// let greet = state.flows().find(|flow| flow.flow_id() == "greet").expect("it was started");
    /// assert_eq!(greet.parent(), Some(state.main()));
    /// assert_eq!(greet.arguments()["name"], "you".into());
    /// let variables = state.variables(state.flow_key(greet.uid()).expect("it is remembered"));
    /// assert_eq!(variables.expect("it has some")["name"], "you".into());
    /// # Ok::<(), colang::program::ProgramError>(())
    /// ```
    pub fn flows(&self) -> impl Iterator<Item = &FlowState> {
        self.flow_keys()
            .into_iter()
            .filter_map(|key| self.flow(key))
    }

    /// All actions, in no particular order. Actions that have ended may have been dropped.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.action_keys()
            .into_iter()
            .filter_map(|key| self.action(key))
    }

    /// The ids of the flows whose end is awaited, including undefined ones; the one awaited longest comes first.
    pub fn awaited_flows(&self) -> Vec<Name> {
        let finished = EventName::Internal(InternalName::FlowFinished);
        let keys = self.derived.index.keys(&finished);
        let mut awaited: Vec<_> = keys
            .filter_map(|(by, order)| match by {
                By::Flow(flow) => Some((order.arrival, flow.clone())),
                By::Instance(uid) => Some((order.arrival, self.flow_id_of(uid)?)),
                By::Nothing | By::Action(_) | By::Argument(..) => None,
            })
            .collect();
        awaited.sort();
        awaited.into_iter().map(|(_, flow)| flow).collect()
    }

    /// The flow of an instance; for an unknown instance, the flow in its uid.
    fn flow_id_of(&self, uid: &str) -> Option<Name> {
        if let Some(flow) = self.flow_key(uid).and_then(|key| self.flow(key)) {
            return Some(flow.config.id.clone());
        }
        let (name, _) = uid.strip_prefix('(')?.split_once(')')?;
        Some(name.into())
    }

    /// The variables of a flow instance, in the order in which they were first set, without global ones.
    pub fn variables(&self, flow: FlowKey) -> Option<&Fields> {
        let context = self.context(self.flow(flow)?.context)?;
        Some(&context.variables)
    }
}
