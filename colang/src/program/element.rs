//! The elements that a flow consists of once it is lowered.
//!
//! Positions depend on nothing but the source, so that a saved conversation can be resumed.

use super::names::{EventName, Member, Name};
use crate::expr::Expr;
use crate::source::Span;
use crate::value::EventKind;

/// The index of an element in its flow, from 0.
pub type Position = usize;

/// The number of a fork in its flow.
pub type ForkId = u32;

/// The number of a scope in its flow.
pub type ScopeId = u32;

/// Part of the names of variables that are made by lowering. Names in a program cannot contain it.
pub(crate) const ENGINE_MADE: char = '@';

/// One step of a lowered flow.
#[derive(Debug, Clone)]
pub enum Element {
    /// Sends an event: an internal one at once, any other after conflicts are resolved.
    Send(Send),
    /// Starts an instance of a flow.
    StartFlow(FlowStart),
    /// Waits for an event.
    Match(Match),
    /// Puts a fresh instance uid of a flow into a variable.
    NewInstanceUid {
        /// The variable, made by lowering.
        variable: Name,
        /// The flow.
        flow: Name,
    },
    /// Makes an action that is not started yet.
    NewAction {
        /// The action's name.
        action: Name,
        /// The arguments of its start event.
        arguments: Vec<Argument>,
        /// The variable that refers to it.
        reference: Name,
    },
    /// A place to jump to, without effect.
    Label(Name),
    /// The label `start_new_flow_instance`.
    StartNewFlowInstance,
    /// Jumps behind the label at `target`: always, or unless a condition holds.
    Goto {
        /// The label.
        target: Position,
        /// If it is true, the head continues with the next element.
        unless: Option<Expr>,
    },
    /// Splits the head into one for each label.
    Fork {
        /// Which fork.
        fork: ForkId,
        /// The labels.
        targets: Vec<Position>,
    },
    /// Joins the heads of a fork: the best one continues.
    Merge(ForkId),
    /// Waits until so many heads are here.
    WaitForHeads(usize),
    /// Assigns the value of an expression.
    Assign {
        /// The variable.
        variable: Name,
        /// The expression.
        value: Expr,
    },
    /// Evaluates an expression for its effect.
    Evaluate(Expr),
    /// Assigns something that another variable, made by lowering, refers to.
    Bind {
        /// The variable that is set.
        variable: Name,
        /// The variable that is read.
        from: Name,
        /// What of it.
        part: Part,
    },
    /// Ends the flow with a value.
    Return(Option<Expr>),
    /// Fails the flow; if the head has a catch, it continues there instead.
    Abort,
    /// `break` and `continue`: jumps behind the label, or does nothing outside of a loop.
    Leave(Option<Position>),
    /// Writes to the log.
    Log(Expr),
    /// Prints.
    Print(Expr),
    /// Sets the priority of the flow.
    Priority(Expr),
    /// Declares a variable as global.
    Global(Name),
    /// Sets where the head continues if a pattern fails, or removes the last such place.
    Catch(Option<Position>),
    /// Opens a scope: flows and actions that are started from here on belong to it.
    BeginScope(ScopeId),
    /// Closes a scope and stops what was started in it.
    EndScope(ScopeId),
    /// A statement without effect, such as `pass`.
    Nothing,
}

/// What [`Element::Bind`] takes from the variable that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value itself.
    Whole,
    /// The flow that the event in the variable is about.
    Flow,
    /// The argument `return_value` of the event in the variable.
    ReturnValue,
}

/// An event to be sent.
#[derive(Debug, Clone)]
pub struct Send {
    /// The event.
    pub event: EventSpec,
    /// The variable that the event is assigned to.
    pub reference: Option<Name>,
}

/// The start of a flow: what the statements `start`, `await` and `activate` ask for.
#[derive(Debug, Clone)]
pub struct FlowStart {
    /// The flow.
    pub flow: Name,
    /// The variable, made by lowering, that holds the uid of the instance.
    pub instance: Name,
    /// What the parameters are given.
    pub arguments: Vec<Argument>,
    /// Whether it is `activate`.
    pub activates: bool,
}

/// An event to be waited for.
#[derive(Debug, Clone)]
pub struct Match {
    /// The pattern.
    pub event: EventSpec,
    /// The variable that the event is assigned to.
    pub reference: Option<Name>,
}

impl Match {
    /// Whether it waits for the start of a flow that a statement has asked for. Such a wait does not make its flow
    /// `started`.
    pub fn is_for_own_start(&self) -> bool {
        matches!(self.event.source, EventSource::OwnStart { .. })
    }
}

/// An event as it is written in a flow.
#[derive(Debug, Clone)]
pub struct EventSpec {
    /// What the event belongs to.
    pub source: EventSource,
    /// The arguments of the event.
    pub arguments: Vec<Argument>,
}

/// What an event belongs to.
#[derive(Debug, Clone)]
pub enum EventSource {
    /// Nothing: the event has a name of its own.
    Bare {
        /// Its name.
        name: EventName,
        /// What it is about, as far as the name tells.
        kind: EventKind,
    },
    /// The instance that a [`FlowStart`] has asked for: its start, or its end before that.
    OwnStart {
        /// The variable that holds the uid of the instance.
        instance: Name,
        /// How many fields the statement gives the instance.
        fields: usize,
    },
    /// What a variable refers to: a flow, an action, or an event if `event` is missing.
    Reference {
        /// The variable.
        variable: Name,
        /// The members between variable and event.
        path: Vec<Name>,
        /// The event.
        event: Option<Member>,
    },
    /// Any instance of a flow.
    Flow {
        /// The flow.
        flow: Name,
        /// The event.
        event: Member,
    },
    /// Any instance of an action.
    Action {
        /// The action.
        action: Name,
        /// The arguments it was started with.
        arguments: Vec<Argument>,
        /// The event.
        event: Member,
        /// Its full name; none if actions have no such event.
        name: Option<Name>,
    },
}

/// An argument. Those without a name are called `$0`, `$1` and so on.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: ArgumentValue,
}

/// Where the value of an argument comes from.
#[derive(Debug, Clone)]
pub enum ArgumentValue {
    /// An expression of the program.
    Expr(Expr),
    /// A string.
    Text(Name),
    /// `True`.
    True,
    /// A variable.
    Variable(Name),
}

/// An element, and where it comes from in the source.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The element.
    pub element: Element,
    /// The span of its statement.
    pub span: Span,
    /// The line of that statement, from 1.
    pub line: u32,
}
