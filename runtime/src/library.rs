//! The flows of this crate: Colang's standard library and the self-check rails, each under the path of its `import`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The prefix of the paths of such files in messages.
const SHOWN_BEFORE: &str = "<library>/";

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../library/", $path)))),+]
    };
}

/// The paths, as in nemoguardrails 0.24.1, and the sources.
const FILES: [(&str, &str); 9] = files![
    "attention.co",
    "avatars.co",
    "core.co",
    "guardrails.co",
    "llm.co",
    "nemoguardrails/library/self_check/input_check/flows.co",
    "nemoguardrails/library/self_check/output_check/flows.co",
    "passthrough.co",
    "timing.co",
];

/// The files at a path or below it: their names for messages, and their sources.
pub(crate) fn below(target: &str) -> Vec<(String, String)> {
    let found = FILES.iter().filter(|(path, _)| is_below(target, path));
    found
        .map(|(path, text)| (shown(path), (*text).to_owned()))
        .collect()
}

/// All files: their names for messages, and their sources.
pub(crate) fn sources() -> impl Iterator<Item = (String, &'static str)> {
    FILES.iter().map(|(path, text)| (shown(path), *text))
}

/// The name of a library file for messages.
pub(crate) fn shown(path: &str) -> String {
    format!("{SHOWN_BEFORE}{path}")
}

/// Whether an import of `target` means the file at this path: itself, without `.co`, or a folder that contains it.
pub(crate) fn is_below(target: &str, path: &str) -> bool {
    path.strip_prefix(target)
        .is_some_and(|rest| rest.is_empty() || rest == ".co" || rest.starts_with('/'))
}

/// Whether this is the name of a library file in messages.
pub(crate) fn is_shown_as(name: &str) -> bool {
    name.starts_with(SHOWN_BEFORE)
}

/// Whether some part of the library has a flow of that name.
pub(crate) fn has(flow: &str) -> bool {
    import_path_of(flow).is_some()
}

/// The import for the flow of that name.
pub(crate) fn import_of(flow: &str) -> Option<String> {
    Some(import_path_of(flow)?.replace('/', "."))
}

fn import_path_of(flow: &str) -> Option<&'static str> {
    static IMPORTS: LazyLock<HashMap<&str, &'static str>> = LazyLock::new(|| {
        // If several parts have a flow of the same name, all but one override it.
        let flows = FILES.iter().flat_map(|(path, text)| {
            let path = import_path(path);
            defined(text).map(move |flow| (flow, path))
        });
        flows.collect()
    });
    IMPORTS.get(flow).copied()
}

/// The names of the flows defined in a source, without those that it overrides.
fn defined(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines();
    let before = std::iter::once("").chain(text.lines());
    let own = before
        .zip(lines)
        .filter(|(before, _)| *before != "@override");
    own.filter_map(|(_, line)| {
        let header = line.strip_prefix("flow ")?;
        let end = header.find(['$', '(']).unwrap_or(header.len());
        let name = header[..end].split("->").next()?;
        Some(name.trim())
    })
}

fn import_path(path: &'static str) -> &'static str {
    let path = path.strip_suffix(".co").unwrap_or(path);
    path.strip_suffix("/flows").unwrap_or(path)
}

/// The possible imports: each file by its path, and rails by their folder.
pub(crate) fn imports() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(path, _)| import_path(path))
}
