//! What is looked at: the modules of a configuration, and how certain it is that something is not in them.

use std::collections::HashMap;

use colang::diagnostic::Diagnostic;
use colang::source::{SourceId, SourceMap, Span};
use colang::syntax::Module;
use colang::syntax::ast::Flow;

use crate::library;

/// The flows of a configuration.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) modules: &'a [Module],
    pub(crate) sources: &'a SourceMap,
    /// Whether a file is of the configuration itself, and not imported from elsewhere.
    pub(crate) is_own: &'a dyn Fn(&str) -> bool,
    /// What could not be parsed.
    pub(crate) mistakes: &'a [Diagnostic],
}

impl<'a> Sight<'a> {
    fn name(&self, module: &Module) -> &'a str {
        self.sources.name(module.source_id).unwrap_or_default()
    }

    /// The modules that were not written for the library.
    pub(super) fn of_authors(&self) -> impl Iterator<Item = &'a Module> {
        let modules = self.modules.iter();
        modules.filter(|module| !self.is_of_library(module))
    }

    pub(super) fn is_of_library(&self, module: &Module) -> bool {
        library::is_shown_as(self.name(module))
    }

    /// The modules of the configuration itself.
    pub(super) fn own(&self) -> impl Iterator<Item = &'a Module> {
        let modules = self.modules.iter();
        modules.filter(|module| (self.is_own)(self.name(module)))
    }

    /// All flows, with the module of each.
    pub(super) fn flows(&self) -> impl Iterator<Item = (&'a Module, &'a Flow)> {
        let modules = self.modules.iter();
        modules.flat_map(|module| module.flows.iter().map(move |flow| (module, flow)))
    }

    /// The lines that could not be parsed. What is named there may be used or defined, so that nothing can be said about
    /// its absence.
    pub(super) fn unread(&self) -> Unread<'a> {
        let mut broken: HashMap<SourceId, Vec<Span>> = HashMap::new();
        for mistake in self.mistakes {
            broken.entry(mistake.source).or_default().push(mistake.span);
        }
        let modules = self.modules.iter();
        let lines =
            modules.filter_map(|module| Some(unread(module, broken.get(&module.source_id)?)));
        Unread(lines.flatten().collect())
    }
}

/// Lines that may mean anything.
pub(super) struct Unread<'a>(Vec<&'a str>);

impl Unread<'_> {
    /// Whether some line may be about this name.
    pub(super) fn may_name(&self, name: &str) -> bool {
        self.0.iter().any(|line| line.contains(name))
    }
}

/// The lines with mistakes, and those outside of all flows that were parsed.
fn unread<'a>(module: &'a Module, mistakes: &[Span]) -> Vec<&'a str> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in module.source.split_inclusive('\n') {
        let span = Span::new(offset(start), offset(start + line.len()));
        start += line.len();
        let meets = |other: &Span| other.start < span.end && other.end >= span.start;
        let is_parsed = module.flows.iter().any(|flow| meets(&flow.span));
        let is_something = !matches!(line.trim_start().chars().next(), None | Some('#'));
        if is_something && (!is_parsed || mistakes.iter().any(meets)) {
            lines.push(line);
        }
    }
    lines
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
