//! The annotated function, parsed: attributes, signature, parameters. The body stays raw tokens.

use crate::args::{self, ActionArgs};
use crate::docs::doc_text;
use crate::errors::Errors;
use crate::name;
use crate::param::{self, Param};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Meta, Receiver, Signature, Visibility};

/// A function as written: everything that is emitted again unchanged.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The body, or the `;` of a function without one.
    pub(crate) body: TokenStream,
}

/// An annotated function with the contents of its attribute.
pub(crate) struct ActionFn {
    pub(crate) function: Function,
    pub(crate) args: ActionArgs,
    pub(crate) receiver: Option<Receiver>,
    pub(crate) params: Vec<Param>,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ActionFn {
    /// Parses the attribute and the parameters; mistakes are added to `errors`.
    pub(crate) fn read(attribute: TokenStream, function: Function, errors: &mut Errors) -> Self {
        let example = name::example(&function.sig.ident.unraw().to_string());
        let args = args::parse(attribute, &example, errors);
        let mut receiver = None;
        let mut params = Vec::new();
        for input in &function.sig.inputs {
            match input {
                FnArg::Receiver(found) => receiver = Some(found.clone()),
                FnArg::Typed(typed) => params.extend(param::parse(typed, errors)),
            }
        }
        Self {
            function,
            args,
            receiver,
            params,
        }
    }

    /// The description: the value of the key, or else the doc comment.
    pub(crate) fn description(&self) -> Option<TokenStream> {
        match &self.args.description {
            Some(text) => Some(text.to_token_stream()),
            None => doc_text(&self.function.attrs),
        }
    }
}

impl ToTokens for Function {
    /// The function as written, without our attributes on it and on its parameters.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            sig,
            body,
        } = self;
        let attrs = attrs.iter().filter(|attribute| !is_action(attribute));
        let mut sig = sig.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.retain(|attribute| !param::is_ours(attribute));
            }
        }
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}

/// The attributes that also apply to generated items: `cfg` conditions, allowed lints, and an allowance for its own
/// deprecation.
pub(crate) fn inherited(attributes: &[Attribute]) -> TokenStream {
    let inherited = attributes.iter().filter_map(|attribute| {
        let path = attribute.path();
        match &attribute.meta {
            Meta::List(_) if path.is_ident("cfg") || path.is_ident("allow") => {
                Some(attribute.to_token_stream())
            }
            // An expected lint must be found at the function itself.
            Meta::List(list) if path.is_ident("expect") => {
                let lints = &list.tokens;
                Some(quote!(#[allow(#lints)]))
            }
            _ if path.is_ident("deprecated") => Some(quote!(#[allow(deprecated)])),
            _ => None,
        }
    });
    inherited.collect()
}

/// Whether this is our `#[action]`, by the last segment of its path.
pub(crate) fn is_action(attribute: &Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "action")
}
