//! Generates `docs/library.md` from the flows of the library, with their signatures and doc strings.
//!
//! `UPDATE_EXPECTED=1 cargo test -p action-sdk-runtime` rewrites it.

use std::fs;
use std::path::{Path, PathBuf};

use colang::source::{SourceId, Span};
use colang::syntax::ast::{Decorator, Flow};
use colang::syntax::{Module, parse};

const INTRODUCTION: &str = "# The library

The flows that come with `action-sdk-runtime`. `import core` makes the flows of the part `core` available; a file of that
name in the configuration, or on the import path, replaces that part. Names, parameters and events are those of
nemoguardrails 0.24.1; differences in behaviour are listed in [COMPATIBILITY.md](../COMPATIBILITY.md).

After `->` are the variables that can be read from a finished flow: `$heard.transcript` after
`user said something as $heard`. Flows with the prefix `_` are called by other flows of the library, and can be overridden.

This page is generated from the sources in `runtime/library`.
";

/// The parts, in a good order for reading.
const PARTS: [&str; 9] = [
    "core",
    "timing",
    "guardrails",
    "nemoguardrails/library/self_check/input_check/flows",
    "nemoguardrails/library/self_check/output_check/flows",
    "llm",
    "passthrough",
    "avatars",
    "attention",
];

/// Decorators that say how a flow runs; the others are for prompts and the history.
const SHOWN: [&str; 3] = ["override", "active", "loop"];

fn library() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("library")
}

fn page() -> String {
    let parts = PARTS.iter().map(|path| {
        let file = library().join(format!("{path}.co"));
        let source = fs::read_to_string(file).expect("the part can be read");
        let parsed = parse(SourceId(0), &source);
        assert_eq!(parsed.diagnostics, [], "in {path}");
        part(path, &parsed.module)
    });
    parts.fold(INTRODUCTION.to_owned(), |page, part| page + "\n" + &part)
}

fn part(path: &str, module: &Module) -> String {
    let path = path.strip_suffix("/flows").unwrap_or(path);
    let name = path.replace('/', ".");
    let mut text = format!("## {name}\n\n{}", description(&module.source));
    let imports = module.imports.iter();
    let imports: Vec<_> = imports
        .map(|import| format!("`{}`", import.target.path()))
        .collect();
    if !imports.is_empty() {
        text += &format!("\nImports {}.\n", imports.join(", "));
    }
    let first = module.flows.first().map_or(0, |flow| flow.span.start);
    if headings(&module.source[..first as usize]).is_empty() {
        text += "\n";
    }
    let mut at = 0;
    for flow in &module.flows {
        let start = flow.span.start as usize;
        text += &headings(&module.source[at..start]);
        text += &entry(flow, &module.source);
        at = start;
    }
    text
}

/// The comment at the beginning of a file, without the line for prompts.
fn description(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("# "));
    let lines = lines.filter(|line| !line.starts_with("meta:"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Comments of one line between empty lines. A comment right before a flow is about its code.
fn headings(source: &str) -> String {
    let (blocks, _) = source.rsplit_once("\n\n").unwrap_or_default();
    let blocks = blocks.split("\n\n").skip(1);
    let titles = blocks.filter_map(|block| block.strip_prefix("# "));
    let titles = titles.filter(|title| !title.contains('\n'));
    titles.map(|title| format!("\n### {title}\n\n")).collect()
}

fn entry(flow: &Flow, source: &str) -> String {
    let doc = flow.doc_string().expect("every flow has a doc string");
    let decorators = flow.decorators.iter();
    let decorators = decorators
        .filter(|decorator| SHOWN.contains(&decorator.name.name.as_str()))
        .map(|decorator| format!(" `{}`", written(decorator, source)));
    let decorators: String = decorators.collect();
    format!(
        "- `{}`{decorators}: {}\n",
        signature(flow, source),
        doc.trim()
    )
}

fn written<'s>(decorator: &Decorator, source: &'s str) -> &'s str {
    cut(decorator.span, source).trim()
}

fn signature(flow: &Flow, source: &str) -> String {
    let parameters = flow.parameters.iter();
    let parameters = parameters.map(|parameter| format!(" {}", cut(parameter.span, source)));
    let members = flow.return_members.iter();
    let members: Vec<_> = members.map(|member| cut(member.span, source)).collect();
    let arrow = if members.is_empty() { "" } else { " -> " };
    format!(
        "{}{}{arrow}{}",
        flow.name.name,
        parameters.collect::<String>(),
        members.join(", ")
    )
}

fn cut(span: Span, source: &str) -> &str {
    &source[span.start as usize..span.end as usize]
}

#[test]
fn the_page_says_what_the_flows_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/library.md");
    let page = page();
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&file, &page).expect("the page can be written");
    }
    let written = fs::read_to_string(&file).expect("the page can be read");
    assert_eq!(written, page, "run with UPDATE_EXPECTED=1 to write it anew");
}

#[test]
fn the_page_has_every_part() {
    let mut folders = vec![library()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the library can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(library()).expect("it is below");
                found.push(path.with_extension("").display().to_string());
            }
        }
    }
    found.sort();
    let mut parts = PARTS;
    parts.sort_unstable();
    assert_eq!(found, parts);
}
