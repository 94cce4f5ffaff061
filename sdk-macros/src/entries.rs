//! Parses the contents of an attribute's parentheses: `key`, `key = value`, separated by commas.
//!
//! A broken entry is reported where it breaks. The entries after it are still parsed, and its key counts as given.

use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Expr, Lit, Token};

/// The attribute, as named in messages.
pub(crate) struct Grammar<'a> {
    /// Its name: `action` or `arg`.
    pub(crate) attribute: &'static str,
    pub(crate) keys: &'static [&'static str],
    /// The key and value that were probably meant by a literal without a key; without a literal, an example of both.
    pub(crate) meant: &'a dyn Fn(Option<&Lit>) -> (&'static str, String),
}

impl Grammar<'_> {
    /// The form of an entry with this key, for suggestions.
    fn form_of(&self, key: &Ident) -> String {
        match (self.meant)(None) {
            (meant, value) if key == meant => format!("write `{key} = {value}`"),
            _ => format!("write `{key} = …`"),
        }
    }
}

/// One `key` or `key = value`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<Expr>,
    /// Whether its value could not be parsed, which has been reported.
    pub(crate) is_broken: bool,
}

impl Entry {
    fn new(key: Ident, value: Option<Expr>) -> Self {
        let is_broken = false;
        Self {
            key,
            value,
            is_broken,
        }
    }

    fn broken(key: Ident) -> Self {
        let is_broken = true;
        Self {
            key,
            value: None,
            is_broken,
        }
    }

    /// The position of a wrong value, or of the key if there is no value.
    pub(crate) fn place(&self) -> TokenStream {
        match &self.value {
            Some(value) => value.to_token_stream(),
            None => self.key.to_token_stream(),
        }
    }
}

/// The entries, in order.
pub(crate) fn entries(
    tokens: TokenStream,
    grammar: &Grammar<'_>,
    errors: &mut Errors,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            entries.extend(entry(input, grammar, errors)?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        errors.push(error);
    }
    entries
}

/// Parses one entry up to its comma, or to where a comma is missing.
fn entry(
    input: ParseStream<'_>,
    grammar: &Grammar<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<Entry>> {
    if !input.peek(syn::Ident::peek_any) {
        return without_key(input, grammar, errors);
    }
    let key = input.call(Ident::parse_any)?;
    if is_at_end(input) {
        return Ok(Some(Entry::new(key, None)));
    }
    if !input.peek(Token![=]) || input.peek(Token![==]) {
        let found: TokenTree = input.parse()?;
        let help = grammar.form_of(&key);
        errors.at(found, format!("expected `=` after `{key}`"), &help);
        skip_to_comma(input)?;
        return Ok(Some(Entry::broken(key)));
    }
    input.parse::<Token![=]>()?;
    if is_at_end(input) {
        let help = grammar.form_of(&key);
        errors.at(&key, format!("`{key}` has no value"), &help);
        return Ok(Some(Entry::broken(key)));
    }
    value_of(key, input, errors).map(Some)
}

/// Parses what follows the `=`.
fn value_of(key: Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Entry> {
    match input.parse() {
        Ok(value) => {
            missing_comma(input, errors)?;
            Ok(Entry::new(key, Some(value)))
        }
        Err(error) => {
            let message = format!("the value of `{key}` cannot be read: {error}");
            errors.spot(error.span(), message, "");
            skip_to_comma(input)?;
            Ok(Entry::broken(key))
        }
    }
}

/// Reports a missing comma. A possible next key remains to be parsed as such.
fn missing_comma(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
    if is_at_end(input) {
        return Ok(());
    }
    let next: TokenTree = input.fork().parse()?;
    errors.at(&next, "expected a `,`", "put one between the keys");
    match next {
        TokenTree::Ident(_) => Ok(()),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => skip_to_comma(input),
    }
}

/// Reports a literal without a key, or a token that no entry starts with.
fn without_key(
    input: ParseStream<'_>,
    grammar: &Grammar<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<Entry>> {
    let found: TokenTree = input.parse()?;
    skip_to_comma(input)?;
    let literal = syn::parse2::<Lit>(found.to_token_stream()).ok();
    let (key, value) = (grammar.meant)(literal.as_ref());
    let help = format!("write `#[{}({key} = {value})]`", grammar.attribute);
    let message = match &literal {
        Some(_) => "expected `key = value`, found a literal",
        None => "expected `key = value`",
    };
    errors.at(&found, message, &help);
    Ok(literal.map(|literal| Entry::broken(Ident::new(key, literal.span()))))
}

fn is_at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !is_at_end(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Reports an unknown key, with the closest known one.
pub(crate) fn unknown(key: &Ident, grammar: &Grammar<'_>, errors: &mut Errors) {
    let help = match nearest(&key.to_string(), grammar.keys) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are {}", listed(grammar.keys)),
    };
    let message = format!("unknown key `{key}` in `#[{}(..)]`", grammar.attribute);
    errors.at(key, message, &help);
}

fn listed(keys: &[&str]) -> String {
    keys.iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The key that was probably meant: up to a third of the letters may differ, or one may contain the other.
fn nearest<'a>(wanted: &str, keys: &[&'a str]) -> Option<&'a str> {
    // Longer names cannot be close.
    if wanted.len() > 100 {
        return None;
    }
    let (distance, key) = keys.iter().map(|key| (distance(wanted, key), *key)).min()?;
    if distance <= 1.max(wanted.len().max(key.len()) / 3) {
        return Some(key);
    }
    let contains =
        |key: &&&str| wanted.len() > 2 && (key.contains(wanted) || wanted.contains(**key));
    keys.iter().find(contains).copied()
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

    const KEYS: [&str; 5] = [
        "name",
        "execute_async",
        "is_system_action",
        "description",
        "aliases",
    ];

    #[track_caller]
    fn check_nearest(wanted: &str, expected: Option<&str>) {
        assert_eq!(nearest(wanted, &KEYS), expected, "for {wanted}");
    }

    #[test]
    fn finds_keys_with_a_few_other_letters() {
        check_nearest("exec_async", Some("execute_async"));
        check_nearest("alias", Some("aliases"));
    }

    #[test]
    fn finds_keys_of_which_a_part_is_written() {
        check_nearest("system_action", Some("is_system_action"));
        check_nearest("desc", Some("description"));
        check_nearest("action_name", Some("name"));
    }

    #[test]
    fn leaves_strangers_alone() {
        check_nearest("frobnicate", None);
        check_nearest("x", None);
    }
}
