//! What was read of a configuration, whether it can be used or not.

use std::sync::Arc;

use action_sdk::RailsConfig;
use colang::program::Program;
use colang::source::SourceMap;

use super::error::ConfigError;
use super::models;
use super::rails::Lists;
use super::tree::Entry;
use super::wrong::Wrong;
use crate::analysis::{Comments, Demands};
use crate::problem::Problem;

/// A configuration as far as it could be read, and everything that is wrong with it.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) read: Read,
    /// The flows, if they make a program.
    pub(super) program: Option<Program>,
    pub(super) wrong: Wrong,
    /// The list of models.
    pub(super) models: Option<Entry>,
}

/// What was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) rails: Arc<RailsConfig>,
    pub(crate) sources: Arc<SourceMap>,
    pub(crate) demands: Demands,
    pub(crate) warnings: Vec<Problem>,
    /// Warnings about settings that only a host can put into effect, each with the path of the setting.
    pub(crate) by_host: Vec<Problem>,
    pub(crate) comments: Comments,
    /// Where the entries of the lists of rails are.
    pub(crate) lists: Lists,
}

impl Survey {
    /// What was read and the flows, if nothing is wrong.
    ///
    /// # Errors
    ///
    /// The errors that are to be mended first.
    pub(super) fn usable(self) -> Result<(Read, Program), ConfigError> {
        let sources = Arc::clone(&self.read.sources);
        match (self.wrong.first(sources), self.program) {
            (Some(error), _) => Err(error),
            (None, program) => Ok((self.read, program.unwrap_or_default())),
        }
    }

    /// What was read, and all errors.
    pub(crate) fn into_parts(self) -> (Read, Vec<Problem>) {
        let mut wrong = self.wrong.into_problems();
        let models = self.models.as_ref();
        wrong.extend(models::problems(
            models.map_or(&[], |entry| entry.node.items()),
        ));
        (self.read, wrong)
    }
}
