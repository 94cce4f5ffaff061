//! What is known about the word at a place.

use action_sdk::{ActionDescriptor, ParamDescriptor, ParamKind};
use action_sdk_runtime::vocabulary::{self, Setting};
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};
use umim::ActionEventName;

use crate::index::{Kind, documentation, signature};
use crate::place;
use crate::settings;
use crate::workspace::{Defined, Place, Workspace};

/// What is shown about the word at a place.
pub(crate) fn hover(workspace: &Workspace, place: Place<'_>) -> Option<Hover> {
    let found = workspace.mentioned(place.path, place.at);
    let (text, span) = match found {
        Some((Kind::Flow, name, span)) => (flows(&workspace.definitions(place.path, &name))?, span),
        Some((Kind::Action, name, span)) => (action(workspace.actions.action(&name)?), span),
        Some((Kind::Event, name, span)) => (event(workspace, &name)?, span),
        None if place::is_settings(place.path) => setting_at(place)?,
        None => return None,
    };
    Some(Hover {
        contents: HoverContents::Markup(markdown(text)),
        range: Some(place.file.text.range(span)),
    })
}

pub(crate) fn markdown(value: String) -> MarkupContent {
    MarkupContent {
        kind: MarkupKind::Markdown,
        value,
    }
}

fn flows(found: &[Defined<'_>]) -> Option<String> {
    let texts: Vec<_> = found.iter().map(flow).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n---\n\n"))
}

pub(crate) fn flow(found: &Defined<'_>) -> String {
    let code = code(&signature(found.module(), found.flow));
    let text = documentation(found.module(), found.flow);
    joined([code, text])
}

fn code(text: &str) -> String {
    format!("```colang\n{text}\n```")
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

/// The arguments that an action takes.
pub(crate) fn arguments(action: &ActionDescriptor) -> impl Iterator<Item = &ParamDescriptor> {
    let params = action.params().iter();
    params.filter(|param| param.kind() == ParamKind::Argument)
}

/// `WaveAction(hand: String, times?: i64)`
pub(crate) fn call(action: &ActionDescriptor) -> String {
    let params = arguments(action).map(|param| {
        let mark = if param.is_optional() { "?" } else { "" };
        format!("{}{mark}: {}", param.name(), param.type_name())
    });
    let mut params: Vec<_> = params.collect();
    if action.accepts_any_argument() {
        params.push("…".to_owned());
    }
    format!("{}({})", action.name(), params.join(", "))
}

pub(crate) fn action(action: &ActionDescriptor) -> String {
    let params = arguments(action).filter(|param| !param.description().is_empty());
    let params = params.map(|param| format!("* `{}`: {}", param.name(), param.description()));
    let params = params.collect::<Vec<_>>().join("\n");
    joined([
        code(&call(action)),
        action.description().to_owned(),
        params,
        action.origin(),
    ])
}

/// An event of an action: what it is about, and its members.
fn event(workspace: &Workspace, name: &str) -> Option<String> {
    let parsed = ActionEventName::parse(name)?;
    let about = match workspace.actions.action(parsed.action()) {
        Some(found) => action(found),
        None => format!("An event of `{}`.", parsed.action()),
    };
    let word = name.strip_prefix(parsed.action()).unwrap_or_default();
    let members = vocabulary::members_of_event(parsed.action(), word);
    let members = format!("Members: `{}`", members.join("`, `"));
    Some(joined([about, members]))
}

fn setting_at(place: Place<'_>) -> Option<(String, colang::source::Span)> {
    let text = &place.file.text;
    let line = text.line_of(place.at);
    let key = settings::key(text, line)?;
    let is_there = (key.span.start as usize..=key.span.end as usize).contains(&place.at);
    let path = settings::path_of(text, line, &key);
    let (name, above) = path.split_last()?;
    let known = vocabulary::settings(above);
    let found = known.iter().find(|setting| setting.name == *name)?;
    is_there.then(|| (setting(found), key.span))
}

/// What is known of a setting.
pub(crate) fn setting(setting: &Setting) -> String {
    let example = format!("```yaml\n{}\n```", setting.example);
    let unused = setting
        .unused
        .map(|why| format!("It has no effect here: {why}."));
    joined([
        format!("`{}`: {}", setting.name, setting.expected),
        example,
        unused.unwrap_or_default(),
    ])
}
