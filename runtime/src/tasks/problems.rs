//! All that is wrong with the prompts of a configuration, for programs that show mistakes before anything runs.

use std::collections::HashMap;

use action_sdk::config::TaskPrompt;
use minijinja::Environment;

use super::messages::sources;
use super::parsers::{self, Parser, own_parser};
use super::{filters, guard, template, variables};

/// Something wrong with a prompt.
pub(crate) struct PromptProblem {
    pub(crate) message: String,
    pub(crate) place: PromptPlace,
}

/// What of a prompt is wrong.
pub(crate) enum PromptPlace {
    /// Its output parser.
    Parser,
    /// The template of this number, from 0, in this line, from 1.
    Template(usize, usize),
    /// A variable in a template.
    Variable(String),
    /// The prompt as a whole lacks a variable.
    Lacking,
}

/// Checks prompts with the built-in filters and parsers.
pub(crate) struct PromptCheck {
    templates: Environment<'static>,
    parsers: HashMap<String, Parser>,
}

impl PromptCheck {
    pub(crate) fn new() -> Self {
        Self {
            templates: template::environment(HashMap::new()),
            parsers: parsers::all(),
        }
    }

    /// Everything that is wrong with a prompt.
    pub(crate) fn problems(&self, prompt: &TaskPrompt) -> Vec<PromptProblem> {
        let mut found: Vec<_> = self.parser(prompt).into_iter().collect();
        let before = found.len();
        let templates = sources(prompt).enumerate();
        found.extend(templates.filter_map(|(number, (_, source))| self.template(number, source)));
        if found.len() == before {
            let misfits = variables::misfits(prompt, &self.templates, std::iter::empty());
            found.extend(misfits.into_iter().map(|misfit| PromptProblem {
                message: misfit.message,
                place: match misfit.variable {
                    Some(variable) => PromptPlace::Variable(variable),
                    None => PromptPlace::Lacking,
                },
            }));
        }
        found
    }

    fn parser(&self, prompt: &TaskPrompt) -> Option<PromptProblem> {
        let parser = own_parser(prompt)?;
        let known = self.parsers.keys().map(String::as_str);
        (!self.parsers.contains_key(parser)).then(|| PromptProblem {
            message: match action_sdk::nearest_name(parser, known) {
                Some(near) => {
                    format!("there is no output parser `{parser}`; did you mean `{near}`?")
                }
                None => format!("there is no output parser `{parser}`"),
            },
            place: PromptPlace::Parser,
        })
    }

    fn template(&self, number: usize, source: &str) -> Option<PromptProblem> {
        let at = |message, line| {
            let place = PromptPlace::Template(number, line);
            Some(PromptProblem { message, place })
        };
        if let Some(refusal) = guard::refusal(source) {
            return at(refusal, 1);
        }
        if let Err(error) = self.templates.template_from_str(source) {
            return at(template::in_words(&error), error.line().unwrap_or(1));
        }
        let (name, line) = filters::unknown(source, &self.templates)?;
        let message = format!("there is no filter `{name}`, register it or correct the name");
        at(message, line)
    }
}
