//! What is Colang and what is not: probes with the recorded verdicts of nemoguardrails 0.24.1.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a probe speaks of some kinds only"
)]

use colang::source::SourceId;
use colang::syntax::ast::{ArgumentKind, ExprKind, Flow, ParamDef, UnaryOp};
use colang::syntax::parse;
use serde_json::{Value, json};

fn probes() -> Vec<Value> {
    let text = include_str!("data/parse-probes.json");
    serde_json::from_str(text).expect("the probes are JSON")
}

fn params(source: &str, params: &[ParamDef]) -> Value {
    params
        .iter()
        .map(|p| {
            json!([
                p.name.name,
                p.default.as_ref().map(|expr| expr.span.text(source))
            ])
        })
        .collect()
}

fn literal(kind: &ExprKind) -> Value {
    match kind {
        ExprKind::Bool(value) => json!(value),
        ExprKind::Int(value) => json!(value),
        ExprKind::Float(value) => json!(value),
        ExprKind::Str(value) => json!(value),
        ExprKind::Unary {
            op: UnaryOp::Minus,
            operand,
        } => json!({"minus": literal(&operand.kind)}),
        _ => Value::Null,
    }
}

fn header(source: &str, flow: &Flow) -> Value {
    let decorators = flow.decorators.iter().map(|decorator| {
        let mut place = 0;
        let arguments = decorator.arguments.iter().map(|argument| {
            let name = match &argument.kind {
                ArgumentKind::Named(name) => name.name.clone(),
                _ => {
                    place += 1;
                    format!("${}", place - 1)
                }
            };
            (name, literal(&argument.value.kind))
        });
        json!([
            decorator.name.name,
            arguments.collect::<serde_json::Map<_, _>>()
        ])
    });
    json!({
        "name": flow.name.name,
        "parameters": params(source, &flow.parameters),
        "returns": params(source, &flow.return_members),
        "decorators": decorators.collect::<Value>(),
    })
}

#[test]
fn every_probe_gets_its_verdict() {
    let mut wrong = Vec::new();
    for probe in probes() {
        let (label, source) = (
            probe["label"].as_str().expect("label"),
            probe["source"].as_str().expect("source"),
        );
        let parsed = parse(SourceId(0), source);
        let accepted = !parsed.has_errors();
        let flows: Value = parsed
            .module
            .flows
            .iter()
            .map(|flow| header(source, flow))
            .collect();
        let wanted = probe["accepted"] == json!(true);
        let may_differ = !wanted && probe["superset_allowed"] == json!(true);
        if accepted != wanted && !may_differ {
            wrong.push(format!(
                "{label}: accepted {accepted}: {:?}",
                parsed.diagnostics
            ));
        } else if wanted && flows != probe["flows"] {
            wrong.push(format!("{label}: found {flows}, not {}", probe["flows"]));
        } else if !accepted
            && parsed
                .diagnostics
                .iter()
                .all(|mistake| mistake.help.is_none())
        {
            wrong.push(format!("{label}: no help: {:?}", parsed.diagnostics));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn accepts(source: &str) {
    let parsed = parse(SourceId(0), source);
    assert!(
        parsed.diagnostics.is_empty(),
        "{source}\n{:#?}",
        parsed.diagnostics
    );
}

#[test]
fn parentheses_may_stand_in_expressions() {
    accepts("flow main\n  $x = (1 + 2) * 3\n  if ($x > 5) and (not False)\n    return (1)\n");
}

#[test]
fn any_expression_may_be_a_list_element() {
    accepts("flow main\n  $x = [$n + 1, -1, $n * $n, not $a, 1 < 2]\n");
}

#[test]
fn comparisons_may_be_arguments() {
    accepts("flow main\n  send Out(a=1 < 2, b=\"k\" in $d, c=not True, d=True and False)\n");
}

#[test]
fn conditional_expressions_are_expressions() {
    accepts("flow main\n  $x = 1 if $a else 2 if $b else 3\n  send Out(a=1 if $a else 2)\n");
}

#[test]
fn comments_may_be_indented_freely() {
    accepts("flow main\n      # deeper\n# margin\n  if True\n    pass\n  # between\n  else\n    pass\n @ignored\n".trim_end_matches(" @ignored\n"));
}

#[test]
fn any_blanks_may_stand_in_or_when() {
    accepts(
        "flow main\n  when A()\n    pass\n  or   when B()\n    pass\n  or\twhen C()\n    pass\n  orwhen D()\n    pass\n",
    );
}

#[test]
fn a_comment_may_stand_between_decorator_and_flow() {
    accepts("@active\n# why\nflow main\n  pass\n");
}
