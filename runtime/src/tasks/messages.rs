//! The templates of one prompt, and their results: a string or messages.

use action_sdk::LlmTaskError;
use action_sdk::config::{PromptMessage, TaskPrompt};
use action_sdk::llm::{LlmContent, LlmMessage, LlmRole, Prompt};
use minijinja::{Environment, Error};
use serde::Deserialize as _;

use super::literal;
use super::scope::Variables;
use super::template;

/// The compiled templates of a prompt.
pub(super) struct TaskTemplate {
    kind: Kind,
    uses_history: bool,
}

enum Kind {
    Text(Template),
    Messages(Vec<Part>),
}

/// One entry of `messages`.
enum Part {
    /// Renders to one message.
    One(LlmRole, Template),
    /// Renders to a list of messages.
    List(Template),
}

/// A template in the environment.
struct Template {
    name: String,
    /// Its place, for messages: which of the prompt's messages it is.
    place: String,
    /// The variable, if the template consists of nothing else.
    variable: Option<String>,
}

impl TaskTemplate {
    /// Reports mistakes in the templates of a prompt.
    pub(super) fn check(
        prompt: &TaskPrompt,
        templates: &Environment<'static>,
    ) -> Result<(), LlmTaskError> {
        for (place, source) in sources(prompt) {
            let fail = |error| LlmTaskError::template(&prompt.task, format!("{place}{error}"));
            template::check(source, templates, fail)?;
        }
        Ok(())
    }

    /// Adds the templates of the prompt that was chosen for its task.
    pub(super) fn add(
        prompt: &TaskPrompt,
        templates: &mut Environment<'static>,
    ) -> Result<Self, LlmTaskError> {
        Self::check(prompt, templates)?;
        let uses_history = sources(prompt).any(|(_, source)| source.contains("history"));
        let mut added =
            sources(prompt).map(|(place, source)| Template::add(prompt, place, source, templates));
        let kind = match whole(prompt) {
            Some(_) => Kind::Text(added.next().expect("the whole is a source")?),
            None => {
                let parts = prompt.messages.iter().zip(added);
                let parts = parts.map(|(message, template)| Ok(Part::new(message, template?)));
                Kind::Messages(parts.collect::<Result<_, LlmTaskError>>()?)
            }
        };
        Ok(Self { kind, uses_history })
    }

    /// Whether the result depends on the history.
    pub(super) fn uses_history(&self) -> bool {
        self.uses_history
    }

    /// Renders the templates; `None` if the result is far too large.
    pub(super) fn render(
        &self,
        task: &str,
        templates: &Environment<'static>,
        variables: &Variables,
    ) -> Result<Option<Prompt>, LlmTaskError> {
        let rendering = Rendering {
            task,
            templates,
            variables,
        };
        let parts = match &self.kind {
            Kind::Text(template) => return Ok(rendering.text(template)?.map(Prompt::Text)),
            Kind::Messages(parts) => parts,
        };
        let mut messages = Vec::new();
        for part in parts {
            let Some(more) = rendering.messages(part)? else {
                return Ok(None);
            };
            messages.extend(more);
        }
        messages.retain(says_something);
        Ok(Some(messages.into()))
    }
}

/// A prompt while it is being rendered.
struct Rendering<'a> {
    task: &'a str,
    templates: &'a Environment<'static>,
    variables: &'a Variables,
}

impl Rendering<'_> {
    fn text(&self, template: &Template) -> Result<Option<String>, LlmTaskError> {
        let text = template::render(&template.name, self.templates, self.variables);
        text.map_err(|error| of(self.task, &template.place, &error))
    }

    fn messages(&self, part: &Part) -> Result<Option<Vec<LlmMessage>>, LlmTaskError> {
        Ok(match part {
            Part::One(role, template) => {
                let content = self.content(template)?;
                content.map(|content| vec![LlmMessage::new(role.clone(), content)])
            }
            Part::List(template) => match self.text(template)? {
                Some(text) => Some(read_list(&text).map_err(|error| {
                    LlmTaskError::template(self.task, format!("{}{error}", template.place))
                })?),
                None => None,
            },
        })
    }

    /// A variable that is a list of parts stays a list.
    fn content(&self, template: &Template) -> Result<Option<LlmContent>, LlmTaskError> {
        let variable = template.variable.as_deref();
        if let Some(parts) = variable.and_then(|name| self.variables.list(name)) {
            return Ok(Some(LlmContent::Parts(parts.clone())));
        }
        Ok(self.text(template)?.map(LlmContent::Text))
    }
}

impl Part {
    fn new(message: &PromptMessage, template: Template) -> Self {
        match message {
            PromptMessage::Template(message) => Self::One(message.r#type.as_str().into(), template),
            PromptMessage::Text(_) => Self::List(template),
        }
    }
}

impl Template {
    fn add(
        prompt: &TaskPrompt,
        place: String,
        source: &str,
        templates: &mut Environment<'static>,
    ) -> Result<Self, LlmTaskError> {
        let name = format!("{}#{place}", prompt.task);
        let added = templates.add_template_owned(name.clone(), source.to_owned());
        added.map_err(|error| of(&prompt.task, &place, &error))?;
        Ok(Self {
            name,
            place,
            variable: only_variable(source).map(str::to_owned),
        })
    }
}

/// The templates of a prompt, each with the beginning of error messages about it.
pub(super) fn sources(prompt: &TaskPrompt) -> impl Iterator<Item = (String, &str)> {
    let messages = prompt.messages.iter().enumerate();
    let messages = messages.map(|(number, message)| {
        let source = match message {
            PromptMessage::Template(message) => &message.content,
            PromptMessage::Text(text) => text,
        };
        (format!("message {}, ", number + 1), source.as_str())
    });
    let whole = whole(prompt).map(|source| (String::new(), source));
    whole.into_iter().chain(messages)
}

fn whole(prompt: &TaskPrompt) -> Option<&str> {
    let content = prompt.content.as_deref();
    content.filter(|content| !content.is_empty())
}

fn of(task: &str, place: &str, error: &Error) -> LlmTaskError {
    LlmTaskError::template(task, format!("{place}{}", template::in_words(error)))
}

/// `name` of `{{ name }}`.
fn only_variable(source: &str) -> Option<&str> {
    let name = source.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_name.then_some(name)
}

fn read_list(text: &str) -> Result<Vec<LlmMessage>, String> {
    const WANTED: &str =
        "a template that is one text must give a list of messages, each with `type` and `content`";
    let list = literal::read(text).map_err(|error| format!("{WANTED}: {error}"))?;
    Vec::deserialize(list).map_err(|error| format!("{WANTED}: {error}"))
}

fn says_something(message: &LlmMessage) -> bool {
    match &message.content {
        Some(LlmContent::Text(text)) => !text.trim().is_empty() || !message.tool_calls.is_empty(),
        Some(LlmContent::Parts(parts)) => !parts.is_empty(),
        None => !message.tool_calls.is_empty(),
    }
}
