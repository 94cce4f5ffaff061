//! The spans of generated code for error messages, and the path from generated code to the SDK.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

/// The path to `action_sdk::__private`, using the attribute's `crate` if it has one.
#[derive(Clone, Copy)]
pub(crate) struct Door<'a>(pub(crate) Option<&'a Path>);

/// The first and the last token of a piece of user code. Code that begins and ends with their spans is underlined as
/// a whole; no single span can do that on stable Rust.
#[derive(Clone, Copy)]
pub(crate) struct Underline {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Door<'_> {
    /// The path, with this span. A path given by the user keeps its own spans: it may contain `$crate`.
    fn at(self, place: Span) -> TokenStream {
        let Some(path) = self.0 else {
            return quote_spanned!(place=> ::action_sdk::__private);
        };
        let moved = path.to_token_stream().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(place));
            token
        });
        let moved = TokenStream::from_iter(moved);
        quote_spanned!(place=> #moved::__private)
    }
}

impl ToTokens for Door<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::action_sdk::__private),
        });
    }
}

impl Underline {
    pub(crate) fn of(tokens: &impl ToTokens) -> Self {
        let tokens = tokens.to_token_stream();
        let mut spans = tokens.into_iter().map(|token| token.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        let last = spans.last().unwrap_or(first);
        Self { first, last }
    }

    /// A call of a function behind this path, underlined from its path to its closing parenthesis.
    pub(crate) fn call(
        self,
        door: Door<'_>,
        function: &str,
        arguments: TokenStream,
    ) -> TokenStream {
        let path = self.path(door, function);
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
        arguments.set_span(self.last);
        quote!(#path #arguments)
    }

    /// The path of an item behind this path, underlined.
    pub(crate) fn path(self, door: Door<'_>, name: &str) -> TokenStream {
        let door = door.at(self.first);
        let name = Ident::new(name, self.last);
        quote_spanned!(self.last=> #door::#name)
    }
}
