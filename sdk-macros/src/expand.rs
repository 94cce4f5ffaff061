//! From the parsed function to tokens: the user's unchanged function, and its registration next to it.
//!
//! Generated code only uses the paths `::action_sdk::__private::…` and `::core::…`, and its local variables have
//! spans of their own, so that names shadowed by the user have no effect on it. Tokens that a type error should point
//! at have the user's spans.

use crate::args::NameValue;
use crate::errors::Errors;
use crate::lifetimes::elided;
use crate::misplaced;
use crate::model::{self, ActionFn, Function};
use crate::name;
use crate::param::{Kind, Param};
use crate::spans::{Door, Underline};
use crate::types;
use crate::validate::{self, Place};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{LitStr, Type};

/// `#[action(..)]` on an item.
pub(crate) fn action(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let mut errors = Errors::default();
            misplaced::explain(item, &error, &mut errors);
            let errors = errors.into_tokens();
            return quote!(#item #errors);
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
    let submission = registration.submission(&registration.raw_action());
    quote!(#function #submission)
}

/// The registration of one action, free or a method of `owner`.
pub(crate) struct Registration<'a> {
    pub(crate) action: &'a ActionFn,
    /// For a method, the `Self` type of the `impl` block.
    pub(crate) owner: Option<&'a Type>,
    pub(crate) private: Door<'a>,
}

impl<'a> Registration<'a> {
    pub(crate) fn new(action: &'a ActionFn, owner: Option<&'a Type>) -> Self {
        Self {
            action,
            owner,
            private: Door(action.args.krate.as_ref()),
        }
    }

    /// Submits `raw` to the registry. The name of the constant around it contains the action's name, so that a second
    /// action of that name in the same module is an error at the name.
    pub(crate) fn submission(&self, raw: &TokenStream) -> TokenStream {
        let private = self.private;
        let (marker, span) = match self.literal_name() {
            Some(name) => (format!("__action_{}", name.value()), name.span()),
            None => {
                let function = self.action.function.sig.ident.unraw();
                (format!("__action_fn_{function}"), Span::call_site())
            }
        };
        // At the position of the name for errors, but not checked by lints.
        let span = Span::mixed_site().located_at(span);
        let marker = Ident::new(&marker, span);
        let head = quote_spanned!(span=> const #marker: () =);
        let end = quote_spanned!(span=> ;);
        let check = self.name_check();
        self.hidden(&quote!(#head { #check #private::inventory::submit! { #raw } } #end))
    }

    /// A generated item: it exists under the same conditions as the function, and with the same allowed lints.
    pub(crate) fn hidden(&self, item: &TokenStream) -> TokenStream {
        let function = &self.action.function;
        let inherited = model::inherited(&function.attrs);
        let is_private = function.sig.ident.to_string().starts_with('_');
        let used = is_private.then(|| quote!(#[allow(clippy::used_underscore_items)]));
        quote!(#inherited #used #[doc(hidden)] #item)
    }

    /// The name of the constant that describes a method, next to it in its block.
    pub(crate) fn constant(&self) -> Ident {
        self.out_of_sight("__ACTION")
    }

    /// An identifier that contains the function's name and is not checked by style lints.
    fn out_of_sight(&self, prefix: &str) -> Ident {
        let function = self.action.function.sig.ident.unraw();
        Ident::new(&format!("{prefix}_{function}"), Span::mixed_site())
    }

    /// A constant for a name that is not a literal, so that it is evaluated once.
    pub(crate) fn name_constant(&self) -> Option<TokenStream> {
        let NameValue::Constant(value) = self.action.args.name.as_ref()? else {
            return None;
        };
        let ident = self.name_ident();
        let ty = quote!(&'static ::core::primitive::str);
        Some(quote!(const #ident: #ty = #value;))
    }

    fn name_ident(&self) -> Ident {
        self.out_of_sight("__ACTION_NAME")
    }

    /// Makes the compiler check a name that is not a literal; it panics at the expression.
    fn name_check(&self) -> Option<TokenStream> {
        let NameValue::Constant(value) = self.action.args.name.as_ref()? else {
            return None;
        };
        let constant = self.owner.is_none().then(|| self.name_constant());
        let check = Underline::of(value).call(self.private, "checked_name", self.name());
        let ty = quote!(&'static ::core::primitive::str);
        Some(quote!(#constant const _: #ty = #check;))
    }

    /// The constant that describes the action and contains its function pointer.
    pub(crate) fn raw_action(&self) -> TokenStream {
        let private = self.private;
        let (name, call) = (self.name(), self.call());
        let path = self.rust_path();
        let fields = self.optional_fields();
        let params = self.raw_params();
        let output = self.output_schema();
        // The line of the function itself: `line!()` would give that of the attribute, or for methods that of the
        // block.
        let line = u32::try_from(self.action.function.sig.ident.span().unwrap().line())
            .unwrap_or_default();
        quote! {
            #private::RawAction {
                #fields
                params: &[#(#params),*],
                output: #output,
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

    /// The name if it is known here: as written, or derived from the function's name.
    fn literal_name(&self) -> Option<LitStr> {
        match &self.action.args.name {
            Some(NameValue::Literal(text)) => Some(text.clone()),
            Some(NameValue::Constant(_) | NameValue::Broken) => None,
            None => {
                let ident = &self.action.function.sig.ident;
                let derived = name::derive(&ident.unraw().to_string())?;
                Some(LitStr::new(&derived, ident.span()))
            }
        }
    }

    /// The name as an expression.
    fn name(&self) -> TokenStream {
        match (self.literal_name(), self.owner) {
            (Some(text), _) => text.to_token_stream(),
            (None, None) => self.name_ident().to_token_stream(),
            (None, Some(owner)) => {
                let ident = self.name_ident();
                quote!(<#owner>::#ident)
            }
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
        fields.extend(
            self.action
                .description()
                .map(|text| quote!(description: #text,)),
        );
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
        for flag in &args.flags {
            let (ident, value) = (format_ident!("{}", flag.name), flag.value);
            fields.extend(match flag.may_be_unsaid {
                true => quote!(#ident: ::core::option::Option::Some(#value),),
                false => quote!(#ident: #value,),
            });
        }
        fields
    }

    fn raw_params(&self) -> Vec<TokenStream> {
        let private = self.private;
        let receiver = self.action.receiver.iter().map(|receiver| {
            let span = receiver.self_token.span();
            quote_spanned!(span=> #private::receiver_param::<Self>())
        });
        receiver
            .chain(self.action.params.iter().map(|param| self.raw_param(param)))
            .collect()
    }

    fn raw_param(&self, param: &Param) -> TokenStream {
        let private = self.private;
        let (name, ty) = (&param.name, elided(&param.ty));
        let doc = param.doc.clone().unwrap_or_else(|| quote!(""));
        let shown = types::shown(&param.ty);
        let optional = param.is_optional();
        let schema = self.param_schema(param);
        let source = match &param.kind {
            Kind::Argument(_) | Kind::Resource => {
                quote!(<#ty as #private::ActionParam<'_>>::SOURCE)
            }
            Kind::Context(_) => quote!(#private::RawSource::of(#private::ParamKind::Context)),
            Kind::Rest => quote!(#private::RawSource::of(#private::ParamKind::Rest)),
            Kind::Special(special) => {
                let variant = special.variant();
                let required = match special.may_be_absent {
                    true => {
                        let param_trait = special.param_trait(param.ty.span());
                        quote!(<#ty as #private::#param_trait<'_>>::REQUIRED)
                    }
                    false => quote!(false),
                };
                quote!(#private::RawSource::special(#private::Special::#variant, #required))
            }
        };
        quote! {
            #private::RawParam {
                name: #name, ty: #shown, doc: #doc, optional: #optional, source: #source, schema: #schema
            }
        }
    }
}

impl Param {
    /// Whether a call may omit it, judging by the spelling of the type.
    fn is_optional(&self) -> bool {
        match &self.kind {
            Kind::Argument(default) | Kind::Context(default) => {
                default.is_some() || types::is_option(&self.ty)
            }
            Kind::Special(_) => types::is_option(&self.ty),
            Kind::Resource => false,
            Kind::Rest => true,
        }
    }
}
