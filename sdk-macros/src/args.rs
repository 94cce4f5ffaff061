//! The attribute and its keys: `#[action(name = "CustomTestAction", execute_async = true, …)]`.

use crate::entries::{self, Entry, Grammar};
use crate::errors::Errors;
use crate::name;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::Parser as _;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

/// The contents of the attribute, as far as they could be parsed.
#[derive(Default)]
pub(crate) struct ActionArgs {
    pub(crate) name: Option<NameValue>,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) timeout_millis: Option<u64>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) blocking: Blocking,
    pub(crate) krate: Option<Path>,
    /// The flags that were given, in order.
    pub(crate) flags: Vec<Flag>,
}

/// How the name is given.
pub(crate) enum NameValue {
    /// A string literal, checked here.
    Literal(LitStr),
    /// Any other expression, checked when the compiler evaluates constants.
    Constant(Expr),
    /// Invalid, already reported.
    Broken,
}

/// Whether the function is a plain one for the blocking pool.
#[derive(Default)]
pub(crate) enum Blocking {
    #[default]
    Off,
    /// The key itself is kept for messages.
    On(Ident),
    /// Invalid, already reported.
    Broken,
}

/// A flag that was given.
pub(crate) struct Flag {
    pub(crate) name: &'static str,
    pub(crate) value: bool,
    /// Whether it is a hint, which may also be unspecified.
    pub(crate) may_be_unsaid: bool,
}

/// What a key takes.
#[derive(Clone, Copy)]
enum Key {
    Name,
    Title,
    Description,
    Aliases,
    Timeout,
    Concurrency,
    Blocking,
    Crate,
    /// A field of `RawAction` that is a `bool`.
    Flag,
    /// A field of `RawAction` that is an `Option<bool>`.
    Hint,
}

/// All keys, in the order in which messages list them. A flag only needs an entry here.
const TABLE: [(&str, Key); 15] = [
    ("name", Key::Name),
    ("execute_async", Key::Flag),
    ("is_system_action", Key::Flag),
    ("replaceable", Key::Flag),
    ("title", Key::Title),
    ("description", Key::Description),
    ("aliases", Key::Aliases),
    ("timeout", Key::Timeout),
    ("concurrency", Key::Concurrency),
    ("blocking", Key::Blocking),
    ("crate", Key::Crate),
    ("read_only", Key::Hint),
    ("idempotent", Key::Hint),
    ("destructive", Key::Hint),
    ("open_world", Key::Hint),
];

const KEYS: [&str; TABLE.len()] = {
    let mut keys = [""; TABLE.len()];
    let mut place = 0;
    while place < keys.len() {
        keys[place] = TABLE[place].0;
        place += 1;
    }
    keys
};

/// Parses the keys; mistakes are added to `errors`, everything else is used. `example` is a name for suggestions.
pub(crate) fn parse(tokens: TokenStream, example: &str, errors: &mut Errors) -> ActionArgs {
    let meant = |literal: Option<&Lit>| ("name", format!("\"{}\"", meant_name(literal, example)));
    let grammar = Grammar {
        attribute: "action",
        keys: &KEYS,
        meant: &meant,
    };
    let mut args = ActionArgs::default();
    let mut seen = Vec::new();
    for entry in entries::entries(tokens, &grammar, errors) {
        args.take(&entry, &mut seen, &grammar, errors);
    }
    args
}

/// The name that was probably meant by a literal without a key.
fn meant_name(literal: Option<&Lit>, example: &str) -> String {
    match literal {
        Some(Lit::Str(text)) if name::check(&text.value()).is_ok() => text.value(),
        Some(Lit::Str(text)) => name::suggest(&text.value()),
        Some(_) | None => example.to_owned(),
    }
}

impl ActionArgs {
    fn take(
        &mut self,
        entry: &Entry,
        seen: &mut Vec<String>,
        grammar: &Grammar<'_>,
        errors: &mut Errors,
    ) {
        let key = entry.key.to_string();
        if seen.contains(&key) {
            return errors.at(&entry.key, format!("`{key}` is given twice"), "");
        }
        let known = TABLE.into_iter().find(|(name, _)| *name == key);
        match known {
            Some((name, kind)) => self.set(name, kind, entry, grammar, errors),
            None if entry.is_broken => {}
            None => entries::unknown(&entry.key, grammar, errors),
        }
        seen.push(key);
    }
    fn set(
        &mut self,
        name: &'static str,
        kind: Key,
        entry: &Entry,
        grammar: &Grammar<'_>,
        errors: &mut Errors,
    ) {
        match kind {
            Key::Name => self.name = Some(name_value(entry, grammar, errors)),
            Key::Blocking => self.blocking = blocking(entry, errors),
            _ if entry.is_broken => {}
            Key::Title => self.title = text(entry, errors),
            Key::Description => self.description = text(entry, errors),
            Key::Aliases => self.aliases = aliases(entry, errors),
            Key::Timeout => self.timeout_millis = timeout(entry, errors),
            Key::Concurrency => self.concurrency = concurrency(entry, errors),
            Key::Crate => self.krate = path(entry, errors),
            Key::Flag | Key::Hint => {
                let may_be_unsaid = matches!(kind, Key::Hint);
                self.flags.extend(flag(entry, errors).map(|value| Flag {
                    name,
                    value,
                    may_be_unsaid,
                }));
            }
        }
    }
}

fn blocking(entry: &Entry, errors: &mut Errors) -> Blocking {
    if entry.is_broken {
        return Blocking::Broken;
    }
    match flag(entry, errors) {
        Some(true) => Blocking::On(entry.key.clone()),
        Some(false) => Blocking::Off,
        None => Blocking::Broken,
    }
}

/// The value of a flag: `key`, `key = true` or `key = false`.
pub(crate) fn flag(entry: &Entry, errors: &mut Errors) -> Option<bool> {
    match entry.value.as_ref().map(literal) {
        None => Some(true),
        Some(Some(Lit::Bool(value))) => Some(value.value),
        Some(_) => {
            let key = &entry.key;
            let help = format!("write `{key} = true`, or leave it out for `false`");
            errors.at(
                &entry.value,
                format!("`{key}` must be `true` or `false`"),
                &help,
            );
            None
        }
    }
}

/// The value of a key that takes a string.
pub(crate) fn text(entry: &Entry, errors: &mut Errors) -> Option<LitStr> {
    let key = &entry.key;
    match entry.value.as_ref().map(literal) {
        Some(Some(Lit::Str(text))) => Some(text.clone()),
        _ => {
            let help = format!("write `{key} = \"{}\"`", unquoted(entry));
            errors.at(entry.place(), format!("`{key}` must be a string"), &help);
            None
        }
    }
}

/// A value without quotes, if it is short enough to be shown in them.
fn unquoted(entry: &Entry) -> String {
    let written = entry
        .value
        .as_ref()
        .map(|value| value.to_token_stream().to_string());
    written
        .filter(|text| text.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .unwrap_or_else(|| "…".to_owned())
}

/// The literal, if the expression is one, inside the groups that `macro_rules!` leaves.
pub(crate) fn literal(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

fn name_value(entry: &Entry, grammar: &Grammar<'_>, errors: &mut Errors) -> NameValue {
    if entry.is_broken {
        return NameValue::Broken;
    }
    match entry.value.as_ref().map(|value| (value, literal(value))) {
        Some((_, Some(Lit::Str(text)))) => checked_name(text, errors),
        Some((value, None)) => NameValue::Constant(value.clone()),
        Some((_, Some(_))) | None => {
            let (_, example) = (grammar.meant)(None);
            let help = format!("write `name = {example}`");
            errors.at(entry.place(), "`name` must be a string", &help);
            NameValue::Broken
        }
    }
}

fn checked_name(text: &LitStr, errors: &mut Errors) -> NameValue {
    match name::check(&text.value()) {
        Ok(()) => NameValue::Literal(text.clone()),
        Err(problem) => {
            errors.at(text, problem.message, &problem.help);
            NameValue::Broken
        }
    }
}

fn aliases(entry: &Entry, errors: &mut Errors) -> Vec<LitStr> {
    let elements = match &entry.value {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        _ => {
            let help = "write `aliases = [\"action_custom_test\"]`";
            errors.at(entry.place(), "`aliases` must be a list of strings", help);
            Vec::new()
        }
    };
    let mut texts = Vec::<LitStr>::new();
    for element in elements {
        match literal(element) {
            Some(Lit::Str(text)) if text.value().trim().is_empty() => {
                errors.at(
                    text,
                    "an alias cannot be empty",
                    "write the name another front door uses, or drop it",
                );
            }
            Some(Lit::Str(text)) if texts.iter().any(|known| known.value() == text.value()) => {
                errors.at(
                    text,
                    format!("the alias `{}` is given twice", text.value()),
                    "",
                );
            }
            Some(Lit::Str(text)) => texts.push(text.clone()),
            _ => errors.at(
                element,
                "an alias must be a string",
                "write `aliases = [\"action_custom_test\"]`",
            ),
        }
    }
    texts
}

fn timeout(entry: &Entry, errors: &mut Errors) -> Option<u64> {
    let written = match entry.value.as_ref().map(literal) {
        Some(Some(Lit::Str(text))) => text.value(),
        Some(Some(Lit::Int(number))) => number.to_string(),
        _ => String::new(),
    };
    let is_text = matches!(entry.value.as_ref().map(literal), Some(Some(Lit::Str(_))));
    let millis = milliseconds(&written).filter(|_| is_text);
    if millis.is_none() {
        let in_seconds = format!("{written}s");
        let example = match milliseconds(&in_seconds) {
            Some(_) => in_seconds,
            None => "5s".to_owned(),
        };
        let help = format!(
            "write a whole number above 0 with its unit (`ms`, `s`, `m`, `h`), for example `timeout = \"{example}\"`"
        );
        errors.at(
            entry.place(),
            "`timeout` must be a duration in a string",
            &help,
        );
    }
    millis
}

fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(factor)
        .filter(|millis| *millis > 0)
}

fn concurrency(entry: &Entry, errors: &mut Errors) -> Option<u32> {
    let number = match entry.value.as_ref().map(literal) {
        Some(Some(Lit::Int(number))) => number.base10_parse().ok(),
        _ => None,
    };
    let number = number.filter(|calls| *calls > 0);
    if number.is_none() {
        let help = "write how many calls may run at once, for example `concurrency = 8`";
        errors.at(
            entry.place(),
            "`concurrency` must be a whole number above 0",
            help,
        );
    }
    number
}

fn path(entry: &Entry, errors: &mut Errors) -> Option<Path> {
    let tokens = entry.value.to_token_stream();
    let path = Path::parse_mod_style.parse2(tokens).ok();
    if path.is_none() {
        let help = "write `crate = my_facade::action_sdk`";
        errors.at(
            entry.place(),
            "`crate` must be the path to `action_sdk`",
            help,
        );
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations() {
        let rows = [
            ("5s", Some(5_000)),
            ("250ms", Some(250)),
            ("2m", Some(120_000)),
            ("1h", Some(3_600_000)),
        ];
        let broken = [
            "",
            "s",
            "5",
            "0s",
            "5 s",
            "-1s",
            "1.5s",
            "5d",
            "99999999999999999999s",
        ];
        for (text, expected) in rows.into_iter().chain(broken.map(|text| (text, None))) {
            assert_eq!(milliseconds(text), expected, "for {text}");
        }
    }
}
