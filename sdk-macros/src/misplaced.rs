//! `#[action]` on something else than a function: the error says where it belongs.

use crate::errors::Errors;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, Visibility};

/// Explains why `item` is not an action. `error` says why it does not parse as a function; its position is used if
/// `item` is an incomplete function.
pub(crate) fn explain(item: &TokenStream, error: &syn::Error, errors: &mut Errors) {
    let tokens = without_attributes(item);
    let is_function = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "fn");
    let first = tokens.iter().find(|token| token.to_string() != "unsafe");
    let Some(first) = first.filter(|_| !tokens.iter().any(is_function)) else {
        return errors.spot(
            error.span(),
            "`#[action]` cannot read the function from here on",
            "",
        );
    };
    let word = first.to_string();
    let (place, help) = match (word.as_str(), is_macro_call(&tokens)) {
        (_, true) => (
            "a macro call".to_owned(),
            "write it over the function that the macro writes",
        ),
        ("impl", _) => {
            let help = "for methods write `#[actions]` on the `impl` block";
            return errors.at(
                first,
                "`#[action]` goes on a function, not on an `impl` block",
                help,
            );
        }
        ("enum" | "extern", _) => (format!("an `{word}`"), OTHERS),
        _ => (format!("a `{word}`"), OTHERS),
    };
    errors.at(
        first,
        format!("`#[action]` goes on an `async fn`, not on {place}"),
        help,
    );
}

const OTHERS: &str = "move it to the function that does the work";

fn without_attributes(item: &TokenStream) -> Vec<TokenTree> {
    let rest = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    rest.parse2(item.clone())
        .unwrap_or_default()
        .into_iter()
        .collect()
}

fn is_macro_call(tokens: &[TokenTree]) -> bool {
    tokens
        .iter()
        .take_while(|token| !matches!(token, TokenTree::Group(_)))
        .any(|token| matches!(token, TokenTree::Punct(mark) if mark.as_char() == '!'))
}
