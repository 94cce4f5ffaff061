//! The templates of one prompt, and what they render to: a text or messages.

use action_sdk::LlmTaskError;
use action_sdk::config::{PromptMessage, TaskPrompt};
use action_sdk::llm::{LlmContent, LlmMessage, LlmRole, Prompt};
use minijinja::{Environment, Error};
use serde::Deserialize as _;
use serde_json::Value as Json;

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
        let render = |template: &Template| {
            let text = template::render(&template.name, templates, variables);
            text.map_err(|error| of(task, &template.place, &error))
        };
        let parts = match self {
            Self::Text(template) => return Ok(render(template)?.map(Prompt::Text)),
            Self::Messages(parts) => parts,
        };
        let mut messages = Vec::new();
        for part in parts {
            match part {
                Part::One(role, template) => {
                    let content = match template.list(variables) {
                        Some(list) => LlmContent::Parts(list.clone()),
                        None => match render(template)? {
                            Some(text) => LlmContent::Text(text),
                            None => return Ok(None),
                        },
                    };
                    messages.push(LlmMessage::new(role.clone(), content));
                }
                Part::List(template) => {
                    let Some(text) = render(template)? else {
                        return Ok(None);
                    };
                    let fail = |message| {
                        let message = format!("{}{message}", template.place);
                        LlmTaskError::template(task, message)
                    };
                    messages.extend(read_list(&text).map_err(fail)?);
                }
            }
        }
        messages.retain(says_something);
        Ok(Some(messages.into()))
    }
}

impl Template {
    fn list<'a>(&self, variables: &'a Variables) -> Option<&'a Vec<Json>> {
        variables.list(self.variable.as_deref()?)
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
