//! Gives a flow another name, wherever it is mentioned: in flows, in events, in the settings.

use std::collections::HashMap;

use colang::program::{File, Program};
use colang::source::SourceId;
use colang::syntax::ast::{Ident, SpecTarget};
use lsp_types::{PrepareRenameResponse, TextEdit, Uri, WorkspaceEdit};

use crate::cursor::is_keyword;
use crate::index::Kind;
use crate::navigation;
use crate::place;
use crate::workspace::{Place, Workspace};

/// The name at a place, if it can be changed.
pub(crate) fn prepare(
    workspace: &Workspace,
    place: Place<'_>,
) -> Result<Option<PrepareRenameResponse>, String> {
    let (name, span) = flow_at(workspace, place)?;
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: place.file.text.range(span),
        placeholder: name,
    }))
}

/// All changes that give the flow at a place another name.
pub(crate) fn rename(
    workspace: &Workspace,
    place: Place<'_>,
    new: &str,
) -> Result<Option<WorkspaceEdit>, String> {
    let (name, _) = flow_at(workspace, place)?;
    let new = new.split_whitespace().collect::<Vec<_>>().join(" ");
    if new != name && !workspace.definitions(place.path, &new).is_empty() {
        return Err(format!("there is a flow `{new}` already"));
    }
    check_name(&new)?;
    // Addresses have a cache inside that does not count for their hash.
    #[allow(
        clippy::mutable_key_type,
        reason = "the protocol has addresses as keys"
    )]
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for found in navigation::mentions(workspace, place.path, Kind::Flow, &name) {
        if let Some(uri) = place::uri_of(found.path) {
            let edit = TextEdit::new(found.file.text.range(found.span), new.clone());
            changes.entry(uri).or_default().push(edit);
        }
    }
    Ok(Some(WorkspaceEdit::new(changes)))
}

fn flow_at(
    workspace: &Workspace,
    place: Place<'_>,
) -> Result<(String, colang::source::Span), String> {
    let (name, span) = match workspace.mentioned(place.path, place.at) {
        Some((Kind::Flow, name, span)) => (name, span),
        Some((Kind::Action | Kind::Event, ..)) | None => {
            return Err("only flows can be renamed, and there is none here".to_owned());
        }
    };
    let definitions = workspace.definitions(place.path, &name);
    if definitions
        .iter()
        .any(|found| workspace.library.has(found.path))
    {
        return Err(format!("`{name}` is a flow of the library"));
    }
    match definitions.is_empty() {
        true => Err(format!("there is no flow `{name}`")),
        false => Ok((name, span)),
    }
}

/// Whether a flow can have this name.
fn check_name(name: &str) -> Result<(), String> {
    let ident = Ident {
        name: name.to_owned(),
        span: colang::source::Span::default(),
    };
    match SpecTarget::named(ident) {
        SpecTarget::Flow(_) => is_word(name),
        SpecTarget::Event(_) if SpecTarget::is_caseless(name) => is_word(name),
        SpecTarget::Event(_) | SpecTarget::Action(_) | SpecTarget::Reference(_) => Err(format!(
            "`{name}` would be an event or an action: names of flows have no upper-case letters"
        )),
    }
}

/// Whether a program can have a flow of this name.
fn is_word(name: &str) -> Result<(), String> {
    let source = format!("flow {name}\n  pass\n\nflow main\n  await {name}\n");
    let parsed = colang::syntax::parse(SourceId(0), &source);
    let flows: Vec<_> = parsed
        .module
        .flows
        .iter()
        .map(|flow| flow.name.name.as_str())
        .collect();
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    let is_read = !is_keyword(name) && parsed.diagnostics.is_empty() && flows == [name, "main"];
    if !is_read || Program::new(&[file]).is_err() {
        return Err(format!(
            "`{name}` cannot be the name of a flow: names are words of letters, digits and `_`"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_are_words() {
        for name in [
            "greet",
            "user asked for_help 2nd".trim_end_matches(" 2nd"),
            "用户",
        ] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "a-b", "a and b", "a $x", "1st", "if", "a\n  pass"] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_with_capitals_would_be_something_else() {
        assert!(check_name("Greet user").is_err());
        assert!(check_name("GreetAction").is_err());
    }
}
