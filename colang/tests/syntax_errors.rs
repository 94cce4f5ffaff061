//! The diagnostics of mistakes: where, in which words, and what to do.

use colang::source::{LineIndex, SourceId};
use colang::syntax::parse;

/// Checks that the source has exactly this mistake.
#[track_caller]
fn check(source: &str, place: &str, message: &str, help: &str) {
    let parsed = parse(SourceId(0), source);
    let lines = LineIndex::new(source);
    let found: Vec<_> = parsed
        .diagnostics
        .iter()
        .map(|mistake| {
            let place = lines.position(source, mistake.span.start).to_string();
            (
                place,
                mistake.message.as_str(),
                mistake.help.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(found, [(place.to_owned(), message, help)], "for\n{source}");
}

#[test]
fn semicolons() {
    check(
        "flow main\n  match Start();\n",
        "2:16",
        "the character `;` has no meaning here",
        "end the line instead: every statement has a line of its own",
    );
}

#[test]
fn curly_quotes() {
    check(
        "flow main\n  bot say ”hi\n",
        "2:11",
        "the character `”` has no meaning here",
        "use straight quotes: \"…\"",
    );
}

#[test]
fn continued_lines() {
    check(
        "flow main\n  $x = 1 + \\\n",
        "2:12",
        "the character `\\` has no meaning here",
        "inside of brackets lines go on by themselves, and a line may begin with `and` or `or`",
    );
}

#[test]
fn strings_without_end() {
    check(
        "flow main\n  bot say \"hi\n  pass\n",
        "2:11",
        "this string does not end on its line",
        "close the string with the quote it began with, or use three quotes for text of several lines",
    );
}

#[test]
fn long_strings_without_end() {
    check(
        "flow main\n  \"\"\"hi\n  pass\n",
        "2:3",
        "this string is never closed",
        "close the string with the three quotes it began with",
    );
}

#[test]
fn leading_zeros() {
    check(
        "flow main\n  $x = 007\n",
        "2:8",
        "`007` is not a number",
        "leave out the zeros in front",
    );
}

#[test]
fn large_numbers() {
    check(
        "flow main\n  $x = 9223372036854775808\n",
        "2:8",
        "this number is too large",
        "whole numbers have 64 bits, others are 64-bit floating point numbers",
    );
}

#[test]
fn escapes() {
    check(
        "flow main\n  bot say \"a\\xZ\"\n",
        "2:13",
        "`\\x` is not a character",
        "write `\\xhh`, `\\uhhhh` or `\\Uhhhhhhhh` with the character's number, or `\\\\` for a backslash",
    );
}

#[test]
fn unknown_columns() {
    check(
        "flow main\n    match Start()\n  send Ready()\n",
        "3:1",
        "no block begins at this column",
        "indent it like one of the lines above that it belongs to",
    );
}

#[test]
fn stray_indentation() {
    check(
        "flow main\n  match Start()\n    send Ready()\n",
        "3:5",
        "this line is indented for no reason",
        "indent it like the line above; only `if`, `else`, `while`, `when` and `flow` open a block",
    );
}

#[test]
fn misspelt_headers() {
    check(
        "flow main\n  whle $x\n    pass\n",
        "3:5",
        "this line is indented for no reason",
        "did you mean `while` instead of `whle` in the line above?",
    );
}

#[test]
fn flows_without_body() {
    check(
        "flow helper\nflow main\n  pass\n",
        "1:1",
        "the flow `helper` has no body",
        "indent at least one statement below it; `pass` does nothing",
    );
}

#[test]
fn branches_without_body() {
    check(
        "flow main\n  if $x\n  pass\n",
        "2:3",
        "`if` has no body",
        "indent at least one statement below it; `pass` does nothing",
    );
}

#[test]
fn bodies_on_the_header_line() {
    check(
        "flow main\n  if $x: pass\n",
        "2:10",
        "expected the end of the line, found `pass`",
        "the body begins on the next line, indented",
    );
}

#[test]
fn brackets_without_end() {
    check(
        "flow main\n  send Out(x=1\n  send Ready()\n",
        "2:11",
        "`(` is never closed",
        "add `)` where it ends",
    );
}

#[test]
fn brackets_without_beginning() {
    check(
        "flow main\n  send Out(x=1))\n",
        "2:16",
        "expected the end of the line, found `)`",
        "no open bracket matches it here",
    );
}

#[test]
fn misspelt_flow() {
    check(
        "flwo main\n  pass\n",
        "1:1",
        "expected a flow, found `flwo`",
        "did you mean `flow`?",
    );
}

#[test]
fn statements_outside() {
    check(
        "send Ready()\n",
        "1:1",
        "this statement stands outside of every flow",
        "move it into a flow: below a line `flow main`, indented",
    );
}

#[test]
fn hyphens_in_names() {
    check(
        "flow a-b\n  pass\n",
        "1:7",
        "expected the end of the flow's header, found `-`",
        "names are words of letters, digits and `_`; write blanks instead of `-`",
    );
}

#[test]
fn colons_after_headers() {
    check(
        "flow a $x:\n  pass\n",
        "1:10",
        "expected the end of the flow's header, found `:`",
        "leave out the colon; the body follows on indented lines",
    );
}

#[test]
fn typed_parameters() {
    check(
        "flow a $x: str\n  pass\n",
        "1:10",
        "expected the end of the flow's header, found `:`",
        "parameters have no types; leave out the colon and what follows",
    );
}

#[test]
fn empty_parameters() {
    check(
        "flow a()\n  pass\n",
        "1:8",
        "the parentheses of the parameters are empty",
        "leave them out: a flow without parameters is just its name",
    );
}

#[test]
fn assignments_to_attributes() {
    check(
        "flow main\n  $x.a = 2\n",
        "2:3",
        "only plain variables can be assigned to",
        "change a dict by a method: `($x.update({\"key\": value}))`",
    );
}

#[test]
fn other_assignments() {
    check(
        "flow main\n  $x *= 2\n",
        "2:6",
        "there is no assignment with `*=`",
        "write `$x = $x * …`",
    );
}

#[test]
fn awaiting_while_adding() {
    check(
        "flow main\n  $x += await f\n",
        "2:9",
        "only values can be added or taken away",
        "assign the result first: `$value = await …`",
    );
}

#[test]
fn positional_after_named() {
    check(
        "flow main\n  show(a=1, 2)\n",
        "2:13",
        "a positional argument stands after a named one",
        "put the positional ones first, or name this one, too",
    );
}

#[test]
fn names_without_dollar() {
    check(
        "flow main\n  if count > 1\n    pass\n",
        "2:6",
        "`count` is not a value",
        "did you mean the variable `$count` or the text `\"count\"`?",
    );
}

#[test]
fn constants_in_lower_case() {
    check(
        "flow main\n  send Out(x=true)\n",
        "2:14",
        "`true` is not a value",
        "did you mean `True`?",
    );
}

#[test]
fn references_without_dollar() {
    check(
        "flow main\n  match Go() as event\n",
        "2:17",
        "a reference is a variable, and `event` has no `$`",
        "write `as $event`",
    );
}

#[test]
fn texts_as_events() {
    check(
        "flow main\n  match \"hi\"\n",
        "2:9",
        "expected a flow, an action, an event or a variable, found a string",
        "a text is no event; wait for one that carries it: `user said \"hi\"`",
    );
}

#[test]
fn named_arguments_without_parentheses() {
    check(
        "flow main\n  greet name=1\n",
        "2:13",
        "expected the end of the line, found `=`",
        "name arguments `$name=value`, or `name=value` in parentheses",
    );
}

#[test]
fn trailing_or() {
    check(
        "flow main\n  match A() or\n",
        "2:15",
        "expected a flow, an action, an event or a variable, found the end of the line",
        "name what it is about; a group goes on with a line that begins with `and` or `or`",
    );
}

#[test]
fn else_without_if() {
    check(
        "flow main\n  else\n    pass\n",
        "2:3",
        "`else` without `if` or `when`",
        "`else` follows the body of an `if` or `when`, at the same indentation",
    );
}

#[test]
fn several_return_values() {
    check(
        "flow main\n  return 1, 2\n",
        "2:11",
        "expected the end of the line, found `,`",
        "return several values as a list: `return [1, 2]`",
    );
}

#[test]
fn renamed_imports() {
    check(
        "import a as b\n",
        "1:10",
        "expected the end of the line, found `as`",
        "imports cannot be renamed",
    );
}

#[test]
fn decorators_without_flow() {
    check(
        "@active\nimport core\n",
        "1:1",
        "this decorator has no flow",
        "write the flow it belongs to on the next line, at the same indentation",
    );
}

#[test]
fn decorators_with_variables() {
    check(
        "@loop($x)\nflow main\n  pass\n",
        "1:7",
        "`$x` is not a fixed value",
        "decorators take texts, numbers, `True`, `False`, `None`, and lists and dicts of them",
    );
}

#[test]
fn misspelt_decorators() {
    check(
        "@actve\nflow main\n  pass\n",
        "1:2",
        "the decorator `@actve` has no meaning",
        "did you mean `@active`?",
    );
}

#[test]
fn braces_that_hold_no_expression() {
    check(
        "flow main\n  bot say \"a {1 +} b\"\n",
        "2:18",
        "`{1 +}` is not an expression in braces: expected a value, found the end of the braces",
        "write `{{` and `}}` for braces that are part of the text",
    );
}

#[test]
fn bare_names_in_braces() {
    check(
        "flow main\n  bot say \"hi {name}\"\n",
        "2:16",
        "`name` is not a value",
        "did you mean `{$name}`? for braces as text write `{{name}}`",
    );
}

#[test]
fn doubled_operators() {
    check(
        "flow main\n  if $a && $b\n    pass\n",
        "2:10",
        "expected a value, found `&`",
        "write `and` for `&&`",
    );
}

#[test]
fn every_independent_mistake_is_told() {
    let source = "import a, b\n\nflow one\n  send ;\n  $x = = 2\n  if count\n    send Out(a=, b=true, c=1)\n  when\n    match \"x\"\n\nflow two\n\nflow three $x: int\n  return 1, 2\n";
    let parsed = parse(SourceId(0), source);
    let lines = LineIndex::new(source);
    let places: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|mistake| lines.position(source, mistake.span.start).to_string())
        .collect();
    assert_eq!(
        places,
        [
            "1:9", "4:8", "5:8", "6:6", "7:16", "7:20", "8:7", "9:11", "11:1", "13:14", "14:11"
        ]
    );
}

#[cfg(feature = "render")]
#[test]
fn mistakes_are_shown_with_their_lines() {
    use colang::diagnostic::render;
    use colang::source::SourceMap;

    let mut sources = SourceMap::new();
    let id = sources.add("main.co", "flow main\n  send Out(x=1\n  send Ready()\n");
    let parsed = parse(id, sources.text(id).unwrap_or_default());
    let text = render(&parsed.diagnostics[0], &sources);
    for part in [
        "error[co0008]: `(` is never closed",
        "main.co:2:11",
        "send Out(x=1",
        "`)` was expected before this",
        "help: add `)` where it ends",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
