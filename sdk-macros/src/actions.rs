//! `#[actions]`: the methods of an `impl` block as actions of a shared value.
//!
//! What is generated for a method is an associated constant of the same block, so that `Self` means there what it
//! means in the method.

use crate::errors::Errors;
use crate::expand::Registration;
use crate::model::{self, ActionFn, Function};
use crate::types;
use crate::validate::{self, Place};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Meta, Token, Type, braced};

/// `#[actions]` on an item.
pub(crate) fn actions(attribute: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !attribute.is_empty() {
        errors.at(
            attribute,
            "`#[actions]` takes no keys",
            "write them on each method's `#[action(..)]`",
        );
    }
    match syn::parse2::<ImplBlock>(item.clone()) {
        Ok(block) => block.expand(errors),
        Err(_) => {
            let keyword = item
                .clone()
                .into_iter()
                .find(|token| matches!(token, TokenTree::Ident(_)));
            let help = "for a function on its own write `#[action]`";
            errors.at(
                keyword,
                "`#[actions]` goes on an `impl` block of a type",
                help,
            );
            let errors = errors.into_tokens();
            quote!(#item #errors)
        }
    }
}

/// An `impl` block with its functions parsed and all other items raw.
struct ImplBlock {
    attrs: Vec<Attribute>,
    generics: Generics,
    owner: Type,
    /// The trait and `for`, if any.
    of_trait: Option<TokenStream>,
    items: Vec<Item>,
}

enum Item {
    /// A function, without its `#[action]`.
    Action(Attribute, Box<Function>),
    /// A function, without its `#[cfg_attr(.., action)]`, which would be expanded too late.
    Hidden(Attribute, Box<Function>),
    Other(TokenStream),
}

impl Parse for ImplBlock {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Option<Token![unsafe]>>()?;
        input.parse::<Token![impl]>()?;
        let generics = input.parse()?;
        let mut owner: Type = input.parse()?;
        let mut of_trait = None;
        if let Some(keyword) = input.parse::<Option<Token![for]>>()? {
            of_trait = Some(quote!(#owner #keyword));
            owner = input.parse()?;
        }
        let where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self {
            attrs,
            generics: Generics {
                where_clause,
                ..generics
            },
            owner,
            of_trait,
            items,
        })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        let Ok(mut function) = ahead.call(parse_function) else {
            return raw_item(input).map(Item::Other);
        };
        input.advance_to(&ahead);
        if let Some(index) = function.attrs.iter().position(model::is_action) {
            let attribute = function.attrs.remove(index);
            return Ok(Self::Action(attribute, Box::new(function)));
        }
        if let Some(index) = function.attrs.iter().position(hides_action) {
            let attribute = function.attrs.remove(index);
            return Ok(Self::Hidden(attribute, Box::new(function)));
        }
        Ok(Self::Other(function.to_token_stream()))
    }
}

/// Whether this is a `#[cfg_attr(.., action(..))]`.
fn hides_action(attribute: &Attribute) -> bool {
    let is_action = |token: TokenTree| matches!(token, TokenTree::Ident(name) if name == "action");
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            list.tokens.clone().into_iter().any(is_action)
        }
        _ => false,
    }
}

/// A function of an `impl` block: the body is one group, or `;`.
fn parse_function(input: ParseStream<'_>) -> syn::Result<Function> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis = input.parse()?;
    let sig = input.parse()?;
    let body = input.parse::<TokenTree>()?.into_token_stream();
    Ok(Function {
        attrs,
        vis,
        sig,
        body,
    })
}

/// Any other item, up to its `;` or its last brace.
fn raw_item(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    loop {
        let token: TokenTree = input.parse()?;
        let text = token.to_string();
        tokens.extend([token]);
        if input.is_empty() || text == ";" || text.starts_with('{') && !input.peek(Token![;]) {
            return Ok(tokens);
        }
    }
}

fn keys(attribute: &Attribute) -> TokenStream {
    match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => pair.value.to_token_stream(),
    }
}

impl ImplBlock {
    /// The unchanged block and, if there are no errors, the registrations of its actions.
    fn expand(mut self, mut errors: Errors) -> TokenStream {
        self.check(&mut errors);
        let items = std::mem::take(&mut self.items);
        let (mut members, mut actions) = (TokenStream::new(), Vec::new());
        for item in items {
            match item {
                Item::Other(tokens) => members.extend(tokens),
                Item::Hidden(attribute, function) => {
                    let message = "`#[cfg_attr]` cannot hold `#[action]` in an `#[actions]` block";
                    let help = "write `#[action]`, and over it a `#[cfg]` for the whole method";
                    errors.at(attribute, message, help);
                    function.to_tokens(&mut members);
                }
                Item::Action(attribute, function) => {
                    let action = ActionFn::read(keys(&attribute), *function, &mut errors);
                    validate::check(&action, Place::Method, &mut errors);
                    action.function.to_tokens(&mut members);
                    actions.push(action);
                }
            }
        }
        let mut beside = errors.into_tokens();
        if beside.is_empty() {
            for action in &actions {
                let (member, submission) = self.registration(action);
                members.extend(member);
                beside.extend(submission);
            }
        }
        let Self {
            attrs,
            generics,
            owner,
            of_trait,
            ..
        } = self;
        let where_clause = &generics.where_clause;
        quote!(#(#attrs)* impl #generics #of_trait #owner #where_clause { #members } #beside)
    }

    /// The hidden constant of a method, and the code after the block that registers it.
    fn registration(&self, action: &ActionFn) -> (TokenStream, TokenStream) {
        let owner = &self.owner;
        let registration = Registration::new(action, Some(owner));
        let (private, raw) = (registration.private, registration.raw_action());
        let constant = registration.constant();
        let name = registration.name_constant();
        let name = name.map(|name| registration.hidden(&name));
        let raw = registration.hidden(&quote!(const #constant: #private::RawAction = #raw;));
        let submission = registration.submission(&quote!(<#owner>::#constant));
        let attributes = model::inherited(&self.attrs);
        (quote!(#name #raw), quote!(#attributes #submission))
    }

    fn check(&self, errors: &mut Errors) {
        if let Some(generic) = self.generics.params.first() {
            let help =
                "write one `impl` block per concrete type, with a name of its own for each action";
            let message = "`#[actions]` needs a concrete type: the value is looked up by its type";
            errors.at(generic, message, help);
        }
        if let Type::TraitObject(object) = types::bare(&self.owner) {
            let message = "`#[actions]` needs a concrete type: the value is looked up by its type";
            let help =
                "write the block for a type that implements the trait, or that holds a `Box` of it";
            errors.at(object, message, help);
        }
        if let Some(of_trait) = &self.of_trait {
            let help = "write the actions in an `impl` block of the type itself, and let them call the trait's methods";
            errors.at(
                of_trait,
                "`#[actions]` goes on an `impl` block of a type, not on one of a trait",
                help,
            );
        }
        if self.items.iter().all(|item| matches!(item, Item::Other(_))) {
            let help = "write `#[action]` over a method; one that a `macro_rules!` inside the block would produce \
                        cannot be seen from here";
            errors.at(&self.owner, "no `#[action]` method in this block", help);
        }
    }
}
