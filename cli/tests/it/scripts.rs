//! `chat --script`: conversations that are tests.

use crate::harness::{Folder, GREETER, Run};

fn play(script: &str) -> Run {
    let folder = Folder::with([("bot/main.co", GREETER), ("script.txt", script)]);
    folder.run(&["chat", "bot", "--script", "script.txt"])
}

#[test]
fn a_script_shows_what_the_bot_says() {
    let run = play("user: hello\n\n# a comment\nuser: bye\n").code(0);
    run.out("bot: Welcome\nbot: You said: hello\nbot: You said: bye\n");
}

#[test]
fn a_script_compares_what_the_bot_says() {
    play("bot: Welcome\nuser: hello\nbot: You said: hello\n")
        .code(0)
        .out("");
}

#[test]
fn the_first_difference_is_shown() {
    let run = play("bot: Welcome\nuser: hello\nbot: Hello\nuser: bye\nbot: Bye\n").code(1);
    run.out("script.txt:3: the bot says something else\n  expected  bot: Hello\n  found     bot: You said: hello\n");
}

#[test]
fn what_the_script_leaves_out_is_a_difference() {
    let run = play("bot: Welcome\nuser: hello\nuser: bye\nbot: You said: bye\n").code(1);
    run.out("script.txt:3: the bot says something else\n  expected  (nothing)\n  found     bot: You said: hello\n");
}

#[test]
fn silence_where_something_is_expected_is_a_difference() {
    let run = play("bot: Welcome\nbot: Hello?\n").code(1);
    run.out("script.txt:2: the bot says something else\n  expected  bot: Hello?\n  found     (nothing)\n");
}

#[test]
fn silence_takes_no_time() {
    let run = play("silence: 19\nsilence: 2\nuser: hello\nsilence: 3\n").code(0);
    run.out("bot: Welcome\nbot: Are you still there?\nbot: You said: hello\n");
}

#[test]
fn events_arrive() {
    let flows =
        "import core\nflow main\n  match Ring() as $ring\n  bot say \"Door {$ring.door}\"\n";
    let script = "event: {\"type\": \"Ring\", \"door\": 7}\nbot: Door 7\n";
    let folder = Folder::with([("main.co", flows), ("script.txt", script)]);
    folder
        .run(&["chat", "--script", "script.txt"])
        .code(0)
        .out("");
}

#[test]
fn an_answer_of_several_lines_is_one_line() {
    let flows = "import core\nflow main\n  bot say \"one\\ntwo\"\n";
    let script = "bot: one\\ntwo\n";
    let folder = Folder::with([("main.co", flows), ("script.txt", script)]);
    folder
        .run(&["chat", "--script", "script.txt"])
        .code(0)
        .out("");
}

#[test]
fn a_script_with_mistakes_is_refused_before_anything_runs() {
    play("user: hello\nuesr: bye\n").refused("script.txt:2: `uesr: bye` is no statement");
    play("silence: long\n").refused("`silence` needs a number of seconds, 0 or more, not `long`");
    play("event: [1]\n").refused("script.txt:1: this is no event");
}

const ASKING: &str = "\
import core
import llm
flow main
  user said something
  $color = ...\"A color.\"
  bot say \"{$color}\"
  user said something
  $color = ...\"A color.\"
  bot say \"{$color}\"
";

fn with_model(answers: &str) -> Run {
    let script = "user: one\nuser: two\n";
    let folder = Folder::with([
        ("bot/main.co", ASKING),
        ("script.txt", script),
        ("model.json", answers),
    ]);
    folder.run(&[
        "chat",
        "bot",
        "--script",
        "script.txt",
        "--model-script",
        "model.json",
    ])
}

#[test]
fn the_first_answer_that_fits_counts() {
    let answers = r#"[{"when": ["a word nobody says"], "answer": "'red'"}, {"when": ["A color."], "answer": "'green'"}, {"answer": "'blue'"}]"#;
    with_model(answers).code(0).out("bot: green\nbot: green\n");
}

#[test]
fn an_answer_for_once_is_given_once() {
    let answers = r#"[{"answer": "'red'", "once": true}, {"answer": "'green'"}]"#;
    with_model(answers).code(0).out("bot: red\nbot: green\n");
}

#[test]
fn a_model_that_fails_is_told() {
    let answers = r#"[{"error": "it is down"}]"#;
    with_model(answers).code(0).err_has("it is down");
}

#[test]
fn a_model_script_with_mistakes_is_refused() {
    with_model("{}").refused("`model.json` is no model script");
    with_model("[{}]").refused("entry 1 needs either `answer` or `error`");
    with_model(r#"[{"anwser": "x"}]"#).refused("unknown field `anwser`");
}

#[test]
fn the_models_of_the_settings_are_not_needed_then() {
    let settings = "models: [{type: main, engine: openai, model: gpt-4o}]\n";
    let folder = Folder::with([
        ("bot/main.co", ASKING),
        ("bot/config.yml", settings),
        ("s.txt", ""),
    ]);
    folder
        .run(&["chat", "bot", "--script", "s.txt"])
        .refused("OPENAI_API_KEY");
    folder.write("model.yml", "- answer: x\n");
    folder
        .run(&[
            "chat",
            "bot",
            "--script",
            "s.txt",
            "--model-script",
            "model.yml",
        ])
        .code(0);
}
