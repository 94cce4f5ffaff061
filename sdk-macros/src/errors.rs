//! All mistakes of one item, collected so that they are reported in one go.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// Notes a mistake at `tokens`, with the way out of it on a line of its own.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl AsRef<str>, help: &str) {
        self.push(Error::new_spanned(
            tokens,
            with_help(message.as_ref(), help),
        ));
    }

    /// Notes a mistake at a single place.
    pub(crate) fn spot(&mut self, span: Span, message: impl AsRef<str>, help: &str) {
        self.push(Error::new(span, with_help(message.as_ref(), help)));
    }

    /// Notes a finished error.
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Whether nothing was noted.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The `compile_error!`s, none if there is no mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(Error::into_compile_error).unwrap_or_default()
    }
}

fn with_help(message: &str, help: &str) -> String {
    match help {
        "" => message.to_owned(),
        help => format!("{message}\nhelp: {help}"),
    }
}
