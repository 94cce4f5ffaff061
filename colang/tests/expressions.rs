//! Where our expressions are special: mutable values, limits, places of errors; and properties of all expressions.

mod support;

use colang::expr::{self, ErrorKind, Limits};
use colang::source::SourceId;
use colang::syntax;
use colang::value::{ContextId, Dict, Event, Value};
use support::{Variables, run, run_within};

#[track_caller]
fn check(source: &str, wanted: &str) {
    check_in(&mut Variables::default(), source, wanted);
}

#[track_caller]
fn check_in(scope: &mut Variables, source: &str, wanted: &str) {
    match run(source, scope) {
        Ok(value) => assert_eq!(value.repr().to_string(), wanted, "{source}"),
        Err(error) => panic!("{source}: {error}"),
    }
}

/// Checks that the error is a `ColangValueError` whose message contains `part`, with the span of `at`.
#[track_caller]
fn check_error(scope: &mut Variables, source: &str, at: &str, part: &str) {
    let error = run(source, scope).expect_err(source);
    assert_eq!(error.kind.name(), "ColangValueError");
    assert!(error.message.contains(part), "{}", error.message);
    assert_eq!(error.span.text(source), at);
}

fn list(items: &[i64]) -> Value {
    Value::list(items.iter().map(|item| Value::from(*item)))
}

#[test]
fn a_method_changes_the_variable_it_is_called_on() {
    let shared = list(&[1]);
    let mut scope = Variables::new([("a", shared.clone()), ("b", shared)]);
    check_in(&mut scope, "$b.append(2)", "None");
    check_in(&mut scope, "[$a, $b]", "[[1], [1, 2]]");
}

#[test]
fn a_method_changes_what_lies_in_the_variable() {
    let mut scope = Variables::new([("d", Dict::from_iter([("l", list(&[1]))]).into())]);
    check_in(&mut scope, "$d.l.append(2)", "None");
    check_in(&mut scope, "$d['l'].pop(0)", "1");
    check_in(&mut scope, "$d", "{'l': [2]}");
}

#[test]
fn a_computed_list_can_be_changed_in_vain() {
    let mut scope = Variables::new([("l", list(&[1]))]);
    check_in(&mut scope, "($l + [2]).pop()", "2");
    check_in(&mut scope, "$l", "[1]");
}

#[test]
fn an_event_stays_as_it_was() {
    let mut scope = Variables::new([("e", Event::new("Ping").with("l", list(&[1])).into())]);
    check_in(&mut scope, "$e.l.append(2)", "None");
    check_in(&mut scope, "$e.arguments", "{'l': [1]}");
}

#[test]
fn the_variables_of_another_flow_can_be_updated() {
    let mut scope = Variables::new([("f", Value::Flow("(a)1".into()))]);
    check_in(&mut scope, "$f.context.update({'x': 1}, y=2)", "None");
    check_in(
        &mut scope,
        "$f.context.x + $f.context['y'] + len($f.context)",
        "5",
    );
    check_in(&mut scope, "'x' in $f.context", "True");
    check_in(&mut scope, "\"{$f.context}\"", "\"{'x': 1, 'y': 2}\"");
    check_error(
        &mut scope,
        "$f.context.clear()",
        "$f.context.clear()",
        "by `update`, not by `clear`",
    );
}

#[test]
fn values_are_never_read_as_code() {
    let text = "\"\" + str($secret) # {$secret} \\";
    let mut scope = Variables::new([("t", text.into()), ("secret", "no".into())]);
    let got = run("\"You said {$t}\"", &mut scope).unwrap();
    assert_eq!(got.to_string(), format!("You said {text}"));
}

#[test]
fn dollar_names_in_texts_stay() {
    check("'cost: $x'", "'cost: $x'");
}

#[test]
fn chance_and_uids_come_from_the_scope() {
    check("rand()", "0.75");
    check("randint(10)", "7");
    check("[uid(), uid()]", "['uid-1', 'uid-2']");
    check("flows_info()['flow_instance_uid']", "'all'");
    check("flows_info('(a)1')", "{'flow_instance_uid': '(a)1'}");
}

#[test]
fn unset_variables_are_none() {
    check("$nothing", "None");
    check("$nothing == None", "True");
}

#[test]
fn keys_of_dicts_are_attributes() {
    let mut scope = Variables::new([(
        "d",
        Dict::from_iter([("a", Dict::from_iter([("b", 1)]))]).into(),
    )]);
    check_in(&mut scope, "[$d.a.b, $d.z, {'q': 5}.q]", "[1, None, 5]");
}

#[test]
fn attributes_with_an_underscore_are_not_for_programs() {
    let mut scope = Variables::new([("e", Event::new("Ping").with("_x", 1).into())]);
    check_error(&mut scope, "$e._x", "$e._x", "not for programs");
}

#[test]
fn errors_name_the_place() {
    let mut scope = Variables::new([("a", "x".into())]);
    check_error(&mut scope, "1 + $a.x", "$a.x", "a str has no attribute `x`");
    check_error(
        &mut scope,
        "[$a - 1]",
        "$a - 1",
        "`-` does not work between a str and an int",
    );
    check_error(&mut scope, "[1, len(5)]", "len(5)", "an int has no length");
    check_error(
        &mut scope,
        "1 + conjure(2)",
        "conjure(2)",
        "no function `conjure`",
    );
    check_error(&mut scope, "isint(2)", "isint(2)", "did you mean `is_int`?");
    check_error(
        &mut scope,
        "[1][3]",
        "[1][3]",
        "no index 3 in a list of length 1",
    );
    check_error(&mut scope, "{'a': 1}['b']", "{'a': 1}['b']", "no key 'b'");
    check_error(
        &mut scope,
        "'a'.shout()",
        "'a'.shout()",
        "a str has no method `shout`",
    );
    check_error(
        &mut scope,
        "[x for x in 3]",
        "3",
        "no elements to go through",
    );
    check_error(&mut scope, "1 <> 2", "1 <> 2", "write `!=`");
}

#[test]
fn whole_numbers_end_at_64_bits() {
    for source in [
        "9223372036854775807 + 1",
        "-9223372036854775807 - 2",
        "3037000500 * 3037000500",
        "2 ** 63",
        "1 << 63",
        "(-9223372036854775807 - 1) // -1",
        "-(-9223372036854775807 - 1)",
        "int('9223372036854775808')",
        "int(1e19)",
    ] {
        assert_eq!(
            run(source, &mut Variables::default()).map_err(|error| error.kind),
            Err(ErrorKind::Value),
            "{source}"
        );
    }
    check("(-9223372036854775807 - 1) % -1", "0");
}

/// Each would take forever, or all memory, without limits.
#[test]
fn what_grows_without_end_is_refused() {
    let big = Value::list((0..90_000).map(Value::from));
    let mut scope = Variables::new([
        ("big", big),
        ("text", "ab".repeat(40_000).into()),
        ("l", list(&[1])),
    ]);
    for source in [
        "'a' * 200000",
        "[0] * 200000",
        "9 * [$big]",
        "[$big, $big]",
        "$big + $big",
        "$big.extend($big)",
        "$l.append($big) or $l.append($big) or $l + $l",
        "$text + $text",
        "$text.replace('a', $text)",
        "$text.join($big)",
        "$text.join(['', '', '', '', ''])",
        "'a'.center(1000000)",
        "'%1000000d' % 1",
        "'%.1000000f' % 1.0",
        "'\\t'.expandtabs(10000000)",
        "\"{$text}{$text}\"",
        "[x + y for x in $big for y in $big]",
        "[1 for x in $big if [1 for y in $big if y < 0]]",
        "[$text + 'a' for x in $big]",
        "[search('a(?!b)', $text) for x in $big]",
    ] {
        let error = run(source, &mut scope).expect_err(source);
        assert_eq!(error.kind, ErrorKind::Value, "{source}");
    }
}

#[test]
fn a_list_cannot_be_put_into_itself_without_end() {
    let mut scope = Variables::new([("l", list(&[]))]);
    let put_in = |scope: &mut Variables| {
        run("[$l, $l]", scope).map(|value| scope.own.insert("l".into(), value))
    };
    let rounds = (0..1000).take_while(|_| put_in(&mut scope).is_ok()).count();
    assert_eq!(rounds, 15);
    let mut scope = Variables::new([("l", list(&[]))]);
    let put_in =
        |scope: &mut Variables| run("[$l]", scope).map(|value| scope.own.insert("l".into(), value));
    let rounds = (0..1000).take_while(|_| put_in(&mut scope).is_ok()).count();
    assert_eq!(rounds, 99);
    let appended = (0..1000)
        .take_while(|_| run("$l.append($l)", &mut scope).is_ok())
        .count();
    assert!(appended < 1000, "{appended}");
    let text = serde_json::to_string(&scope.own["l"]).unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_ok());
}

#[test]
fn steps_are_counted() {
    let limits = Limits {
        steps: 30,
        ..Limits::default()
    };
    let mut scope = Variables::default();
    assert!(run_within("[x for x in [1, 2, 3]]", &mut scope, &limits).is_ok());
    let error = run_within(
        "[x * x + x for x in [1, 2, 3, 4, 5, 6, 7, 8, 9]]",
        &mut scope,
        &limits,
    )
    .unwrap_err();
    assert!(error.message.contains("given up after 30 steps"), "{error}");
}

#[test]
fn the_deepest_expressions_fit_on_the_stack() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("not ", ""),
        ("-", ""),
        ("{1: ", "}"),
        ("len([", "])"),
        ("[1, [2]][", "]"),
    ] {
        for depth in [20, 95, 195, 500, 20_000] {
            let source = open.repeat(depth) + "1" + &close.repeat(depth);
            let _ = run(&source, &mut Variables::default());
        }
    }
    let chain = "$x.a".to_owned() + &".a".repeat(150);
    assert!(run(&chain, &mut Variables::default()).is_err());
}

#[test]
fn constants_are_known_before_evaluation() {
    let constant = |source: &str| {
        let parsed = syntax::parse_expr(SourceId(0), source);
        expr::literal(&parsed.expr).map(|value| value.repr().to_string())
    };
    assert_eq!(
        constant("[1, -2.5, {'a': None}]").as_deref(),
        Some("[1, -2.5, {'a': None}]")
    );
    assert_eq!(constant("'a {1}'"), None);
    assert_eq!(constant("$x"), None);
    assert_eq!(constant("uid()"), None);
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    const OPERATORS: &[&str] = &[
        "+", "-", "*", "/", "//", "%", "**", "|", "^", "&", "<<", ">>", "<", "==", ">=", "in",
        "not in", "is", "and", "or",
    ];
    const CALLS: &[&str] = &[
        "len($a)",
        "list($a)",
        "tuple($a)",
        "dict($a)",
        "set($a)",
        "str($a)",
        "int($a)",
        "int($a, $b)",
        "float($a)",
        "randint($a)",
        "regex($a)",
        "search($a, $b)",
        "find_all($a, $b)",
        "pretty_str($a)",
        "escape($a)",
        "type($a)",
        "less_than($a)",
        "flows_info($a)",
        "$a[$b]",
        "$a[$b:$c]",
        "$a[$b:$c:$b]",
        "-$a",
        "~$a",
        "not $a",
        "$a.x",
        "\"{$a} {$b}\"",
        "{$a: $b}",
        "{$a, $b}",
        "[x for x in $a]",
        "{x: y for x, y in $a}",
        "$a if $b else $c",
        "{**$a}",
        "dict(**$a)",
        "list(*$a)",
    ];
    const METHODS: &[&str] = &[
        "lower",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "istitle",
        "isalnum",
        "isidentifier",
        "isprintable",
        "split",
        "rsplit",
        "splitlines",
        "partition",
        "rpartition",
        "strip",
        "find",
        "rfind",
        "index",
        "rindex",
        "count",
        "startswith",
        "endswith",
        "replace",
        "center",
        "ljust",
        "rjust",
        "zfill",
        "join",
        "expandtabs",
        "removeprefix",
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "copy",
        "get",
        "keys",
        "values",
        "items",
        "update",
        "popitem",
        "setdefault",
        "add",
        "discard",
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "issubset",
        "intersection_update",
        "difference_update",
        "symmetric_difference_update",
        "isdisjoint",
        "findall",
        "bit_length",
        "is_integer",
    ];

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::None),
            any::<bool>().prop_map(Value::from),
            prop_oneof![-3_i64..12, any::<i64>()].prop_map(Value::from),
            prop_oneof![Just(f64::NAN), Just(f64::INFINITY), any::<f64>(), -4.0..4.0]
                .prop_map(Value::from),
            "[ab%(){}*$.\\\\ sdßéΣ😀\\n\\t-]{0,6}".prop_map(Value::from),
            Just(Value::Flow("(a)1".into())),
            Just(Value::Context(ContextId(1))),
            Just(Event::new("Ping").with("x", 1).into()),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
                prop::collection::vec(("[a-x]", inner), 0..3)
                    .prop_map(|all| all.into_iter().collect::<Dict>().into()),
                prop::collection::vec(0_i64..5, 0..3).prop_map(|all| {
                    colang::value::Set::from_values(all.into_iter().map(Value::from))
                        .unwrap()
                        .into()
                }),
            ]
        })
    }

    /// Checks that any result can be printed and saved.
    fn survives(source: &str, scope: &mut Variables) -> Result<(), TestCaseError> {
        if let Ok(value) = run(source, scope) {
            prop_assert!(value.text(1 << 24).is_ok());
            prop_assert!(serde_json::to_string(&value).is_ok());
        }
        prop_assert!(scope.own.values().all(|value| value.text(1 << 24).is_ok()));
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn no_operator_panics(a in value(), b in value(), op in prop::sample::select(OPERATORS)) {
            survives(&format!("$a {op} $b"), &mut Variables::new([("a", a), ("b", b)]))?;
        }

        #[test]
        fn no_call_panics(a in value(), b in value(), c in value(), call in prop::sample::select(CALLS)) {
            survives(call, &mut Variables::new([("a", a), ("b", b), ("c", c)]))?;
        }

        #[test]
        fn no_method_panics(
            a in value(), b in value(), c in value(),
            method in prop::sample::select(METHODS), arguments in prop::sample::select(&["", "$b", "$b, $c", "*$b"][..]),
        ) {
            survives(&format!("$a.{method}({arguments})"), &mut Variables::new([("a", a), ("b", b), ("c", c)]))?;
        }

        #[test]
        fn no_text_panics(source in "([$a-c0-9.+*/%<>=!()\\[\\]{}:,'\" -]|and |or |not |in |if |else |for |\\PC){0,24}") {
            survives(&source, &mut Variables::new([("a", list(&[1, 2])), ("b", "text".into())]))?;
        }

        #[test]
        fn dividing_and_multiplying_gives_back(a in any::<i64>(), b in any::<i64>()) {
            let mut scope = Variables::new([("a", a.into()), ("b", b.into())]);
            if let Ok(value) = run("$a // $b * $b + $a % $b == $a", &mut scope) {
                prop_assert!(value.is_true());
            }
        }
    }
}

fn verdict() -> Variables {
    let json = serde_json::json!({
        "decision": "transform", "is_blocked": false, "is_transform": true,
        "transform_text": {"bot_message": "hi"}, "score": 3,
    });
    Variables::new([("v", Value::from_json(&json).expect("it is an outcome"))])
}

#[test]
fn the_outcome_of_a_rail_has_its_members() {
    check_in(&mut verdict(), "type($v)", "'RailOutcome'");
    check_in(
        &mut verdict(),
        "[$v.decision, $v.is_blocked, $v['is_transform']]",
        "['transform', False, True]",
    );
    check_in(&mut verdict(), "$v.transform_text.bot_message", "'hi'");
    check_in(
        &mut verdict(),
        "[$v.reason, $v.metadata, $v.transforms, $v.failed]",
        "[None, {}, [], False]",
    );
    check_in(&mut verdict(), "$v.score", "3");
    check_in(&mut verdict(), "$v == $v and $v != {}", "True");
}

#[test]
fn the_outcome_of_a_rail_says_what_it_has_where_a_member_is_misspelt() {
    let known = "the outcome of a rail has no `is_bocked`; it has `decision`, `is_blocked`, `is_transform`, `reason`, `metadata`, `transforms`, `transform_text`, `failed`, `score`";
    check_error(&mut verdict(), "$v.is_bocked", "$v.is_bocked", known);
    check_error(&mut verdict(), "$v['is_bocked']", "$v['is_bocked']", known);
    check_error(
        &mut verdict(),
        "$v.get('is_bocked')",
        "$v.get('is_bocked')",
        "has no method `get`",
    );
}
