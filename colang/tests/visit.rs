//! The walk over a tree: everything is visited once, in source order.

use colang::source::SourceId;
use colang::syntax::ast::{Expr, ExprKind, Spec, SpecOp};
use colang::syntax::parse;
use colang::syntax::visit::{Visitor, walk_expr, walk_spec};

/// The variables that are read, and the mentions with their operations.
#[derive(Default)]
struct Seen<'a> {
    variables: Vec<&'a str>,
    specs: Vec<(&'a str, Option<SpecOp>)>,
}

impl<'a> Visitor<'a> for Seen<'a> {
    fn visit_spec(&mut self, op: Option<SpecOp>, spec: &'a Spec) {
        self.specs.push((&spec.target.ident().name, op));
        walk_spec(self, spec);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let ExprKind::Var(name) = &expr.kind {
            self.variables.push(name);
        }
        walk_expr(self, expr);
    }
}

/// Checks that the variables `$v0`, `$v1`, … of a flow are visited in the order of their numbers.
#[track_caller]
fn check(flow: &str) {
    let parsed = parse(SourceId(0), flow);
    assert_eq!(parsed.diagnostics, [], "in {flow}");
    let mut seen = Seen::default();
    seen.visit_flow(&parsed.module.flows[0]);
    let expected: Vec<String> = (0..flow.matches("$v").count())
        .map(|number| format!("v{number}"))
        .collect();
    assert_eq!(seen.variables, expected, "in {flow}");
}

#[track_caller]
fn check_expr(expr: &str) {
    check(&format!("flow main\n  $x = {expr}\n"));
}

#[test]
fn defaults_of_parameters_come_first() {
    check("flow main $a = $v0 -> $b = $v1\n  log $v2\n");
}

#[test]
fn statements_are_seen_with_their_blocks() {
    check("flow main\n  if $v0\n    log $v1\n  elif $v2\n    print $v3\n  else\n    return $v4\n");
    check("flow main\n  while $v0\n    priority $v1\n  $x += $v2\n  ($v3)\n");
    check(
        "flow main\n  when A(x=$v0)\n    log $v1\n  or when B(x=$v2) and C(x=$v3)\n    log $v4\n  else\n    log $v5\n",
    );
    check("flow main\n  await a $v0 or b(x=$v1)\n  match $r.Finished(x=$v2)\n");
}

#[test]
fn expressions_are_seen_with_their_parts() {
    check_expr("[$v0, {$v1}, ($v2, $v3), {$v4: $v5, **$v6}]");
    check_expr("$v0.a[$v1:$v2:$v3][$v4, $v5]");
    check_expr("len(*$v0, x=$v1, **$v2) + $v3.split($v4)");
    check_expr("$v0 < $v1 in $v2 and not $v3 or -$v4");
    check_expr("$v0 if $v1 else $v2");
    check_expr("\"{$v0} and {$v1}\"");
    check_expr("[$v0 for a in $v1 if $v2 for b in $v3]");
    check_expr("{$v0: $v1 for a in $v2}");
    check("flow main\n  $x = ...\"{$v0}\"\n");
}

#[test]
fn specs_are_seen_with_their_operation() {
    let source = "flow main\n  start a and B\n  when C\n    send D\n  activate e\n";
    let parsed = parse(SourceId(0), source);
    let mut seen = Seen::default();
    seen.visit_flow(&parsed.module.flows[0]);
    let start = Some(SpecOp::Start);
    let expected = [
        ("a", start),
        ("B", start),
        ("C", None),
        ("D", Some(SpecOp::Send)),
        ("e", Some(SpecOp::Activate)),
    ];
    assert_eq!(seen.specs, expected);
}

#[test]
fn a_flow_inside_of_a_flow_is_left_out() {
    let parsed = parse(
        SourceId(0),
        "flow main\n  log $v0\n  flow inner\n    log $v1\n",
    );
    let mut seen = Seen::default();
    seen.visit_flow(&parsed.module.flows[0]);
    assert_eq!(seen.variables, ["v0"]);
}
