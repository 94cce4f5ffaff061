//! The templates of one prompt, and what they render to: a text or messages.

use action_sdk::LlmTaskError;
use action_sdk::config::{PromptMessage, TaskPrompt};
use action_sdk::llm::{LlmContent, LlmMessage, LlmRole, Prompt};
use minijinja::{Environment, Error};
use serde::Deserialize as _;

use super::literal;
use super::scope::Variables;
use super::template;

/// The compiled templates of a prompt.
pub(super) enum TaskTemplate {
    Text(Template),
    Messages(Vec<Part>),
}

/// One entry of `messages`.
pub(super) enum Part {
    /// Gives one message.
    One(LlmRole, Template),
    /// Gives a list of messages.
    List(Template),
}

/// A template in the environment.
pub(super) struct Template {
    name: String,
    /// Where it stands, for messages: which of the prompt's messages it is.
    place: String,
    /// The variable, if the template is nothing but one.
    variable: Option<String>,
}

impl TaskTemplate {
    /// Reports what is wrong with the templates of a prompt.
    pub(super) fn compile(
        prompt: &TaskPrompt,
        templates: &Environment<'static>,
    ) -> Result<(), LlmTaskError> {
        let sources = prompt.messages.iter().map(source).enumerate();
        let sources = sources.map(|(number, source)| (place(number), source));
        let whole = prompt.content.as_deref();
        let whole = whole.map(|source| (String::new(), source));
        for (place, source) in whole.into_iter().chain(sources) {
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
        Self::compile(prompt, templates)?;
        let mut add = |number: usize, place: String, source: &str| {
            let name = format!("{}#{number}", prompt.task);
            let added = templates.add_template_owned(name.clone(), source.to_owned());
            added.map_err(|error| of(&prompt.task, &place, &error))?;
            Ok(Template {
                name,
                place,
                variable: only_variable(source).map(str::to_owned),
            })
        };
        if let Some(content) = prompt.content.as_deref().filter(|text| !text.is_empty()) {
            return Ok(Self::Text(add(0, String::new(), content)?));
        }
        let parts = prompt.messages.iter().enumerate();
        let parts = parts.map(|(number, message)| {
            let template = add(number, place(number), source(message))?;
            Ok(match message {
                PromptMessage::Template(message) => {
                    Part::One(message.r#type.as_str().into(), template)
                }
                PromptMessage::Text(_) => Part::List(template),
            })
        });
        Ok(Self::Messages(parts.collect::<Result<_, LlmTaskError>>()?))
    }

    /// What the templates make; nothing if it is far too large.
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
        let parts = match self {
            Self::Text(template) => return Ok(rendering.text(template)?.map(Prompt::Text)),
            Self::Messages(parts) => parts,
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

/// One prompt while it is made.
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

    /// A variable that is a list of parts stays one.
    fn content(&self, template: &Template) -> Result<Option<LlmContent>, LlmTaskError> {
        let variable = template.variable.as_deref();
        if let Some(parts) = variable.and_then(|name| self.variables.list(name)) {
            return Ok(Some(LlmContent::Parts(parts.clone())));
        }
        Ok(self.text(template)?.map(LlmContent::Text))
    }
}

fn source(message: &PromptMessage) -> &str {
    match message {
        PromptMessage::Template(message) => &message.content,
        PromptMessage::Text(text) => text,
    }
}

fn place(number: usize) -> String {
    format!("message {}, ", number + 1)
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
