//! Searches the documents of a configuration for the user's last message.

use action_sdk::prelude::*;
use serde_json::{Value as Json, json};

use super::similar::most_similar;

/// How many chunks are returned (nemoguardrails 0.24.1).
const MAX_CHUNKS: usize = 3;

/// The size of a chunk at which the next paragraph begins another one, in bytes (nemoguardrails 0.24.1).
const CHUNK_SIZE: usize = 400;

/// Searches the documents for the user's last message, and sets `$relevant_chunks`.
///
/// The documents are the Markdown files in the folder `kb` of the configuration. Every call reads all of them: for a
/// larger knowledge base define an action of the same name.
#[action(
    name = "RetrieveRelevantChunksAction",
    is_system_action,
    replaceable,
    read_only
)]
async fn retrieve_relevant_chunks(
    #[arg(default)] is_colang_2: bool,
    context: &Context,
    config: &RailsConfig,
) -> ActionResult {
    let _ = is_colang_2; // Flows say it; there is nothing else here.
    let asked = context
        .text("last_user_message")
        .filter(|text| !text.is_empty());
    match asked {
        Some(asked) if !config.docs.is_empty() => found(asked, config),
        Some(_) | None => kept(context),
    }
}

fn found(asked: &str, config: &RailsConfig) -> ActionResult {
    let chunks: Vec<_> = config
        .docs
        .iter()
        .flat_map(|document| chunks(&document.content))
        .collect();
    let texts: Vec<_> = chunks.iter().map(String::as_str).collect();
    let best = most_similar(asked, &texts).into_iter().take(MAX_CHUNKS);
    let best: Vec<&str> = best.map(|place| texts[place]).collect();
    result(best.join("\n").into(), json!(best), asked.into())
}

/// Without documents, the existing value stays.
fn kept(context: &Context) -> ActionResult {
    let value = |name: &str| {
        context
            .value(name)
            .filter(|value| !value.is_null())
            .cloned()
    };
    let chunks = value("relevant_chunks").unwrap_or_else(|| "".into());
    let separate = value("relevant_chunks_sep").unwrap_or_else(|| json!([]));
    result(chunks, separate, Json::Null)
}

fn result(chunks: Json, separate: Json, retrieved_for: Json) -> ActionResult {
    ActionResult::value(chunks.clone())
        .with_context_update("relevant_chunks", chunks)
        .with_context_update("relevant_chunks_sep", separate)
        .with_context_update("retrieved_for", retrieved_for)
}

/// Splits a document into chunks on one topic each: a heading begins a new chunk, and so does a paragraph if the
/// current chunk is large enough. Each chunk includes its headings, so that it can be found and understood by itself.
fn chunks(document: &str) -> Vec<String> {
    let mut chunks = Vec::new();
    let mut headings: Vec<(usize, &str)> = Vec::new();
    let mut body = String::new();
    let mut is_code = false;
    for line in document.lines() {
        is_code ^= line.trim_start().starts_with("```");
        let level = line.len() - line.trim_start_matches('#').len();
        let is_heading = !is_code && level > 0 && line[level..].starts_with(' ');
        if is_heading || (!is_code && line.trim().is_empty() && body.len() >= CHUNK_SIZE) {
            close(&mut chunks, &headings, &mut body);
        }
        if is_heading {
            headings.retain(|(above, _)| *above < level);
            headings.push((level, line[level..].trim()));
        } else {
            body += line;
            body.push('\n');
        }
    }
    close(&mut chunks, &headings, &mut body);
    chunks
}

fn close(chunks: &mut Vec<String>, headings: &[(usize, &str)], body: &mut String) {
    let text = std::mem::take(body);
    if text.trim().is_empty() {
        return;
    }
    let titles: Vec<_> = headings.iter().map(|(_, title)| *title).collect();
    chunks.push(match titles.is_empty() {
        true => text.trim().to_owned(),
        false => format!("{}\n{}", titles.join(" - "), text.trim()),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_cut_at_its_headings() {
        let document = "Before.\n\n# Tea\n\nIt is hot.\n\n## Green\n\nIt is green.\n\n# Coffee\n\n```\n# no heading\n```\n";
        let expected = [
            "Before.",
            "Tea\nIt is hot.",
            "Tea - Green\nIt is green.",
            "Coffee\n```\n# no heading\n```",
        ];
        assert_eq!(chunks(document), expected);
    }

    #[test]
    fn a_long_part_is_cut_between_paragraphs() {
        let paragraph = "word ".repeat(100);
        let document = format!("# Tea\n{paragraph}\n\n{paragraph}\n\nend");
        let found = chunks(&document);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|chunk| chunk.starts_with("Tea\n")));
    }

    #[test]
    fn nothing_has_no_parts() {
        for document in ["", "\n\n", "# Tea", "###### \n"] {
            assert_eq!(chunks(document), [] as [&str; 0], "for {document:?}");
        }
    }
}
