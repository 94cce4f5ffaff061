//! `chat` in a pipe: what somebody types, commands included.

use crate::harness::{Folder, GREETER, Run};

fn chat(arguments: &[&str], typed: &str) -> Run {
    let folder = Folder::with([("bot/main.co", GREETER)]);
    folder.type_in(&[&["chat", "bot"], arguments].concat(), typed)
}

#[test]
fn each_line_is_a_message() {
    let run = chat(&[], "hello\n\nbye\n").code(0);
    run.out("bot: Welcome\nbot: You said: hello\nbot: You said: bye\n");
}

#[test]
fn what_a_terminal_would_obey_is_shown_as_text() {
    chat(&[], "\u{1b}[2J\n")
        .code(0)
        .out_has("You said: \u{fffd}[2J");
}

#[test]
fn quit_ends_it() {
    chat(&[], "/quit\nhello\n").code(0).out("bot: Welcome\n");
}

#[test]
fn a_message_may_begin_with_a_slash() {
    chat(&[], "//quit\n").out_has("bot: You said: /quit\n");
}

#[test]
fn help_lists_the_commands() {
    chat(&[], "/help\n").out_has("/save FILE");
}

#[test]
fn an_unknown_command_is_told() {
    chat(&[], "/flosw\n")
        .code(0)
        .err_has("there is no command `/flosw`");
}

#[test]
fn events_are_shown() {
    chat(&[], "hello\n/events\n").out_has("UtteranceBotActionFinished(");
}

#[test]
fn flows_are_shown_with_their_places() {
    let run = chat(&[], "/flows\n").out_has("main  bot/main.co:8\n");
    run.out_has("  asking  bot/main.co:");
}

#[test]
fn variables_are_shown() {
    let flows = "flow main\n  global $tea\n  $tea = \"green\"\n  match Never()\n";
    let folder = Folder::with([("main.co", flows)]);
    folder
        .type_in(&["chat"], "/context\n")
        .out_has("$tea = green\n");
}

#[test]
fn why_tells_the_flow_and_the_event() {
    let run = chat(&[], "hello\n/why\n").out_has("flow    main  bot/main.co:");
    run.out_has("after   UtteranceUserActionFinished(");
}

#[test]
fn a_conversation_is_saved_and_goes_on() {
    let flows = "import core\nflow main\n  user said something as $first\n  user said something\n  bot say \"First: {$first.transcript}\"\n";
    let folder = Folder::with([("bot/main.co", flows)]);
    let run = folder.type_in(&["chat", "bot"], "one\n/save it\n");
    run.code(0).err_has("saved in `it`");
    let run = folder.type_in(&["chat", "bot"], "/load it\ntwo\n");
    run.code(0).out("bot: First: one\n");
    let run = folder.type_in(&["chat", "bot"], "/load bot/main.co\n");
    run.code(0).err_has("`bot/main.co` cannot be loaded");
}

#[test]
fn restart_begins_anew() {
    let run = chat(&[], "/restart\n").code(0);
    run.out("bot: Welcome\nbot: Welcome\n");
}

#[test]
fn debug_shows_what_moves() {
    let run = chat(&["--debug"], "hello\n").code(0);
    let run = run.err_has("event   UtteranceUserActionFinished(final_transcript=\"hello\"");
    run.err_has("flow    `main` waits at bot/main.co:8");
}

#[test]
fn an_error_in_a_flow_is_told_with_its_place() {
    let flows = "flow main\n  $user = None\n  $name = $user.name\n";
    let folder = Folder::with([("main.co", flows)]);
    folder.type_in(&["chat"], "").code(0).err_has("main.co:3");
}
