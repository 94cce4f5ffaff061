//! Checks before anything runs that the arguments in flows fit the parameters of actions.
//!
//! Only certain mistakes are reported: types are known only by their spelling, and one that could be an alias is
//! accepted.

use action_sdk::{ActionDescriptor, ParamDescriptor, ParamKind};
use colang::diagnostic::{Code, Diagnostic};
use colang::source::Span;
use colang::syntax::ast::{Argument, ArgumentKind, Expr, ExprKind, UnaryOp};

use super::spot::Spot;

/// One argument of a call.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// `None` if it is positional.
    name: Option<String>,
    value: Option<Literal>,
    span: Span,
}

/// The type of a literal.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Literal {
    None,
    Bool,
    Int(i64),
    Float,
    Text,
    List,
    Dict,
}

/// The values that a type accepts, judging by its spelling.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    Bool,
    /// An integer in this range.
    Int(i128, i128),
    Float,
    Text,
    List,
    Dict,
}

/// The types of JSON Schema, which actions that are performed elsewhere tell.
const OF_JSON: [&str; 6] = ["boolean", "integer", "number", "string", "array", "object"];

impl Given {
    pub(super) fn new(argument: &Argument) -> Self {
        let name = match &argument.kind {
            ArgumentKind::Named(name) => Some(name.name.clone()),
            ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => None,
        };
        let value = literal(&argument.value);
        let span = argument.value.span;
        Self { name, value, span }
    }
}

/// What is wrong with the arguments that an action is given at a place, and what is probably wrong.
pub(super) fn problems(
    given: &[Given],
    action: &ActionDescriptor,
    is_stub: bool,
    spot: &Spot,
) -> Vec<Diagnostic> {
    // The types of actions that were built by hand are only descriptions; those of a stub are what its author wrote.
    let is_by_hand = action.crate_name().is_empty() && !is_stub;
    let params = action.params().iter();
    let params = params.filter(|param| param.kind() == ParamKind::Argument);
    let problems =
        params
            .enumerate()
            .filter_map(|(place, param)| match find(given, param.name(), place) {
                None if param.is_optional() => None,
                None => {
                    let what = missing(action, param);
                    let is_doubtful = is_by_hand || wanted(param.type_name()).is_none();
                    Some(match is_doubtful {
                        true => spot.warning(Code::MissingArgument, &what),
                        false => spot.error(Code::MissingArgument, &what),
                    })
                }
                Some(_) if is_by_hand && !OF_JSON.contains(&param.type_name()) => None,
                Some(given) => misfit(given, action, param, spot),
            });
    problems.collect()
}

fn find<'a>(given: &'a [Given], name: &str, place: usize) -> Option<&'a Given> {
    let named = given
        .iter()
        .find(|given| given.name.as_deref() == Some(name));
    let mut positional = given.iter().filter(|given| given.name.is_none());
    named.or_else(|| positional.nth(place))
}

fn missing(action: &ActionDescriptor, param: &ParamDescriptor) -> String {
    let (action, name, type_name) = (action.name(), param.name(), param.type_name());
    format!("gives `{action}` no argument `{name}` ({type_name}), which it needs")
}

fn misfit(
    given: &Given,
    action: &ActionDescriptor,
    param: &ParamDescriptor,
    spot: &Spot,
) -> Option<Diagnostic> {
    let value = given.value?;
    let wanted = wanted(param.type_name())?;
    let may_be_none = value == Literal::None && param.is_optional();
    if may_be_none || reads(wanted, value) {
        return None;
    }
    let is_by_hand = action.crate_name().is_empty();
    let (action, name, type_name) = (action.name(), param.name(), param.type_name());
    let value = shown(value);
    let what = format!("gives `{action}` {value} as the argument `{name}` ({type_name})");
    let help = format!("it takes {}", described(wanted));
    let spot = spot.at(given.span);
    let found = match is_by_hand {
        true => spot.warning(Code::WrongArgument, &what),
        false => spot.error(Code::WrongArgument, &what),
    };
    Some(found.with_help(help))
}

fn literal(expr: &Expr) -> Option<Literal> {
    match &expr.kind {
        ExprKind::None => Some(Literal::None),
        ExprKind::Bool(_) => Some(Literal::Bool),
        ExprKind::Int(value) => Some(Literal::Int(*value)),
        ExprKind::Float(_) => Some(Literal::Float),
        ExprKind::Str(_) | ExprKind::Format(_) => Some(Literal::Text),
        ExprKind::List(_) | ExprKind::Tuple(_) | ExprKind::Set(_) => Some(Literal::List),
        ExprKind::Dict(_) => Some(Literal::Dict),
        ExprKind::Unary {
            op: UnaryOp::Minus,
            operand,
        } => match literal(operand)? {
            Literal::Int(value) => value.checked_neg().map(Literal::Int),
            Literal::Float => Some(Literal::Float),
            Literal::None | Literal::Bool | Literal::Text | Literal::List | Literal::Dict => None,
        },
        ExprKind::Unary { .. }
        | ExprKind::Generate(_)
        | ExprKind::Var(_)
        | ExprKind::Name(_)
        | ExprKind::Attribute { .. }
        | ExprKind::Index { .. }
        | ExprKind::Call { .. }
        | ExprKind::Method { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Conditional { .. }
        | ExprKind::Comprehension(_)
        | ExprKind::Error => None,
    }
}

/// The values that a type accepts, if known; for an `Option`, those of its content.
fn wanted(type_name: &str) -> Option<Wanted> {
    let text: String = type_name.split_whitespace().collect();
    let text = text.trim_start_matches('&');
    let (outer, inner) = match text.split_once('<') {
        Some((outer, inner)) => (outer, inner.strip_suffix('>')?),
        None => (text, ""),
    };
    let range = |least: i128, most: i128| Some(Wanted::Int(least, most));
    match outer.rsplit("::").next()? {
        "Option" => wanted(inner),
        "boolean" => Some(Wanted::Bool),
        "integer" => range(i128::MIN, i128::MAX),
        "number" => Some(Wanted::Float),
        "string" => Some(Wanted::Text),
        "array" => Some(Wanted::List),
        "object" => Some(Wanted::Dict),
        "bool" => Some(Wanted::Bool),
        "i8" => range(i8::MIN.into(), i8::MAX.into()),
        "i16" => range(i16::MIN.into(), i16::MAX.into()),
        "i32" => range(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" | "i128" => range(i64::MIN.into(), i64::MAX.into()),
        "u8" => range(0, u8::MAX.into()),
        "u16" => range(0, u16::MAX.into()),
        "u32" => range(0, u32::MAX.into()),
        "u64" | "usize" | "u128" => range(0, u64::MAX.into()),
        "f32" | "f64" => Some(Wanted::Float),
        "str" | "String" | "char" => Some(Wanted::Text),
        "Vec" | "VecDeque" | "HashSet" | "BTreeSet" => Some(Wanted::List),
        "HashMap" | "BTreeMap" => Some(Wanted::Dict),
        _ => None,
    }
}

fn reads(wanted: Wanted, value: Literal) -> bool {
    match (wanted, value) {
        (Wanted::Int(least, most), Literal::Int(value)) => (least..=most).contains(&value.into()),
        (Wanted::Bool, Literal::Bool)
        | (Wanted::Float, Literal::Int(_) | Literal::Float)
        | (Wanted::Text, Literal::Text)
        | (Wanted::List, Literal::List)
        | (Wanted::Dict, Literal::Dict) => true,
        (
            Wanted::Bool
            | Wanted::Int(..)
            | Wanted::Float
            | Wanted::Text
            | Wanted::List
            | Wanted::Dict,
            Literal::None
            | Literal::Bool
            | Literal::Int(_)
            | Literal::Float
            | Literal::Text
            | Literal::List
            | Literal::Dict,
        ) => false,
    }
}

fn shown(value: Literal) -> String {
    match value {
        Literal::None => "`None`".to_owned(),
        Literal::Bool => "a boolean".to_owned(),
        Literal::Int(value) => format!("the number {value}"),
        Literal::Float => "a number with a fraction".to_owned(),
        Literal::Text => "a string".to_owned(),
        Literal::List => "a list".to_owned(),
        Literal::Dict => "a dict".to_owned(),
    }
}

fn described(wanted: Wanted) -> String {
    match wanted {
        Wanted::Bool => "`True` or `False`".to_owned(),
        Wanted::Int(least, most) if most >= i64::MAX.into() && least < 0 => {
            "a whole number".to_owned()
        }
        Wanted::Int(0, most) if most > i64::MAX.into() => {
            "a whole number that is not negative".to_owned()
        }
        Wanted::Int(least, most) => format!("a whole number from {least} to {most}"),
        Wanted::Float => "a number".to_owned(),
        Wanted::Text => "a string".to_owned(),
        Wanted::List => "a list".to_owned(),
        Wanted::Dict => "a dict".to_owned(),
    }
}
