//! The parts of a file, the flows of all files by name, and a file in the style of the formatter.

use std::path::Path;

use colang::source::{SourceId, Span};
use colang::syntax::ast::Flow;
use lsp_types::{
    DocumentSymbol, DocumentSymbolResponse, Location, OneOf, SymbolKind, TextEdit, WorkspaceSymbol,
    WorkspaceSymbolResponse,
};

use crate::file::File;
use crate::index::signature;
use crate::place;
use crate::settings;
use crate::text::{Text, number};
use crate::workspace::Workspace;

/// The flows of a file, or its outermost settings.
pub(crate) fn outline(path: &Path, file: &File) -> Option<DocumentSymbolResponse> {
    let symbols = match place::is_settings(path) {
        true => of_settings(&file.text),
        false => file
            .index
            .module
            .flows
            .iter()
            .map(|flow| of_flow(file, flow))
            .collect(),
    };
    Some(DocumentSymbolResponse::Nested(symbols))
}

fn of_flow(file: &File, flow: &Flow) -> DocumentSymbol {
    let detail = signature(&file.index.module, flow);
    let detail = detail
        .trim_start_matches("flow ")
        .trim_start_matches(&*flow.name.name);
    symbol(
        &file.text,
        &flow.name.name,
        detail.trim(),
        SymbolKind::FUNCTION,
        [flow.span, flow.name.span],
    )
}

/// Each key, up to the next one.
fn of_settings(text: &Text) -> Vec<DocumentSymbol> {
    let keys = settings::outermost(text);
    let ends = keys.iter().skip(1).map(|(_, line)| text.line_start(*line));
    let ends: Vec<_> = ends.chain([text.as_str().len()]).collect();
    let keys = keys.iter().zip(ends);
    let symbols = keys.map(|((key, _), end)| {
        let whole = Span::new(key.span.start, number(end));
        symbol(text, key.name, "", SymbolKind::PROPERTY, [whole, key.span])
    });
    symbols.collect()
}

fn symbol(
    text: &Text,
    name: &str,
    detail: &str,
    kind: SymbolKind,
    [whole, name_span]: [Span; 2],
) -> DocumentSymbol {
    #[allow(deprecated, reason = "the type has a field that nobody is to use")]
    DocumentSymbol {
        name: name.to_owned(),
        detail: (!detail.is_empty()).then(|| detail.to_owned()),
        kind,
        tags: None,
        deprecated: None,
        range: text.range(whole),
        selection_range: text.range(name_span),
        children: None,
    }
}

/// The flows of all configurations whose names have these letters.
pub(crate) fn search(workspace: &Workspace, query: &str) -> WorkspaceSymbolResponse {
    let query = query.to_lowercase();
    let files = workspace.projects().flat_map(|project| &project.files);
    let flows = files.flat_map(|(path, file)| {
        file.index
            .module
            .flows
            .iter()
            .map(move |flow| (path, file, flow))
    });
    let found = flows.filter(|(_, _, flow)| flow.name.name.to_lowercase().contains(&query));
    let symbols = found.filter_map(|(path, file, flow)| {
        Some(WorkspaceSymbol {
            name: flow.name.name.clone(),
            kind: SymbolKind::FUNCTION,
            tags: None,
            container_name: None,
            location: OneOf::Left(Location::new(
                place::uri_of(path)?,
                file.text.range(flow.name.span),
            )),
            data: None,
        })
    });
    WorkspaceSymbolResponse::Nested(symbols.collect())
}

/// The change that brings a file into the style of the formatter; none if it has mistakes.
pub(crate) fn formatting(path: &Path, file: &File) -> Option<Vec<TextEdit>> {
    if place::is_settings(path) {
        return None;
    }
    let formatted = colang::format(SourceId(0), file.text.as_str()).ok()?;
    Some(match formatted == file.text.as_str() {
        true => Vec::new(),
        false => vec![TextEdit::new(file.text.whole(), formatted)],
    })
}
