//! `list`, `completions` and `man`.

use crate::harness::Folder;

#[test]
fn actions_are_objects_for_programs() {
    let folder = Folder::with([]);
    let run = folder.run(&["list", "--all", "--format", "json"]).code(0);
    let actions: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    let action = actions
        .iter()
        .find(|action| action["name"] == "GenerateValueAction");
    let action = action.expect("it is linked");
    assert_eq!(action["is_system_action"], true);
    assert_eq!(action["doors"], serde_json::json!([]));
    let parameters = action["parameters"].as_array().expect("a list");
    let named = |name| parameters.iter().find(|param| param["name"] == name);
    let instructions = named("instructions").expect("it takes some");
    assert_eq!(instructions["kind"], "argument");
    assert_eq!(instructions["schema"]["type"], "string");
    assert!(action["input_schema"]["properties"].is_object());
    assert!(
        action["source"]
            .as_str()
            .is_some_and(|source| source.contains(".rs:"))
    );
}

#[test]
fn without_actions_it_says_how_to_get_some() {
    let folder = Folder::with([]);
    folder
        .run(&["list"])
        .code(0)
        .out("")
        .err_has("no actions of yours are linked");
}

#[test]
fn missing_actions_are_listed_with_their_places() {
    let flows = "flow main\n  await PayAction()\n  await UtteranceBotAction(script=\"x\")\n  await PayAction()\n";
    let folder = Folder::with([("bot/main.co", flows)]);
    let run = folder.run(&["list", "--missing", "bot"]).code(1);
    run.out("PayAction  bot/main.co:2:9, bot/main.co:4:9\n");
    folder.write("bot/main.co", "flow main\n  match Start()\n");
    folder.run(&["list", "--missing", "bot"]).code(0).out("");
}

#[test]
fn completions_know_the_commands() {
    let folder = Folder::with([]);
    folder
        .run(&["completions", "bash"])
        .code(0)
        .out_has("--model-script");
}

#[test]
fn each_command_has_a_page() {
    let folder = Folder::with([]);
    folder.run(&["man"]).code(0).out_has(".TH");
    folder.run(&["man", "--to", "pages"]).code(0);
    assert!(folder.read("pages/action-sdk-chat.1").contains("model"));
}
