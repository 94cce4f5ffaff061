//! Named lifetimes only exist in the function's own signature; generated code uses `'_`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// The type, with every named lifetime except `'static` replaced by `'_`.
pub(crate) fn elided(ty: &Type) -> TokenStream {
    elide(ty.to_token_stream())
}

fn elide(tokens: TokenStream) -> TokenStream {
    let mut after_tick = false;
    tokens
        .into_iter()
        .map(|token| {
            let is_name = std::mem::replace(&mut after_tick, is_tick(&token));
            match token {
                TokenTree::Ident(name) if is_name && name != "static" => {
                    Ident::new("_", name.span()).into()
                }
                TokenTree::Group(group) => regrouped(&group).into(),
                token => token,
            }
        })
        .collect()
}

fn is_tick(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(mark) if mark.as_char() == '\'')
}

fn regrouped(group: &Group) -> Group {
    let mut new = Group::new(group.delimiter(), elide(group.stream()));
    new.set_span(group.span());
    new
}
