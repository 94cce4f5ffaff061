//! Where something is defined, and where it is used.

use std::path::Path;

use colang::source::Span;
use lsp_types::{GotoDefinitionResponse, Location, Range};

use crate::file::File;
use crate::index::{Index, Kind};
use crate::place;
use crate::settings;
use crate::workspace::{Place, Workspace};

/// Where the flow at a place is defined, or the file that is imported there.
pub(crate) fn definition(
    workspace: &Workspace,
    place: Place<'_>,
) -> Option<GotoDefinitionResponse> {
    let found = match workspace.mentioned(place.path, place.at) {
        Some((Kind::Flow, name, _)) => {
            let found = workspace.definitions(place.path, &name).into_iter();
            let found = found.map(|found| (found.path, found.file, found.flow.name.span));
            found.collect()
        }
        Some((Kind::Action | Kind::Event, ..)) => Vec::new(),
        None => imported(workspace, place),
    };
    let found = found.into_iter();
    let locations = found.filter_map(|(path, file, span)| location(workspace, path, file, span));
    let locations: Vec<_> = locations.collect();
    (!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations))
}

/// The files that the import at a place means.
fn imported<'a>(workspace: &'a Workspace, place: Place<'_>) -> Vec<(&'a Path, &'a File, Span)> {
    let mut imports = place.file.index.module.imports.iter();
    let Some(import) = imports
        .find(|import| (import.span.start as usize..=import.span.end as usize).contains(&place.at))
    else {
        return Vec::new();
    };
    let target = import.target.path();
    let file = format!("{target}.co");
    let around = workspace.around(place.path);
    let is_meant =
        |path: &Path| path.ends_with(&file) || path.ends_with(&target) || is_in(path, &target);
    let meant = around.filter(|(path, _)| is_meant(path));
    meant
        .map(|(path, file)| (path, file, Span::default()))
        .collect()
}

/// Whether a file is in a folder with this path at its end.
fn is_in(path: &Path, folder: &str) -> bool {
    path.parent().is_some_and(|parent| parent.ends_with(folder))
}

/// Where the flow, action or event at a place is mentioned.
pub(crate) fn references(
    workspace: &Workspace,
    place: Place<'_>,
    with_definitions: bool,
) -> Option<Vec<Location>> {
    let (kind, name, _) = workspace.mentioned(place.path, place.at)?;
    let found = mentions(workspace, place.path, kind, &name);
    let found = found
        .into_iter()
        .filter(|found| with_definitions || !found.is_definition);
    let locations =
        found.filter_map(|found| location(workspace, found.path, found.file, found.span));
    Some(locations.collect())
}

/// A place where something is mentioned.
pub(crate) struct Found<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: &'a File,
    pub(crate) span: Span,
    pub(crate) is_definition: bool,
}

/// All places in flows and settings where something is mentioned.
pub(crate) fn mentions<'a>(
    workspace: &'a Workspace,
    path: &Path,
    kind: Kind,
    name: &str,
) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for (path, file) in workspace.around(path) {
        let spans = match place::is_settings(path) {
            true => of_settings(file, kind, name),
            false => of_flows(&file.index, kind, name),
        };
        found.extend(spans.into_iter().map(|(span, is_definition)| Found {
            path,
            file,
            span,
            is_definition,
        }));
    }
    found
}

fn of_flows(index: &Index, kind: Kind, name: &str) -> Vec<(Span, bool)> {
    let mentions = index.mentions.iter();
    let mentions = mentions.filter(|mention| mention.kind == kind && mention.name == name);
    mentions
        .map(|mention| (mention.span, mention.is_definition))
        .collect()
}

fn of_settings(file: &File, kind: Kind, name: &str) -> Vec<(Span, bool)> {
    let rails = settings::rails(&file.text).into_iter();
    let rails = rails.filter(|(rail, _)| kind == Kind::Flow && rail == name);
    rails.map(|(_, span)| (span, false)).collect()
}

fn location(workspace: &Workspace, path: &Path, file: &File, span: Span) -> Option<Location> {
    if let Err(error) = workspace.library.write(path) {
        tracing::warn!("`{}` cannot be written: {error}", path.display());
    }
    let range: Range = file.text.range(span);
    Some(Location::new(place::uri_of(path)?, range))
}
