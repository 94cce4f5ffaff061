//! Makes a program from files: which flow a name refers to, what is wrong with the files, and what is doubtful.

mod advice;
mod check;
mod facts;
mod resolve;
mod role;

use std::sync::Arc;

use crate::program::{File, Name, PlacedMistake, Program, ProgramError};

impl Program {
    /// Makes a program from files, in the order in which they were found.
    ///
    /// # Errors
    ///
    /// With every statement that cannot be lowered, and every flow that is defined twice or overrides nothing.
    pub fn new(files: &[File<'_>]) -> Result<Self, ProgramError> {
        resolve::program(files)
    }

    /// What is probably a mistake in these files: calls of unknown flows and functions, arguments that no parameter takes,
    /// members that do not exist, `break` outside of loops.
    ///
    /// These are not errors, because a conversation may add the flows that are missing, or never get there. If it does, the
    /// flow fails with a `ColangError`.
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

    /// Like [`check`](Self::check), with advice of your own for calls of unknown flows: what to do, by the flow's name.
    pub fn check_with(
        files: &[File<'_>],
        advice: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<PlacedMistake> {
        check::warnings(files, advice)
    }

    /// Adds the flows of a file, up to the first one whose name is known, and returns the names of those that were added.
    ///
    /// # Errors
    ///
    /// All statements that cannot be lowered; the other flows are added.
    pub fn add(&mut self, file: File<'_>) -> Result<Vec<Name>, ProgramError> {
        let (mut added, mut mistakes) = (Vec::new(), Vec::new());
        let known = resolve::caseless(self.flows().map(|flow| &*flow.id), &[file]);
        for flow in &file.module.flows {
            if self.flow(&flow.name.name).is_some() {
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
}
