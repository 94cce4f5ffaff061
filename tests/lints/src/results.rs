//! What actions return.

use action_sdk::RailOutcome;
use action_sdk::prelude::*;
use core::error::Error;
use core::fmt;
use serde::Serialize;

/// An error of the author's own.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Closed;

impl fmt::Display for Closed {
    #[inline]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("closed")
    }
}

impl Error for Closed {}

/// A result by another name.
pub type Answer<T> = Result<T, Closed>;

/// A value with members.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Point {
    /// To the right.
    pub across: i64,
}

/// Returns nothing.
#[action(name = "LintNothingAction")]
async fn nothing() {}

/// Returns a value.
#[action(name = "LintValueAction")]
async fn value() -> Point {
    Point { across: 1_i64 }
}

/// Returns text that it was given.
#[action(name = "LintBorrowedAction")]
async fn borrowed(text: &str) -> Option<&str> {
    text.strip_prefix('x')
}

/// Returns a value or an error.
#[action(name = "LintResultAction")]
async fn result(fails: bool) -> Result<Point, Closed> {
    if fails {
        return Err(Closed);
    }
    Ok(Point { across: 1_i64 })
}

/// Returns a value or an error, by another name.
#[action(name = "LintAliasAction")]
async fn alias() -> Answer<i64> {
    Err(Closed)
}

/// Returns any error.
#[action(name = "LintBoxedAction")]
async fn boxed() -> Result<(), Box<dyn Error + Send + Sync>> {
    Err(Closed.into())
}

/// Returns what it changed.
#[action(name = "LintChangesAction")]
async fn changes() -> Result<ActionResult, ActionError> {
    let result = ActionResult::value(1_i64).with_context_update("seen", true);
    Ok(result.with_event(Event::new("Noted")))
}

/// Judges.
#[action(name = "LintJudgeAction")]
async fn judge(text: &str) -> RailOutcome {
    match text {
        "" => RailOutcome::allow(),
        _ => RailOutcome::block().with_reason("it is no silence"),
    }
}

/// Returns what implements a trait.
#[action(name = "LintImplAction")]
async fn some_value() -> impl Serialize {
    Point { across: 2_i64 }
}
