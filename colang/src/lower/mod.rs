//! Lowers the tree of a flow to its elements, in one pass.
//!
//! Labels, forks and scopes are counted per flow, so that the same source always gives the same elements.

mod assign;
mod await_;
mod builder;
mod control;
mod group;
mod send;
mod start;
mod target;
mod when;

use crate::map::HashSet;
use crate::program::{Mistake, Placed};
use crate::syntax::ast;
use builder::Builder;

/// The flows whose names cannot be distinguished from events.
pub(crate) type Caseless = HashSet<String>;

/// The elements of a flow, beginning with the wait for its start.
///
/// # Errors
///
/// All statements without a meaning, such as `match` of a flow.
pub(crate) fn lower(
    flow: &ast::Flow,
    module: &ast::Module,
    known: &Caseless,
) -> Result<Vec<Placed>, Vec<Mistake>> {
    let mut builder = Builder::new(flow, module, known);
    builder.wait_for_start();
    builder.block(&flow.body, None);
    builder.finish()
}
