//! Prompts of tasks, as actions use them: rendering from the configuration's templates, and parsing of answers.
//!
//! [`LlmTaskManager`] is the handle that an action is given, [`LlmTaskEngine`] the implementation behind it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use umim::Event;

use crate::config::TaskPrompt;
use crate::llm::{LlmRequest, Prompt};

/// Renders the prompts of tasks and parses the model's answers; cheap to clone.
///
/// The methods have other names than in the reference: `render` is `render_task_prompt` and `parse` is
/// `parse_task_output`; [`prompt`](Self::prompt) replaces `get_stop_tokens`, `get_max_tokens` and `has_output_parser`
/// (nemoguardrails 0.24.1).
///
/// ```
/// use action_sdk::llm::Llm;
/// use action_sdk::{Context, LlmTaskManager};
///
/// async fn is_polite(tasks: &LlmTaskManager, llm: &dyn Llm, said: &str) -> Result<bool, Box<dyn std::error::Error>> {
///     let variables = Context::new().with("user_input", said);
///     let prompt = tasks.render("self_check_input", variables.as_map(), &[])?;
///     let answer = llm.text(prompt.into_request().temperature(0.001)).await?;
///     Ok(tasks.parse("self_check_input", &answer)? == true)
/// }
/// ```
#[derive(Clone)]
pub struct LlmTaskManager(Arc<dyn LlmTaskEngine>);

impl LlmTaskManager {
    /// A handle to this engine.
    pub fn new(engine: impl LlmTaskEngine) -> Self {
        Self(Arc::new(engine))
    }

    /// Renders the prompt of a task. The template can use `variables`, the history of `events`, and what the
    /// configuration adds, such as instructions and the sample conversation.
    ///
    /// The oldest events are left out until the prompt is no longer than its `max_length`.
    ///
    /// # Errors
    ///
    /// If there is no prompt for the task, its template fails, or it is too long even without events.
    pub fn render(
        &self,
        task: &str,
        variables: &Map<String, Value>,
        events: &[Event],
    ) -> Result<RenderedPrompt, LlmTaskError> {
        self.0.render(task, variables, events)
    }

    /// Parses the model's answer with the parser of the task's prompt; without a parser, the result is the answer as
    /// a string.
    ///
    /// # Errors
    ///
    /// If there is no prompt for the task, or its parser is unknown or cannot parse the answer.
    pub fn parse(&self, task: &str, output: &str) -> Result<Value, LlmTaskError> {
        self.0.parse(task, output, None)
    }

    /// Parses the model's answer with this parser, independent of the task's prompt.
    ///
    /// # Errors
    ///
    /// If there is no prompt for the task, or the parser is unknown or cannot parse the answer.
    pub fn parse_with(
        &self,
        parser: &str,
        task: &str,
        output: &str,
    ) -> Result<Value, LlmTaskError> {
        self.0.parse(task, output, Some(parser))
    }

    /// The prompt chosen for a task: the one that fits the task's model and the prompting mode best.
    ///
    /// # Errors
    ///
    /// If there is no prompt for the task.
    pub fn prompt(&self, task: &str) -> Result<&TaskPrompt, LlmTaskError> {
        self.0
            .prompt(task)
            .ok_or_else(|| LlmTaskError::unknown_task(task))
    }

    /// Whether there is a prompt for a task.
    pub fn has_prompt(&self, task: &str) -> bool {
        self.0.prompt(task).is_some()
    }
}

impl fmt::Debug for LlmTaskManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LlmTaskManager(..)")
    }
}

/// The implementation behind an [`LlmTaskManager`]: prompts, template language and parsers.
///
/// The runtime provides one; a test can write its own:
///
/// ```
/// use action_sdk::config::TaskPrompt;
/// use action_sdk::{Event, LlmTaskEngine, LlmTaskError, LlmTaskManager, RenderedPrompt};
/// use serde_json::{Map, Value};
///
/// type Result<T> = std::result::Result<T, LlmTaskError>;
///
/// struct OnePrompt;
///
/// impl LlmTaskEngine for OnePrompt {
///     fn prompt(&self, _task: &str) -> Option<&TaskPrompt> {
///         None
///     }
///     fn render(&self, task: &str, _: &Map<String, Value>, _: &[Event]) -> Result<RenderedPrompt> {
///         Ok(RenderedPrompt::new(format!("Do the task `{task}`.")))
///     }
///     fn parse(&self, _task: &str, output: &str, _parser: Option<&str>) -> Result<Value> {
///         Ok(output.into())
///     }
/// }
///
/// let tasks = LlmTaskManager::new(OnePrompt);
/// assert_eq!(tasks.parse("greet", "hello").unwrap(), "hello");
/// ```
pub trait LlmTaskEngine: Send + Sync + 'static {
    /// The prompt chosen for a task; `None` if there is none.
    fn prompt(&self, task: &str) -> Option<&TaskPrompt>;

    /// Renders the prompt of a task, including its stop sequences and token limit.
    ///
    /// # Errors
    ///
    /// See [`LlmTaskManager::render`].
    fn render(
        &self,
        task: &str,
        variables: &Map<String, Value>,
        events: &[Event],
    ) -> Result<RenderedPrompt, LlmTaskError>;

    /// Parses the model's answer with `parser`, or if that is `None`, with the parser of the task's prompt.
    ///
    /// # Errors
    ///
    /// See [`LlmTaskManager::parse`].
    fn parse(&self, task: &str, output: &str, parser: Option<&str>) -> Result<Value, LlmTaskError>;
}

/// The prompt of a task, ready for a model.
///
/// ```
/// use action_sdk::RenderedPrompt;
///
/// let request = RenderedPrompt::new("Say hello.").max_tokens(10).into_request().temperature(0.5);
/// assert_eq!(request.options.max_tokens, Some(10));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RenderedPrompt {
    /// The string or the messages.
    pub prompt: Prompt,
    /// Stop sequences.
    pub stop: Vec<String>,
    /// The maximum number of tokens in the answer.
    pub max_tokens: Option<u32>,
}

impl RenderedPrompt {
    /// A prompt without stop sequences and token limit.
    pub fn new(prompt: impl Into<Prompt>) -> Self {
        Self {
            prompt: prompt.into(),
            stop: Vec::new(),
            max_tokens: None,
        }
    }

    /// Sets the stop sequences.
    #[must_use]
    pub fn stop(mut self, stop: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.stop = stop.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the maximum number of tokens in the answer.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: u32) -> Self {
        self.max_tokens = Some(max_tokens);
        self
    }

    /// The request to a model; more options can be added to it.
    pub fn into_request(self) -> LlmRequest {
        let mut request = LlmRequest::new(self.prompt).stop(self.stop);
        request.options.max_tokens = self.max_tokens;
        request
    }
}

impl From<RenderedPrompt> for LlmRequest {
    fn from(prompt: RenderedPrompt) -> Self {
        prompt.into_request()
    }
}

/// The prompt of a task could not be rendered, or an answer could not be parsed.
///
/// ```
/// use action_sdk::{LlmTaskError, LlmTaskErrorKind};
///
/// let error = LlmTaskError::template("greet", "unknown filter `co_v3` in line 2");
/// assert_eq!(error.kind(), LlmTaskErrorKind::Template);
/// assert_eq!(
///     error.to_string(),
///     "the prompt of the task `greet` could not be rendered, check its template: \
///      unknown filter `co_v3` in line 2"
/// );
/// ```
#[derive(Debug)]
pub struct LlmTaskError(Box<Failure>);

#[derive(Debug)]
struct Failure {
    kind: LlmTaskErrorKind,
    task: String,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The ways in which rendering or parsing can fail.
///
/// ```
/// use action_sdk::{LlmTaskError, LlmTaskErrorKind};
///
/// assert_eq!(LlmTaskError::output("greet", "not a greeting").kind(), LlmTaskErrorKind::Output);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LlmTaskErrorKind {
    /// There is no prompt for the task.
    UnknownTask,
    /// The prompt's template is invalid, or failed with these variables.
    Template,
    /// The prompt is too long, even without any event of the history.
    TooLong {
        /// Its maximum length in characters.
        max_length: u32,
    },
    /// The parser is unknown.
    UnknownParser,
    /// The parser could not parse the model's answer.
    Output,
}

impl LlmTaskError {
    /// There is no prompt for the task.
    pub fn unknown_task(task: impl Into<String>) -> Self {
        Self::new(LlmTaskErrorKind::UnknownTask, task, "")
    }

    /// The prompt's template is invalid, or failed with these variables; `message` says where and why.
    pub fn template(task: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(LlmTaskErrorKind::Template, task, message)
    }

    /// The prompt has more than `max_length` characters even without any event of the history.
    pub fn too_long(task: impl Into<String>, max_length: u32) -> Self {
        Self::new(LlmTaskErrorKind::TooLong { max_length }, task, "")
    }

    /// There is no parser of this name.
    pub fn unknown_parser(task: impl Into<String>, parser: &str) -> Self {
        Self::new(LlmTaskErrorKind::UnknownParser, task, format!("`{parser}`"))
    }

    /// The parser could not parse the model's answer; `message` says what it expected.
    pub fn output(task: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(LlmTaskErrorKind::Output, task, message)
    }

    /// Replaces the details beyond the kind.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of error, to match on.
    pub fn kind(&self) -> LlmTaskErrorKind {
        self.0.kind
    }

    /// The task.
    pub fn task(&self) -> &str {
        &self.0.task
    }

    fn new(kind: LlmTaskErrorKind, task: impl Into<String>, message: impl Into<String>) -> Self {
        let (task, message) = (task.into(), message.into());
        Self(Box::new(Failure {
            kind,
            task,
            message,
            source: None,
        }))
    }
}

impl fmt::Display for LlmTaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            kind,
            task,
            message,
            ..
        } = &*self.0;
        match kind {
            LlmTaskErrorKind::UnknownTask => write!(
                f,
                "there is no prompt for the task `{task}`, give it one under `prompts` in the configuration"
            )?,
            LlmTaskErrorKind::Template => {
                write!(
                    f,
                    "the prompt of the task `{task}` could not be rendered, check its template"
                )?;
            }
            LlmTaskErrorKind::TooLong { max_length } => write!(
                f,
                "the prompt of the task `{task}` has more than {max_length} characters even without history, \
                 shorten its template or raise its `max_length`"
            )?,
            LlmTaskErrorKind::UnknownParser => write!(
                f,
                "the output parser for the task `{task}` is not known, register it or correct `output_parser`"
            )?,
            LlmTaskErrorKind::Output => write!(
                f,
                "the model's answer to the task `{task}` could not be parsed, check its prompt and `output_parser`"
            )?,
        }
        if message.is_empty() {
            Ok(())
        } else {
            write!(f, ": {message}")
        }
    }
}

impl Error for LlmTaskError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::llm::LlmMessage;

    /// Knows one task, renders its variables as JSON, parses `yes` and `no`.
    struct Scripted(TaskPrompt);

    impl LlmTaskEngine for Scripted {
        fn prompt(&self, task: &str) -> Option<&TaskPrompt> {
            (task == self.0.task).then_some(&self.0)
        }

        fn render(
            &self,
            task: &str,
            variables: &Map<String, Value>,
            events: &[Event],
        ) -> Result<RenderedPrompt, LlmTaskError> {
            let prompt = self
                .prompt(task)
                .ok_or_else(|| LlmTaskError::unknown_task(task))?;
            let text = format!("{} after {} events", json!(variables), events.len());
            Ok(RenderedPrompt::new([LlmMessage::user(text)]).stop(&prompt.stop))
        }

        fn parse(
            &self,
            task: &str,
            output: &str,
            parser: Option<&str>,
        ) -> Result<Value, LlmTaskError> {
            match (parser, output) {
                (None, "yes") => Ok(Value::Bool(true)),
                (None, other) => Err(LlmTaskError::output(
                    task,
                    format!("wanted `yes`, found `{other}`"),
                )),
                (Some("raw"), other) => Ok(other.into()),
                (Some(parser), _) => Err(LlmTaskError::unknown_parser(task, parser)),
            }
        }
    }

    fn tasks() -> LlmTaskManager {
        let prompt = json!({"task": "check", "content": "?", "stop": ["\n"]});
        LlmTaskManager::new(Scripted(serde_json::from_value(prompt).expect("a prompt")))
    }

    #[track_caller]
    fn check(error: &LlmTaskError, kind: LlmTaskErrorKind, message: &str) {
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
    }

    #[test]
    fn renders_into_a_request() {
        let variables = Map::from_iter([("a".to_owned(), json!(1))]);
        let rendered = tasks()
            .render("check", &variables, &[Event::new("A")])
            .expect("known");
        let request = rendered.max_tokens(3).into_request();
        let expected = LlmRequest::chat([LlmMessage::user(r#"{"a":1} after 1 events"#)]);
        assert_eq!(request, expected.stop(["\n"]).max_tokens(3));
    }

    #[test]
    fn an_unset_limit_stays_unset() {
        assert_eq!(
            LlmRequest::from(RenderedPrompt::new("x")),
            LlmRequest::text("x")
        );
    }

    #[test]
    fn tells_the_chosen_prompt() {
        assert_eq!(tasks().prompt("check").expect("known").stop, ["\n"]);
    }

    #[test]
    fn tells_whether_there_is_a_prompt() {
        assert_eq!(
            ["check", "greet"].map(|task| tasks().has_prompt(task)),
            [true, false]
        );
    }

    #[test]
    fn parses_as_the_prompt_says() {
        assert_eq!(tasks().parse("check", "yes").expect("parsed"), true);
    }

    #[test]
    fn parses_as_the_caller_says() {
        assert_eq!(
            tasks()
                .parse_with("raw", "check", "perhaps")
                .expect("parsed"),
            "perhaps"
        );
    }

    #[test]
    fn an_unknown_task_says_where_to_add_it() {
        check(
            &tasks().prompt("greet").expect_err("unknown"),
            LlmTaskErrorKind::UnknownTask,
            "there is no prompt for the task `greet`, give it one under `prompts` in the configuration",
        );
    }

    #[test]
    fn an_unreadable_answer_says_what_was_wanted() {
        check(
            &tasks().parse("check", "perhaps").expect_err("not yes"),
            LlmTaskErrorKind::Output,
            "the model's answer to the task `check` could not be parsed, check its prompt and `output_parser`: \
             wanted `yes`, found `perhaps`",
        );
    }

    #[test]
    fn an_unknown_parser_is_named() {
        check(
            &tasks()
                .parse_with("yaml", "check", "yes")
                .expect_err("unknown"),
            LlmTaskErrorKind::UnknownParser,
            "the output parser for the task `check` is not known, register it or correct `output_parser`: `yaml`",
        );
    }

    #[test]
    fn a_long_prompt_says_its_limit() {
        check(
            &LlmTaskError::too_long("check", 100),
            LlmTaskErrorKind::TooLong { max_length: 100 },
            "the prompt of the task `check` has more than 100 characters even without history, \
             shorten its template or raise its `max_length`",
        );
    }

    #[test]
    fn a_broken_template_keeps_its_cause() {
        let error = LlmTaskError::template("check", "unknown filter `co_v3`").with_source("line 3");
        check(
            &error,
            LlmTaskErrorKind::Template,
            "the prompt of the task `check` could not be rendered, check its template: unknown filter `co_v3`",
        );
        assert_eq!(error.source().expect("a source").to_string(), "line 3");
        assert_eq!(error.task(), "check");
    }
}
