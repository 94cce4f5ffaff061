//! Mistakes found while loading: reported all at once, each with place and advice.

use colang::machine::Machine;
use colang::program::{File, PlacedMistake, Program};
use colang::source::SourceId;
use colang::syntax::Parsed;

fn parse(sources: &[(&str, &str)]) -> Vec<Parsed> {
    let parsed = (0..).zip(sources).map(|(id, (name, source))| {
        let parsed = colang::syntax::parse(SourceId(id), source);
        assert_eq!(parsed.diagnostics, [], "for {name}: {source}");
        parsed
    });
    parsed.collect()
}

fn files<'a>(sources: &[(&'a str, &str)], parsed: &'a [Parsed]) -> Vec<File<'a>> {
    let files = sources.iter().zip(parsed).map(|((name, _), parsed)| File {
        name,
        module: &parsed.module,
    });
    files.collect()
}

/// The code and the full text of each.
fn lines(mistakes: &[PlacedMistake]) -> Vec<String> {
    let line = |found: &PlacedMistake| format!("{} {found}", found.diagnostic().code);
    mistakes.iter().map(line).collect()
}

#[track_caller]
fn check_files(sources: &[(&str, &str)], expected: &[&str]) {
    let parsed = parse(sources);
    let error = Program::new(&files(sources, &parsed)).expect_err("it has mistakes");
    assert_eq!(lines(error.mistakes()), expected);
}

#[track_caller]
fn check(source: &str, expected: &[&str]) {
    check_files(&[("main.co", source)], expected);
}

#[track_caller]
fn check_warnings(source: &str, expected: &[&str]) {
    let sources = [("main.co", source)];
    let parsed = parse(&sources);
    let files = files(&sources, &parsed);
    assert!(Program::new(&files).is_ok(), "it can be run");
    assert_eq!(lines(&Program::check(&files)), expected);
}

#[test]
fn every_mistake_of_a_file_is_told() {
    check(
        "flow helper\n  pass\n\nflow main\n  match helper\n  if True\n    send helper\n  while True\n    start Event()\n  when $x\n    stop helper\n",
        &[
            "co0204 main.co:5:9: `match` waits for events, and `helper` is a flow; use `await helper` to run it, or `match helper().Finished()` to wait for the end of any",
            "co0204 main.co:7:10: `send` sends events, and `helper` is a flow; use `start helper` or `await helper`",
            "co0204 main.co:9:11: `start` starts flows and actions, and `Event` is an event; the name of an action ends with `Action`: `start EventAction()`; for an event use `send Event()` or `match Event()`",
            "co0204 main.co:10:8: `when` waits for events, flows and actions, and `$x` is a reference; name one of its events: `$x.Finished()`",
            "co0205 main.co:11:10: Colang 2 has no `stop` statement; use `send $reference.Stop()`, with the reference of `start … as $reference`",
        ],
    );
}

#[test]
fn mistakes_of_all_files_are_told_in_their_order() {
    check_files(
        &[
            ("a.co", "flow one\n  match XAction()\n"),
            ("b.co", "flow one\n  pass\n\nflow send it\n  pass\n"),
            ("c.co", "@override\nflow on\n  pass\n"),
        ],
        &[
            "co0202 a.co:1:6: two flows are named `one`; rename one of them, or write `@override` above this one to replace the other, which stands at b.co:1",
            "co0204 a.co:2:9: `match` waits for events, and `XAction` is an action; use `await XAction` to run it, or `match XAction().Finished()` to wait for the end of any",
            "co0201 b.co:4:6: the name of the flow `send it` begins with the keyword `send`; choose a name with another first word, so that it can be called",
            "co0203 c.co:2:6: there is no flow `on` to be overridden; did you mean `one`?",
        ],
    );
}

#[test]
fn the_second_of_two_flows_is_one_too_many() {
    check(
        "flow a\n  pass\n\nflow a\n  pass\n",
        &[
            "co0202 main.co:4:6: two flows are named `a`; rename one of them, or write `@override` above this one to replace the other, which stands at main.co:1",
        ],
    );
}

#[test]
fn the_second_of_two_overrides_is_one_too_many() {
    check(
        "flow a\n  pass\n\n@override\nflow a\n  pass\n\n@override\nflow a\n  pass\n",
        &[
            "co0202 main.co:9:6: two flows override `a`; rename one of them or take it away; the other one stands at main.co:5",
        ],
    );
}

#[test]
fn an_override_of_nothing_says_what_to_do() {
    check(
        "@override\nflow lonely\n  pass\n",
        &[
            "co0203 main.co:2:6: there is no flow `lonely` to be overridden; import the file that defines the flow, or take `@override` away",
        ],
    );
}

#[test]
fn activation_knows_no_alternatives() {
    check(
        "flow a\n  pass\n\nflow main\n  activate a or a\n  activate XAction()\n  deactivate $x\n",
        &[
            "co0205 main.co:5:12: `activate` cannot choose among flows joined by `or`; join them by `and`, or write one `activate` for each",
            "co0204 main.co:6:12: `activate` works on flows, and `XAction` is an action; use `start XAction()`, or a flow that runs the action",
            "co0204 main.co:7:14: `deactivate` works on flows, and `$x` is a reference; write the name of the flow, or end it with `send $x.Stop()`",
        ],
    );
}

#[test]
fn events_cannot_be_awaited() {
    check(
        "flow main\n  await Event()\n  await $x\n  await XAction().Finished()\n",
        &[
            "co0204 main.co:2:9: `await` runs flows and actions to their end, and `Event` is an event; the name of an action ends with `Action`: `await EventAction()`; for an event use `match Event()`",
            "co0204 main.co:3:9: `await` runs flows and actions to their end, and `$x` is a reference; use `match` to wait for an event",
            "co0204 main.co:4:9: `await` runs flows and actions to their end, and `XAction.Finished` is one of its events; use `match` to wait for an event",
        ],
    );
}

#[test]
fn events_have_no_members() {
    check(
        "flow main\n  match Event().Finished()\n",
        &[
            "co0304 main.co:2:16: `Event` is an event, and events have no members to be matched or sent; write `Event(…)` alone",
        ],
    );
}

#[test]
fn groups_can_be_too_large() {
    let member = "(A() or B())";
    let group = [member; 11].join(" and ");
    check(
        &format!("flow main\n  match {group}\n"),
        &[
            "co0206 main.co:2:10: the group comes to more than 1000 combinations; split the statement, or put a part of it into a flow of its own",
        ],
    );
}

#[test]
fn a_program_needs_a_main_flow() {
    let sources = [("main.co", "flow mian\n  pass\n")];
    let parsed = parse(&sources);
    let program = Program::new(&files(&sources, &parsed)).expect("the flow is well-formed");
    let error = Machine::new(program).expect_err("there is no main");
    assert_eq!(
        lines(error.mistakes()),
        [
            "co0208 there is no flow `main`; write `flow main` with what shall happen when a conversation begins"
        ]
    );
    assert_eq!(
        (error.file(), error.line(), error.column()),
        ("", None, None)
    );
}

#[test]
fn calls_of_unknown_flows_are_warned_of() {
    check_warnings(
        "flow greet user\n  pass\n\nflow main\n  greet usr\n  when start something else\n    pass\n  match nobody().Finished()\n",
        &[
            "co0301 main.co:5:3: there is no flow `greet usr`; did you mean `greet user`?",
            "co0301 main.co:6:8: there is no flow `start something else`; define it, or import the file that does",
            "co0301 main.co:8:9: there is no flow `nobody`; define it, or import the file that does; if it is an action, write `await NobodyAction(…)`",
        ],
    );
}

#[test]
fn arguments_that_nobody_takes_are_warned_of() {
    check_warnings(
        "flow say $text $volume=1\n  pass\n\nflow rest\n  pass\n\nflow main\n  say \"a\" $volum=2\n  say \"a\" 1 2 3\n  start say $x=1\n  activate rest 5\n",
        &[
            "co0302 main.co:8:11: the flow `say` has no parameter `$volum`; did you mean `$volume`?",
            "co0302 main.co:9:13: the argument is one too many for the flow `say`; `say` takes `$text`, `$volume`",
            "co0302 main.co:9:15: the argument is one too many for the flow `say`; `say` takes `$text`, `$volume`",
            "co0302 main.co:10:13: the flow `say` has no parameter `$x`; `say` takes `$text`, `$volume`",
            "co0302 main.co:11:17: the argument is one too many for the flow `rest`; `rest` has no parameters",
        ],
    );
}

#[test]
fn leaving_no_loop_is_warned_of() {
    check_warnings(
        "flow main\n  if True\n    break\n  while True\n    when A()\n      continue\n  continue\n",
        &[
            "co0303 main.co:3:5: `break` stands in no loop and does nothing; put it into a `while`, or use `return` to end the flow",
            "co0303 main.co:7:3: `continue` stands in no loop and does nothing; put it into a `while`, or use `return` to end the flow",
        ],
    );
}

#[test]
fn members_that_do_not_exist_are_warned_of() {
    check_warnings(
        "flow a\n  pass\n\nflow main\n  match a.Finishd()\n  match XAction().Exploded()\n  match XAction().ThingUpdated()\n  start a as $a\n  match $a.Ended()\n",
        &[
            "co0304 main.co:5:11: a flow has no event `Finishd`; did you mean `Finished`?",
            "co0304 main.co:6:19: an action has no event `Exploded`; it has `Start`, `Change`, `Stop`, `Started`, `Finished`",
            "co0304 main.co:9:12: a flow or an action has no event `Ended`; it has `Start`, `Change`, `Stop`, `Started`, `Finished`",
        ],
    );
}

#[test]
fn parameters_with_names_of_the_engine_are_warned_of() {
    check_warnings(
        "flow a $flow_instance_uid $x\n  pass\n\nflow main\n  pass\n",
        &[
            "co0112 main.co:1:8: the parameter `$flow_instance_uid` is set to what the engine calls so, whatever the caller gives; give it another name",
        ],
    );
}

#[test]
fn a_clean_program_has_no_warnings() {
    check_warnings(
        "flow say $text\n  await UtteranceBotAction(script=$text)\n\nflow main\n  say \"a\"\n  say $text=\"b\"\n  match say().Finished(text=\"c\")\n",
        &[],
    );
}

#[test]
fn a_role_is_one_of_four_words_and_given_once() {
    check(
        "@rail(\"both\")\nflow a\n  pass\n\n@speaks_for\nflow b\n  pass\n\n@rail(\"input\")\n@speaks_for(\"bot\")\nflow main\n  pass\n",
        &[
            "co0106 main.co:1:1: `@rail` takes one of two words; write `@rail(\"input\")` or `@rail(\"output\")`",
            "co0106 main.co:5:1: `@speaks_for` takes one of two words; write `@speaks_for(\"bot\")` or `@speaks_for(\"user\")`",
            "co0106 main.co:10:1: a flow has one role, and this is the second; keep one of `@rail(…)` and `@speaks_for(…)`",
        ],
    );
}
