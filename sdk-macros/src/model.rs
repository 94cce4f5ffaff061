//! The annotated function as a typed picture: attributes, signature, parameters; the body stays raw tokens.

use crate::args::{self, ActionArgs};
use crate::errors::Errors;
use crate::param::{self, Param};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, FnArg, Lit, Meta, Receiver, Signature, Visibility};

/// A function as written: everything that is emitted again, untouched.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The body, or the `;` of a function without one.
    pub(crate) body: TokenStream,
}

/// An annotated function with all that its attribute says.
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
    /// Reads the attribute and the parameters; mistakes go into `errors`.
    pub(crate) fn read(attribute: TokenStream, function: Function, errors: &mut Errors) -> Self {
        let args = args::parse(attribute, errors);
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

    /// The conditions under which the function exists; whatever is generated for it exists under the same.
    pub(crate) fn cfgs(&self) -> Vec<&Attribute> {
        self.function
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .collect()
    }

    /// The description for people and models: the key, else the doc comment.
    pub(crate) fn description(&self) -> String {
        match &self.args.description {
            Some(text) => text.value(),
            None => doc_text(&self.function.attrs),
        }
    }
}

impl ToTokens for Function {
    /// The function as written, without our attributes on its parameters.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            sig,
            body,
        } = self;
        let mut sig = sig.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.retain(|attribute| !param::is_ours(attribute));
            }
        }
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}

/// The text of the doc comments, one line each, without the blank that follows `///`.
pub(crate) fn doc_text(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) if pair.path.is_ident("doc") => {
            let text = text.value();
            Some(
                text.strip_prefix(' ')
                    .unwrap_or(&text)
                    .trim_end()
                    .to_owned(),
            )
        }
        _ => None,
    }
}
