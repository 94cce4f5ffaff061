//! Checks a saved conversation for consistency: all keys refer to something that exists, and no counter can overflow.
//! It takes linear time, and runs before anything of it is used.

use super::ids::{ActionKey, ContextKey, FlowKey, HeadId};
use super::{Action, Arrived, Context, FlowState, FlowStatus, Scope, State};
use crate::map::HashSet;
use crate::program::Name;
use crate::value::{Event, Fields, Value, is_plain};

/// The maximum of saved counters, so that they can never overflow.
const MOST: u64 = 1 << 62;

/// How deeply values may be nested: the limit for variables, plus the levels of an event around them.
const LEVELS: usize = 110;

/// `Err` says what is wrong.
type Checked = Result<(), String>;

pub(super) fn check(state: &State) -> Checked {
    let check = Check {
        state,
        flows: state.flows.last(),
        actions: state.actions.last(),
        contexts: state.contexts.last(),
    };
    check.counters()?;
    check.main()?;
    check.instances()?;
    check.flows()?;
    check.actions()?;
    check.variables()?;
    check.queues()
}

struct Check<'a> {
    state: &'a State,
    /// The last keys.
    flows: u64,
    actions: u64,
    contexts: u64,
}

impl Check<'_> {
    fn counters(&self) -> Checked {
        let State { counter, epoch, .. } = self.state;
        let counters = [self.flows, self.actions, self.contexts, *counter, *epoch];
        demand(counters.into_iter().all(|count| count < MOST), || {
            "a counter is at its end".to_owned()
        })
    }

    /// Without `main` nothing could ever start.
    fn main(&self) -> Checked {
        let main = self.state.flow(self.state.main);
        let is_main =
            main.is_some_and(|main| &*main.flow_id == "main" && main.status.is_listening());
        demand(is_main || self.state.flows.len() == 0, || {
            "there is no flow `main` that waits or runs".to_owned()
        })
    }

    /// Every flow occurs once among the instances of its name.
    fn instances(&self) -> Checked {
        let mut count = 0;
        for (id, keys) in &self.state.instances {
            let of_name = |key: &FlowKey| {
                self.state
                    .flow(*key)
                    .is_some_and(|flow| flow.flow_id == *id)
            };
            let is_right =
                keys.iter().all(of_name) && keys.is_sorted_by(|left, right| left < right);
            demand(is_right, || {
                format!("the instances of `{id}` are not its own")
            })?;
            count += keys.len();
        }
        demand(count == self.state.flows.len(), || {
            "there are flows that are nobody's instances".to_owned()
        })
    }

    fn flows(&self) -> Checked {
        let (mut uids, mut arrivals) = (HashSet::default(), HashSet::default());
        for (key, flow) in self.state.flows.iter() {
            let damaged = |what: &str| format!("{what}, in `{}`", flow.uid);
            demand(uids.insert(&flow.uid), || damaged("a uid is given twice"))?;
            self.flow(key, flow).map_err(|what| damaged(&what))?;
            let arrived = flow.heads.iter().map(|head| head.arrival);
            let mut arrived = arrived.filter(|arrival| *arrival > 0);
            demand(arrived.all(|arrival| arrivals.insert(arrival)), || {
                damaged("two heads came at the same time")
            })?;
        }
        Ok(())
    }

    fn flow(&self, key: FlowKey, flow: &FlowState) -> Checked {
        let said = |what: &str| what.to_owned();
        // A flow that has ended only keeps those together that it has activated.
        let is_there = self.state.contexts.contains(flow.context) || flow.status.is_done();
        demand(is_there && u64::from(flow.context) <= self.contexts, || {
            said("its variables are gone")
        })?;
        demand(flow.parent.is_none_or(|parent| parent < key), || {
            said("it is older than its parent")
        })?;
        demand((0.0..=1.0).contains(&flow.priority), || {
            said("its priority is none")
        })?;
        demand(self.is_number(flow.child_number), || {
            said("its number is none that was given")
        })?;
        let mut children = flow.children.numbered();
        demand(
            children.all(|(number, child)| self.is_number(number) && self.is_flow(child)),
            || said("it has children that never were"),
        )?;
        demand(
            flow.actions.iter().all(|action| self.is_action(*action)),
            || said("it has actions that never were"),
        )?;
        let scopes = flow.scopes.values();
        demand(scopes.into_iter().all(|scope| self.is_scope(scope)), || {
            said("it has scopes with what never was")
        })?;
        self.heads(flow)?;
        self.fields(&flow.arguments)
    }

    fn heads(&self, flow: &FlowState) -> Checked {
        let said = |what: &str| what.to_owned();
        let length = flow.config.elements.len();
        // A flow that has ended may no longer be part of the program.
        let has_heads = !flow.heads.is_empty();
        let listens = flow.status.is_listening() || flow.status == FlowStatus::Stopping;
        demand(has_heads || !listens, || said("it listens and has no head"))?;
        demand(flow.heads.is_in_order(), || {
            said("a head stands below itself")
        })?;
        for head in flow.heads.iter() {
            let is_within =
                head.position <= length && head.catches.iter().all(|label| *label < length);
            demand(is_within, || said("a head stands nowhere"))?;
            let ids = head.children.iter().chain([&head.id]);
            let are_numbers =
                ids.into_iter().all(|id| self.is_head(*id)) && self.is_number(head.arrival);
            demand(are_numbers, || {
                said("a head has a number that was never given")
            })?;
        }
        demand(flow.forks.values().all(|head| self.is_head(*head)), || {
            said("a fork has a head that never was")
        })
    }

    fn actions(&self) -> Checked {
        let mut uids = HashSet::default();
        for (_, action) in self.state.actions.iter() {
            let damaged = |what: &str| format!("{what}, in action `{}`", action.uid);
            demand(uids.insert(&action.uid), || damaged("a uid is given twice"))?;
            self.action(action).map_err(|what| damaged(&what))?;
        }
        Ok(())
    }

    fn action(&self, action: &Action) -> Checked {
        let mut flows = action.owners.iter().chain(&action.users);
        demand(flows.all(|flow| self.is_flow(*flow)), || {
            "it belongs to a flow that never was".to_owned()
        })?;
        self.fields(&action.context)?;
        self.fields(&action.start_arguments)
    }

    fn variables(&self) -> Checked {
        self.fields(&self.state.globals)?;
        let mut contexts = self.state.contexts.iter();
        contexts.try_for_each(|(_, Context { variables, .. })| self.fields(variables))
    }

    /// Between runs a conversation has no events except those that wait for the next one from outside.
    fn queues(&self) -> Checked {
        demand(self.state.queue.is_empty(), || {
            "it is not at rest".to_owned()
        })?;
        let mut postponed = self.state.postponed.iter();
        postponed.try_for_each(|queued| self.event(Arrived::new(&queued.event).public(), LEVELS))
    }

    fn fields(&self, fields: &Fields) -> Checked {
        fields.iter().try_for_each(|(name, value)| {
            let checked = self.value(value, LEVELS);
            checked.map_err(|what| format!("{what}, in `{}`", crate::diagnostic::excerpt(name)))
        })
    }

    fn event(&self, event: &Event, levels: usize) -> Checked {
        let mut values = event.arguments.values();
        values.try_for_each(|value| self.value(value, levels))
    }

    /// Counts the levels of its saved form.
    fn value(&self, value: &Value, levels: usize) -> Checked {
        let deeper = |by: usize| {
            let levels = levels.checked_sub(by);
            levels.ok_or_else(|| format!("a value is nested more than {LEVELS} deep"))
        };
        match value {
            Value::List(items) => each(items.iter(), deeper(1)?, |item, levels| {
                self.value(item, levels)
            }),
            Value::Tuple(items) => each(items.iter(), deeper(2)?, |item, levels| {
                self.value(item, levels)
            }),
            Value::Set(set) => each(set.iter(), deeper(2)?, |item, levels| {
                self.value(item, levels)
            }),
            Value::Dict(dict) => {
                let levels = deeper(if is_plain(dict) { 1 } else { 3 })?;
                let parts = dict.iter().flat_map(|(key, value)| [key, value]);
                each(parts, levels, |item, levels| self.value(item, levels))
            }
            Value::RailOutcome(outcome) => {
                let members = outcome.members().values();
                each(members, deeper(1)?, |item, levels| self.value(item, levels))
            }
            Value::Event(event) => self.event(event, deeper(3)?),
            Value::Context(id) => demand(ContextKey::from(*id) <= self.contexts.into(), || {
                "a value stands for variables that never were".to_owned()
            }),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Regex(_)
            | Value::Comparison(_)
            | Value::Flow(_)
            | Value::Action(_) => Ok(()),
        }
    }

    fn is_number(&self, number: u64) -> bool {
        number <= self.state.counter
    }

    fn is_head(&self, head: HeadId) -> bool {
        self.is_number(head.0)
    }

    /// Flows that no longer exist may still be referred to; a key from the future must not be.
    fn is_flow(&self, flow: FlowKey) -> bool {
        u64::from(flow) <= self.flows
    }

    fn is_action(&self, action: ActionKey) -> bool {
        u64::from(action) <= self.actions
    }

    fn is_scope(&self, Scope { flows, actions }: &Scope) -> bool {
        flows.iter().all(|flow| self.is_flow(*flow))
            && actions.iter().all(|action| self.is_action(*action))
    }
}

fn each<'v>(
    mut values: impl Iterator<Item = &'v Value>,
    levels: usize,
    check: impl Fn(&Value, usize) -> Checked,
) -> Checked {
    values.try_for_each(|value| check(value, levels))
}

fn demand(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// A flow that was running and has no fingerprint.
pub(super) fn without_fingerprint(state: &State, has: impl Fn(&str) -> bool) -> Option<&Name> {
    let mut running = state.flows.iter().map(|(_, flow)| flow);
    let unknown = running.find(|flow| !flow.heads.is_empty() && !has(&flow.flow_id));
    unknown.map(|flow| &flow.flow_id)
}
