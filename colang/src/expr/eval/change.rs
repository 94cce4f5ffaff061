//! Methods that change their object: a variable, or a part of it.

use std::sync::Arc;

use super::super::args::Args;
use super::super::error::{At, EvalError};
use super::super::index::{self, Key};
use super::super::node::{Kind, Method, Node, Subscript};
use super::super::scope::Scope;
use super::super::world::World;
use super::super::{cost, methods};
use super::{Evaluator, PARTS_PER_STEP};
use crate::source::Span;
use crate::value::{MAX_LEVELS, Spend, Value, ValueError};

/// One step from a variable into its contents.
enum Step {
    Attribute(Arc<str>),
    Index(Value),
}

/// A variable and the path into it.
struct Place<'a> {
    root: Root<'a>,
    steps: Vec<Step>,
}

enum Root<'a> {
    Variable(&'a str),
    Local(usize),
}

impl Evaluator<'_> {
    /// Calls a method that changes its object. If the object is not (part of) a variable, the change is lost.
    pub(super) fn change(&mut self, method: &Method, span: Span) -> Result<Value, EvalError> {
        let place = self.place(&method.object)?;
        let args = self.arguments(&method.arguments)?;
        let size = self.world.steps.size();
        self.check_arguments(&args, place.as_ref().map_or(0, |place| place.steps.len()))
            .at(span)?;
        let Self {
            world: World { scope, steps },
            locals,
        } = self;
        let spend = &mut |cost| steps.spend(cost);
        if let Some(place) = &place
            && let Some(object) = reach(&mut **scope, locals, place, spend).at(span)?
        {
            return pay_and_change(object, &method.name, args, size, spend).at(span);
        }
        let mut object = self.node(&method.object)?;
        if let Value::Context(id) = object {
            let entries = methods::context_entries(&method.name, args).at(span)?;
            self.world.steps.spend(entries.len()).at(span)?;
            self.world.scope.update_context(id, &entries);
            return Ok(Value::None);
        }
        let spend = &mut |cost| self.world.steps.spend(cost);
        pay_and_change(&mut object, &method.name, args, size, spend).at(span)
    }

    /// The variable that a node reads from, and the path into it; `None` if it is computed, or reached through a
    /// reference.
    fn place<'a>(&mut self, node: &'a Node) -> Result<Option<Place<'a>>, EvalError> {
        match &node.kind {
            Kind::Var(name) => Ok(Some(Place {
                root: Root::Variable(name),
                steps: Vec::new(),
            })),
            Kind::Local(slot) => Ok(Some(Place {
                root: Root::Local(*slot),
                steps: Vec::new(),
            })),
            Kind::Attribute(object, name) => {
                let place = self.place(object)?;
                Ok(place.map(|place| place.step_into(Step::Attribute(name.clone()))))
            }
            Kind::Index(object, subscript) => self.place_of_index(object, subscript),
            Kind::Constant(_)
            | Kind::Undefined(_)
            | Kind::Format(_)
            | Kind::Call(_)
            | Kind::Method(_)
            | Kind::Unary(..)
            | Kind::Binary(..)
            | Kind::Compare(..)
            | Kind::And(_)
            | Kind::Or(_)
            | Kind::Conditional(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::Tuple(_)
            | Kind::Dict(_)
            | Kind::Comprehension(_) => Ok(None),
        }
    }

    fn place_of_index<'a>(
        &mut self,
        object: &'a Node,
        subscript: &'a Subscript,
    ) -> Result<Option<Place<'a>>, EvalError> {
        match subscript {
            Subscript::Index(_) => {
                let Some(place) = self.place(object)? else {
                    return Ok(None);
                };
                match self.key(subscript)? {
                    Key::Index(key) => Ok(Some(place.step_into(Step::Index(key)))),
                    Key::Slice { .. } | Key::Unusable => Ok(None),
                }
            }
            Subscript::Slice { .. } | Subscript::Tuple(_) => Ok(None),
        }
    }

    /// Values in a container must leave room for the levels above them.
    fn check_arguments(&mut self, args: &Args, levels: usize) -> Result<(), ValueError> {
        let room = MAX_LEVELS.saturating_sub(levels * 2 + 2);
        for value in args
            .positional
            .iter()
            .chain(args.named.iter().map(|(_, value)| value))
        {
            let parts = value.weigh(room, self.world.steps.size())?;
            self.world.steps.spend(parts / PARTS_PER_STEP)?;
        }
        Ok(())
    }
}

/// The value at a place, if it exists and is not a reference. Shared values on the path are copied.
fn reach<'v>(
    scope: &'v mut dyn Scope,
    locals: &'v mut [Value],
    place: &Place<'_>,
    spend: Spend<'_>,
) -> Result<Option<&'v mut Value>, ValueError> {
    let root = match place.root {
        Root::Variable(name) => scope.variable_mut(name),
        Root::Local(slot) => locals.get_mut(slot),
    };
    let mut target = root;
    for step in &place.steps {
        let Some(value) = target else { break };
        spend(copying_if_shared(value))?;
        target = step.enter(value);
    }
    Ok(target.filter(|target| !target.is_reference()))
}

fn copying_if_shared(value: &Value) -> usize {
    let is_shared = match value {
        Value::List(items) => Arc::strong_count(items) > 1,
        Value::Dict(dict) => Arc::strong_count(dict) > 1,
        Value::Set(set) => Arc::strong_count(set) > 1,
        _ => false,
    };
    if is_shared { cost::copying(value) } else { 0 }
}

fn pay_and_change(
    object: &mut Value,
    method: &str,
    args: Args,
    size: usize,
    spend: Spend<'_>,
) -> Result<Value, ValueError> {
    spend(copying_if_shared(object) + cost::change(object, method, &args))?;
    methods::change(object, method, args, size, spend)
}

impl Place<'_> {
    fn step_into(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

impl Step {
    fn enter<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match (value, self) {
            (Value::Dict(dict), Self::Attribute(name)) => {
                dict.get(name)?;
                Arc::make_mut(dict)
                    .look_up_mut(&Value::Str(name.clone()))
                    .ok()?
            }
            (Value::Dict(dict), Self::Index(key)) => {
                dict.look_up(key).ok()??;
                Arc::make_mut(dict).look_up_mut(key).ok()?
            }
            (Value::List(items), Self::Index(key)) => {
                let place = index::place(&Value::None, key, items.len()).ok()?;
                Arc::make_mut(items).get_mut(place)
            }
            _ => None,
        }
    }
}
