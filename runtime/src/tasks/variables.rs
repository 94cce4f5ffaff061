//! The variables that the prompt of a built-in task is given, and those that it must use.
//!
//! An unknown variable renders as nothing: a check would then be asked about an empty text, and let everything pass.

use action_sdk::LlmTaskError;
use action_sdk::config::TaskPrompt;
use action_sdk::nearest_name;
use minijinja::Environment;

use super::messages::sources;

/// The variables of every prompt of the runtime.
const EVERYWHERE: [&str; 5] = [
    "history",
    "general_instructions",
    "sample_conversation",
    "sample_conversation_two_turns",
    "context",
];

/// Names that Jinja itself defines in some places.
const OF_THE_LANGUAGE: [&str; 6] = ["loop", "self", "super", "caller", "varargs", "kwargs"];

/// A task: its name, the variables of its prompt, and the one that the prompt must use.
type Task = (&'static str, &'static [&'static str], Option<&'static str>);

const USER_ACTION: &[&str] = &["examples", "potential_user_intents", "user_action"];

const TASKS: [Task; 9] = [
    ("generate_user_intent_from_user_action", USER_ACTION, None),
    (
        "generate_user_intent_and_bot_action_from_user_action",
        USER_ACTION,
        None,
    ),
    (
        "generate_value_from_instruction",
        &["examples", "var_name", "instructions"],
        None,
    ),
    (
        "generate_flow_from_instructions",
        &["examples", "flow_name", "instructions"],
        None,
    ),
    ("generate_flow_from_name", &["examples", "flow_name"], None),
    ("generate_flow_continuation", &["examples"], None),
    (
        "generate_flow_continuation_from_flow_nld",
        &["flow_nld"],
        None,
    ),
    ("self_check_input", &["user_input"], Some("user_input")),
    (
        "self_check_output",
        &["bot_response", "user_input", "bot_thinking"],
        Some("bot_response"),
    ),
];

/// The tasks of the runtime.
pub(crate) fn tasks() -> impl Iterator<Item = &'static str> {
    TASKS.iter().map(|(name, ..)| *name)
}

/// Something wrong with the variables of a prompt.
pub(super) struct Misfit {
    /// The unknown variable; `None` if a needed one is missing.
    pub(super) variable: Option<String>,
    pub(super) message: String,
}

/// Reports the first misfit of a prompt.
pub(super) fn check<'a>(
    prompt: &TaskPrompt,
    templates: &Environment<'static>,
    context: impl Iterator<Item = &'a str>,
) -> Result<(), LlmTaskError> {
    match misfits(prompt, templates, context).into_iter().next() {
        Some(first) => Err(LlmTaskError::template(&prompt.task, first.message)),
        None => Ok(()),
    }
}

/// The variables that the task does not provide, and that of the text to be checked if the prompt of a check does not
/// use it. The variables of tasks that are not the runtime's are unknown.
pub(super) fn misfits<'a>(
    prompt: &TaskPrompt,
    templates: &Environment<'static>,
    context: impl Iterator<Item = &'a str>,
) -> Vec<Misfit> {
    let task = prompt.task.split(" $").next().unwrap_or_default();
    let Some((_, given, needed)) = TASKS.iter().find(|(name, ..)| *name == task) else {
        return Vec::new();
    };
    let mut known: Vec<&str> = given.iter().chain(&EVERYWHERE).copied().collect();
    known.extend(context);
    let used = used(prompt, templates);
    let needed = needed.filter(|needed| !used.iter().any(|name| name == needed));
    let unknown = used
        .into_iter()
        .filter(|name| !known.contains(&name.as_str()));
    let mut found: Vec<_> = unknown.map(|name| unfilled(name, &known, needed)).collect();
    if let Some(needed) = needed.filter(|_| found.is_empty()) {
        found.push(Misfit {
            variable: None,
            message: format!(
                "it does not use `{{{{ {needed} }}}}`, so the model would not see what it is to check; put it into the prompt"
            ),
        });
    }
    found
}

fn unfilled(unknown: String, known: &[&str], needed: Option<&str>) -> Misfit {
    let hint = match nearest_name(&unknown, known.iter().copied()) {
        Some(near) => format!("did you mean `{{{{ {near} }}}}`?"),
        None => format!("it knows {}", known.join(", ")),
    };
    let needs = match needed {
        Some(needed) => format!(" What is to be checked is `{{{{ {needed} }}}}`."),
        None => String::new(),
    };
    Misfit {
        message: format!("nothing fills the variable `{{{{ {unknown} }}}}`; {hint}{needs}"),
        variable: Some(unknown),
    }
}

/// The variables that the templates use without setting them, in alphabetical order.
fn used(prompt: &TaskPrompt, templates: &Environment<'static>) -> Vec<String> {
    let globals: Vec<_> = templates
        .globals()
        .map(|(name, _)| name.to_owned())
        .collect();
    let is_other =
        |name: &String| !globals.contains(name) && !OF_THE_LANGUAGE.contains(&name.as_str());
    let compiled =
        sources(prompt).filter_map(|(_, source)| templates.template_from_str(source).ok());
    let names = compiled.flat_map(|template| template.undeclared_variables(false));
    let mut names: Vec<_> = names.filter(is_other).collect();
    names.sort();
    names.dedup();
    names
}
