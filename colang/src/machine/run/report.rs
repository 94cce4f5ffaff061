//! Reports errors to flows and the host.

use super::Run;
use super::place::{Place, with_place};
use crate::state::{Failure, Output};
use crate::value::Event;

/// The event that tells flows about an error.
pub(in crate::machine) const COLANG_ERROR: &str = "ColangError";

impl Run<'_> {
    /// Reports an error to flows, as an event that any of them can wait for.
    pub(in crate::machine) fn report(&mut self, failure: &Failure, place: Option<Place>) {
        if !self.budget.goes_on() {
            return;
        }
        let mut event = Event::new(COLANG_ERROR)
            .with("type", failure.kind)
            .with("error", failure.message.as_str());
        if let Some(place) = &place {
            event = with_place(event, self.state, place);
        }
        self.state.outputs.push(Output::Error {
            kind: failure.kind.into(),
            message: failure.message.as_str().into(),
            place: place.map(|(_, place)| place),
        });
        self.push_public(event);
    }

    /// Reports why a flow fails.
    pub(in crate::machine) fn report_failure(&mut self, failure: &Failure, place: Option<Place>) {
        if failure.is_limit() {
            self.report_limit(failure, place);
        } else {
            self.report(failure, place);
        }
    }

    /// Reports that a limit was reached, but not for every flow that reaches it.
    pub(in crate::machine) fn report_limit(&mut self, failure: &Failure, place: Option<Place>) {
        if self.budget.may_report() {
            self.report(failure, place);
        }
    }
}
