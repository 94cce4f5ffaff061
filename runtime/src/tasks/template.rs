//! Jinja templates: the environment in which they are compiled, their limits, and error messages about them.

use std::collections::HashMap;
use std::fmt::Write as _;

use action_sdk::LlmTaskError;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, Template};
use serde_json::{Map, Value as Json};

use super::bounded::Bounded;
use super::filters::{self, Filter};
use super::scope::Variables;
use super::{guard, literal};

/// How many steps one template may run.
const STEPS: u64 = 1_000_000;

/// An environment like that of Python's Jinja, with the filters of the reference and the given ones.
pub(super) fn environment(own: HashMap<String, Filter>) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_fuel(Some(STEPS));
    templates.set_debug(false);
    templates.set_auto_escape_callback(|_| AutoEscape::None);
    guard::add_all(&mut templates);
    templates.set_formatter(format);
    filters::add_all(&mut templates);
    for (name, filter) in own {
        filters::add_own(&mut templates, name, filter);
    }
    templates
}

/// Prints lists and dicts like Python.
fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let is_listed = matches!(
        value.kind(),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable | ValueKind::Number
    );
    if is_listed {
        return out.write_str(&literal::text_of(value)).map_err(Error::from);
    }
    minijinja::escape_formatter(out, state, value)
}

/// Compiles a template only to find mistakes in it.
pub(super) fn check(
    source: &str,
    templates: &Environment<'static>,
    fail: impl Fn(String) -> LlmTaskError,
) -> Result<(), LlmTaskError> {
    if let Some(refusal) = guard::refusal(source) {
        return Err(fail(refusal));
    }
    let compiled = templates.template_from_str(source);
    compiled.map_err(|error| fail(in_words(&error)))?;
    match filters::unknown(source, templates) {
        Some((name, line)) => Err(fail(format!(
            "line {line}: there is no filter `{name}`, register it or correct the name"
        ))),
        None => Ok(()),
    }
}

/// Renders a template; `None` if the result exceeds 64 MiB.
pub(super) fn render(
    name: &str,
    templates: &Environment<'static>,
    variables: &Variables,
) -> Result<Option<String>, Error> {
    let variables = Value::from_object(variables.clone());
    text_of(&templates.get_template(name)?, variables)
}

/// Renders a template that belongs to no prompt, such as a doc string.
///
/// # Errors
///
/// A message, if the template is malformed, fails, or renders to more than 64 MiB.
pub(crate) fn render_alone(source: &str, variables: Map<String, Json>) -> Result<String, String> {
    if let Some(refusal) = guard::refusal(source) {
        return Err(refusal);
    }
    let templates = environment(HashMap::new());
    let template = templates.template_from_str(source);
    let text = template.and_then(|template| text_of(&template, Serde(variables).into()));
    let too_large = || "it makes more than 64 MiB".to_owned();
    text.map_err(|error| in_words(&error))?
        .ok_or_else(too_large)
}

fn text_of(template: &Template<'_, '_>, variables: Value) -> Result<Option<String>, Error> {
    let mut text = Bounded::default();
    match template.render_captured_to(variables, &mut text) {
        Err(_) if text.is_full => Ok(None),
        Err(error) => Err(error),
        Ok(_) => {
            let text = String::from_utf8(text.bytes).expect("templates write characters");
            Ok(Some(text))
        }
    }
}

/// `line 3: what is wrong`, with the causes.
pub(super) fn in_words(error: &Error) -> String {
    let mut words = match error.line() {
        Some(line) => format!("line {line}: {}", error.kind()),
        None => error.kind().to_string(),
    };
    let detail = if error.kind() == ErrorKind::OutOfFuel {
        Some("it runs more than a million steps, is there an endless loop?")
    } else {
        error.detail()
    };
    if let Some(detail) = detail {
        let _ = write!(words, ": {detail}");
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = write!(words, ": {inner}");
        cause = inner.source();
    }
    words
}
