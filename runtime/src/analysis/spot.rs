//! Places in flows, and what is told of them.

use colang::diagnostic::{Code, Diagnostic};
use colang::source::{SourceId, Span};
use colang::syntax::ast::Flow;

/// A place in a flow.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The name of the flow.
    pub(super) flow: String,
    source: SourceId,
    span: Span,
}

impl Spot {
    pub(super) fn new(flow: &Flow, source: SourceId, span: Span) -> Self {
        Self {
            flow: flow.name.name.clone(),
            source,
            span,
        }
    }

    /// Another place in the same flow.
    pub(super) fn at(&self, span: Span) -> Self {
        Self {
            span,
            ..self.clone()
        }
    }

    /// What the flow does there is wrong. `what` goes on after the name of the flow.
    pub(super) fn error(&self, code: Code, what: &str) -> Diagnostic {
        Diagnostic::error(code, self.source, self.span, self.says(what))
    }

    /// What the flow does there is probably wrong.
    pub(super) fn warning(&self, code: Code, what: &str) -> Diagnostic {
        Diagnostic::warning(code, self.source, self.span, self.says(what))
    }

    fn says(&self, what: &str) -> String {
        format!("flow `{}` {what}", self.flow)
    }
}
