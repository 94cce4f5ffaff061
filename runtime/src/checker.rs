//! Looks at a configuration without running it: all that is wrong or doubtful, in one go.

use std::path::Path;

use action_sdk::{ActionDescriptor, ActionDispatcher};

use crate::analysis::{Callers, Stubs};
use crate::config::{ConfigError, ConfigLoader, Survey};
use crate::intrinsic::Intrinsic;
use crate::parts::Parts;
use crate::report::Report;

/// Looks at configurations without running them.
///
/// It finds what [`ConfigLoader::load`] and [`RuntimeBuilder::build`](crate::RuntimeBuilder::build) would refuse, and
/// what they would only trace, with the same code. But it does not stop at the first mistake: a file or a flow that cannot
/// be read is reported, and everything else is still checked.
///
/// ```
/// use action_sdk::ActionDispatcher;
/// use action_sdk_runtime::Checker;
///
/// let checker = Checker::new(ActionDispatcher::builder().build()?);
/// let sources = [
///     ("main.co", "flow main\n  match Start();\n"),
///     ("shop.co", "flow shopping\n  await PayAction()\n"),
/// ];
/// let report = checker.check_sources("lowest_temprature: 0.2\n", sources);
/// let codes: Vec<_> = report.problems().iter().map(|found| found.code().as_str()).collect();
/// assert_eq!(codes, ["co0501", "co0001", "co0310", "co0401"]);
/// # Ok::<(), action_sdk::BuildErrors>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Checker {
    loader: ConfigLoader,
    dispatcher: ActionDispatcher,
    callers: Callers,
    stubs: Stubs,
    without_model: bool,
}

impl Checker {
    /// A checker for flows that use the actions of this dispatcher.
    pub fn new(dispatcher: ActionDispatcher) -> Self {
        Self {
            loader: ConfigLoader::new(),
            dispatcher,
            callers: Callers::default(),
            stubs: Stubs::default(),
            without_model: false,
        }
    }

    /// Sets what loads configurations, for example with [`ConfigLoader::open_file`].
    pub fn loader(mut self, loader: ConfigLoader) -> Self {
        self.loader = loader;
        self
    }

    /// Adds actions that another program has. Only their names and parameters count.
    pub fn stubs(mut self, actions: impl IntoIterator<Item = ActionDescriptor>) -> Self {
        self.stubs.extend(actions);
        self
    }

    /// Declares actions that the caller of a runtime performs; see
    /// [`RuntimeBuilder::caller_performs`](crate::RuntimeBuilder::caller_performs).
    pub fn caller_performs<N: Into<String>>(
        mut self,
        actions: impl IntoIterator<Item = N>,
    ) -> Self {
        let names = actions.into_iter().map(Into::into);
        self.callers.named.extend(names);
        self
    }

    /// Declares that the caller of a runtime performs all unknown actions.
    pub fn caller_performs_any(mut self) -> Self {
        self.callers.any = true;
        self
    }

    /// Accepts flows that ask a model when the settings list none.
    pub fn without_model(mut self) -> Self {
        self.without_model = true;
        self
    }

    /// Looks at the configuration in a folder, or in a single file.
    ///
    /// # Errors
    ///
    /// If there is no such folder or file, or it cannot be read.
    pub fn check(&self, path: impl AsRef<Path>) -> Result<Report, ConfigError> {
        Ok(self.report(self.loader.survey(path.as_ref())?))
    }

    /// Looks at settings and Colang sources that are given as strings.
    pub fn check_sources<N: Into<String>, T: Into<String>>(
        &self,
        yaml: &str,
        sources: impl IntoIterator<Item = (N, T)>,
    ) -> Report {
        let sources = sources.into_iter();
        let sources = sources.map(|(name, text)| (name.into(), text.into()));
        self.report(self.loader.survey_of(yaml, sources.collect()))
    }

    fn report(&self, survey: Survey) -> Report {
        let (read, wrong) = survey.into_parts();
        let intrinsics = Intrinsic::ALL.to_vec();
        let parts = Parts::new(&read.rails, Some(&self.dispatcher), intrinsics);
        // Models that the settings list are offered by whoever runs the flows.
        let needs_models = !self.without_model && read.rails.models.is_empty();
        let report = match parts {
            Ok(parts) => parts.report(&read, &self.callers, &self.stubs, needs_models),
            Err(_) => Report::of(Vec::new(), read.sources),
        };
        report.and(wrong).in_order()
    }
}
