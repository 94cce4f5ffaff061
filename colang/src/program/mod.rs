//! Programs: the lowered flows that a machine runs. Immutable, and shared by all conversations.
//!
//! This module only has the data. The module `load` makes a program from files.

mod awaited;
mod element;
mod error;
mod first_wait;
mod flow_config;
mod names;
mod role;

use std::sync::Arc;

pub use awaited::Awaited;
pub(crate) use element::ENGINE_MADE;
pub use element::{
    Argument, ArgumentValue, Element, EventSource, EventSpec, FlowStart, ForkId, Match, Part,
    Placed, Position, ScopeId, Send,
};
pub(crate) use error::{Mistake, place};
pub use error::{PlacedMistake, ProgramError};
pub(crate) use first_wait::first_waits;
pub use flow_config::{FlowConfig, LoopKind, Parameter};
pub use names::{EventName, INTERNAL_EVENTS, InternalName, Member, Name};
pub use role::Role;

use crate::map::IndexMap;
use crate::syntax::ast::Module;

/// A parsed file, and its name in messages.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Usually its path.
    pub name: &'a str,
    /// Its flows and imports.
    pub module: &'a Module,
}

/// The flows by name.
///
/// ```
/// use colang::program::{File, Program};
/// use colang::source::SourceId;
///
/// let parsed = colang::syntax::parse(SourceId(0), "flow main\n  match Start()\n");
/// let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
/// assert!(program.flow("main").is_some());
/// # Ok::<(), colang::program::ProgramError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Program {
    flows: IndexMap<Name, Arc<FlowConfig>>,
    convention: Option<Convention>,
}

/// Returns the role of a flow that declares none.
pub type Convention = fn(&FlowConfig) -> Option<Role>;

impl Program {
    /// Assigns roles to flows that declare none, for example by their names. The convention also applies to flows
    /// that are added later.
    ///
    /// ```
    /// use colang::program::{File, Program, Role};
    /// use colang::source::SourceId;
    ///
    /// let parsed = colang::syntax::parse(SourceId(0), "flow output rails $text\n  pass\n");
    /// let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
    /// assert_eq!(program.flow("output rails").and_then(|flow| flow.role), None);
    /// let program = program.with_convention(|flow| (&*flow.id == "output rails").then_some(Role::OutputRail));
    /// assert_eq!(program.flow("output rails").and_then(|flow| flow.role), Some(Role::OutputRail));
    /// # Ok::<(), colang::program::ProgramError>(())
    /// ```
    #[must_use]
    pub fn with_convention(mut self, convention: Convention) -> Self {
        self.convention = Some(convention);
        for flow in std::mem::take(&mut self.flows).into_values() {
            self.insert(flow);
        }
        self
    }

    /// The flow with this name.
    pub fn flow(&self, id: &str) -> Option<&Arc<FlowConfig>> {
        self.flows.get(id)
    }

    /// All flows, in the order in which they were defined.
    pub fn flows(&self) -> impl DoubleEndedIterator<Item = &Arc<FlowConfig>> {
        self.flows.values()
    }

    /// A number for the program: that of two programs with the same flows is the same on every platform.
    pub fn fingerprint(&self) -> u64 {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let flows = self.flows.values().flat_map(|flow| {
            let id = flow.id.bytes().collect::<Vec<_>>();
            id.into_iter().chain(flow.fingerprint.to_le_bytes())
        });
        flows.fold(0xcbf2_9ce4_8422_2325, step)
    }

    /// Removes a flow.
    pub fn remove(&mut self, id: &str) -> Option<Arc<FlowConfig>> {
        self.flows.shift_remove(id)
    }

    pub(crate) fn insert(&mut self, mut config: Arc<FlowConfig>) {
        let role = config.role.or_else(|| self.convention?(&config));
        if role != config.role {
            Arc::make_mut(&mut config).role = role;
        }
        self.flows.insert(config.id.clone(), config);
    }
}
