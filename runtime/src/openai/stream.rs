//! An answer that comes in pieces, as server-sent events.

use std::collections::BTreeMap;
use std::mem;

use action_sdk::llm::{BoxStream, LlmChunk, LlmError};
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::Response;
use serde_json::{Value as Json, json};
use sse_stream::{Error as SseError, Sse, SseByteStream};

use super::{LONGEST_ANSWER, answer, failure};

/// The chunks of an answer. An answer that breaks off ends with an error.
pub(super) fn chunks(response: Response) -> BoxStream<'static, Result<LlmChunk, LlmError>> {
    let reading = Reading {
        events: events(response),
        calls: Calls::default(),
        has_finished: false,
        has_ended: false,
    };
    let chunks = stream::try_unfold(reading, |mut reading| async move {
        let chunk = reading.next().await?;
        Ok(chunk.map(|chunk| (chunk, reading)))
    });
    Box::pin(chunks)
}

/// The events of an answer. Some services leave out the empty line after the last one.
fn events(response: Response) -> BoxStream<'static, Result<Sse, SseError>> {
    let pieces = stream::try_unfold((response, 0), |(mut response, read)| async move {
        let Some(piece) = response.chunk().await.map_err(failure::of_transport)? else {
            return Ok(None);
        };
        let read = read + piece.len();
        match read > LONGEST_ANSWER {
            true => Err(too_long()),
            false => Ok(Some((piece, (response, read)))),
        }
    });
    let end = stream::once(async { Ok((&b"\n\n"[..]).into()) });
    Box::pin(SseByteStream::new(Box::pin(pieces.chain(end))))
}

/// The answer is longer than anybody reads.
pub(super) fn too_long() -> LlmError {
    LlmError::invalid_response(format!("it is longer than {LONGEST_ANSWER} bytes"))
}

struct Reading {
    events: BoxStream<'static, Result<Sse, SseError>>,
    calls: Calls,
    /// Whether the service said why the answer ends.
    has_finished: bool,
    has_ended: bool,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<LlmChunk>, LlmError> {
        while !self.has_ended {
            let event = self.events.try_next().await.map_err(of_events)?;
            let data = match event {
                Some(event) => event.data,
                None if self.has_finished => Some("[DONE]".to_owned()),
                None => return Err(LlmError::unavailable("the answer broke off")),
            };
            if let Some(chunk) = self.read(data.as_deref().unwrap_or_default().trim())? {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    fn read(&mut self, data: &str) -> Result<Option<LlmChunk>, LlmError> {
        if data.is_empty() {
            return Ok(None);
        }
        if data.starts_with("[DONE]") {
            self.has_ended = true;
            return Ok(self.calls.last_chunk());
        }
        let piece: Json = serde_json::from_str(data).map_err(|error| {
            failure::not_understood("a piece of it is no JSON", data.as_bytes()).with_source(error)
        })?;
        if let Some(error) = failure::in_answer(&piece) {
            return Err(error);
        }
        answer::call_pieces(&piece)
            .iter()
            .for_each(|piece| self.calls.add(piece));
        let Some(mut chunk) = answer::piece(&piece) else {
            return Ok(None);
        };
        if chunk.finish_reason.is_some() {
            self.has_finished = true;
            chunk.tool_calls = self.calls.take();
        }
        Ok(Some(chunk))
    }
}

fn of_events(error: SseError) -> LlmError {
    match error {
        SseError::Body(cause) => match cause.downcast() {
            Ok(error) => *error,
            Err(cause) => LlmError::unavailable(cause.to_string()),
        },
        error @ (SseError::Utf8Parse(_) | SseError::UnknownField | _) => {
            LlmError::invalid_response(format!("it is no stream of events: {error}"))
        }
    }
}

/// The calls of tools, which come in pieces that name the call they belong to.
#[derive(Default)]
struct Calls(BTreeMap<u64, Call>);

struct Call {
    id: Json,
    r#type: Json,
    name: String,
    arguments: String,
}

impl Calls {
    fn add(&mut self, piece: &Json) {
        let index = piece.get("index").and_then(Json::as_u64).unwrap_or(0);
        let part = |path: &str| {
            piece
                .pointer(path)
                .and_then(Json::as_str)
                .unwrap_or_default()
        };
        let call = self.0.entry(index).or_insert_with(|| Call {
            id: part("/id").into(),
            r#type: piece
                .get("type")
                .cloned()
                .unwrap_or_else(|| "function".into()),
            name: part("/function/name").to_owned(),
            arguments: String::new(),
        });
        call.arguments.push_str(part("/function/arguments"));
    }

    /// As they stand in an answer that comes whole.
    fn take(&mut self) -> Vec<Json> {
        let calls = mem::take(&mut self.0).into_values();
        let written = calls.map(|call| {
            let function = json!({"name": call.name, "arguments": call.arguments});
            json!({"id": call.id, "type": call.r#type, "function": function})
        });
        written.collect()
    }

    /// For services that never say why the answer ends.
    fn last_chunk(&mut self) -> Option<LlmChunk> {
        let mut chunk = LlmChunk::default();
        chunk.tool_calls = self.take();
        (!chunk.tool_calls.is_empty()).then_some(chunk)
    }
}
