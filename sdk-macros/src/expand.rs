//! From the typed picture to tokens: the user's function as it was, and its registration beside it.
//!
//! Generated code names only `::action_sdk::__private::…` and `::core::…`; its locals have spans of their own, so
//! that nothing a user shadows can reach it. Tokens that a type error should point at carry the user's spans.

use crate::args::NameValue;
use crate::errors::Errors;
use crate::model::{ActionFn, Function};
use crate::name;
use crate::param::{Default, Kind, Param};
use crate::types;
use crate::validate::{self, Place};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, LitStr, Type, Visibility};

/// `#[action(..)]` on an item.
pub(crate) fn action(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let problem = not_a_function(&item).unwrap_or_else(|| error.into_compile_error());
            return quote!(#problem #item);
        }
    };
    let mut errors = Errors::default();
    let action = ActionFn::read(attribute, function, &mut errors);
    validate::check(&action, Place::Free, &mut errors);
    let function = &action.function;
    if !errors.is_empty() {
        let errors = errors.into_tokens();
        return quote!(#function #errors);
    }
    let registration = Registration::new(&action, None);
    let (checks, raw) = (registration.checks(), registration.raw_action());
    let submission = registration.submission(&raw);
    quote!(#function #checks #submission)
}

/// The registration of one action, free or a method of `owner`.
pub(crate) struct Registration<'a> {
    action: &'a ActionFn,
    /// `Self` of the `impl` block for a method.
    owner: Option<&'a Type>,
    /// The path to the private door.
    private: TokenStream,
    /// The local that holds the call.
    call: Ident,
}

impl<'a> Registration<'a> {
    pub(crate) fn new(action: &'a ActionFn, owner: Option<&'a Type>) -> Self {
        let private = match &action.args.krate {
            Some(path) => quote!(#path::__private),
            None => quote!(::action_sdk::__private),
        };
        Self {
            action,
            owner,
            private,
            call: Ident::new("call", Span::mixed_site()),
        }
    }

    /// The path to `action_sdk::__private`.
    pub(crate) fn private(&self) -> &TokenStream {
        &self.private
    }

    /// What the compiler checks beside the function: a name that is no literal, and a name given twice in one module.
    pub(crate) fn checks(&self) -> TokenStream {
        let (name, cfgs) = (self.name(), self.action.cfgs());
        if let Some(NameValue::Constant(value)) = &self.action.args.name {
            let check = self.constant_name_check(value.span());
            return quote!(#(#cfgs)* #[doc(hidden)] #check);
        }
        let span = name.span();
        let marker = syn::parse2::<LitStr>(name)
            .map(|text| text.value())
            .unwrap_or_default();
        let marker = Ident::new(&format!("__action_{marker}"), span);
        let item = quote_spanned!(span=> const #marker: () = (););
        quote!(#(#cfgs)* #[doc(hidden)] #[allow(dead_code, non_upper_case_globals)] #item)
    }

    /// Hands `raw` to the registry when the program starts.
    pub(crate) fn submission(&self, raw: &TokenStream) -> TokenStream {
        let (private, cfgs) = (&self.private, self.action.cfgs());
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(clippy::all, clippy::pedantic, deprecated)]
            const _: () = { #private::inventory::submit! { #raw } };
        }
    }

    /// The constant that describes the action and knows how to call it.
    pub(crate) fn raw_action(&self) -> TokenStream {
        let private = &self.private;
        let (name, call) = (self.name(), self.wrapper());
        let path = self.rust_path();
        let fields = self.optional_fields();
        let params = self.raw_params();
        // The line of the function itself: `line!()` would give that of the attribute, for methods that of the block.
        let line = u32::try_from(self.action.function.sig.ident.span().unwrap().line())
            .unwrap_or_default();
        quote! {
            #private::RawAction {
                #fields
                params: &[#(#params),*],
                ..#private::RawAction::new(
                    #name,
                    #path,
                    ::core::env!("CARGO_PKG_NAME"),
                    ::core::file!(),
                    #line,
                    #call,
                )
            }
        }
    }

    fn name(&self) -> TokenStream {
        match &self.action.args.name {
            Some(NameValue::Literal(text)) => text.to_token_stream(),
            Some(NameValue::Constant(value)) => value.to_token_stream(),
            Some(NameValue::Broken) | None => {
                let ident = &self.action.function.sig.ident;
                let derived = name::derive(&ident.unraw().to_string()).unwrap_or_default();
                LitStr::new(&derived, ident.span()).to_token_stream()
            }
        }
    }

    /// Evaluated by the compiler; its panic shows the rule that the name breaks, at the expression itself.
    fn constant_name_check(&self, span: Span) -> TokenStream {
        let (private, name) = (&self.private, self.name());
        quote_spanned! {span=>
            const _: () = {
                const LENGTH: ::core::primitive::usize = #private::name_problem_length(#name);
                const PROBLEM: [::core::primitive::u8; LENGTH] = #private::name_problem::<LENGTH>(#name);
                if LENGTH > 0 { ::core::panic!("{}", #private::text(&PROBLEM)) }
            };
        }
    }

    fn rust_path(&self) -> TokenStream {
        let mut path = format!("::{}", self.action.function.sig.ident.unraw());
        if let Some(owner) = self.owner {
            path = format!("::{}{path}", types::shown(owner));
        }
        quote!(::core::concat!(::core::module_path!(), #path))
    }

    fn optional_fields(&self) -> TokenStream {
        let args = &self.action.args;
        let mut fields = TokenStream::new();
        let description = self.action.description();
        if !description.is_empty() {
            fields.extend(quote!(description: #description,));
        }
        fields.extend(args.title.iter().map(|title| quote!(title: #title,)));
        if !args.aliases.is_empty() {
            let aliases = &args.aliases;
            fields.extend(quote!(aliases: &[#(#aliases),*],));
        }
        fields.extend(
            args.timeout_millis
                .iter()
                .map(|millis| quote!(timeout_millis: #millis,)),
        );
        fields.extend(
            args.concurrency
                .iter()
                .map(|calls| quote!(concurrency: #calls,)),
        );
        for (flag, value) in &args.flags {
            let ident = format_ident!("{flag}");
            let hint = !matches!(*flag, "execute_async" | "is_system_action");
            fields.extend(match hint {
                true => quote!(#ident: ::core::option::Option::Some(#value),),
                false => quote!(#ident: #value,),
            });
        }
        fields
    }

    fn raw_params(&self) -> Vec<TokenStream> {
        let private = &self.private;
        let receiver = self
            .action
            .receiver
            .iter()
            .map(|_| quote!(#private::receiver_param::<Self>()));
        receiver
            .chain(self.action.params.iter().map(|param| self.raw_param(param)))
            .collect()
    }

    fn raw_param(&self, param: &Param) -> TokenStream {
        let private = &self.private;
        let (name, doc, ty) = (&param.name, &param.doc, elided(&param.ty));
        let shown = types::shown(&param.ty);
        let optional = param.is_optional();
        let kind = match &param.kind {
            Kind::Argument(_) => quote!(<#ty as #private::ActionParam<'_>>::KIND),
            Kind::Context(_) => quote!(#private::ParamKind::Context),
            Kind::Rest => quote!(#private::ParamKind::Rest),
            Kind::Special(special) if special.may_be_absent => {
                let param_trait = Ident::new(special.param_trait, param.ty.span());
                let required = quote!(<#ty as #private::#param_trait<'_>>::REQUIRED);
                quote!(#private::ParamKind::Special { required: #required })
            }
            Kind::Special(_) => quote!(#private::ParamKind::Special { required: false }),
        };
        quote! {
            #private::RawParam { name: #name, ty: #shown, doc: #doc, optional: #optional, kind: #kind }
        }
    }

    /// The closure that takes the parameters out of a call and runs the function.
    fn wrapper(&self) -> TokenStream {
        let (private, call) = (&self.private, &self.call);
        let blocking = self.action.args.blocking.is_some();
        let locals: Vec<Ident> = (0..self.action.params.len())
            .map(|index| format_ident!("a{index}", span = Span::mixed_site()))
            .collect();
        let receiver_local = Ident::new("receiver", Span::mixed_site());
        let receiver = self.action.receiver.as_ref().map(|_| {
            self.fallible(
                &receiver_local,
                &quote!(&Self),
                &quote!(#private::receiver::<Self>(#call)),
                blocking,
            )
        });
        let lets = self
            .action
            .params
            .iter()
            .zip(&locals)
            .map(|(param, local)| self.extraction(param, local, blocking));
        let function = self.function();
        let self_argument = self
            .action
            .receiver
            .as_ref()
            .map(|_| quote!(#receiver_local,));
        let invoked = quote!(#function(#self_argument #(#locals),*));
        let body = match blocking {
            true => self.outcome(&invoked),
            false => self.future(&invoked),
        };
        let variant = format_ident!("{}", if blocking { "Blocking" } else { "Async" });
        quote!(#private::RawCall::#variant(|#call| { #receiver #(#lets)* #body }))
    }

    fn function(&self) -> TokenStream {
        let ident = &self.action.function.sig.ident;
        match self.owner {
            Some(_) => quote!(Self::#ident),
            None => ident.to_token_stream(),
        }
    }

    /// The future, boxed; that it is not `Send` is reported at the function's name.
    fn future(&self, invoked: &TokenStream) -> TokenStream {
        let private = &self.private;
        let returned = Ident::new("returned", Span::mixed_site());
        let outcome = self.outcome(&returned.to_token_stream());
        let run = quote_spanned!(self.action.function.sig.ident.span()=> #private::run);
        quote!(#run(#invoked, |#returned| #outcome))
    }

    /// The conversion of what was returned. Its two steps carry the spans of the error's and the value's type.
    fn outcome(&self, returned: &TokenStream) -> TokenStream {
        let private = &self.private;
        let sig = &self.action.function.sig;
        let whole = types::returned(&sig.output);
        let parts = whole.map(types::arguments).unwrap_or_default();
        let whole_span = whole.map_or(sig.ident.span(), |ty| ty.span());
        let is_result = whole
            .and_then(types::last_name)
            .is_some_and(|name| name.ends_with("Result"));
        let value_span = parts
            .first()
            .filter(|_| is_result)
            .map_or(whole_span, |ty| ty.span());
        let error_span = parts
            .get(1)
            .filter(|_| is_result)
            .map_or(whole_span, |ty| ty.span());
        let wrapped = quote_spanned!(error_span=> #private::Ret(#returned).check_error());
        let outcome = quote_spanned!(value_span=> #private::Step::into_outcome(#wrapped));
        quote!({ use #private::RetPlain as _; #outcome })
    }

    fn extraction(&self, param: &Param, local: &Ident, blocking: bool) -> TokenStream {
        let (private, call) = (&self.private, &self.call);
        let (name, ty) = (&param.name, elided(&param.ty));
        let span = param.ty.span();
        match &param.kind {
            Kind::Special(special) => {
                let param_trait = Ident::new(special.param_trait, span);
                let value =
                    quote_spanned!(span=> <#ty as #private::#param_trait<'_>>::special(#call));
                match special.may_be_absent {
                    true => self.fallible(local, &ty, &value, blocking),
                    false => quote!(let #local: #ty = #value;),
                }
            }
            Kind::Argument(default) => {
                let value = with_default(default, span, &|or| {
                    let function = format_ident!("argument{or}", span = span);
                    quote_spanned!(span=> #private::#function::<#ty>)
                });
                self.fallible(local, &ty, &value(quote!(#call, #name)), blocking)
            }
            Kind::Context(default) => {
                let value = with_default(default, span, &|or| {
                    let function = format_ident!("context_variable{or}", span = span);
                    quote_spanned!(span=> #private::#function::<#ty>)
                });
                self.fallible(local, &ty, &value(quote!(#call, #name)), blocking)
            }
            Kind::Rest => {
                let value = quote_spanned!(span=> #private::rest::<#ty>(#call, #name));
                self.fallible(local, &ty, &value, blocking)
            }
        }
    }

    /// `let local = value?`, written out: shorter for the compiler than the operator.
    fn fallible(
        &self,
        local: &Ident,
        ty: &TokenStream,
        value: &TokenStream,
        blocking: bool,
    ) -> TokenStream {
        let private = &self.private;
        let error = Ident::new("error", Span::mixed_site());
        let failure = match blocking {
            true => quote!(::core::result::Result::Err(#error)),
            false => quote!(#private::fail(#error)),
        };
        quote! {
            let #local: #ty = match #value {
                ::core::result::Result::Ok(#local) => #local,
                ::core::result::Result::Err(#error) => return #failure,
            };
        }
    }
}

impl Param {
    /// Whether a call may leave it out, as far as the spelling tells.
    fn is_optional(&self) -> bool {
        match &self.kind {
            Kind::Argument(default) | Kind::Context(default) => {
                default.is_some() || types::is_option(&self.ty)
            }
            Kind::Special(_) => types::is_option(&self.ty),
            Kind::Rest => true,
        }
    }
}

/// The extraction with or without its stand-in: `argument(call, name)` or `argument_or(call, name, || expression)`.
fn with_default<'a>(
    default: &'a Option<Default>,
    span: Span,
    function: &dyn Fn(&str) -> TokenStream,
) -> impl Fn(TokenStream) -> TokenStream + 'a {
    let function = function(if default.is_some() { "_or" } else { "" });
    move |arguments| match default {
        None => quote_spanned!(span=> #function(#arguments)),
        Some(Default::OfType) => {
            quote_spanned!(span=> #function(#arguments, ::core::default::Default::default))
        }
        Some(Default::Expr(value)) => quote_spanned!(span=> #function(#arguments, || #value)),
    }
}

/// The type with every named lifetime replaced by `'_`: the names belong to the function's own signature.
fn elided(ty: &Type) -> TokenStream {
    elide(ty.to_token_stream())
}

fn elide(tokens: TokenStream) -> TokenStream {
    let mut after_tick = false;
    tokens
        .into_iter()
        .map(|token| {
            let named = std::mem::replace(&mut after_tick, is_tick(&token));
            match token {
                TokenTree::Ident(name) if named && name != "static" => {
                    Ident::new("_", name.span()).into()
                }
                TokenTree::Group(group) => regrouped(&group).into(),
                token => token,
            }
        })
        .collect()
}

fn is_tick(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'')
}

fn regrouped(group: &Group) -> Group {
    let mut new = Group::new(group.delimiter(), elide(group.stream()));
    new.set_span(group.span());
    new
}

/// The error for an item that is no function at all; `None` where it is a function that does not parse.
fn not_a_function(item: &TokenStream) -> Option<TokenStream> {
    let rest = |input: syn::parse::ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    let keyword = rest.parse2(item.clone()).ok()?.into_iter().next()?;
    let mut errors = Errors::default();
    match keyword.to_string().as_str() {
        "impl" => {
            let help = "for methods write `#[actions]` on the `impl` block";
            errors.at(
                keyword,
                "`#[action]` goes on a function, not on an `impl` block",
                help,
            );
        }
        word @ ("struct" | "enum" | "union" | "mod" | "const" | "static" | "trait" | "type"
        | "use" | "macro_rules") => {
            let message = format!("`#[action]` goes on an `async fn`, not on a `{word}`");
            errors.at(
                keyword,
                message,
                "move it to the function that does the work",
            );
        }
        _ => return None,
    }
    Some(errors.into_tokens())
}
