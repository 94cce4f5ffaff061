//! Whether there is a flow `main`, with which every conversation begins.

use colang::diagnostic::Code;
use colang::source::SourceMap;
use colang::syntax::Module;

use crate::library;
use crate::problem::Problem;

const MAIN: &str = "main";

/// The mistake, if no flow of that name could be read.
pub(super) fn missing(modules: &[Module], sources: &SourceMap) -> Option<Problem> {
    let mut flows = modules.iter().flat_map(|module| &module.flows);
    let is_there = flows.any(|flow| flow.name.name == MAIN);
    let name = |module: &Module| {
        sources
            .name(module.source_id)
            .unwrap_or_default()
            .to_owned()
    };
    let mut own = modules.iter().map(name);
    let file = own.find(|file| !library::is_shown_as(file));
    // A flow that could not be parsed is told as such.
    let is_attempted = modules.iter().any(|module| {
        let mut lines = module.source.lines();
        lines.any(|line| line.split_whitespace().take(2).eq(["flow", MAIN]))
    });
    (!is_there && !is_attempted).then(|| {
        let message = "there is no flow `main`";
        let problem = match file {
            Some(file) => Problem::in_file(Code::MissingMain, file, message).at_line(1, 1),
            None => Problem::new(Code::MissingMain, message),
        };
        problem.help("write `flow main` with what shall happen when a conversation begins")
    })
}
