//! A missing model or prompt is reported when the runtime is built.

use action_sdk::testing::ScriptedLlm;
use action_sdk::{ActionDescriptor, ActionDispatcher, ActionDispatcherBuilder, ActionError, Call};
use action_sdk_runtime::{Runtime, RuntimeErrorKind, parse_config};

use crate::actions::Ends;

const WITHOUT: &str = "; a runtime that is meant to have none is built with `.without_model()`";
const OFFER: &str = "give the dispatcher one with `.llm(..)`, or list it as `models` in the configuration and offer it with the feature `openai`";

fn dispatcher() -> ActionDispatcherBuilder {
    ActionDispatcher::builder().resource(Ends::default())
}

/// The problems of a program, without the common part of the message about missing models.
fn found(yaml: &str, flows: &str, dispatcher: ActionDispatcherBuilder) -> Vec<String> {
    let config = parse_config(yaml, [("main.co", flows)]).expect("a configuration");
    let dispatcher = dispatcher.build().expect("a dispatcher");
    let built = Runtime::builder(config).dispatcher(dispatcher);
    let error = match built.build() {
        Ok(_) => return Vec::new(),
        Err(error) => error,
    };
    let kinds = [RuntimeErrorKind::NoModel, RuntimeErrorKind::Prompts];
    assert!(kinds.contains(&error.kind()), "{error}");
    let problems = error.problems().iter();
    let problems = problems.map(ToString::to_string);
    let strip = |problem: String| problem.strip_suffix(WITHOUT).unwrap_or(&problem).to_owned();
    let problems = problems.map(strip);
    problems
        .map(|problem| {
            problem
                .split(", and there is none")
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

#[track_caller]
fn check(flows: &str, expected: &[&str]) {
    assert_eq!(found("", flows, dispatcher()), expected, "{flows}");
    let with_model = dispatcher().llm(ScriptedLlm::replies(["yes"]));
    assert_eq!(found("", flows, with_model), [""; 0], "{flows}");
}

#[test]
fn a_value_asks_one() {
    check(
        "flow main\n  match Go()\n  $color = ...\"A color.\"\n",
        &["main.co:3:12: flow `main` asks a model (`GenerateValueAction`)"],
    );
}

#[test]
fn three_dots_ask_one() {
    check(
        "flow main\n  \"\"\"Say hello.\"\"\"\n  ...\n",
        &["main.co:3:3: flow `main` asks a model (`GenerateFlowAction`)"],
    );
}

#[test]
fn an_action_asks_one() {
    for flow in [
        "await PassthroughLLMAction(user_message=\"hi\")",
        "start PassthroughLLMAction(user_message=\"hi\")",
    ] {
        let column = 9;
        check(
            &format!("flow main\n  {flow}\n"),
            &[&format!(
                "main.co:2:{column}: flow `main` asks a model (`PassthroughLLMAction`)"
            )],
        );
    }
}

#[test]
fn a_flow_of_the_library_asks_one_where_it_is_called() {
    check(
        "import llm\n\nflow main\n  bot say something like \"hi\"\n",
        &[
            "main.co:4:3: flow `main` starts `bot say something like`, which asks a model (`GenerateValueAction`)",
        ],
    );
    check(
        "import llm\n\nflow main\n  activate greeting\n\nflow greeting\n  activate llm continuation\n  match Go()\n",
        &[
            "main.co:7:12: flow `greeting` starts `llm continuation`, which asks a model (`GenerateFlowContinuationAction` and 2 more)",
        ],
    );
}

#[test]
fn a_case_of_a_when_asks_one() {
    check(
        "import llm\n\nflow main\n  when bot say something like \"hi\"\n    send Said()\n",
        &[
            "main.co:4:8: flow `main` starts `bot say something like`, which asks a model (`GenerateValueAction`)",
        ],
    );
}

#[test]
fn an_active_flow_asks_one() {
    check(
        "flow main\n  match Go()\n\n@active\nflow colors\n  $color = ...\"A color.\"\n",
        &["main.co:6:12: flow `colors` asks a model (`GenerateValueAction`)"],
    );
}

#[test]
fn flows_that_start_each_other_are_looked_through_once() {
    check(
        "flow main\n  start ping\n  start pong\n\nflow ping\n  start pong\n\nflow pong\n  start ping\n  $color = ...\"A color.\"\n",
        &["main.co:10:12: flow `pong` asks a model (`GenerateValueAction`)"],
    );
}

#[test]
fn all_places_are_told() {
    check(
        "flow main\n  $a = ...\"A color.\"\n  $b = ...\"A town.\"\n",
        &[
            "main.co:2:8: flow `main` asks a model (`GenerateValueAction`)",
            "main.co:3:8: flow `main` asks a model (`GenerateValueAction`)",
        ],
    );
}

#[test]
fn a_rail_asks_one() {
    let yaml = "rails: {input: {flows: [self check input]}}";
    let flows = "import core\n\nflow main\n  user said something\n";
    assert_eq!(
        found(yaml, flows, dispatcher()),
        [
            "config.yml:1:25: flow `input rails` starts `self check input`, which asks a model (`SelfCheckInputAction`)"
        ]
    );
    let model = ScriptedLlm::replies(["no"]);
    let with_model = dispatcher().action_llm("SelfCheckInputAction", model);
    assert_eq!(found(yaml, flows, with_model), [""; 0]);
}

#[test]
fn whoever_asks_none_needs_none() {
    check(
        "import llm\nimport guardrails\n\nflow main\n  bot say \"hi\"\n",
        &[],
    );
    check(
        "flow main\n  match Go()\n\nflow unused\n  $a = ...\"A color.\"\n",
        &[],
    );
    check("flow main\n  match PassthroughLLMAction.Finished()\n", &[]);
    check(
        "import llm\n\nflow main\n  bot say something like \"hi\"\n\n@override\nflow bot say something like $text\n  bot say $text\n",
        &[],
    );
}

#[test]
fn an_action_of_the_program_needs_none() {
    let flows = "flow main\n  match Go()\n  $color = ...\"A color.\"\n";
    let own = ActionDescriptor::new("GenerateValueAction", |_: std::sync::Arc<Call>| async {
        Ok::<_, ActionError>("red")
    });
    let dispatcher = dispatcher().register(own.expect("an action"));
    assert_eq!(found("", flows, dispatcher), [""; 0]);
}

#[track_caller]
fn check_whole(yaml: &str, expected: &str) {
    let flows = "flow main\n  $color = ...\"A color.\"\n";
    let config = parse_config(yaml, [("main.co", flows)]).expect("a configuration");
    let builder = Runtime::builder(config);
    let builder = builder.dispatcher(dispatcher().build().expect("a dispatcher"));
    let error = builder.build().expect_err("there is no model");
    let start =
        "main.co:2:12: flow `main` asks a model (`GenerateValueAction`), and there is none; ";
    assert_eq!(error.to_string(), format!("{start}{expected}{WITHOUT}"));
}

#[test]
fn the_message_says_what_to_do() {
    check_whole("", OFFER);
}

#[test]
fn models_that_nobody_offers_are_named() {
    check_whole(
        "models: [{type: mian, engine: openai, model: gpt-5-mini}]",
        "the configuration lists models (`mian`), and nobody offers one for this action; offer them with `openai::models(config.rails())?.offer(..)` and the feature `openai`, or give the dispatcher one with `.llm(..)`",
    );
}

#[track_caller]
fn check_prompts(yaml: &str, call: &str, expected: &[&str]) {
    let flows = format!(
        "import core\nimport nemoguardrails.library.self_check.input_check\n\nflow main\n  {call}\n"
    );
    let dispatcher = dispatcher().llm(ScriptedLlm::replies(["no"]));
    assert_eq!(found(yaml, &flows, dispatcher), expected, "{call}");
}

const STRICT: &str =
    "prompts: [{task: 'self_check_input $variant=strict', content: 'Rude? {{ user_input }}'}]";

#[test]
fn a_check_with_a_prompt_that_there_is_is_fine() {
    for call in [
        "self check input",
        "self check input $variant=\"strict\"",
        "self check input \"strict\"",
        "await SelfCheckInputAction(variant=\"strict\")",
        "self check input $variant=\"self_check_input\"",
    ] {
        check_prompts(STRICT, call, &[]);
    }
    let bare = "prompts: [{task: strict, content: 'Rude? {{ user_input }}'}]";
    check_prompts(bare, "self check input $variant=\"strict\"", &[]);
}

#[test]
fn a_check_with_a_misspelt_prompt_is_found() {
    check_prompts(
        STRICT,
        "self check input $variant=\"strikt\"",
        &[
            "main.co:5:3: flow `main` checks with the prompt `strikt`, which the configuration does not have; did you mean `strict`?",
        ],
    );
    check_prompts(
        STRICT,
        "await SelfCheckInputAction(variant=\"strikt\")",
        &[
            "main.co:5:9: flow `main` checks with the prompt `strikt`, which the configuration does not have; did you mean `strict`?",
        ],
    );
}

#[test]
fn a_check_without_its_prompt_is_found() {
    check_prompts(
        "",
        "self check input $variant=\"strict\"",
        &[
            "main.co:5:3: flow `main` checks with the prompt `strict`, which the configuration does not have; add one to `prompts` for the task `self_check_input $variant=strict`",
        ],
    );
}
