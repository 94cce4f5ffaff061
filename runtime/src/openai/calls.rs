//! Tool calls in a streamed answer, which arrive in pieces.

use std::mem;

use action_sdk::llm::LlmChunk;
use serde_json::{Value as Json, json};

/// The calls so far, in the order in which they began.
#[derive(Default)]
pub(super) struct Calls(Vec<Call>);

struct Call {
    /// The index given by the service; some give all calls the same, some give none.
    index: Option<u64>,
    id: String,
    r#type: Json,
    name: String,
    arguments: String,
}

impl Calls {
    pub(super) fn add(&mut self, piece: &Json) {
        if !piece.is_object() {
            return;
        }
        let place = self.place(piece).unwrap_or_else(|| self.begin(piece));
        let call = &mut self.0[place];
        for (own, path) in [(&mut call.id, "/id"), (&mut call.name, "/function/name")] {
            if own.is_empty() {
                text(piece, path).clone_into(own);
            }
        }
        match piece.pointer("/function/arguments") {
            Some(Json::String(text)) => call.arguments.push_str(text),
            Some(fields @ Json::Object(_)) => call.arguments.push_str(&fields.to_string()),
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_)) | None => {}
        }
    }

    /// The call that a piece continues. A new id begins a new call, and so does a name if there is neither id nor
    /// index.
    fn place(&self, piece: &Json) -> Option<usize> {
        let (id, index) = (text(piece, "/id"), index(piece));
        let of_index = |call: &Call| index.is_none() || call.index == index;
        if id.is_empty() {
            let place = self.0.iter().rposition(of_index)?;
            let is_named = !text(piece, "/function/name").is_empty();
            let begins = index.is_none() && is_named && !self.0[place].name.is_empty();
            return (!begins).then_some(place);
        }
        let known = self.0.iter().rposition(|call| call.id == id);
        let unnamed = |call: &Call| call.id.is_empty() && index.is_some() && of_index(call);
        known.or_else(|| self.0.iter().rposition(unnamed))
    }

    fn begin(&mut self, piece: &Json) -> usize {
        let r#type = piece.get("type").filter(|r#type| r#type.is_string());
        self.0.push(Call {
            index: index(piece),
            id: String::new(),
            r#type: r#type.cloned().unwrap_or_else(|| "function".into()),
            name: String::new(),
            arguments: String::new(),
        });
        self.0.len() - 1
    }

    /// The calls in the form of an answer that is not streamed.
    pub(super) fn take(&mut self) -> Vec<Json> {
        let calls = mem::take(&mut self.0).into_iter();
        let written = calls.map(|call| {
            let function = json!({"name": call.name, "arguments": call.arguments});
            json!({"id": call.id, "type": call.r#type, "function": function})
        });
        written.collect()
    }

    /// For services that send them after the finish reason.
    pub(super) fn last_chunk(&mut self) -> Option<LlmChunk> {
        let mut chunk = LlmChunk::default();
        chunk.tool_calls = self.take();
        (!chunk.tool_calls.is_empty()).then_some(chunk)
    }
}

fn index(piece: &Json) -> Option<u64> {
    piece.get("index").and_then(Json::as_u64)
}

fn text<'a>(piece: &'a Json, path: &str) -> &'a str {
    let text = piece.pointer(path).and_then(Json::as_str);
    text.unwrap_or_default()
}
