//! All mistakes of one item, collected so that they are reported at once.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// Adds a mistake at `tokens`, with advice on a line of its own.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl AsRef<str>, help: &str) {
        self.push(Error::new_spanned(
            tokens,
            with_help(message.as_ref(), help),
        ));
    }

    /// Adds a mistake at a single span.
    pub(crate) fn spot(&mut self, span: Span, message: impl AsRef<str>, help: &str) {
        self.push(Error::new(span, with_help(message.as_ref(), help)));
    }

    /// Adds an error.
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Whether there are no mistakes.
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
