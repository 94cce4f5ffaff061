//! Settings that are wrong, unknown or without effect: each is reported with its place.

use action_sdk_runtime::{ConfigErrorKind, ConfigLoader, Problem, parse_config};

use serde_json::json;

use crate::config::MAIN;

fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// Checks the problems of these settings: each line must begin as given.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let error = parse_config(yaml, [("main.co", MAIN)]).expect_err("it is refused");
    assert_same(&lines(error.problems()), expected);
}

#[track_caller]
fn check_kind(yaml: &str, kind: ConfigErrorKind, expected: &[&str]) {
    let error = parse_config(yaml, [("main.co", MAIN)]).expect_err("it is refused");
    assert_eq!(error.kind(), kind, "{}", error.render());
    assert_same(&lines(error.problems()), expected);
}

/// Checks the warnings for these settings.
#[track_caller]
fn check_warnings(yaml: &str, expected: &[&str]) {
    let config = parse_config(yaml, [("main.co", MAIN)]).expect("a configuration");
    assert_same(&lines(config.warnings()), expected);
}

#[track_caller]
fn assert_same(found: &[String], expected: &[&str]) {
    let is_same = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(found, line)| found.starts_with(line));
    assert!(
        is_same,
        "found:\n{}\nexpected:\n{}",
        found.join("\n"),
        expected.join("\n")
    );
}

#[test]
fn flow_for_flows_is_an_error() {
    check(
        "rails:\n  output:\n    flow:\n      - self check output\n",
        &["config.yml:3:5: there is no setting `rails.output.flow`; did you mean `flows`?"],
    );
}

#[test]
fn outputs_for_output_is_an_error() {
    check(
        "rails:\n  outputs:\n    flows: [self check output]\n",
        &["config.yml:2:3: there is no setting `rails.outputs`; did you mean `output`?"],
    );
}

#[test]
fn rail_for_rails_is_an_error() {
    check(
        "rail: {}\n",
        &["config.yml:1:1: there is no setting `rail`; did you mean `rails`?"],
    );
}

#[test]
fn another_case_is_an_error() {
    check(
        "Rails:\n  output: {}\n",
        &["config.yml:1:1: there is no setting `Rails`; did you mean `rails`?"],
    );
    check(
        "rails:\n  output:\n    Flows: []\n",
        &["config.yml:3:5: there is no setting `rails.output.Flows`; did you mean `flows`?"],
    );
}

#[test]
fn rails_without_the_word_are_errors() {
    check(
        "output:\n  flows: [self check output]\n",
        &["config.yml:1:1: there is no setting `output`; did you mean `rails.output`?"],
    );
    check(
        "guard_output: [self check output]\n",
        &["config.yml:1:1: there is no setting `guard_output`; "],
    );
    check(
        "safety: {before: {flows: [self check output]}}\n",
        &["config.yml:1:1: there is no setting `safety`; "],
    );
}

#[test]
fn flows_beside_rails_are_errors() {
    check(
        "flows: [self check output]\n",
        &[
            "config.yml:1:9: `flows[0]` names a flow, and nothing would run it; list it in `rails.input.flows`",
        ],
    );
    check(
        "rails:\n  flows: [self check output]\n",
        &[
            "config.yml:2:3: there is no setting `rails.flows`; did you mean `rails.input.flows` or `rails.output.flows`",
        ],
    );
}

#[test]
fn flows_where_settings_are_free_are_told() {
    check(
        "rails:\n  config:\n    output: {flows: [self check output]}\n",
        &[
            "config.yml:3:5: `rails.config.output` lists flows, and nothing would run them; list them in `rails.input",
        ],
    );
    check_warnings(
        "custom_data:\n  rails: {output: {flows: [self check output]}}\n",
        &["config.yml:2:3: `custom_data.rails` lists flows, and nothing would run them; "],
    );
}

#[test]
fn a_misspelt_fail_open_is_an_error() {
    check(
        "rails: {failopen: false}\n",
        &["config.yml:1:9: there is no setting `rails.failopen`; did you mean `fail_open`?"],
    );
}

#[test]
fn misspelt_import_paths_and_prompts_are_errors() {
    check(
        "import_path: [shared]\nprompt: []\n",
        &[
            "config.yml:1:1: there is no setting `import_path`; did you mean `import_paths`?",
            "config.yml:2:1: there is no setting `prompt`; did you mean `prompts`?",
        ],
    );
}

#[test]
fn a_misspelt_parser_of_an_answer_is_an_error() {
    check(
        "prompts:\n- task: a\n  content: b\n  output_parsers: is_content_safe\n",
        &[
            "config.yml:4:3: there is no setting `prompts[0].output_parsers`; did you mean `output_parser`?",
        ],
    );
}

#[test]
fn another_unknown_key_is_a_warning() {
    check_warnings(
        "modles: []\nmodels:\n- {type: main, engine: e, model: m, kind: 1}\n",
        &[
            "config.yml:1:1: there is no setting `modles`; did you mean `models`?",
            "config.yml:3:37: there is no setting `models[0].kind`; ",
        ],
    );
}

#[test]
fn a_warning_has_its_place_and_path() {
    let config = parse_config("\n\nteam: blue\n", [("main.co", MAIN)]).expect("a configuration");
    let warning = &config.warnings()[0];
    assert_eq!(warning.file(), Some("config.yml"));
    assert_eq!((warning.line(), warning.column()), (Some(3), Some(1)));
    assert_eq!(warning.path(), Some("team"));
    assert_eq!(warning.message(), "there is no setting `team`");
    assert!(
        warning
            .suggestion()
            .is_some_and(|help| help.contains("custom_data"))
    );
}

const UNKNOWN: &str = "rails: {output: {flow: [x]}}\n";

#[test]
fn a_setting_lets_unknown_keys_pass() {
    check_warnings(
        &format!("allow_unknown_settings: true\n{UNKNOWN}"),
        &["config.yml:2:18: there is no setting `rails.output.flow`; did you mean `flows`?"],
    );
}

#[test]
fn a_loader_lets_unknown_keys_pass() {
    let loader = ConfigLoader::new().allow_unknown_settings();
    let config = loader
        .parse(UNKNOWN, [("main.co", MAIN)])
        .expect("a configuration");
    assert_eq!(config.warnings().len(), 1);
}

#[test]
fn a_model_outside_of_the_list_is_an_error() {
    check(
        "type: main\nengine: openai\nmodel: gpt-4o\nparameters: {api_key: x}\n",
        &[
            "config.yml:1:1: there is no setting `type`; a model is an entry of the list `models`",
            "config.yml:2:1: there is no setting `engine`; a model is an entry of the list `models`",
            "config.yml:3:1: there is no setting `model`; a model is an entry of the list `models`",
        ],
    );
}

#[test]
fn a_model_that_is_no_list_is_an_error() {
    check(
        "models:\n  type: main\n  engine: openai\n  model: gpt-4o\n",
        &[
            "config.yml:1:1: `models`: a list is expected, and this is a table; write it as in `models: [{type: main,",
        ],
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let yaml = "lowest_temperature: warm\nrails:\n  input:\n    flows: self check input\n  outputs: {}\nprompts:\n  - content: x\ninstructions:\n  - general: You are a bot\n";
    check_kind(
        yaml,
        ConfigErrorKind::Field,
        &[
            "config.yml:1:21: `lowest_temperature`: a number is expected, and this is the string \"warm\"; write it as in `lowest_temperature: 0.001`",
            "config.yml:4:12: `rails.input.flows`: a list is expected, and this is a string; write it as in `flows: [self check input]`",
            "config.yml:5:3: there is no setting `rails.outputs`; did you mean `output`?",
            "config.yml:7:5: `prompts[0].task` is missing; write it as in `task: self_check_input`",
            "config.yml:9:5: `instructions[0].type` is missing; ",
            "config.yml:9:5: `instructions[0].content` is missing; ",
        ],
    );
}

#[test]
fn entries_of_a_list_have_their_types() {
    check(
        "rails: {input: {flows: [self check input, {a: b}, ~]}}\n",
        &[
            "config.yml:1:43: `rails.input.flows[1]`: a string is expected, and this is a table; ",
            "config.yml:1:51: `rails.input.flows[2]`: a string is expected, and this is empty; ",
        ],
    );
}

#[test]
fn an_empty_list_of_rails_is_written_out() {
    check(
        "rails:\n  input:\n    flows:\n",
        &["config.yml:3:10: `rails.input.flows`: a list is expected, and this is empty; "],
    );
}

#[test]
fn a_number_has_its_bounds() {
    check(
        "prompts: [{task: t, content: c, max_tokens: 0}]\nrails: {dialog: {user_messages: {embeddings_only_similarity_threshold: 75}}}\n",
        &[
            "config.yml:1:45: `prompts[0].max_tokens`: a whole number, at least 1 is expected, and this is the number 0",
            "config.yml:2:72: `rails.dialog.user_messages.embeddings_only_similarity_threshold`: a number from 0 to 1 is",
        ],
    );
}

#[test]
fn a_word_is_one_of_those_that_are_known() {
    check(
        "models: [{type: main, engine: e, model: m, mode: caht}]\n",
        &[
            "config.yml:1:50: `models[0].mode`: one of `chat`, `text` is expected, and this is the string \"caht\"",
        ],
    );
}

#[test]
fn a_boolean_is_no_string() {
    check(
        "models: [{type: main, engine: yes, model: m}]\n",
        &[
            "config.yml:1:31: `models[0].engine`: a string is expected, and this is the boolean true, unless it is put in quotes",
        ],
    );
}

#[test]
fn single_letters_are_strings() {
    let yaml = "custom_data: {a: y, b: n, c: [Y, N], d: yes, e: 'y', f: &x n, g: *x, n: no}\n";
    let config = parse_config(yaml, [("main.co", MAIN)]).expect("a configuration");
    let expected = json!({"a": "y", "b": "n", "c": ["Y", "N"], "d": true, "e": "y", "f": "n", "g": "n", "n": false});
    assert_eq!(json!(config.rails().custom_data), expected);
}

#[test]
fn what_the_sdk_refuses_has_its_place_too() {
    check(
        "models:\n- {type: main, engine: e}\nprompts:\n- {task: t, content: a, messages: [b]}\n",
        &[
            "config.yml:2:3: `models[0]`: the model of type `main` has no name, give it one in `model`",
            "config.yml:4:3: `prompts[0]`: the prompt of task `t` has both `content` and `messages`, keep one of them",
        ],
    );
}

#[test]
fn the_value_of_a_string_is_not_repeated() {
    let yaml = "models: sk-secret\ncustom_data: sk-secret\nprompts: {a: sk-secret}\n";
    let error = parse_config(yaml, [("main.co", MAIN)]).expect_err("it is refused");
    assert!(!format!("{error:?}{}", error.render()).contains("sk-secret"));
}

#[test]
fn settings_without_effect_are_told_one_by_one() {
    let yaml = "\
rails:
  config: {jailbreak_detection: {server_endpoint: x}}
  input: {parallel: true, speculative_generation: true}
  output: {parallel: true, streaming: {enabled: true}}
  dialog: {single_call: {enabled: true}, user_messages: {embeddings_only: true}}
  actions: {instant_actions: [X]}
passthrough: true
knowledge_base: {folder: docs}
core: {embedding_search_provider: {name: x}}
tracing: {enabled: true}
metrics: {enabled: true}
streaming: true
enable_multi_step_generation: true
raw_llm_call_action: x
user_messages: {a: [b]}
bot_messages: {a: [b]}
flows: [{id: x}]
models: [{type: main, engine: e, model: m, cache: {enabled: true}}]
";
    let config = parse_config(yaml, [("main.co", MAIN)]).expect("a configuration");
    let mut found: Vec<_> = config.warnings().iter().filter_map(Problem::path).collect();
    let mut expected = [
        "bot_messages",
        "core",
        "enable_multi_step_generation",
        "flows",
        "knowledge_base",
        "metrics",
        "models[0].cache",
        "passthrough",
        "rails.actions.instant_actions",
        "rails.config.jailbreak_detection",
        "rails.dialog.single_call",
        "rails.dialog.user_messages",
        "rails.input.parallel",
        "rails.input.speculative_generation",
        "rails.output.parallel",
        "rails.output.streaming",
        "raw_llm_call_action",
        "streaming",
        "tracing",
        "user_messages",
    ];
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_setting_without_effect_has_its_place() {
    check_warnings(
        "\nstreaming: yes\n",
        &["config.yml:2:1: `streaming` has no effect here; answers are not streamed"],
    );
}

#[test]
fn what_is_switched_off_needs_no_effect() {
    let yaml = "streaming: false\npassthrough: no\ntracing: {enabled: false, adapters: [{name: x}]}\nrails: {input: {parallel: false}, dialog: {single_call: {enabled: false}}}\n";
    check_warnings(yaml, &[]);
}

#[test]
fn models_that_do_not_count_are_told() {
    check_warnings(
        "models:\n- {type: main, engine: e, model: a}\n- {type: main, engine: e, model: b}\n- {type: x, engine: e, model: c, mode: text}\n",
        &[
            "config.yml:3:3: `models[1]` has no effect here; of type `main` the one at config.yml:2:3 counts",
            "config.yml:4:3: `models[2].mode` has no effect here; every model is given messages",
        ],
    );
}

#[test]
fn instructions_that_do_not_count_are_told() {
    check_warnings(
        "instructions:\n- {type: general, content: a}\n- {type: general, content: b}\n- {type: special, content: c}\n",
        &[
            "config.yml:3:3: `instructions[1]` has no effect here; of type `general` the one at config.yml:2:3 counts",
            "config.yml:4:3: `instructions[2]` has no effect here; only instructions of type `general` are read",
        ],
    );
}

#[test]
fn prompts_that_do_not_count_are_told() {
    check_warnings(
        "prompts:\n- {task: t, content: a}\n- {task: t, content: b, models: [openai]}\n- {task: t, content: c, mode: standard}\n- {task: t, content: c, mode: compact}\n",
        &[
            "config.yml:2:3: `prompts[0]` has no effect here; for the task `t` the one at config.yml:4:3 counts",
        ],
    );
}

#[test]
fn variables_in_instructions_are_told() {
    check_warnings(
        "instructions:\n- type: general\n  content: You are the bot of {{ company }}.\n",
        &[
            "config.yml:3:12: `instructions[0].content` is no template: the model is shown `{{ company }}` as it stands; ",
        ],
    );
}

#[test]
fn version_2_is_written_in_several_ways() {
    for version in ["\"2.x\"", "\"2.0\"", "2.0", "2", "'2'"] {
        let yaml = format!("colang_version: {version}\n");
        let config = parse_config(&yaml, [("main.co", MAIN)]).expect("a configuration");
        assert_eq!(config.rails().colang_version, "2.x", "for {version}");
        assert_eq!(config.warnings(), []);
    }
}

#[test]
fn another_version_has_its_place() {
    check_kind(
        "\ncolang_version: \"1.0\"\n",
        ConfigErrorKind::ColangVersion,
        &[
            "config.yml:2:17: `colang_version` is \"1.0\", and only Colang 2 is run here; write `colang_version: \"2.x\"`",
        ],
    );
}

#[test]
fn a_list_is_no_configuration() {
    check_kind(
        "- a\n",
        ConfigErrorKind::Yaml,
        &["config.yml:1:1: settings are expected, each as `name: value`, and this is a list; "],
    );
}

#[test]
fn empty_settings_say_nothing() {
    for yaml in ["", "\n", "# nothing\n", "---\n", "~\n", "\u{feff}", "{}"] {
        let config = parse_config(yaml, [("main.co", MAIN)]).expect("a configuration");
        assert_eq!(config.warnings(), [], "for {yaml:?}");
    }
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_passed_over() {
    let yaml = "\u{feff}lowest_temperature: 0.5\r\ncustom_data:\r\n  a: b\r\n";
    let config = parse_config(yaml, [("main.co", MAIN)]).expect("a configuration");
    assert_eq!(config.rails().lowest_temperature, Some(0.5));
    assert_eq!(config.rails().custom_data["a"], "b");
}

#[track_caller]
fn check_yaml(yaml: &str, place: &str) {
    check_kind(yaml, ConfigErrorKind::Yaml, &[place]);
}

#[test]
fn aliases_do_not_multiply() {
    let mut yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        yaml += &format!("a{level}: &a{level} [{}]\n", below.trim_end_matches(", "));
    }
    check_yaml(
        &yaml,
        "config.yml:5:45: aliases stand for more than 100000 values in all; ",
    );
}

#[test]
fn deep_yaml_is_refused() {
    let deep = |depth| format!("custom_data: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    check_yaml(
        &deep(100),
        "config.yml:1:77: values are nested more than 64 deep",
    );
    check_yaml(&deep(5000), "config.yml:1:269: recursion limit exceeded");
    let lines = (0..5000).map(|depth| format!("{}a:\n", " ".repeat(depth)));
    check_yaml(&lines.collect::<String>(), "config.yml:");
}

#[test]
fn a_key_given_twice_has_its_place() {
    check_yaml(
        "custom_data:\n  a: 1\n  a: 2\n",
        "config.yml:3:3: the key `a` is given twice; keep one, or put both into one list or table",
    );
}

#[test]
fn two_documents_are_refused() {
    check_yaml(
        "lowest_temperature: 0.5\n---\nlowest_temperature: 0.6\n",
        "config.yml:3:1: a second document begins, and settings are one; take the line `---` out",
    );
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    for number in ["1e999", ".inf"] {
        let yaml = format!("lowest_temperature: {number}\n");
        check_yaml(&yaml, "config.yml:1:21: this number is not finite; ");
    }
}

#[test]
fn an_alias_has_its_place() {
    check(
        "custom_data: &a {x: 1}\nrails: {input: {flows: *a}}\n",
        &["config.yml:2:24: `rails.input.flows`: a list is expected, and this is a table"],
    );
}
