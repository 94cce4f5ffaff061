//! Settled answers: without reasoning in their text, and never empty. This is what actions get when they ask a model.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::thoughts::{Found, Thoughts};
use super::{
    BoxFuture, BoxStream, Llm, LlmChunk, LlmError, LlmErrorKind, LlmFinishReason, LlmRequest,
    LlmResponse,
};

/// A model whose answers are settled.
pub(crate) struct Settled<L> {
    llm: L,
    habit: Habit,
}

/// Whether the model closes reasoning that it did not open. If so, streamed text is held back until the closing tag.
type Habit = Arc<AtomicBool>;

impl<L: Llm> Settled<L> {
    pub(crate) fn new(llm: L) -> Self {
        let habit = Habit::default();
        Self { llm, habit }
    }
}

impl<L: Llm> Llm for Settled<L> {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        let answer = self.llm.generate(request);
        Box::pin(async move {
            let settled = settled(answer.await?, &self.habit);
            settled.map_err(|error| error.of_model(self.model_name()))
        })
    }

    fn stream(&self, request: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
        let chunks = self.llm.stream(request);
        Box::pin(Settling::new(chunks, Arc::clone(&self.habit)).of_model(self.model_name()))
    }

    fn model_name(&self) -> &str {
        self.llm.model_name()
    }

    fn provider_name(&self) -> Option<&str> {
        self.llm.provider_name()
    }

    fn provider_url(&self) -> Option<&str> {
        self.llm.provider_url()
    }
}

impl LlmResponse {
    /// The answer without the reasoning in its text, between `<think>` and `</think>` and the like, which is moved to
    /// [`reasoning`](Self::reasoning).
    ///
    /// The models that a dispatcher passes to actions only give settled answers, and so does
    /// [`text`](trait.Llm.html#method.text).
    ///
    /// ```
    /// use action_sdk::llm::{LlmErrorKind, LlmFinishReason, LlmResponse};
    ///
    /// let answer = LlmResponse::new("<think>They want to know about ice.</think>\nIt is cold.").settled()?;
    /// assert_eq!(answer.text, "It is cold.");
    /// assert_eq!(answer.reasoning.as_deref(), Some("They want to know about ice."));
    ///
    /// let cut = LlmResponse::new("<think>They want to").finish_reason(LlmFinishReason::Length);
    /// assert_eq!(cut.settled().unwrap_err().kind(), LlmErrorKind::OutOfTokens);
    /// # Ok::<(), action_sdk::llm::LlmError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the answer is empty although it has reasoning or a finish reason: the tokens were used up, the service
    /// withheld the answer, or the model returned nothing.
    pub fn settled(self) -> Result<Self, LlmError> {
        settled(self, &Habit::default())
    }
}

fn settled(mut response: LlmResponse, habit: &Habit) -> Result<LlmResponse, LlmError> {
    let mut thoughts = Thoughts::default();
    thoughts.push(&response.text);
    thoughts.finish();
    note(&thoughts, habit);
    let thought = thoughts.take_reasoning();
    let thought = thought.map(|thought| thought.trim().to_owned());
    response.reasoning = joined(
        response.reasoning,
        thought.filter(|text| !text.is_empty()),
        "\n",
    );
    response.text = thoughts.into_text();
    let came = Came {
        has_answer: !response.text.trim().is_empty() || !response.tool_calls.is_empty(),
        has_reasoning: response.reasoning.is_some(),
        finish_reason: response.finish_reason.clone(),
    };
    match came.lacks_answer() {
        Some(error) => Err(error),
        None => Ok(response),
    }
}

fn note(thoughts: &Thoughts, habit: &Habit) {
    match thoughts.found() {
        Some(Found::OnlyClosed | Found::TooLate) => habit.store(true, Ordering::Relaxed),
        Some(Found::Opened) | None => {}
    }
}

fn joined(one: Option<String>, other: Option<String>, with: &str) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one}{with}{other}")),
        (one, other) => one.or(other),
    }
}

/// Which parts of an answer have arrived.
#[derive(Default)]
struct Came {
    has_answer: bool,
    has_reasoning: bool,
    finish_reason: Option<LlmFinishReason>,
}

impl Came {
    /// The error for a missing answer. Empty text without reasoning and finish reason may be intended, and is no
    /// error.
    fn lacks_answer(&self) -> Option<LlmError> {
        let is_over = self.has_reasoning || self.finish_reason.is_some();
        if self.has_answer || !is_over {
            return None;
        }
        let thought = match self.has_reasoning {
            true => "it thought, and said nothing",
            false => "",
        };
        Some(match &self.finish_reason {
            Some(LlmFinishReason::Length) => LlmError::new(LlmErrorKind::OutOfTokens, thought),
            Some(LlmFinishReason::ContentFilter) => LlmError::new(
                LlmErrorKind::Refused,
                "its content filter held the answer back",
            ),
            Some(LlmFinishReason::Stop | LlmFinishReason::ToolCalls) | None => {
                LlmError::new(LlmErrorKind::Empty, thought)
            }
            Some(LlmFinishReason::Other(reason)) => {
                let why = format!("it ended for the reason `{}`", reason.escape_debug());
                LlmError::new(LlmErrorKind::Empty, why)
            }
        })
    }
}

/// A stream of chunks without reasoning, which ends with an error if there was no answer.
pub(super) struct Settling<'a> {
    chunks: BoxStream<'a, Result<LlmChunk, LlmError>>,
    thoughts: Thoughts,
    habit: Habit,
    came: Came,
    model: Option<String>,
    has_ended: bool,
}

impl<'a> Settling<'a> {
    pub(super) fn new(chunks: BoxStream<'a, Result<LlmChunk, LlmError>>, habit: Habit) -> Self {
        let mut thoughts = Thoughts::default();
        thoughts.keeps_back = habit.load(Ordering::Relaxed);
        Self {
            chunks,
            thoughts,
            habit,
            came: Came::default(),
            model: None,
            has_ended: false,
        }
    }

    fn of_model(mut self, model: &str) -> Self {
        self.model = Some(model.to_owned());
        self
    }

    /// `None` if the whole chunk was held back.
    fn read(&mut self, mut chunk: LlmChunk) -> Result<Option<LlmChunk>, LlmError> {
        self.thoughts.push(&chunk.text);
        if chunk.finish_reason.is_some() {
            self.thoughts.finish();
            self.came.finish_reason.clone_from(&chunk.finish_reason);
        }
        self.fill(&mut chunk)?;
        Ok((chunk != LlmChunk::default()).then_some(chunk))
    }

    fn fill(&mut self, chunk: &mut LlmChunk) -> Result<(), LlmError> {
        note(&self.thoughts, &self.habit);
        if self.thoughts.found() == Some(Found::TooLate) {
            return Err(LlmError::invalid_response(
                "what it said so far were thoughts, told only by their end; ask it again, or for its whole answer",
            ));
        }
        chunk.text = self.thoughts.take_text();
        chunk.reasoning = joined(chunk.reasoning.take(), self.thoughts.take_reasoning(), "");
        self.came.has_answer |= !chunk.text.is_empty() || !chunk.tool_calls.is_empty();
        self.came.has_reasoning |= chunk.reasoning.is_some();
        Ok(())
    }

    /// What remains when the chunks have ended.
    fn end(&mut self) -> Option<Result<LlmChunk, LlmError>> {
        self.thoughts.finish();
        let mut last = LlmChunk::default();
        if let Err(error) = self.fill(&mut last) {
            return Some(Err(error));
        }
        match self.came.lacks_answer() {
            Some(error) => Some(Err(error)),
            None => (last != LlmChunk::default()).then_some(Ok(last)),
        }
    }

    fn named(&self, error: LlmError) -> LlmError {
        match &self.model {
            Some(model) => error.of_model(model),
            None => error,
        }
    }
}

impl Stream for Settling<'_> {
    type Item = Result<LlmChunk, LlmError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.has_ended {
            let next = ready!(self.chunks.as_mut().poll_next(cx));
            self.has_ended = !matches!(next, Some(Ok(_)));
            let settled = match next {
                Some(Ok(chunk)) => self
                    .read(chunk)
                    .map_err(|error| self.named(error))
                    .transpose(),
                Some(Err(error)) => Some(Err(error)),
                None => self.end().map(|end| end.map_err(|error| self.named(error))),
            };
            if let Some(settled) = settled {
                self.has_ended |= settled.is_err();
                return Poll::Ready(Some(settled));
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::llm::LlmStream;

    /// Answers with the given chunks, whole or streamed.
    struct Says(Vec<LlmChunk>);

    impl Llm for Says {
        fn generate(&self, _: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
            let mut answer = LlmResponse::new("");
            for chunk in &self.0 {
                answer.text += &chunk.text;
                answer.finish_reason = chunk.finish_reason.clone().or(answer.finish_reason);
                answer.reasoning = joined(answer.reasoning, chunk.reasoning.clone(), "");
                answer.tool_calls.extend(chunk.tool_calls.clone());
            }
            Box::pin(std::future::ready(Ok(answer)))
        }

        fn stream(&self, _: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
            struct Chunks(std::vec::IntoIter<LlmChunk>);
            impl Stream for Chunks {
                type Item = Result<LlmChunk, LlmError>;
                fn poll_next(
                    mut self: Pin<&mut Self>,
                    _: &mut Context<'_>,
                ) -> Poll<Option<Self::Item>> {
                    Poll::Ready(self.0.next().map(Ok))
                }
            }
            Box::pin(Chunks(self.0.clone().into_iter()))
        }

        fn model_name(&self) -> &str {
            "says"
        }
    }

    fn texts(texts: &[&str]) -> Vec<LlmChunk> {
        texts.iter().map(|text| LlmChunk::new(*text)).collect()
    }

    fn ending(mut chunks: Vec<LlmChunk>, reason: &str) -> Vec<LlmChunk> {
        let mut last = LlmChunk::new("");
        last.finish_reason = Some(reason.into());
        chunks.push(last);
        chunks
    }

    fn wait<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(future)
    }

    async fn streamed(model: &dyn Llm) -> Result<(String, String), LlmError> {
        let mut chunks = LlmStream::new(model.stream("?".into()));
        let (mut text, mut reasoning) = (String::new(), String::new());
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            text += &chunk.text;
            reasoning += &chunk.reasoning.unwrap_or_default();
        }
        Ok((text, reasoning))
    }

    #[track_caller]
    fn check(chunks: Vec<LlmChunk>, text: &str, reasoning: &str) {
        let model = Settled::new(Says(chunks));
        let whole = wait(model.generate("?".into())).expect("an answer");
        let thought = whole.reasoning.unwrap_or_default();
        assert_eq!((whole.text.as_str(), thought.as_str()), (text, reasoning));
        let (streamed, thought) = wait(streamed(&model)).expect("an answer");
        let thought = thought.replace('\n', "");
        assert_eq!(streamed.trim_end(), text, "in chunks");
        assert_eq!(thought, reasoning.replace('\n', ""), "in chunks");
    }

    #[track_caller]
    fn check_error(chunks: Vec<LlmChunk>, kind: LlmErrorKind, message: &str) {
        let model = Settled::new(Says(chunks));
        let whole = wait(model.generate("?".into())).expect_err("no answer");
        let streamed = wait(streamed(&model)).expect_err("no answer");
        for error in [whole, streamed] {
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        }
    }

    #[test]
    fn a_model_gives_its_answer_without_thoughts() {
        let chunks = texts(&["<thi", "nk>Hm", ".</", "think>", "\n\nYe", "s."]);
        check(ending(chunks, "stop"), "Yes.", "Hm.");
    }

    #[test]
    fn reasoning_of_the_service_comes_first() {
        let mut chunks = texts(&["", "<think>b</think>Yes."]);
        chunks[0].reasoning = Some("a".to_owned());
        check(chunks, "Yes.", "a\nb");
    }

    #[test]
    fn what_is_no_tag_comes_through() {
        check(texts(&["a <", "b> c", " <thin"]), "a <b> c <thin", "");
    }

    #[test]
    fn a_call_of_a_tool_is_an_answer() {
        let mut chunks = texts(&["<think>a</think>"]);
        chunks[0].tool_calls.push(json!({}));
        check(ending(chunks, "tool_calls"), "", "a");
    }

    #[test]
    fn used_up_tokens_are_told() {
        let message = "the model `says` used up its tokens before it answered, raise `max_tokens`";
        check_error(
            ending(texts(&[""]), "length"),
            LlmErrorKind::OutOfTokens,
            message,
        );
        let message = format!("{message}: it thought, and said nothing");
        let chunks = ending(texts(&["<think>Hm"]), "length");
        check_error(chunks, LlmErrorKind::OutOfTokens, &message);
    }

    #[test]
    fn thoughts_alone_are_no_answer() {
        let message = "the model `says` gave an empty answer, check its prompt and `stop`: \
                       it thought, and said nothing";
        check_error(texts(&["<think>Hm"]), LlmErrorKind::Empty, message);
    }

    #[test]
    fn an_answer_that_is_held_back_is_none() {
        let message = "the model `says` refused to answer: its content filter held the answer back";
        check_error(
            ending(Vec::new(), "content_filter"),
            LlmErrorKind::Refused,
            message,
        );
    }

    #[test]
    fn an_end_without_beginning_is_an_error_once() {
        let model = Settled::new(Says(ending(texts(&["Hm.", "</think>", "Yes."]), "stop")));
        let error = wait(streamed(&model)).expect_err("thoughts were handed on");
        assert_eq!(error.kind(), LlmErrorKind::InvalidResponse);
        let (text, reasoning) = wait(streamed(&model)).expect("an answer");
        assert_eq!((text.as_str(), reasoning.trim()), ("Yes.", "Hm."));
    }
}
