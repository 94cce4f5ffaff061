//! Chooses the prompt of a task: the one, from the configuration or built in, that fits the model and the mode best.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use action_sdk::RailsConfig;
use action_sdk::config::{Model, TaskPrompt};

/// Tasks without a default prompt in the reference: any prompt in the configuration takes precedence over ours.
const LAST_RESORT: [&str; 2] = ["self_check_input", "self_check_output"];

const ANY_MODEL: f64 = 0.2;

/// The weight of a prompt for the standard mode, if another mode is configured.
const OTHER_MODE: f64 = 0.5;

/// The built-in prompts, and the default instructions and sample conversation.
pub(super) fn ours() -> &'static RailsConfig {
    static OURS: LazyLock<RailsConfig> = LazyLock::new(|| {
        let main = [("main.co", "flow main\n  match Start()\n")];
        let config = crate::parse_config(include_str!("../../prompts/default.yml"), main)
            .expect("a test reads them");
        config.rails().as_ref().clone()
    });
    &OURS
}

/// One prompt for each task in the configuration or built in; none if all prompts of a task are for other modes.
pub(super) fn all_chosen(config: &RailsConfig) -> impl Iterator<Item = &TaskPrompt> {
    let prompts = config.prompts.iter().chain(&ours().prompts);
    let tasks: BTreeSet<&str> = prompts.map(|prompt| prompt.task.as_str()).collect();
    tasks.into_iter().filter_map(|task| choose(config, task))
}

/// The prompt of a task, by the scores of nemoguardrails 0.24.1. Among equal scores the last one counts; the prompts
/// of the configuration come after the built-in ones.
fn choose<'a>(config: &'a RailsConfig, task: &str) -> Option<&'a TaskPrompt> {
    let model = model_of(config, task).to_lowercase();
    let ours = ours().prompts.iter().map(|prompt| {
        let last_resort = LAST_RESORT.contains(&task);
        (prompt, if last_resort { 0.0 } else { ANY_MODEL })
    });
    let configured = config.prompts.iter();
    let configured = configured.map(|prompt| (prompt, model_score(&prompt.models, &model)));
    ours.chain(configured)
        .filter(|(prompt, _)| prompt.task == task)
        .filter_map(|(prompt, score)| Some((prompt, score * mode_factor(prompt, config)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(prompt, _)| prompt)
}

/// `engine/model` of the task's own model, or else of the main one.
fn model_of(config: &RailsConfig, task: &str) -> String {
    let of = |r#type: &str| config.models.iter().find(|model| model.r#type == r#type);
    let Some(Model { engine, model, .. }) = of(task).or_else(|| of("main")) else {
        return "unknown".to_owned();
    };
    match model.as_deref() {
        None | Some("") => engine.clone(),
        Some(model) => format!("{engine}/{model}"),
    }
}

fn model_score(wanted: &[String], model: &str) -> f64 {
    if wanted.is_empty() {
        return ANY_MODEL;
    }
    let first = wanted.iter().find_map(|wanted| one_score(wanted, model));
    first.unwrap_or(0.0)
}

/// How specifically the model is described; `None` if it is another one.
fn one_score(wanted: &str, model: &str) -> Option<f64> {
    let name = model.split_once('/').map_or(model, |(_, name)| name);
    let (before, after) = (
        model.strip_prefix(wanted).unwrap_or_default(),
        model.strip_suffix(wanted).unwrap_or_default(),
    );
    if wanted == model {
        Some(1.0)
    } else if wanted.contains('/') && name.starts_with(wanted) {
        Some(if wanted == name { 0.8 } else { 0.9 })
    } else if before.starts_with('/') {
        Some(0.5)
    } else if after.ends_with('/') {
        Some(0.8)
    } else {
        model.contains(wanted).then_some(0.4)
    }
}

/// `None` if the prompt is neither for the configured mode nor for the standard one.
fn mode_factor(prompt: &TaskPrompt, config: &RailsConfig) -> Option<f64> {
    let mode = prompt.mode.as_deref();
    if mode == Some(config.prompting_mode.as_str()) {
        return Some(1.0);
    }
    (mode == Some("standard")).then_some(OTHER_MODE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &[&str], model: &str, expected: f64) {
        let wanted: Vec<String> = wanted.iter().map(|&wanted| wanted.to_owned()).collect();
        let found = model_score(&wanted, model);
        assert!(
            (found - expected).abs() < 1e-9,
            "{wanted:?} for {model}: {found}"
        );
    }

    #[test]
    fn scores_models_as_the_reference_does() {
        check(&[], "openai/gpt-4", 0.2);
        check(&["openai/gpt-4"], "openai/gpt-4", 1.0);
        check(&["openai"], "openai/gpt-4", 0.5);
        check(&["gpt-4"], "openai/gpt-4", 0.8);
        check(&["gpt"], "openai/gpt-4", 0.4);
        check(&["nvidia/llama"], "nim/nvidia/llama-3", 0.9);
        check(&["nvidia/llama-3"], "nim/nvidia/llama-3", 0.8);
        check(&["mistral"], "openai/gpt-4", 0.0);
        check(&["mistral", "openai", "openai/gpt-4"], "openai/gpt-4", 0.5);
    }

    #[test]
    fn ours_can_be_read() {
        assert_eq!(ours().prompts.len(), 9);
        assert!(ours().sample_conversation.is_some());
    }
}
