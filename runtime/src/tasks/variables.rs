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

/// Reports a variable that the task does not provide, and a check whose prompt does not use the text to be checked.
/// The variables of tasks that are not the runtime's are unknown.
pub(super) fn check<'a>(
    prompt: &TaskPrompt,
    templates: &Environment<'static>,
    context: impl Iterator<Item = &'a str>,
) -> Result<(), LlmTaskError> {
    let task = prompt.task.split(" $").next().unwrap_or_default();
    let Some((_, given, needed)) = TASKS.iter().find(|(name, ..)| *name == task) else {
        return Ok(());
    };
    let mut known: Vec<&str> = given.iter().chain(&EVERYWHERE).copied().collect();
    known.extend(context);
    let used = used(prompt, templates);
    let fail = |message: String| Err(LlmTaskError::template(&prompt.task, message));
    let is_known = |name: &String| known.contains(&name.as_str());
    if let Some(unknown) = used.iter().find(|name| !is_known(name)) {
        let hint = match nearest_name(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{{{{ {near} }}}}`?"),
            None => format!("it knows {}", known.join(", ")),
        };
        let needs = match needed.filter(|needed| !used.iter().any(|name| name == needed)) {
            Some(needed) => format!(" What is to be checked is `{{{{ {needed} }}}}`."),
            None => String::new(),
        };
        return fail(format!(
            "nothing fills the variable `{{{{ {unknown} }}}}`; {hint}{needs}"
        ));
    }
    match needed.filter(|needed| !used.iter().any(|name| name == needed)) {
        Some(needed) => fail(format!(
            "it does not use `{{{{ {needed} }}}}`, so the model would not see what it is to check; put it into the prompt"
        )),
        None => Ok(()),
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
