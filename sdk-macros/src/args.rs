//! The attribute and its keys: `#[action(name = "CustomTestAction", execute_async = true, …)]`.

use crate::errors::Errors;
use crate::name;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitStr, Path, Token};

/// What the attribute says, as far as it could be read.
#[derive(Default)]
pub(crate) struct ActionArgs {
    pub(crate) name: Option<NameValue>,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) timeout_millis: Option<u64>,
    pub(crate) concurrency: Option<u32>,
    /// The key itself, for messages.
    pub(crate) blocking: Option<Ident>,
    pub(crate) krate: Option<Path>,
    /// `execute_async`, `is_system_action` and the tool hints that were given, in order.
    pub(crate) flags: Vec<(&'static str, bool)>,
}

/// How the name is given.
pub(crate) enum NameValue {
    /// A text, checked here.
    Literal(LitStr),
    /// Any other expression, checked by the compiler when it evaluates constants.
    Constant(Expr),
    /// Something unusable, already reported.
    Broken,
}

const FLAGS: [&str; 6] = [
    "execute_async",
    "is_system_action",
    "read_only",
    "idempotent",
    "destructive",
    "open_world",
];
const KEYS: [&str; 14] = [
    "name",
    "execute_async",
    "is_system_action",
    "title",
    "description",
    "aliases",
    "timeout",
    "concurrency",
    "blocking",
    "crate",
    "read_only",
    "idempotent",
    "destructive",
    "open_world",
];

/// Reads the keys; whatever is wrong goes into `errors`, the rest is used.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> ActionArgs {
    let mut args = ActionArgs::default();
    let mut seen = Vec::new();
    for entry in entries(tokens, errors) {
        args.take(entry, &mut seen, errors);
    }
    args
}

/// The entries of a list; a broken one is reported and does not hide the others.
pub(crate) fn entries(tokens: TokenStream, errors: &mut Errors) -> Vec<Entry> {
    if let Ok(all) = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        return all.into_iter().collect();
    }
    let mut entries = Vec::new();
    for piece in split_at_commas(tokens) {
        match syn::parse2::<Entry>(piece.clone()) {
            Ok(entry) => entries.push(entry),
            Err(_) => malformed(piece, errors),
        }
    }
    entries
}

/// One `key` or `key = value`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Self { key, value })
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => pieces.push(Vec::new()),
            _ => pieces
                .last_mut()
                .expect("the list starts with one piece")
                .push(token),
        }
    }
    pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .map(TokenStream::from_iter)
        .collect()
}

impl ActionArgs {
    fn take(&mut self, entry: Entry, seen: &mut Vec<String>, errors: &mut Errors) {
        let key = entry.key.to_string();
        if seen.contains(&key) {
            return errors.at(&entry.key, format!("`{key}` is given twice"), "");
        }
        match key.as_str() {
            "name" => self.name = Some(name_value(&entry, errors)),
            "title" => self.title = text(&entry, errors),
            "description" => self.description = text(&entry, errors),
            "aliases" => self.aliases = aliases(&entry, errors),
            "timeout" => self.timeout_millis = timeout(&entry, errors),
            "concurrency" => self.concurrency = concurrency(&entry, errors),
            "blocking" => {
                self.blocking = flag(&entry, errors)
                    .filter(|on| *on)
                    .map(|_| entry.key.clone())
            }
            "crate" => self.krate = path(&entry, errors),
            _ => match FLAGS.iter().find(|flag| **flag == key) {
                Some(name) => self
                    .flags
                    .extend(flag(&entry, errors).map(|value| (*name, value))),
                None => unknown(&entry.key, "action", &KEYS, errors),
            },
        }
        seen.push(key);
    }
}

/// Reports a key that does not exist, with the nearest one that does.
pub(crate) fn unknown(key: &Ident, attribute: &str, keys: &[&str], errors: &mut Errors) {
    let help = match nearest(&key.to_string(), keys) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are {}", listed(keys)),
    };
    errors.at(
        key,
        format!("unknown key `{key}` in `#[{attribute}(..)]`"),
        &help,
    );
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

/// The value of a key that takes a text.
pub(crate) fn text(entry: &Entry, errors: &mut Errors) -> Option<LitStr> {
    let key = &entry.key;
    match entry.value.as_ref().map(literal) {
        Some(Some(Lit::Str(text))) => Some(text.clone()),
        _ => {
            errors.at(
                place(entry),
                format!("`{key}` must be a string"),
                &format!("write `{key} = \"…\"`"),
            );
            None
        }
    }
}

/// The literal that an expression is, behind the groups that `macro_rules!` leaves.
pub(crate) fn literal(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

fn name_value(entry: &Entry, errors: &mut Errors) -> NameValue {
    let Some(value) = &entry.value else {
        return not_a_name(&entry.key, errors);
    };
    match literal(value) {
        Some(Lit::Str(text)) => checked_name(text, errors),
        Some(other) => not_a_name(other, errors),
        None => NameValue::Constant(value.clone()),
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

fn not_a_name(at: impl ToTokens, errors: &mut Errors) -> NameValue {
    errors.at(
        at,
        "`name` must be a string",
        "write `name = \"CustomTestAction\"`",
    );
    NameValue::Broken
}

fn aliases(entry: &Entry, errors: &mut Errors) -> Vec<LitStr> {
    let elements = match &entry.value {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        _ => {
            let help = "write `aliases = [\"action_custom_test\"]`";
            errors.at(place(entry), "`aliases` must be a list of strings", help);
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
        _ => String::new(),
    };
    let millis = milliseconds(&written);
    if millis.is_none() {
        let help = "write a whole number above 0 and its unit, for example `timeout = \"5s\"`; \
                    the units are `ms`, `s`, `m`, `h`";
        errors.at(
            place(entry),
            "`timeout` must be a duration in a string",
            help,
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
            place(entry),
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
            place(entry),
            "`crate` must be the path to `action_sdk`",
            help,
        );
    }
    path
}

/// Where a wrong value stands, or its key where there is none.
fn place(entry: &Entry) -> TokenStream {
    match &entry.value {
        Some(value) => value.to_token_stream(),
        None => entry.key.to_token_stream(),
    }
}

fn malformed(piece: TokenStream, errors: &mut Errors) {
    let first = piece.into_iter().next();
    let span = first.as_ref().map_or_else(Span::call_site, TokenTree::span);
    match first {
        Some(TokenTree::Literal(literal)) => {
            let name = syn::parse2::<LitStr>(literal.into_token_stream())
                .ok()
                .map(|text| text.value());
            let name = name
                .as_deref()
                .map_or_else(|| "CustomTestAction".to_owned(), name_for_help);
            let help = format!("write `#[action(name = \"{name}\")]`");
            errors.spot(span, "expected `key = value`, found a literal", &help);
        }
        Some(TokenTree::Ident(key)) => {
            let help = format!("write `{key} = …` with a value, and a comma before the next key");
            errors.spot(span, format!("the value of `{key}` cannot be read"), &help);
        }
        Some(TokenTree::Group(_) | TokenTree::Punct(_)) | None => {
            errors.spot(
                span,
                "expected `key = value`",
                "write `#[action(name = \"CustomTestAction\")]`",
            );
        }
    }
}

fn name_for_help(written: &str) -> String {
    match name::check(written) {
        Ok(()) => written.to_owned(),
        Err(_) => name::suggest(written),
    }
}

fn listed(keys: &[&str]) -> String {
    keys.iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The key nearest to `wanted`, if one is near: a third of its letters may differ, or one contains the other.
fn nearest<'a>(wanted: &str, keys: &[&'a str]) -> Option<&'a str> {
    let (distance, key) = keys.iter().map(|key| (distance(wanted, key), *key)).min()?;
    (distance <= 1 + wanted.len().max(key.len()) / 3).then_some(key)
}

fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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

    #[test]
    fn finds_the_key_that_was_meant() {
        assert_eq!(nearest("exec_async", &KEYS), Some("execute_async"));
        assert_eq!(nearest("system_action", &KEYS), Some("is_system_action"));
        assert_eq!(nearest("frobnicate", &KEYS), None);
    }
}
