//! Prompts of tasks from templates: [`LlmTasks`] builds the engine of an `LlmTaskManager`.

mod bounded;
mod filters;
mod guard;
mod history;
mod length;
pub(crate) mod literal;
mod messages;
mod parsers;
pub(crate) mod problems;
mod prompts;
mod scope;
pub(crate) mod template;
mod turns;
pub(crate) mod variables;

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use action_sdk::config::TaskPrompt;
use action_sdk::{Event, LlmTaskEngine, LlmTaskError, LlmTaskManager, RailsConfig, RenderedPrompt};
use serde_json::{Map, Value};

use filters::Filter;
use messages::TaskTemplate;
use parsers::{Parser, own_parser};
use scope::{PromptContext, Scope};

/// Builds an [`LlmTaskManager`]: prompts as Jinja templates, filters, output parsers.
///
/// A task's prompt is taken from `prompts` of the configuration, or else from this crate. Templates can use
/// `history`, `general_instructions`, `sample_conversation`, `sample_conversation_two_turns`, the variables of the
/// caller and the prompt context; if several of them have the same name, the last one in this list counts. Filters,
/// parsers and variables have the names of nemoguardrails 0.24.1. Two additional filters insert what somebody said
/// into a prompt: `quote` puts a string in quotes on one line, `one_line` puts it on one line without quotes.
///
/// A template may run for a million steps and render to 64 MiB.
///
/// ```
/// use std::sync::Arc;
///
/// use action_sdk::Context;
/// use action_sdk::llm::Prompt;
/// use action_sdk_runtime::{LlmTasks, parse_config};
/// use serde_json::Value;
///
/// fn shout(text: Value, _arguments: &[Value]) -> Result<String, String> {
///     let text = text.as_str().ok_or("`shout` wants a text")?;
///     Ok(text.to_uppercase())
/// }
///
/// let yaml = "prompts: [{task: greet, content: 'Greet {{ name | shout }} in {{ town }}.'}]";
/// let config = parse_config(yaml, [("main.co", "flow main\n  match Start()\n")])?;
/// let tasks = LlmTasks::new(Arc::clone(config.rails())).filter("shout", shout).prompt_context("town", "Bergen").build()?;
///
/// let prompt = tasks.render("greet", Context::new().with("name", "Ada").as_map(), &[])?;
/// assert_eq!(prompt.prompt, Prompt::from("Greet ADA in Bergen."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct LlmTasks {
    config: Arc<RailsConfig>,
    filters: HashMap<String, Filter>,
    parsers: HashMap<String, Parser>,
    context: HashMap<String, PromptContext>,
}

impl LlmTasks {
    /// A builder for the prompts of this configuration, with the built-in filters and parsers.
    pub fn new(config: Arc<RailsConfig>) -> Self {
        Self {
            config,
            filters: HashMap::new(),
            parsers: parsers::all(),
            context: HashMap::new(),
        }
    }

    /// Adds a filter, or replaces one. It is called with the value before the `|` and the arguments in parentheses.
    ///
    /// Corresponds to `register_filter` of the reference.
    pub fn filter<R, E>(
        mut self,
        name: impl Into<String>,
        filter: impl Fn(Value, &[Value]) -> Result<R, E> + Send + Sync + 'static,
    ) -> Self
    where
        R: Into<Value>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let filter: Filter = Arc::new(move |value, arguments| {
            filter(value, arguments).map(Into::into).map_err(Into::into)
        });
        self.filters.insert(name.into(), filter);
        self
    }

    /// Adds an output parser, or replaces one. It is called with the model's answer.
    ///
    /// Corresponds to `register_output_parser` of the reference.
    pub fn output_parser<R, E>(
        mut self,
        name: impl Into<String>,
        parser: impl Fn(&str) -> Result<R, E> + Send + Sync + 'static,
    ) -> Self
    where
        R: Into<Value>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let parser: Parser =
            Arc::new(move |output| parser(output).map(Into::into).map_err(Into::into));
        self.parsers.insert(name.into(), parser);
        self
    }

    /// Defines a variable for all templates; it overrides one of the same name from the caller.
    ///
    /// Corresponds to `register_prompt_context` of the reference, with a value.
    pub fn prompt_context(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = PromptContext::Value(value.into());
        self.context.insert(name.into(), value);
        self
    }

    /// Defines a variable for all templates whose value is computed once for each prompt that uses it.
    ///
    /// Corresponds to `register_prompt_context` of the reference, with a function.
    pub fn prompt_context_fn<R: Into<Value>>(
        mut self,
        name: impl Into<String>,
        value: impl Fn() -> R + Send + Sync + 'static,
    ) -> Self {
        let value = PromptContext::Call(Arc::new(move || value().into()));
        self.context.insert(name.into(), value);
        self
    }

    /// Compiles the templates of all prompts, and chooses one prompt for each task.
    ///
    /// # Errors
    ///
    /// If a template is malformed or uses an unknown filter, or a prompt names an unknown output parser. The error
    /// has the task, and the line in the template. Prompts of the runtime's own tasks may only use the variables that
    /// they are given, and those of self checks must use the text to be checked.
    pub fn build(self) -> Result<LlmTaskManager, LlmTaskError> {
        let mut templates = template::environment(self.filters);
        for prompt in &self.config.prompts {
            check_parser(prompt, &self.parsers)?;
            TaskTemplate::check(prompt, &templates)?;
            let context = self.context.keys().map(String::as_str);
            variables::check(prompt, &templates, context)?;
        }
        let mut prompts = HashMap::new();
        for prompt in prompts::all_chosen(&self.config) {
            let template = TaskTemplate::add(prompt, &mut templates)?;
            prompts.insert(prompt.task.clone(), (prompt.clone(), template));
        }
        Ok(LlmTaskManager::new(Tasks {
            defaults: scope::defaults(&self.config, prompts::ours()),
            templates,
            prompts,
            parsers: self.parsers,
            context: self.context,
        }))
    }
}

impl fmt::Debug for LlmTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LlmTasks(..)")
    }
}

fn check_parser(prompt: &TaskPrompt, known: &HashMap<String, Parser>) -> Result<(), LlmTaskError> {
    match own_parser(prompt) {
        Some(parser) if !known.contains_key(parser) => {
            Err(LlmTaskError::unknown_parser(&prompt.task, parser))
        }
        Some(_) | None => Ok(()),
    }
}

/// The engine: one chosen prompt for each task.
struct Tasks {
    templates: minijinja::Environment<'static>,
    prompts: HashMap<String, (TaskPrompt, TaskTemplate)>,
    parsers: HashMap<String, Parser>,
    context: HashMap<String, PromptContext>,
    defaults: Map<String, Value>,
}

impl Tasks {
    fn known(&self, task: &str) -> Result<&(TaskPrompt, TaskTemplate), LlmTaskError> {
        self.prompts
            .get(task)
            .ok_or_else(|| LlmTaskError::unknown_task(task))
    }
}

impl LlmTaskEngine for Tasks {
    fn prompt(&self, task: &str) -> Option<&TaskPrompt> {
        self.prompts.get(task).map(|(prompt, _)| prompt)
    }

    fn render(
        &self,
        task: &str,
        variables: &Map<String, Value>,
        events: &[Event],
    ) -> Result<RenderedPrompt, LlmTaskError> {
        let (prompt, template) = self.known(task)?;
        let events = if template.uses_history() { events } else { &[] };
        let scope = Scope::new(&self.defaults, variables, &self.context);
        let text = length::fit(prompt, events, |history| {
            template.render(task, &self.templates, &scope.with_history(history))
        })?;
        let rendered = RenderedPrompt::new(text).stop(&prompt.stop);
        Ok(match prompt.max_tokens {
            Some(max_tokens) => rendered.max_tokens(max_tokens),
            None => rendered,
        })
    }

    fn parse(&self, task: &str, output: &str, parser: Option<&str>) -> Result<Value, LlmTaskError> {
        let (prompt, _) = self.known(task)?;
        let forced = parser.filter(|parser| !parser.is_empty());
        let Some(name) = forced.or_else(|| own_parser(prompt)) else {
            return Ok(output.into());
        };
        let parser = self
            .parsers
            .get(name)
            .ok_or_else(|| LlmTaskError::unknown_parser(task, name))?;
        parser(output).map_err(|error| LlmTaskError::output(task, error.to_string()))
    }
}
