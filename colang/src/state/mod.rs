//! The state of one conversation: flow instances, actions, variables, and what each head waits for.
//!
//! Only data. Heads are moved only by `State::move_head`, so that the matching index is always up to date.

mod access;
mod action;
mod arena;
mod attribute;
mod chance;
mod changed;
mod check;
mod children;
mod context;
mod events;
mod failure;
mod flow_state;
mod head;
mod heads;
mod hierarchy;
mod ids;
mod index;
mod places;
mod resume_error;
mod scores;
mod snapshot;
mod waiting;

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use umim::{Uid, UidSource};

pub use action::{Action, ActionStatus};
pub(crate) use changed::Changes;
pub use changed::OnChange;
pub use failure::FlowPlace;
pub use flow_state::{FlowState, FlowStatus};
pub use head::{FlowHead, HeadStatus};
pub use ids::{ActionKey, ContextKey, FlowKey, HeadId, HeadRef};
pub use resume_error::{ResumeError, ResumeErrorKind};
pub use snapshot::Snapshot;

pub(crate) use attribute::dict;
pub(crate) use chance::Chance;
pub(crate) use context::Context;
pub(crate) use events::{
    Arrived, EndFlow, Fate, FlowNews, Incoming, Instance, InternalEvent, Queued, SourceHead,
    StartFlow, StartForm, Target, Told, Unhandled, activations,
};
pub(crate) use failure::Failure;
pub(crate) use flow_state::Scope;
pub(crate) use hierarchy::Hierarchy;
pub(crate) use scores::Scores;
pub(crate) use waiting::{
    NOT_COMPARED, event_of_action, event_of_flow, no_event_of, no_event_of_action,
};

use crate::map::{HashMap, IndexMap};
use crate::program::{FlowConfig, Name, Program};
use crate::value::{Event, Fields, Value};
use arena::Arena;
use index::MatchIndex;

/// An output of the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Output {
    /// An event to be sent: as the next input, and in its wire form; it is stamped.
    Event(Event, umim::Event),
    /// Like [`Event`](Self::Event), but it carries text to the user that no output rail has checked. Only returned by
    /// a machine that [checks what is said](crate::machine::Machine::with_checks_of_what_is_said).
    Unchecked(Event, umim::Event),
    /// An internal event for the history: the end of a flow that represents an intent or an action.
    History(Event),
    /// An error in a flow: the fields of the event `ColangError`, which flows get only if one waits for it.
    Error {
        /// The `type`, such as `ColangValueError`.
        kind: Name,
        /// The `error`.
        message: Name,
        /// The place: `flow_id`, `file` and `line`, if a flow was running.
        place: Option<FlowPlace>,
    },
    /// What a flow prints.
    Print(Value),
    /// What a flow writes to the log.
    Log {
        /// The uid of the flow instance.
        flow: Name,
        /// What it writes.
        value: Value,
    },
}

/// One conversation: a value, which can be cloned and saved.
///
/// [`Machine::start`](crate::machine::Machine::start) creates it, and the other methods of the machine change it, in the
/// order described there. In between it can be read: [`flows`](Self::flows) and [`actions`](Self::actions), by key
/// [`flow`](Self::flow) and [`action`](Self::action), by uid [`flow_key`](Self::flow_key) and
/// [`action_key`](Self::action_key), the variables with [`globals`](Self::globals) and [`variables`](Self::variables).
/// Keys are never reused; for a flow or action that has been dropped, these methods return `None`.
/// [`snapshot`](Self::snapshot) saves it, and [`Machine::resume`](crate::machine::Machine::resume) resumes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    flows: Arena<FlowKey, FlowState>,
    instances: IndexMap<Name, Vec<FlowKey>>,
    actions: Arena<ActionKey, Action>,
    contexts: Arena<ContextKey, Context>,
    pub(crate) globals: Fields,
    pub(crate) queue: VecDeque<Queued>,
    /// Restarts that wait for the next external event.
    pub(crate) postponed: Vec<Queued>,
    pub(crate) outputs: Vec<Output>,
    main: FlowKey,
    pub(crate) uids: UidSource,
    pub(crate) chance: Chance,
    pub(crate) epoch: u64,
    counter: u64,
    done: usize,
    pub(crate) clean_up_at: CleanUpAt,
    pub(crate) added: Vec<AddedFlows>,
    pub(crate) removed: Vec<Name>,
    #[serde(skip)]
    pub(crate) program: Arc<Program>,
    #[serde(skip)]
    derived: Derived,
}

/// The number of flows and actions at which the next clean-up is due.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct CleanUpAt {
    pub(crate) done: usize,
    pub(crate) actions: usize,
}

impl Default for CleanUpAt {
    fn default() -> Self {
        Self {
            done: 4,
            actions: 4,
        }
    }
}

/// A source that was added while the conversation ran.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AddedFlows {
    pub(crate) file: Name,
    pub(crate) source: Name,
}

/// Data that can be computed from the rest and is not saved.
#[derive(Debug, Clone, Default)]
struct Derived {
    index: MatchIndex,
    flows: HashMap<Name, FlowKey>,
    actions: HashMap<Name, ActionKey>,
    loops: IndexMap<Name, usize>,
}

impl State {
    pub(crate) fn new(program: Arc<Program>, seed: u64) -> Self {
        Self {
            flows: Arena::default(),
            instances: IndexMap::default(),
            actions: Arena::default(),
            contexts: Arena::default(),
            globals: Fields::default(),
            queue: VecDeque::new(),
            postponed: Vec::new(),
            outputs: Vec::new(),
            main: FlowKey::default(),
            uids: UidSource::seeded(seed),
            chance: Chance::new(seed),
            epoch: 0,
            counter: 0,
            done: 0,
            clean_up_at: CleanUpAt::default(),
            added: Vec::new(),
            removed: Vec::new(),
            program,
            derived: Derived::default(),
        }
    }

    /// The flows of this conversation.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// A global variable.
    pub fn global(&self, name: &str) -> Option<&Value> {
        self.globals.get(name)
    }

    /// All global variables, in the order in which they were first set.
    pub fn globals(&self) -> &Fields {
        &self.globals
    }

    /// Sets a global variable.
    pub fn set_global(&mut self, name: impl Into<Name>, value: Value) {
        self.globals.insert(name.into(), value);
    }

    /// A flow instance.
    pub fn flow(&self, key: FlowKey) -> Option<&FlowState> {
        self.flows.get(key)
    }

    /// The instance with this uid.
    pub fn flow_key(&self, uid: &str) -> Option<FlowKey> {
        self.derived.flows.get(uid).copied()
    }

    /// The instance of `main`.
    pub fn main(&self) -> FlowKey {
        self.main
    }

    /// The instances of a flow, oldest first; `None` if there never was one.
    pub fn instances(&self, flow_id: &str) -> Option<&[FlowKey]> {
        self.instances.get(flow_id).map(Vec::as_slice)
    }

    /// All instances, in the order in which they were created.
    pub fn flow_keys(&self) -> Vec<FlowKey> {
        self.flows.keys()
    }

    /// A flow and those above it, the topmost last.
    pub(crate) fn upwards(&self, from: Option<FlowKey>) -> Vec<&FlowState> {
        let mut flows = Vec::new();
        let mut next = from;
        while let Some(flow) = next.and_then(|key| self.flow(key)) {
            flows.push(flow);
            next = flow.parent.filter(|_| flows.len() < self.flow_count());
        }
        flows
    }

    pub(crate) fn flow_count(&self) -> usize {
        self.flows.len()
    }

    pub(crate) fn done_count(&self) -> usize {
        self.done
    }

    pub(crate) fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// An instance that is being processed, and so must exist.
    ///
    /// # Panics
    ///
    /// If it does not exist, which is a bug in the machine.
    pub(crate) fn at(&self, key: FlowKey) -> &FlowState {
        self.flow(key).expect("a flow that is worked on is there")
    }

    /// Like [`at`](Self::at).
    pub(crate) fn at_mut(&mut self, key: FlowKey) -> &mut FlowState {
        let flow = self.flow_mut(key);
        flow.expect("a flow that is worked on is there")
    }

    /// An instance with its uid; `None` if it no longer exists.
    pub(crate) fn named(&self, key: FlowKey) -> Option<Instance> {
        let uid = self.flow(key)?.uid.clone();
        Some(Instance { key, uid })
    }

    /// The report on an instance; `None` for its end if its variables have been dropped.
    pub(crate) fn news(&self, fate: Fate, key: FlowKey) -> Option<FlowNews> {
        let flow = self.at(key);
        Some(FlowNews {
            fate,
            of: Instance {
                key,
                uid: flow.uid.clone(),
            },
            asked_as: flow.uid.clone(),
            flow_id: flow.flow_id.clone(),
            arguments: flow.arguments.clone(),
            return_value: match fate {
                Fate::Finished => {
                    let variables = &self.context(flow.context)?.variables;
                    variables.get("_return_value").cloned()
                }
                Fate::Started | Fate::Failed => None,
            },
        })
    }

    pub(crate) fn flow_mut(&mut self, key: FlowKey) -> Option<&mut FlowState> {
        self.flows.get_mut(key)
    }

    pub(crate) fn set_main(&mut self, key: FlowKey) {
        self.main = key;
    }

    /// An action.
    pub fn action(&self, key: ActionKey) -> Option<&Action> {
        self.actions.get(key)
    }

    /// The action with this uid.
    pub fn action_key(&self, uid: &str) -> Option<ActionKey> {
        self.derived.actions.get(uid).copied()
    }

    pub(crate) fn action_mut(&mut self, key: ActionKey) -> Option<&mut Action> {
        self.actions.get_mut(key)
    }

    pub(crate) fn add_action(&mut self, action: Action) -> ActionKey {
        let uid = action.uid.clone();
        let key = self.actions.insert(action);
        self.derived.actions.insert(uid, key);
        key
    }

    pub(crate) fn remove_action(&mut self, key: ActionKey) {
        if let Some(action) = self.actions.remove(key)
            && self.derived.actions.get(&action.uid) == Some(&key)
        {
            self.derived.actions.remove(&action.uid);
        }
    }

    pub(crate) fn action_keys(&self) -> Vec<ActionKey> {
        self.actions.keys()
    }

    pub(crate) fn context(&self, key: ContextKey) -> Option<&Context> {
        self.contexts.get(key)
    }

    pub(crate) fn context_mut(&mut self, key: ContextKey) -> Option<&mut Context> {
        self.contexts.get_mut(key)
    }

    pub(crate) fn add_context(&mut self, context: Context) -> ContextKey {
        self.contexts.insert(context)
    }

    pub(crate) fn remove_context(&mut self, key: ContextKey) {
        self.contexts.remove(key);
    }

    pub(crate) fn context_keys(&self) -> Vec<ContextKey> {
        self.contexts.keys()
    }

    /// A number that is never used again.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub(crate) fn new_uid(&mut self) -> Name {
        let uid = self.uids.next_uid();
        uid.encode(&mut [0; Uid::LENGTH]).into()
    }

    pub(crate) fn new_instance_uid(&mut self, flow_id: &str) -> Name {
        let uid = self.uids.next_uid();
        ["(", flow_id, ")", uid.encode(&mut [0; Uid::LENGTH])]
            .concat()
            .into()
    }

    /// Adds an instance, with one head at its beginning.
    pub(crate) fn add_flow(&mut self, flow: FlowState) -> FlowKey {
        let (uid, flow_id) = (flow.uid.clone(), flow.flow_id.clone());
        let (status, loop_id) = (flow.status, flow.loop_id.clone());
        let key = self.flows.insert(flow);
        self.derived.flows.insert(uid, key);
        self.instances.entry(flow_id).or_default().push(key);
        if status.is_listening() {
            self.count_loop(loop_id.as_ref(), 1);
        }
        self.add_head(key);
        key
    }

    /// Removes instances.
    pub(crate) fn remove_flows(&mut self, keys: &[FlowKey]) {
        let mut ids: Vec<Name> = keys
            .iter()
            .filter_map(|key| self.remove_flow(*key))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            if let Some(instances) = self.instances.get_mut(&id) {
                instances.retain(|key| self.flows.contains(*key));
            }
        }
    }

    /// Removes an instance, except from the instances of its flow.
    fn remove_flow(&mut self, key: FlowKey) -> Option<Name> {
        self.clear_heads(key);
        let flow = self.flows.remove(key)?;
        if flow.status.is_listening() {
            self.count_loop(flow.loop_id.as_ref(), -1);
        }
        if flow.status.is_done() {
            self.done = self.done.saturating_sub(1);
        }
        if self.derived.flows.get(&flow.uid) == Some(&key) {
            self.derived.flows.remove(&flow.uid);
        }
        Some(flow.flow_id.clone())
    }

    pub(crate) fn forget_instances(&mut self, flow_id: &str) {
        self.instances.shift_remove(flow_id);
    }

    pub(crate) fn set_status(&mut self, key: FlowKey, status: FlowStatus) {
        let Some(flow) = self.flow_mut(key) else {
            return;
        };
        let before = std::mem::replace(&mut flow.status, status);
        let loop_id = flow.loop_id.clone();
        match (before.is_listening(), status.is_listening()) {
            (true, false) => self.count_loop(loop_id.as_ref(), -1),
            (false, true) => self.count_loop(loop_id.as_ref(), 1),
            (true, true) | (false, false) => {}
        }
        match (before.is_done(), status.is_done()) {
            (false, true) => self.done += 1,
            (true, false) => self.done = self.done.saturating_sub(1),
            (true, true) | (false, false) => {}
        }
    }

    pub(crate) fn set_loop(&mut self, key: FlowKey, loop_id: Option<Name>) {
        let Some(flow) = self.flow_mut(key) else {
            return;
        };
        let is_listening = flow.status.is_listening();
        let before = std::mem::replace(&mut flow.loop_id, loop_id);
        let now = flow.loop_id.clone();
        if is_listening {
            self.count_loop(before.as_ref(), -1);
            self.count_loop(now.as_ref(), 1);
        }
    }

    fn count_loop(&mut self, loop_id: Option<&Name>, change: isize) {
        let Some(loop_id) = loop_id else { return };
        let count = self.derived.loops.entry(loop_id.clone()).or_default();
        *count = count.saturating_add_signed(change);
        if *count == 0 {
            self.derived.loops.swap_remove(loop_id);
        }
    }

    /// The interaction loops with listening flows.
    pub(crate) fn active_loops(&self) -> impl Iterator<Item = &Name> {
        self.derived.loops.keys()
    }

    pub(crate) fn head(&self, at: HeadRef) -> Option<&FlowHead> {
        self.flow(at.flow)?.heads.get(at.head)
    }

    /// Its position and status can only be changed by [`Self::move_head`] and [`Self::set_head_status`].
    pub(crate) fn head_mut(&mut self, at: HeadRef) -> Option<&mut FlowHead> {
        self.flow_mut(at.flow)?.heads.get_mut(at.head)
    }

    /// The scores of the matches in the current run that led the head to its position.
    pub(crate) fn scores(&self, at: HeadRef) -> Scores {
        self.head(at)
            .map(|head| head.scores(self.epoch))
            .unwrap_or_default()
    }

    pub(crate) fn set_scores(&mut self, at: HeadRef, scores: Scores) {
        let epoch = self.epoch;
        if let Some(head) = self.head_mut(at) {
            head.set_scores(scores, epoch);
        }
    }

    /// A head at the beginning of a flow.
    pub(crate) fn add_head(&mut self, flow: FlowKey) -> HeadRef {
        let id = HeadId(self.next_number());
        let at = HeadRef { flow, head: id };
        if let Some(flow) = self.flow_mut(flow) {
            flow.heads.push(FlowHead::new(id));
        }
        let _the_first_element_waits_for_a_bare_event = self.refresh(at);
        at
    }

    /// A head of a fork: it starts at `position` and copies everything else from its parent.
    pub(crate) fn add_child_head(&mut self, parent: HeadRef, position: usize) -> HeadRef {
        let id = HeadId(self.next_number());
        let epoch = self.epoch;
        if let Some(flow) = self.flow_mut(parent.flow)
            && let Some(head) = flow.heads.get_mut(parent.head)
        {
            head.children.push(id);
            let mut child = FlowHead::new(id);
            child.position = position;
            child.catches.clone_from(&head.catches);
            child.scopes.clone_from(&head.scopes);
            child.set_scores(head.scores(epoch), epoch);
            flow.heads.push(child);
        }
        HeadRef {
            flow: parent.flow,
            head: id,
        }
    }

    /// Moves a head, and updates the matching index. On a failure it has moved and waits for nothing.
    pub(crate) fn move_head(&mut self, at: HeadRef, position: usize) -> Result<(), Failure> {
        let Some(head) = self.head_mut(at) else {
            return Ok(());
        };
        head.position = position;
        self.refresh(at)
    }

    /// Moves a head by one element.
    pub(crate) fn step(&mut self, at: HeadRef) -> Result<(), Failure> {
        match self.head(at).map(FlowHead::position) {
            Some(position) => self.move_head(at, position + 1),
            None => Ok(()),
        }
    }

    /// The hierarchy position of a flow started by the element of a head.
    pub(crate) fn place_below(&self, at: HeadRef) -> Hierarchy {
        let position = self.head(at).map_or(0, FlowHead::position);
        let part = u32::try_from(position).unwrap_or(u32::MAX);
        self.at(at.flow).hierarchy.below(part)
    }

    pub(crate) fn set_head_status(
        &mut self,
        at: HeadRef,
        status: HeadStatus,
    ) -> Result<(), Failure> {
        let Some(head) = self.head_mut(at) else {
            return Ok(());
        };
        head.status = status;
        self.refresh(at)
    }

    pub(crate) fn remove_heads(&mut self, flow: FlowKey, heads: &[HeadId]) {
        for head in heads {
            self.unlist(HeadRef { flow, head: *head });
        }
        if let Some(flow) = self.flow_mut(flow) {
            flow.heads.remove_all(&heads.iter().copied().collect());
        }
    }

    pub(crate) fn clear_heads(&mut self, key: FlowKey) {
        let Some(flow) = self.flow_mut(key) else {
            return;
        };
        let heads = std::mem::take(&mut flow.heads);
        let found_by = heads.iter().filter_map(|head| head.found_by.as_deref());
        for (key, order) in found_by {
            self.derived.index.remove(key, order);
        }
    }

    pub(crate) fn config(&self, key: FlowKey) -> Option<Arc<FlowConfig>> {
        self.flow(key).map(|flow| flow.config.clone())
    }
}
