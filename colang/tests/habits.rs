//! Habits from Colang 1 and from other languages: each is a single mistake, and the message shows what to write.

use colang::program::{File, Program, ProgramError};
use colang::source::{LineIndex, SourceId};
use colang::syntax::parse;

/// The diagnostics of a source: places, messages and help, for errors and warnings.
fn told(source: &str) -> Vec<String> {
    let parsed = parse(SourceId(0), source);
    let lines = LineIndex::new(source);
    let mut told: Vec<_> = parsed
        .diagnostics
        .iter()
        .map(|found| {
            let place = lines.position(source, found.span.start);
            let help = found.help.as_deref().unwrap_or_default();
            format!("{place}: {}; {help}", found.message)
        })
        .collect();
    let file = File {
        name: "",
        module: &parsed.module,
    };
    if !parsed.has_errors() {
        let mistakes = Program::new(&[file]).err();
        let mistakes = mistakes.iter().flat_map(ProgramError::mistakes);
        let found: Vec<_> = mistakes.cloned().chain(Program::check(&[file])).collect();
        told.extend(found.iter().map(|found| {
            let place = found
                .position()
                .map_or_else(String::new, |at| at.to_string());
            format!("{place}: {found}")
        }));
    }
    told
}

/// Checks that the source has exactly this mistake.
#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(told(source), [expected], "for\n{source}");
}

/// Checks that the statement, in a flow, has exactly this mistake.
#[track_caller]
fn check_statement(statement: &str, expected: &str) {
    check(
        &format!("flow main\n  {statement}\n  match Never()\n"),
        expected,
    );
}

/// Checks that there are no diagnostics.
#[track_caller]
fn fine(source: &str) {
    assert_eq!(told(source), Vec::<String>::new(), "for\n{source}");
}

#[test]
fn execute() {
    check_statement(
        "execute LookUpAction(name=\"a\")",
        "2:3: `execute` is of Colang 1; await the action: `await LookUpAction(…)`",
    );
}

#[test]
fn execute_with_a_result() {
    check_statement(
        "$name = execute LookUpAction(name=\"a\")",
        "2:11: `execute` is of Colang 1; await the action: `await LookUpAction(…)`",
    );
}

#[test]
fn execute_by_the_name_of_a_python_function() {
    check_statement(
        "$ok = execute check_facts(text=\"a\")",
        "2:9: there is no flow `execute check_facts`; an action is awaited by its name: `await CheckFactsAction(…)`",
    );
}

#[test]
fn a_flow_may_be_called_execute_something() {
    fine("flow execute order\n  match Order()\n\nflow main\n  execute order\n");
}

#[test]
fn else_when_behind_when() {
    let source = "flow main\n  when A()\n    pass\n  else when B()\n    pass\n  else\n    pass\n";
    check(source, "4:3: `else when` is of Colang 1; write `or when`");
}

#[test]
fn else_when_behind_if() {
    let source =
        "flow main\n  if $x\n    pass\n  else when B()\n    pass\n  or when C()\n    pass\n";
    check(
        source,
        "4:3: `else when` is of Colang 1; write `else`, and the `when` on the next line, indented",
    );
}

#[test]
fn define_user() {
    check(
        "define user express greeting\n  \"hello\"\n  \"hi; there\"\n\nflow main\n  match Never()\n",
        "1:1: `define` is of Colang 1; write `flow user express greeting`, and in it `user said \"…\" or user said \"…\"`",
    );
}

#[test]
fn define_bot() {
    check(
        "define bot express greeting\n  \"Hello!\"\n\nflow main\n  match Never()\n",
        "1:1: `define` is of Colang 1; write `flow bot express greeting`, and in it `bot say \"…\"`",
    );
}

#[test]
fn define_flow() {
    check(
        "define flow greeting\n  user express greeting\n  if $x\n    bot a\n  else\n    bot b\n\nflow main\n  match Never()\n",
        "1:1: `define` is of Colang 1; write `flow greeting`, and in it `user said \"…\"` and `bot say \"…\"`",
    );
}

#[test]
fn each_definition_is_a_mistake_and_hides_none_behind_it() {
    let source =
        "define subflow a\n  $x = execute b\n\ndefine flow b\n  stop\n\nflow main\n  match A(\n";
    let places: Vec<_> = told(source)
        .iter()
        .map(|told| told.split(": ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(places, ["1:1", "4:1", "8:11"]);
}

#[test]
fn a_text_behind_user() {
    check_statement(
        "user \"hi\"",
        "2:3: there is no flow `user`; wait for what the user says with `user said \"hi\"`",
    );
}

#[test]
fn a_text_behind_bot() {
    check_statement(
        "bot \"hello {$x}\"",
        "2:3: there is no flow `bot`; say it with `bot say \"hello {$x}\"`",
    );
}

#[test]
fn anything_behind_user() {
    check_statement(
        "user ...",
        "2:3: `user ...` is of Colang 1; wait for whatever the user says with `user said something`",
    );
}

#[test]
fn stop_alone() {
    check_statement(
        "stop",
        "2:3: `stop` alone is of Colang 1; write `abort` to end the flow as failed, or `return`",
    );
}

#[test]
fn do_before_a_flow() {
    check(
        "flow greet\n  match A()\n\nflow main\n  do greet\n",
        "5:3: there is no flow `do greet`; a flow is awaited by its name: `await greet`",
    );
}

#[test]
fn an_action_by_the_name_of_a_python_function() {
    check_statement(
        "$x = await check_blocked_terms(text=\"a\")",
        "2:14: there is no flow `check_blocked_terms`; an action is awaited by its name: `await CheckBlockedTermsAction(…)`",
    );
}

#[test]
fn an_action_without_its_suffix() {
    check_statement(
        "$x = await CheckBlockedTerms()",
        "2:14: `await` runs flows and actions to their end, and `CheckBlockedTerms` is an event; the name of an action ends with `Action`: `await CheckBlockedTermsAction()`; for an event use `match CheckBlockedTerms()`",
    );
}

#[test]
fn starting_an_action_without_its_suffix() {
    check_statement(
        "start Play(song=\"a\") as $p",
        "2:9: `start` starts flows and actions, and `Play` is an event; the name of an action ends with `Action`: `start PlayAction()`; for an event use `send Play()` or `match Play()`",
    );
}

#[test]
fn awaiting_the_end_of_an_action_by_its_event() {
    check_statement(
        "await UtteranceUserActionFinished()",
        "2:9: `await` runs flows and actions to their end, and `UtteranceUserActionFinished` is an event; use `match` to wait for an event",
    );
}

#[test]
fn an_action_as_a_function() {
    check_statement(
        "$x = LookUpAction(name=\"a\")",
        "2:8: there is no function `LookUpAction`; an action is awaited: `$x = await LookUpAction(…)`",
    );
}

#[test]
fn a_python_function() {
    check_statement(
        "$x = check_it(\"x\")",
        "2:8: there is no function `check_it`; if it is an action, await it: `$x = await CheckItAction(…)`",
    );
}

#[test]
fn a_value_by_the_function_of_colang_1() {
    check_statement(
        "$name = generate_value(\"the user's name\")",
        "2:11: there is no function `generate_value`; let a model write a value with `$x = ...\"what it is\"`",
    );
}

#[test]
fn a_misspelt_function() {
    check_statement(
        "print \"{lenn($x)}\"",
        "2:11: there is no function `lenn`; did you mean `len`?",
    );
}

#[test]
fn methods_of_other_languages() {
    for (call, expected) in [
        (
            "($x.push(1))",
            "2:7: nothing has a method `push`; write `append`",
        ),
        (
            "$n = $x.length()",
            "2:11: nothing has a method `length`; write `len($x)`",
        ),
        (
            "$n = $x.toUpperCase()",
            "2:11: nothing has a method `toUpperCase`; write `upper`",
        ),
        (
            "$n = $x.uper()",
            "2:11: nothing has a method `uper`; did you mean `upper`?",
        ),
        (
            "$n = $x.frobnicate()",
            "2:11: nothing has a method `frobnicate`; strings, lists, dicts and sets have those of Python",
        ),
    ] {
        check_statement(call, expected);
    }
}

#[test]
fn a_flow_as_a_function() {
    check(
        "flow greet $name\n  match A()\n\nflow main\n  $x = greet(\"a\")\n",
        "5:8: there is no function `greet`; a flow is awaited: `$x = await greet(…)`",
    );
}

#[test]
fn for_loops() {
    let help = "count instead: `while $i < len($list)`, with `$list[$i]` and `$i += 1` in its body";
    let source = "flow main\n  for $x in [1, 2]\n    pass\n";
    check(source, &format!("2:3: Colang has no `for`; {help}"));
    let source = "flow main\n  for x in $list:\n    pass\n";
    check(source, &format!("2:3: Colang has no `for`; {help}"));
}

#[test]
fn exceptions() {
    let help =
        "call a flow that may fail with `when`; what stands below its `else` runs if it fails";
    let source = "flow main\n  try:\n    match A()\n";
    check(source, &format!("2:3: Colang has no `try`; {help}"));
}

#[test]
fn functions() {
    check(
        "def main():\n  pass\n",
        "1:1: expected a flow, found `def`; write `flow main`",
    );
    check(
        "subflow greet the user\n  pass\n",
        "1:1: expected a flow, found `subflow`; write `flow greet the user`",
    );
}

#[test]
fn words_before_an_assignment() {
    check_statement(
        "set $x = 1",
        "2:3: there is no flow `set`; a variable is set without a word before it: `$x = …`",
    );
}

#[test]
fn variables_without_a_dollar_sign() {
    check_statement(
        "x = 5",
        "2:3: only variables can be assigned to, and `x` has no `$`; write `$x = …`",
    );
}

#[test]
fn counting_up() {
    check_statement("$x++", "2:5: expected `=`, found `+`; write `$x += 1`");
}

#[test]
fn braces() {
    check(
        "flow main\n  if ($x) {\n    pass\n",
        "2:11: expected the end of the line, found `{`; leave out the braces; the body is what is indented",
    );
}

#[test]
fn then() {
    check(
        "flow main\n  if $x then\n    pass\n",
        "2:9: expected the end of the line, found `then`; leave out `then`; the body begins on the next line",
    );
}

#[test]
fn comments() {
    check_statement(
        "// hi there",
        "2:3: `//` begins no comment; a comment begins with `#`",
    );
    check_statement(
        "/* hi */",
        "2:3: `/*` begins no comment; a comment begins with `#`",
    );
}

#[test]
fn flows_with_capitals() {
    check(
        "flow Greet user\n  match A()\n\nflow main\n  match A()\n",
        "1:6: the flow `Greet user` cannot be called by its name: with capitals that is an event; write `greet user`",
    );
}

#[test]
fn a_flow_in_a_script_without_case_can_be_called_in_every_way() {
    for call in [
        "用户打招呼",
        "await 用户打招呼",
        "start 用户打招呼 as $x",
        "activate 用户打招呼",
        "$x = 用户打招呼",
        "match 用户打招呼.Finished()",
        "when 用户打招呼\n    pass",
        "(用户打招呼 or match it)",
    ] {
        let source = format!(
            "flow main\n  {call}\n\nflow 用户打招呼\n  match A()\n\nflow match it\n  pass\n"
        );
        let source = source.replace("match it", "other");
        fine(&source);
    }
}

#[test]
fn an_event_in_a_script_without_case_stays_one() {
    fine("flow main\n  match 开始()\n  send 问候(text=\"a\")\n  when 结束()\n    pass\n");
}

#[test]
fn waiting_for_a_flow_in_a_script_without_case() {
    check(
        "flow main\n  match 打招呼()\n\nflow 打招呼\n  match A()\n",
        "2:9: `match` waits for an event `打招呼`, and there is a flow of that name; use `await 打招呼` to run the flow",
    );
}
