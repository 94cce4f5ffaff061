//! A streamed answer, as server-sent events.

use std::mem;

use action_sdk::llm::{BoxStream, LlmChunk, LlmError, LlmErrorKind, LlmStream};
use futures_util::stream;
use reqwest::Response;
use serde_json::Value as Json;

use super::calls::Calls;
use super::events::{Event, Events};
use super::{LONGEST_ANSWER, answer, failure};

/// The chunks of an answer, without reasoning. An incomplete or missing answer ends with an error.
pub(super) fn chunks(response: Response) -> BoxStream<'static, Result<LlmChunk, LlmError>> {
    let reading = Reading {
        response: Some(response),
        length: 0,
        events: Events::default(),
        calls: Calls::default(),
        refusal: String::new(),
        has_begun: false,
        has_answer: false,
        has_finished: false,
        has_ended: false,
    };
    let chunks = stream::try_unfold(reading, |mut reading| async move {
        let chunk = reading.next().await?;
        Ok(chunk.map(|chunk| (chunk, reading)))
    });
    Box::pin(LlmStream::new(Box::pin(chunks)).settled())
}

/// The answer exceeds the limit.
pub(super) fn too_long() -> LlmError {
    LlmError::invalid_response(format!("it is longer than {LONGEST_ANSWER} bytes"))
}

struct Reading {
    /// `None` when all of it has been read.
    response: Option<Response>,
    /// The number of bytes read.
    length: usize,
    events: Events,
    calls: Calls,
    /// The text of the model's refusal.
    refusal: String,
    /// Whether there was any event.
    has_begun: bool,
    has_answer: bool,
    /// Whether the service has given a finish reason.
    has_finished: bool,
    has_ended: bool,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<LlmChunk>, LlmError> {
        while !self.has_ended {
            let Some(event) = self.events.next() else {
                self.read_on().await?;
                continue;
            };
            if let Some(chunk) = self.read(&event)? {
                return Ok(Some(chunk));
            }
        }
        Ok(self.calls.last_chunk())
    }

    async fn read_on(&mut self) -> Result<(), LlmError> {
        let Some(response) = &mut self.response else {
            return self.end();
        };
        match response.chunk().await.map_err(failure::of_transport)? {
            Some(piece) => self.add(&piece),
            None => {
                self.response = None;
                self.events.finish();
                Ok(())
            }
        }
    }

    fn add(&mut self, piece: &[u8]) -> Result<(), LlmError> {
        self.length += piece.len();
        if self.length > LONGEST_ANSWER {
            return Err(too_long());
        }
        self.events.push(piece);
        Ok(())
    }

    /// An answer without a finish reason is incomplete.
    fn end(&mut self) -> Result<(), LlmError> {
        self.has_ended = true;
        if !self.has_finished {
            return Err(self.broken_off());
        }
        match self.has_answer || self.refusal.is_empty() {
            true => Ok(()),
            false => Err(LlmError::new(
                LlmErrorKind::Refused,
                mem::take(&mut self.refusal),
            )),
        }
    }

    fn broken_off(&self) -> LlmError {
        match self.events.odd_line() {
            Some(line) if !self.has_begun => {
                failure::not_understood("it is no stream of events", line)
            }
            Some(_) | None => LlmError::failed("the answer broke off"),
        }
    }

    fn read(&mut self, event: &Event) -> Result<Option<LlmChunk>, LlmError> {
        self.has_begun = true;
        let data = event.data.trim_ascii();
        if event.is_error {
            return Err(failure::of_event(data));
        }
        if data.starts_with(b"[DONE]") {
            return self.end().map(|()| None);
        }
        // Some gateways send comments as data.
        if data.is_empty() || data.starts_with(b":") {
            return Ok(None);
        }
        let piece: Json = serde_json::from_slice(data).map_err(|error| {
            failure::not_understood("a piece of it is no JSON", data).with_source(error)
        })?;
        match failure::in_answer(&piece) {
            Some(error) => Err(error),
            None => Ok(self.piece(&piece)),
        }
    }

    fn piece(&mut self, piece: &Json) -> Option<LlmChunk> {
        let calls = answer::call_pieces(piece).iter();
        calls.for_each(|piece| self.calls.add(piece));
        self.refusal.push_str(answer::refusal_piece(piece));
        let mut chunk = answer::piece(piece)?;
        if chunk.finish_reason.is_some() {
            self.has_finished = true;
            chunk.tool_calls = self.calls.take();
        }
        self.has_answer |= !chunk.text.is_empty() || !chunk.tool_calls.is_empty();
        Some(chunk)
    }
}
