//! What is in one file of flows: its tree, and the places where flows, actions and events are mentioned.

use colang::source::{SourceId, Span};
use colang::syntax::ast::{
    Argument, ArgumentKind, ExprKind, Flow, Module, Spec, SpecOp, SpecTarget,
};
use colang::syntax::visit::{Visitor, walk_argument, walk_spec};
use colang::syntax::{Parsed, parse};

/// The kind of what is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Flow,
    Action,
    Event,
}

/// A place where something is mentioned by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mention {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The name.
    pub(crate) span: Span,
    /// Whether this is where the flow is defined.
    pub(crate) is_definition: bool,
}

/// What is in one file.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) module: Module,
    /// In the order of the file.
    pub(crate) mentions: Vec<Mention>,
}

impl Index {
    pub(crate) fn new(source: &str) -> Self {
        let Parsed { module, .. } = parse(SourceId(0), source);
        let mut finder = Finder {
            source,
            mentions: Vec::new(),
        };
        for flow in &module.flows {
            finder.push(Kind::Flow, &flow.name.name, flow.name.span, true);
            finder.visit_flow(flow);
        }
        let mut mentions = finder.mentions;
        mentions.sort_by_key(|mention| mention.span.start);
        Self { module, mentions }
    }

    /// What is mentioned at an offset.
    pub(crate) fn mention_at(&self, at: usize) -> Option<&Mention> {
        let is_there = |mention: &&Mention| {
            (mention.span.start as usize..=mention.span.end as usize).contains(&at)
        };
        self.mentions.iter().find(is_there)
    }

    /// The flow in which an offset is, or above it.
    pub(crate) fn flow_at(&self, at: usize) -> Option<&Flow> {
        let mut flows = self.module.flows.iter().rev();
        flows.find(|flow| flow.span.start as usize <= at)
    }
}

struct Finder<'a> {
    source: &'a str,
    mentions: Vec<Mention>,
}

impl Finder<'_> {
    fn push(&mut self, kind: Kind, name: &str, span: Span, is_definition: bool) {
        self.mentions.push(Mention {
            kind,
            name: name.to_owned(),
            span,
            is_definition,
        });
    }
}

impl<'a> Visitor<'a> for Finder<'_> {
    fn visit_spec(&mut self, _: Option<SpecOp>, spec: &'a Spec) {
        let kind = match &spec.target {
            SpecTarget::Flow(_) => Some(Kind::Flow),
            SpecTarget::Action(_) => Some(Kind::Action),
            SpecTarget::Event(_) => Some(Kind::Event),
            SpecTarget::Reference(_) => None,
        };
        if let Some(kind) = kind {
            let name = spec.target.ident();
            self.push(kind, &name.name, name.span, false);
        }
        walk_spec(self, spec);
    }

    /// Events about a flow name it in a string: `FinishFlow(flow_id="greet")`.
    fn visit_argument(&mut self, argument: &'a Argument) {
        if let ArgumentKind::Named(name) = &argument.kind
            && name.name == "flow_id"
            && let ExprKind::Str(flow) = &argument.value.kind
        {
            let span = argument.value.span;
            let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
            if inner.text(self.source) == flow {
                self.push(Kind::Flow, flow, inner, false);
            }
        }
        walk_argument(self, argument);
    }
}

/// How a flow is called: its name, parameters and return members, as they are written.
pub(crate) fn signature(module: &Module, flow: &Flow) -> String {
    let text = |span: Span| module.text(span).to_owned();
    let params = flow.parameters.iter().map(|param| text(param.span));
    let params: Vec<_> = params.collect();
    let members: Vec<_> = flow
        .return_members
        .iter()
        .map(|member| text(member.span))
        .collect();
    let mut signature = format!("flow {}", flow.name.name);
    for param in params {
        signature = format!("{signature} {param}");
    }
    match members.is_empty() {
        true => signature,
        false => format!("{signature} -> {}", members.join(", ")),
    }
}

/// What is said of a flow: its doc string, or the comment above it.
pub(crate) fn documentation(module: &Module, flow: &Flow) -> String {
    if let Some(doc) = flow.doc_string() {
        return doc.trim().to_owned();
    }
    let before = &module.source[..flow.span.start as usize];
    let lines = before
        .lines()
        .rev()
        .map_while(|line| line.strip_prefix('#'));
    let mut lines: Vec<_> = lines.map(str::trim).collect();
    lines.reverse();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<(Kind, String, bool)> {
        let mentions = Index::new(source).mentions.into_iter();
        mentions
            .map(|found| (found.kind, found.name, found.is_definition))
            .collect()
    }

    #[test]
    fn finds_flows_actions_and_events_with_their_kinds() {
        let source = "flow main\n  await greet  user or WaveAction()\n  match Hello()\n";
        let expected = [
            (Kind::Flow, "main", true),
            (Kind::Flow, "greet user", false),
            (Kind::Action, "WaveAction", false),
            (Kind::Event, "Hello", false),
        ];
        assert_eq!(
            names(source),
            expected.map(|(kind, name, is)| (kind, name.to_owned(), is))
        );
    }

    #[test]
    fn finds_flows_that_events_name() {
        let found = names("flow main\n  send StopFlow(flow_id=\"greet user\")\n");
        assert_eq!(found[2], (Kind::Flow, "greet user".to_owned(), false));
    }

    #[test]
    fn a_mistake_hides_only_its_statement() {
        let found = names("flow main\n  await a\n  await (\n  await b\n\nflow b\n  pass\n");
        let flows: Vec<_> = found.iter().map(|(_, name, _)| name.as_str()).collect();
        assert_eq!(flows, ["main", "a", "b", "b"]);
    }

    #[test]
    fn a_flow_is_documented_by_its_comment_or_its_doc_string() {
        let source = "# Says hello.\n# Twice.\n@active\nflow a $x=1 $y -> $z\n  pass\n\n# No.\nflow b\n  \"\"\" Yes. \"\"\"\n  pass\n";
        let module = Index::new(source).module;
        let [a, b] = &module.flows[..] else {
            panic!("there are two flows");
        };
        assert_eq!(documentation(&module, a), "Says hello.\nTwice.");
        assert_eq!(signature(&module, a), "flow a $x=1 $y -> $z");
        assert_eq!(documentation(&module, b), "Yes.");
    }
}
