//! The flows of a configuration, lowered: what a machine runs. Immutable and shared by all conversations.

mod advice;
mod check;
mod element;
mod error;
mod flow_config;
mod resolve;

use std::sync::Arc;

pub(crate) use advice::action_name;
pub(crate) use element::ENGINE_MADE;
pub use element::{
    Argument, ArgumentValue, Element, EventSource, EventSpec, ForkId, Match, Name, Part, Placed,
    Position, ScopeId, Send,
};
pub(crate) use error::Mistake;
pub use error::{PlacedMistake, ProgramError};
pub use flow_config::{FlowConfig, LoopKind, Parameter};
pub(crate) use resolve::Caseless;

use crate::map::IndexMap;
use crate::syntax::ast::Module;

/// One parsed file and what messages call it.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Usually its path.
    pub name: &'a str,
    /// What it says.
    pub module: &'a Module,
}

/// Flows by name.
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
}

impl Program {
    /// Puts the flows of files together, given in the order in which they were found.
    ///
    /// # Errors
    ///
    /// With every statement that cannot be lowered and every flow that stands there twice or overrides nothing.
    pub fn new(files: &[File<'_>]) -> Result<Self, ProgramError> {
        resolve::program(files)
    }

    /// What in these files is probably a mistake, though a conversation could add the flows that are missing, or never
    /// come there: calls of unknown flows and functions, arguments that no parameter takes, members that do not exist, `break` outside
    /// of loops. Where it is reached, the flow fails with a `ColangError`.
    ///
    /// ```
    /// use colang::program::{File, Program};
    /// use colang::source::SourceId;
    ///
    /// let source = "flow greet user\n  pass\n\nflow main\n  greet usr\n";
    /// let parsed = colang::syntax::parse(SourceId(0), source);
    /// let warnings = Program::check(&[File { name: "main.co", module: &parsed.module }]);
    /// assert_eq!(warnings[0].diagnostic().help.as_deref(), Some("did you mean `greet user`?"));
    /// ```
    pub fn check(files: &[File<'_>]) -> Vec<PlacedMistake> {
        Self::check_with(files, &|_| None)
    }

    /// As [`check`](Self::check), with advice of one's own for calls of unknown flows: what to do, by the flow's name.
    pub fn check_with(
        files: &[File<'_>],
        advice: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<PlacedMistake> {
        check::warnings(files, advice)
    }

    /// The flow with this name.
    pub fn flow(&self, id: &str) -> Option<&Arc<FlowConfig>> {
        self.flows.get(id)
    }

    /// All flows, in the order in which they were defined.
    pub fn flows(&self) -> impl DoubleEndedIterator<Item = &Arc<FlowConfig>> {
        self.flows.values()
    }

    /// Adds the flows of a file up to the first whose name is known, and tells which.
    ///
    /// # Errors
    ///
    /// With every statement that cannot be lowered; the other flows are added.
    pub fn add(&mut self, file: File<'_>) -> Result<Vec<Name>, ProgramError> {
        let (mut added, mut mistakes) = (Vec::new(), Vec::new());
        let known = resolve::caseless(self.flows.keys().map(|id| &**id), &[file]);
        for flow in &file.module.flows {
            if self.flows.contains_key(flow.name.name.as_str()) {
                break;
            }
            match resolve::flow_config(flow, file, &known) {
                Ok(config) => {
                    added.push(config.id.clone());
                    self.insert(Arc::new(config));
                }
                Err(found) => mistakes.extend(found),
            }
        }
        ProgramError::of(mistakes, &[file])?;
        Ok(added)
    }

    /// Takes a flow away.
    pub fn remove(&mut self, id: &str) -> Option<Arc<FlowConfig>> {
        self.flows.shift_remove(id)
    }

    pub(crate) fn insert(&mut self, config: Arc<FlowConfig>) {
        self.flows.insert(config.id.clone(), config);
    }
}
