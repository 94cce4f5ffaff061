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
    /// Stores a new instance uid of a flow in a variable.
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
    /// Waits until this many heads are here.
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
    /// Assigns a value that another variable, made by lowering, refers to.
    Bind {
        /// The variable that is set.
        variable: Name,
        /// The variable that is read.
        from: Name,
        /// What of it.
        part: Part,
    },
    /// Finishes the flow with a value.
    Return(Option<Expr>),
    /// Fails the flow; if the head has a catch, it continues there instead.
    Abort,
    /// `break` and `continue`: jumps to the label, or has no effect outside of a loop.
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

/// An event to send.
#[derive(Debug, Clone)]
pub struct Send {
    /// The event.
    pub event: EventSpec,
    /// The variable that the event is assigned to.
    pub reference: Option<Name>,
}

/// The start of a flow by the statements `start`, `await` and `activate`.
#[derive(Debug, Clone)]
pub struct FlowStart {
    /// The flow.
    pub flow: Name,
    /// The variable, made by lowering, with the uid of the instance.
    pub instance: Name,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// Whether it is `activate`.
    pub activates: bool,
}

/// An event to wait for.
#[derive(Debug, Clone)]
pub struct Match {
    /// The pattern.
    pub event: EventSpec,
    /// The variable that the event is assigned to.
    pub reference: Option<Name>,
}

impl Match {
    /// Whether it waits for the start of a flow that a statement has requested. Such a wait does not make its flow
    /// `started`.
    pub fn is_for_own_start(&self) -> bool {
        matches!(self.event.source, EventSource::OwnStart { .. })
    }
}

/// An event as it is written in a flow.
#[derive(Debug, Clone)]
pub struct EventSpec {
    /// What the event is about.
    pub source: EventSource,
    /// The arguments of the event.
    pub arguments: Vec<Argument>,
}

/// What an event is about.
#[derive(Debug, Clone)]
pub enum EventSource {
    /// Nothing: the event has a name of its own.
    Bare {
        /// Its name.
        name: EventName,
        /// The kind of event, as far as the name determines it.
        kind: EventKind,
    },
    /// The instance requested by a [`FlowStart`]: its start, or its end before that.
    OwnStart {
        /// The variable with the uid of the instance.
        instance: Name,
        /// The number of fields that the statement gives the instance.
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
        /// Its full name; `None` if actions have no such event.
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

/// The value of an argument.
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
