//! What could come next at a place.

use std::collections::BTreeSet;

use action_sdk::ActionDescriptor;
use action_sdk_runtime::vocabulary;
use colang::source::Span;
use colang::syntax::ast::Flow;
use colang::syntax::{LexemeKind, STATEMENT_WORDS, lexemes};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionResponse, CompletionTextEdit,
    Documentation, TextEdit,
};

use crate::cursor::{Typed, typed};
use crate::hover;
use crate::index::signature;
use crate::place;
use crate::settings;
use crate::text::number;
use crate::workspace::{Place, Workspace};

/// More are not listed; an editor asks again when more is typed.
const MOST_ITEMS: usize = 500;

/// The events of every action and of every flow.
const ACTION_EVENTS: [&str; 3] = ["Started", "Updated", "Finished"];
const FLOW_EVENTS: [&str; 3] = ["Started", "Finished", "Failed"];

const DECORATORS: [&str; 6] = ["active", "loop", "meta", "override", "rail", "speaks_for"];

/// What could come next.
pub(crate) fn items(workspace: &Workspace, place: Place<'_>) -> Option<CompletionResponse> {
    let offers = Offers { workspace, place };
    let (start, found) = match place::is_settings(place.path) {
        true => offers.settings(),
        false => offers.flows(),
    };
    let prefix = place.file.text.as_str()[start..place.at].to_lowercase();
    let mut found: Vec<_> = found
        .into_iter()
        .filter(|offer| offer.label.to_lowercase().starts_with(&prefix))
        .collect();
    let is_incomplete = found.len() > MOST_ITEMS;
    found.truncate(MOST_ITEMS);
    let range = place
        .file
        .text
        .range(Span::new(number(start), number(place.at)));
    let items = found.into_iter().map(|offer| offer.item(range));
    Some(CompletionResponse::List(CompletionList {
        is_incomplete,
        items: items.collect(),
    }))
}

/// Something that could come next.
struct Offer {
    label: String,
    /// What is written, if it is more than the label.
    text: Option<String>,
    kind: CompletionItemKind,
    detail: Option<String>,
    documentation: Option<String>,
}

impl Offer {
    fn new(label: impl Into<String>, kind: CompletionItemKind) -> Self {
        Self {
            label: label.into(),
            text: None,
            kind,
            detail: None,
            documentation: None,
        }
    }

    fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    fn documentation(mut self, documentation: impl Into<String>) -> Self {
        self.documentation = Some(documentation.into());
        self
    }

    fn item(self, range: lsp_types::Range) -> CompletionItem {
        let text = self.text.unwrap_or_else(|| self.label.clone());
        CompletionItem {
            filter_text: Some(self.label.clone()),
            label: self.label,
            kind: Some(self.kind),
            detail: self.detail,
            documentation: self
                .documentation
                .map(|text| Documentation::MarkupContent(hover::markdown(text))),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
            ..CompletionItem::default()
        }
    }
}

/// What can be offered at a place.
struct Offers<'a> {
    workspace: &'a Workspace,
    place: Place<'a>,
}

impl<'a> Offers<'a> {
    fn flows(&self) -> (usize, Vec<Offer>) {
        match typed(&self.place.file.text, self.place.at) {
            Typed::Nothing => (self.place.at, Vec::new()),
            Typed::Variable { start, call } => (start, self.variables(call.as_deref())),
            Typed::Member { start, of } => (start, self.members(&of)),
            Typed::Argument { start, call } => (start, self.arguments(&call)),
            Typed::Decorator { start } => (start, words(&DECORATORS, CompletionItemKind::KEYWORD)),
            Typed::Import { start } => (start, self.imports()),
            Typed::Name {
                start,
                is_statement,
            } => (start, self.names(is_statement)),
        }
    }

    /// The name of a flow, an action or an event.
    fn names(&self, is_statement: bool) -> Vec<Offer> {
        let mut found = match is_statement {
            true => words(&STATEMENT_WORDS, CompletionItemKind::KEYWORD),
            false => Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for flow in self.workspace.flows(self.place.path) {
            let name = &*flow.flow.name.name;
            if seen.insert(name) {
                let offer = Offer::new(name, CompletionItemKind::FUNCTION);
                let offer = offer.detail(signature(flow.module(), flow.flow));
                found.push(offer.documentation(hover::flow(&flow)));
            }
        }
        found.extend(self.workspace.actions.actions().map(of_action));
        let linked = |action: &str| self.workspace.actions.action(action).is_some();
        let standard = umim::standard_actions().filter(|action| !linked(action));
        found.extend(
            standard.map(|action| Offer::new(action, CompletionItemKind::CLASS).detail("of UMIM")),
        );
        found
    }

    /// The variables of the flow at this place, and the parameters of the flow that is called.
    fn variables(&self, call: Option<&str>) -> Vec<Offer> {
        let mut found = Vec::new();
        for flow in call
            .into_iter()
            .flat_map(|call| self.workspace.definitions(self.place.path, call))
        {
            let params = flow.flow.parameters.iter();
            found.extend(params.map(|param| {
                let label = format!("${}=", param.name.name);
                Offer::new(label, CompletionItemKind::FIELD)
                    .detail(signature(flow.module(), flow.flow))
            }));
        }
        let names = variables(self.text_of_flow(), self.place.at);
        found.extend(
            names
                .into_iter()
                .map(|name| Offer::new(name, CompletionItemKind::VARIABLE)),
        );
        found
    }

    /// The lines of the flow at this place. If they have mistakes there may be no tree, but there are lines.
    fn text_of_flow(&self) -> (usize, &'a str) {
        let text = &self.place.file.text;
        let line = text.line_of(self.place.at);
        let is_header = |line: &usize| text.line(*line).starts_with("flow ");
        let start = (0..=line).rev().find(is_header).unwrap_or(0);
        let end = (line + 1..text.line_count())
            .find(is_header)
            .unwrap_or(text.line_count());
        let start = text.line_start(start);
        (start, &text.as_str()[start..text.line_start(end)])
    }

    fn members(&self, of: &str) -> Vec<Offer> {
        let events = |names: &[&str]| words(names, CompletionItemKind::EVENT);
        match of.strip_prefix('$') {
            Some("system") => words(&["config"], CompletionItemKind::PROPERTY),
            Some(variable) => self.members_of_variable(variable),
            None if of.ends_with("Action") => events(&ACTION_EVENTS),
            None => events(&FLOW_EVENTS),
        }
    }

    fn members_of_variable(&self, variable: &str) -> Vec<Offer> {
        let flow = self.place.file.index.flow_at(self.place.at);
        let known = flow
            .map(vocabulary::members_of_variables)
            .unwrap_or_default();
        let members = known.into_iter().find(|(name, _)| name == variable);
        let members = members.map(|(_, members)| members).unwrap_or_default();
        let members = members
            .into_iter()
            .map(|name| Offer::new(name, CompletionItemKind::PROPERTY));
        let events = words(&FLOW_EVENTS, CompletionItemKind::EVENT);
        members.chain(events).collect()
    }

    /// The arguments that a call in parentheses may have, and the values that could be one.
    fn arguments(&self, call: &str) -> Vec<Offer> {
        if let Some(action) = self.workspace.actions.action(call) {
            return hover::arguments(action).map(of_argument).collect();
        }
        let of_event = umim::ActionEventName::parse(call);
        if let Some(event) = of_event {
            let word = call.strip_prefix(event.action()).unwrap_or_default();
            let members = vocabulary::members_of_event(event.action(), word).into_iter();
            return members.map(|name| named_argument(&name)).collect();
        }
        let flows = self
            .workspace
            .definitions(self.place.path, call)
            .into_iter();
        flows.flat_map(|found| params(found.flow)).collect()
    }

    fn imports(&self) -> Vec<Offer> {
        let library = vocabulary::library_imports();
        let library = library
            .map(|name| Offer::new(name, CompletionItemKind::MODULE).detail("of the library"));
        let folder = self.place.path.parent();
        let around = self
            .workspace
            .project(self.place.path)
            .into_iter()
            .flat_map(|project| project.files.keys());
        let own = around.filter_map(|path| {
            let path = path.strip_prefix(folder?).ok()?.with_extension("");
            Some(path.to_str()?.replace(['/', '\\'], "."))
        });
        library
            .chain(own.map(|name| Offer::new(name, CompletionItemKind::MODULE)))
            .collect()
    }

    /// The keys that may stand here, or the values of the key in this line.
    fn settings(&self) -> (usize, Vec<Offer>) {
        let text = &self.place.file.text;
        let line = text.line_of(self.place.at);
        let before = &text.as_str()[text.line_start(line)..self.place.at];
        let word = before.trim_end_matches(settings::is_of_key);
        let start = text.line_start(line) + word.len();
        if let Some(key) =
            settings::key(text, line).filter(|key| (key.span.end as usize) < self.place.at)
        {
            return (start, values(&settings::path_of(text, line, &key)));
        }
        let path = settings::path(text, line, word.len());
        if path.first() == Some(&"rails") && path.last() == Some(&"flows") {
            let item = before.trim_start_matches([' ', '-']);
            return (self.place.at - item.len(), self.rails());
        }
        (start, keys(&path))
    }

    /// The flows that could be rails.
    fn rails(&self) -> Vec<Offer> {
        let mut found = self.names(false);
        found.retain(|offer| offer.kind == CompletionItemKind::FUNCTION);
        found
    }
}

fn words(words: &[&str], kind: CompletionItemKind) -> Vec<Offer> {
    words.iter().map(|word| Offer::new(*word, kind)).collect()
}

fn of_action(action: &ActionDescriptor) -> Offer {
    let offer = Offer::new(action.name(), CompletionItemKind::CLASS);
    let offer = offer.detail(hover::call(action));
    let offer = offer.documentation(hover::action(action));
    let has_none = hover::arguments(action).next().is_none();
    offer.text(format!(
        "{}{}",
        action.name(),
        if has_none { "()" } else { "(" }
    ))
}

fn of_argument(param: &action_sdk::ParamDescriptor) -> Offer {
    let offer = named_argument(param.name()).detail(param.type_name());
    match param.description() {
        "" => offer,
        text => offer.documentation(text),
    }
}

fn named_argument(name: &str) -> Offer {
    Offer::new(name, CompletionItemKind::FIELD).text(format!("{name}="))
}

fn params(flow: &Flow) -> Vec<Offer> {
    flow.parameters
        .iter()
        .map(|param| named_argument(&param.name.name))
        .collect()
}

/// The variables in the text of a flow, without the one at this place.
fn variables((start, text): (usize, &str), at: usize) -> BTreeSet<String> {
    let found = lexemes(text).into_iter();
    let found = found.filter(|lexeme| {
        lexeme.kind == LexemeKind::Variable && start + lexeme.span.end as usize != at
    });
    found
        .map(|lexeme| lexeme.span.text(text).to_owned())
        .collect()
}

fn keys(path: &[&str]) -> Vec<Offer> {
    let known = vocabulary::settings(path).into_iter();
    let offers = known.map(|setting| {
        let text = if setting.is_group {
            format!("{}:", setting.name)
        } else {
            format!("{}: ", setting.name)
        };
        let offer = Offer::new(setting.name, CompletionItemKind::PROPERTY).text(text);
        let offer = offer.documentation(hover::setting(&setting));
        offer.detail(setting.expected)
    });
    offers.collect()
}

fn values(path: &[&str]) -> Vec<Offer> {
    let Some((name, above)) = path.split_last() else {
        return Vec::new();
    };
    let known = vocabulary::settings(above).into_iter();
    let values = known
        .filter(|setting| setting.name == *name)
        .flat_map(|setting| setting.values);
    values
        .map(|value| Offer::new(value, CompletionItemKind::VALUE))
        .collect()
}
