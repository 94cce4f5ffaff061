//! The code of an action: extracts the parameters from a call, runs the function, converts its result.
//!
//! It has one `let` per parameter, and never uses the function as a value, so that each mistake is a separate error
//! in the right place.

use crate::args::Blocking;
use crate::expand::Registration;
use crate::lifetimes::elided;
use crate::param::{Default, Kind, Param};
use crate::spans::Underline;
use crate::types;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

/// The local variables of generated code. They cannot clash with the user's local variables, but a constant of the
/// user with the same name would become a pattern, so their names are unlikely ones.
struct Locals {
    call: Ident,
    receiver: Ident,
    returned: Ident,
    checked: Ident,
    error: Ident,
    params: Vec<Ident>,
}

impl Locals {
    fn new(params: usize) -> Self {
        let local = |name: &str| format_ident!("__action_{name}", span = Span::mixed_site());
        Self {
            call: local("call"),
            receiver: local("receiver"),
            returned: local("returned"),
            checked: local("checked"),
            error: local("error"),
            params: (0..params).map(|index| local(&index.to_string())).collect(),
        }
    }
}

impl Registration<'_> {
    /// The closure that performs a call. It captures nothing, so it is a function pointer, and unlike a function it
    /// adds no name to the user's module.
    pub(crate) fn call(&self) -> TokenStream {
        let private = self.private;
        let locals = Locals::new(self.action.params.len());
        let call = &locals.call;
        let receiver = self.action.receiver.iter().map(|receiver| {
            let span = receiver.self_token.span();
            let value = quote_spanned!(span=> #private::receiver::<Self>(#call));
            self.fallible(&locals.receiver, &value, &locals)
        });
        let params = self.action.params.iter().zip(&locals.params);
        let params = params.map(|(param, local)| self.extraction(param, local, &locals));
        let body = match self.is_blocking() {
            true => self.outcome(&self.invoked(&locals), &locals),
            false => self.future(&locals),
        };
        let variant = format_ident!(
            "{}",
            if self.is_blocking() {
                "Blocking"
            } else {
                "Async"
            }
        );
        quote!(#private::RawCall::#variant(|#call| { #(#receiver)* #(#params)* #body }))
    }

    fn is_blocking(&self) -> bool {
        matches!(self.action.args.blocking, Blocking::On(_))
    }

    /// The function call with its arguments, with the span of the function's name.
    fn invoked(&self, locals: &Locals) -> TokenStream {
        let ident = &self.action.function.sig.ident;
        let span = ident.span();
        let owner = self.owner.map(|_| quote_spanned!(span=> Self::));
        let receiver = self.action.receiver.as_ref().map(|_| &locals.receiver);
        let arguments = receiver.into_iter().chain(&locals.params);
        quote_spanned!(span=> #owner #ident(#(#arguments),*))
    }

    /// The boxed future; if it is not `Send`, the error is at the function's name.
    fn future(&self, locals: &Locals) -> TokenStream {
        let returned = &locals.returned;
        let invoked = self.invoked(locals);
        let outcome = self.outcome(&returned.to_token_stream(), locals);
        let arguments = quote!(#invoked, |#returned| #outcome);
        Underline::of(&self.action.function.sig.ident).call(self.private, "run_action", arguments)
    }

    /// The conversion of the result, in two steps: one with the span of the error type, one with that of the value
    /// type. The compiler underlines the argument of a call, so the arguments have these spans, too.
    fn outcome(&self, returned: &TokenStream, locals: &Locals) -> TokenStream {
        let (private, checked) = (self.private, &locals.checked);
        let (value_at, error_at) = self.returned_at();
        let returned = error_at.call(private, "ActionReturned", returned.clone());
        let parted = quote_spanned!(error_at.last=> #returned.parted());
        let error_step = error_at.call(private, "checked_error", parted);
        let value = value_at.call(private, "ActionReturned", checked.to_token_stream());
        let value = quote_spanned!(value_at.last=> #value.0);
        let value_step = value_at.call(private, "checked_value", value);
        quote!({
            use #private::ActionReturnedPlain as _;
            let #checked = #error_step;
            #value_step
        })
    }

    /// The positions of the types of the returned value and error.
    fn returned_at(&self) -> (Underline, Underline) {
        let sig = &self.action.function.sig;
        let Some(whole) = types::returned(&sig.output) else {
            let at = Underline::of(&sig.ident);
            return (at, at);
        };
        let at = Underline::of(whole);
        let is_result = types::last_name(whole).is_some_and(|name| name.ends_with("Result"));
        match types::arguments(whole).as_slice() {
            [value, error, ..] if is_result => (Underline::of(value), Underline::of(error)),
            [value] if is_result => (Underline::of(value), at),
            _ => (at, at),
        }
    }

    fn extraction(&self, param: &Param, local: &Ident, locals: &Locals) -> TokenStream {
        let (private, call) = (self.private, &locals.call);
        let (name, ty) = (&param.name, elided(&param.ty));
        let span = param.ty.span();
        let value = match &param.kind {
            Kind::Special(special) => {
                let param_trait = special.param_trait(span);
                let value =
                    quote_spanned!(span=> <#ty as #private::#param_trait<'_>>::special(#call));
                if !special.may_be_absent {
                    return quote!(let #local = #value;);
                }
                value
            }
            Kind::Argument(default) => self.with_default("argument", default.as_ref(), param, call),
            Kind::Resource => self.with_default("argument", None, param, call),
            Kind::Context(default) => {
                self.with_default("context_variable", default.as_ref(), param, call)
            }
            Kind::Rest => quote_spanned!(span=> #private::rest::<#ty>(#call, #name)),
        };
        self.fallible(local, &value, locals)
    }

    /// `function(call, name)`, or `function_or(call, name, || expression)` with a default for a missing value.
    fn with_default(
        &self,
        function: &str,
        default: Option<&Default>,
        param: &Param,
        call: &Ident,
    ) -> TokenStream {
        let (private, name, ty) = (self.private, &param.name, elided(&param.ty));
        let span = param.ty.span();
        let or = default.map_or("", |_| "_or");
        let function = format_ident!("{function}{or}", span = span);
        let default = default.map(|default| match default {
            Default::OfType(key) => {
                let bars = quote_spanned!(Span::mixed_site()=> || );
                let at = Span::mixed_site().located_at(key.span());
                let default = quote_spanned!(at=> ::core::default::Default::default());
                quote!(, #bars #default)
            }
            Default::Expr(value) => quote!(, || #value),
        });
        quote_spanned!(span=> #private::#function::<#ty>(#call, #name #default))
    }

    /// `let local = value?`, expanded, because it compiles faster than the operator.
    fn fallible(&self, local: &Ident, value: &TokenStream, locals: &Locals) -> TokenStream {
        let (private, error) = (self.private, &locals.error);
        let failure = match self.is_blocking() {
            true => quote!(::core::result::Result::Err(#error)),
            false => quote!(#private::fail(#error)),
        };
        quote! {
            let #local = match #value {
                ::core::result::Result::Ok(#local) => #local,
                ::core::result::Result::Err(#error) => return #failure,
            };
        }
    }
}
