//! What the server answers about places in files.

use serde_json::{Value, json};

use crate::client::Client;

const OTHER: &str =
    "# Says hello to somebody.\nflow greet user $name=\"you\" -> $ok\n  bot say \"hi\"\n";
const SETTINGS: &str = "rails:\n  input:\n    flows:\n      - greet user\n";

fn client() -> Client {
    Client::new(&[("other.co", OTHER), ("config.yml", SETTINGS)])
}

#[track_caller]
fn labels(source: &str) -> Vec<String> {
    labels_in("main.co", source)
}

#[track_caller]
fn labels_in(name: &str, source: &str) -> Vec<String> {
    let answer = client().at("textDocument/completion", name, source, json!({}));
    let items = answer["items"].as_array().expect("a list").clone();
    items
        .iter()
        .map(|item| item["label"].as_str().expect("a label").to_owned())
        .collect()
}

#[track_caller]
fn offers(source: &str, expected: &[&str]) {
    offers_in("main.co", source, expected);
}

#[track_caller]
fn offers_in(name: &str, source: &str, expected: &[&str]) {
    let labels = labels_in(name, source);
    for label in expected {
        assert!(
            labels.iter().any(|found| found == label),
            "no {label} in {labels:?}"
        );
    }
}

#[test]
fn flows_and_actions_are_offered_with_what_they_take() {
    offers("flow main\n  gre|\n", &["greet user"]);
    offers("flow main\n  await Wa|\n", &["WaveAction"]);
    offers(
        "import core\n\nflow main\n  user sa|\n",
        &["user said", "user said something"],
    );
    offers("flow main\n  aw|\n", &["await"]);
    let source = "flow main\n  await greet us|\n";
    let answer = client().at("textDocument/completion", "main.co", source, json!({}));
    let edit = &answer["items"][0]["textEdit"];
    assert_eq!(edit["newText"], "greet user");
    assert_eq!(edit["range"]["start"], json!({"line": 1, "character": 8}));
}

#[test]
fn arguments_are_offered_within_and_without_parentheses() {
    offers("flow main\n  await WaveAction(|\n", &["hand"]);
    offers("flow main\n  greet user $|\n", &["$name="]);
    offers("flow main\n  $total = 1\n  log $|\n", &["$total"]);
    offers("flow main\n  greet user(na|)\n", &["name"]);
}

#[test]
fn members_are_those_of_what_stands_before_the_dot() {
    offers("flow main\n  match WaveAction.|\n", &["Finished"]);
    let said =
        "flow main\n  match UtteranceUserAction.Finished() as $said\n  log \"x\"\n  $x = $said.|\n";
    offers(said, &["final_transcript"]);
    offers(
        "flow main\n  match UtteranceUserActionFinished(fin|)\n",
        &["final_transcript"],
    );
}

#[test]
fn imports_and_decorators_are_offered() {
    offers("import ti|\n", &["timing"]);
    offers("import ot|\n", &["other"]);
    offers("@lo|\nflow main\n  pass\n", &["loop"]);
}

#[test]
fn nothing_is_offered_in_strings_and_comments() {
    assert_eq!(labels("flow main\n  # gre|\n"), [] as [&str; 0]);
    assert_eq!(labels("flow main\n  log \"gre|\"\n"), [] as [&str; 0]);
}

#[test]
fn settings_are_offered_by_the_keys_above() {
    offers_in("config.yml", "mod|\n", &["models"]);
    offers_in("config.yml", "rails:\n  in|\n", &["input"]);
    offers_in(
        "config.yml",
        "models:\n  - type: main\n    eng|\n",
        &["engine"],
    );
    offers_in("config.yml", "streaming: |\n", &["true", "false"]);
    offers_in(
        "config.yml",
        "rails:\n  input:\n    flows:\n      - greet u|\n",
        &["greet user"],
    );
}

#[track_caller]
fn hover(name: &str, source: &str, expected: &[&str]) {
    let answer = client().at("textDocument/hover", name, source, json!({}));
    let text = answer["contents"]["value"].as_str().unwrap_or_default();
    for part in expected {
        assert!(text.contains(part), "no {part:?} in {text:?}");
    }
}

#[test]
fn a_word_is_explained() {
    hover(
        "main.co",
        "flow main\n  greet us|er\n",
        &[
            "flow greet user $name=\"you\" -> $ok",
            "Says hello to somebody.",
        ],
    );
    hover(
        "main.co",
        "flow main\n  await Wave|Action()\n",
        &["WaveAction(hand: String", "Waves a hand."],
    );
    hover(
        "main.co",
        "flow main\n  match UtteranceUserAction|Finished()\n",
        &["final_transcript"],
    );
    hover(
        "main.co",
        "flow main\n  bot s|ay \"x\"\n",
        &["flow bot say $text"],
    );
    hover(
        "config.yml",
        "lowest_tem|perature: 1\n",
        &["a number", "lowest_temperature: 0.001"],
    );
}

#[test]
fn a_flow_leads_to_its_definition() {
    let mut client = client();
    let found = client.at(
        "textDocument/definition",
        "main.co",
        "flow main\n  greet us|er\n",
        json!({}),
    );
    assert_eq!(found[0]["uri"], client.uri("other.co"));
    assert_eq!(
        found[0]["range"]["start"],
        json!({"line": 1, "character": 5})
    );
    let found = client.at(
        "textDocument/definition",
        "config.yml",
        &SETTINGS.replace("greet", "gr|eet"),
        json!({}),
    );
    assert_eq!(found[0]["uri"], client.uri("other.co"));
}

#[test]
fn the_library_can_be_opened() {
    let mut client = client();
    for source in [
        "flow main\n  user sa|id \"x\"\n",
        "import co|re\n\nflow main\n  pass\n",
    ] {
        let found = client.at("textDocument/definition", "main.co", source, json!({}));
        let uri = found[0]["uri"].as_str().expect("an address");
        let path = uri
            .strip_prefix("file://")
            .expect("a file")
            .replace("%20", " ");
        assert!(path.ends_with("core.co"), "{path}");
        let text = std::fs::read_to_string(path).expect("it was written");
        assert!(text.contains("flow user said"), "{text}");
    }
}

#[test]
fn a_flow_is_found_wherever_it_is_mentioned() {
    let mut client = client();
    let source = "flow main\n  greet us|er\n  send StopFlow(flow_id=\"greet user\")\n";
    let places = |found: &Value| found.as_array().expect("a list").len();
    let found = client.at(
        "textDocument/references",
        "main.co",
        source,
        json!({"context": {"includeDeclaration": true}}),
    );
    assert_eq!(places(&found), 4, "{found:#}");
    let found = client.at(
        "textDocument/references",
        "main.co",
        source,
        json!({"context": {"includeDeclaration": false}}),
    );
    assert_eq!(places(&found), 3, "{found:#}");
}

#[test]
fn a_flow_is_renamed_wherever_it_is_mentioned() {
    let mut client = client();
    let source = "flow main\n  log \"🙂\" # ß\n  greet  us|er and greet user\n";
    let found = client.at("textDocument/prepareRename", "main.co", source, json!({}));
    assert_eq!(found["placeholder"], "greet user");
    let edit = client.at(
        "textDocument/rename",
        "main.co",
        source,
        json!({"newName": "welcome  all"}),
    );
    let changes = &edit["changes"];
    let count = |name: &str| changes[client.uri(name)].as_array().map_or(0, Vec::len);
    assert_eq!(
        [count("main.co"), count("other.co"), count("config.yml")],
        [2, 1, 1],
        "{edit:#}"
    );
    let first = &changes[client.uri("main.co")][0];
    assert_eq!(first["newText"], "welcome all");
    assert_eq!(first["range"]["end"], json!({"line": 2, "character": 13}));
}

#[track_caller]
fn not_renamed(source: &str, name: &str, why: &str) {
    let answer = client().ask_at(
        "textDocument/rename",
        "main.co",
        source,
        json!({"newName": name}),
    );
    let message = answer["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains(why), "{answer:#}");
}

#[test]
fn what_cannot_be_renamed_is_told() {
    not_renamed("flow main\n  greet us|er\n", "main", "already");
    not_renamed("flow main\n  greet us|er\n", "a-b", "cannot be the name");
    not_renamed("flow main\n  greet us|er\n", "Greet", "upper-case");
    not_renamed("flow main\n  user sa|id \"x\"\n", "x", "of the library");
    not_renamed("flow main\n  await Wave|Action()\n", "x", "only flows");
}

fn document(client: &mut Client, method: &str, name: &str, text: &str) -> Value {
    client.open(name, text);
    let params = json!({
        "textDocument": {"uri": client.uri(name)},
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    client.request(method, params)
}

#[test]
fn the_outline_has_flows_and_settings() {
    let mut client = client();
    let found = document(
        &mut client,
        "textDocument/documentSymbol",
        "other.co",
        OTHER,
    );
    assert_eq!(found[0]["name"], "greet user");
    assert_eq!(found[0]["detail"], "$name=\"you\" -> $ok");
    assert_eq!(found[0]["range"]["end"]["line"], 2);
    let found = document(
        &mut client,
        "textDocument/documentSymbol",
        "config.yml",
        "a: 1\nb:\n  c: 2\n",
    );
    assert_eq!(
        (&found[1]["name"], &found[1]["range"]["end"]["line"]),
        (&json!("b"), &json!(3))
    );
    let found = client.request("workspace/symbol", json!({"query": "GREET"}));
    assert_eq!(found[0]["name"], "greet user");
}

#[test]
fn a_file_is_formatted_unless_it_has_mistakes() {
    let mut client = client();
    let ugly = "flow main\n    log  \"🙂\"\n";
    let found = document(&mut client, "textDocument/formatting", "main.co", ugly);
    assert_eq!(found[0]["newText"], "flow main\n  log \"🙂\"\n");
    assert_eq!(found[0]["range"]["end"], json!({"line": 2, "character": 0}));
    let nice = "flow main\n  pass\n";
    assert_eq!(
        document(&mut client, "textDocument/formatting", "main.co", nice),
        json!([])
    );
    let broken = "flow main\n  match (\n";
    assert_eq!(
        document(&mut client, "textDocument/formatting", "main.co", broken),
        Value::Null
    );
}

#[test]
fn the_words_of_a_file_have_meanings() {
    let mut client = client();
    let found = document(
        &mut client,
        "textDocument/semanticTokens/full",
        "main.co",
        "flow main\n  greet user\n",
    );
    assert_eq!(
        found["data"],
        json!([0, 0, 4, 3, 0, 0, 5, 4, 7, 0, 1, 2, 5, 7, 0, 0, 6, 4, 7, 0])
    );
}
