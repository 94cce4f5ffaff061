//! An error in a flow, as reported to the host: what, and where in which file.

use std::collections::VecDeque;
use std::fmt;

use colang::state::FlowPlace;

/// An error in a flow: see [`Session::take_flow_errors`](crate::Session::take_flow_errors).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowError {
    kind: String,
    message: String,
    place: Option<FlowPlace>,
}

impl FlowError {
    pub(crate) fn new(kind: &str, message: &str, place: Option<FlowPlace>) -> Self {
        Self {
            kind: kind.to_owned(),
            message: message.to_owned(),
            place,
        }
    }

    /// The `type` of the event `ColangError`, such as `ColangValueError`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The `error` of the event.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The flow that failed; empty if no flow was running.
    #[must_use]
    pub fn flow(&self) -> &str {
        self.place.as_ref().map_or("", |place| &*place.flow)
    }

    /// The file of that flow; empty if no flow was running.
    #[must_use]
    pub fn file(&self) -> &str {
        self.place.as_ref().map_or("", |place| &*place.file)
    }

    /// The line of the statement, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        Some(self.place.as_ref()?.line)
    }

    fn trace(&self) {
        let (kind, reason) = (self.kind(), self.message());
        let (flow, file, line) = (self.flow(), self.file(), self.line());
        tracing::warn!(kind, reason, flow, file, line, "a flow failed");
    }
}

impl fmt::Display for FlowError {
    /// ``main.co:4: flow `greet` failed: None has no attribute `name` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place} failed: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for FlowError {}

/// How many errors are kept if the host does not take them.
const KEPT: usize = 100;

/// The errors in the flows of a conversation that have not been taken yet, the latest [`KEPT`].
#[derive(Debug, Default)]
pub(super) struct FlowErrors(VecDeque<FlowError>);

impl FlowErrors {
    /// Traces an error, and keeps it for the host.
    pub(super) fn tell(&mut self, error: FlowError) {
        error.trace();
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(error);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &FlowError> {
        self.0.iter()
    }

    pub(super) fn take(&mut self) -> Vec<FlowError> {
        std::mem::take(&mut self.0).into()
    }
}
