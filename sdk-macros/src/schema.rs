//! What an action says about its JSON Schemas: questions to the types, asked only where the SDK has its feature
//! `schema`. Without it the macro around them throws them away.

use crate::expand::Registration;
use crate::lifetimes::elided;
use crate::param::{Default, Kind, Param};
use crate::types;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Expr, Type};

impl Registration<'_> {
    /// The schema of what a caller sends for this parameter. An argument must have one; a variable of the context may.
    pub(crate) fn param_schema(&self, param: &Param) -> TokenStream {
        let private = self.private;
        let default = match &param.kind {
            Kind::Argument(default) => default.as_ref(),
            Kind::Rest => None,
            Kind::Context(_) => return self.schema_if_any(&param.ty),
            Kind::Special(_) | Kind::Resource => return quote!(#private::RawSchema::NONE),
        };
        let (ty, span) = (elided(&param.ty), param.ty.span());
        let generator = generator();
        let asked = quote_spanned! {span=>
            #private::ParamProbe::<'_, #ty>::new().schema::<#ty>(#generator)
        };
        let default = default.and_then(|default| self.told(default, &ty));
        quote! {
            #private::schema! {
                #private::RawSchema::new(|#generator| {
                    use #private::ParamTaken as _;
                    #asked
                }) #default
            }
        }
    }

    /// The default as JSON, where it is the same at every call.
    fn told(&self, default: &Default, ty: &TokenStream) -> Option<TokenStream> {
        let private = self.private;
        let value = match default {
            Default::OfType(_) => quote!(::core::default::Default::default()),
            Default::Expr(value) if is_constant(value) => quote!(#value),
            Default::Expr(_) => return None,
        };
        Some(quote! {
            .with_default(|| {
                use #private::DefaultUnwritten as _;
                #private::DefaultProbe::<#ty>(|| #value).told()
            })
        })
    }

    /// The schema of what the action returns, in the `Ok` if that is a `Result`.
    pub(crate) fn output_schema(&self) -> TokenStream {
        let private = self.private;
        match types::returned(&self.action.function.sig.output) {
            Some(ty) if is_named(ty) => self.schema_if_any(ty),
            Some(_) | None => quote!(#private::RawSchema::NONE),
        }
    }

    /// The schema of a type that need not have one.
    fn schema_if_any(&self, ty: &Type) -> TokenStream {
        let (private, ty, generator) = (self.private, elided(ty), generator());
        quote! {
            #private::schema! {
                #private::RawSchema::new(|#generator| {
                    use #private::{ResultUndescribed as _, ResultValue as _, WholeResult as _};
                    (&&&#private::ResultProbe::<#ty>::new()).schema(#generator)
                })
            }
        }
    }
}

fn generator() -> Ident {
    Ident::new("__action_schemas", Span::mixed_site())
}

/// Whether the type can be written in an expression: `impl Trait` and `!` cannot.
fn is_named(ty: &Type) -> bool {
    !matches!(types::bare(ty), Type::Never(_)) && !has_impl(quote!(#ty))
}

fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "impl",
        TokenTree::Group(group) => has_impl(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Whether an expression has the same value whenever it is evaluated, as far as its form tells.
fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Reference(reference) => is_constant(&reference.expr),
        Expr::Paren(paren) => is_constant(&paren.expr),
        Expr::Group(group) => is_constant(&group.expr),
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::Array(array) => array.elems.iter().all(is_constant),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_constant),
        Expr::MethodCall(call) => {
            const CONVERSIONS: [&str; 3] = ["into", "to_owned", "to_string"];
            let is_conversion = CONVERSIONS.iter().any(|name| call.method == name);
            is_conversion && call.args.is_empty() && is_constant(&call.receiver)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else {
                return false;
            };
            let last = function.path.segments.last();
            let converts = |name: &Ident| name == "from" || name == "Some" || name == "new";
            last.is_some_and(|last| converts(&last.ident)) && call.args.iter().all(is_constant)
        }
        _ => false,
    }
}
