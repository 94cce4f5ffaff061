//! One parameter of an action: its name for callers, its kind, and the contents of its `#[arg(..)]`.

use crate::args;
use crate::docs::doc_text;
use crate::entries::{self, Entry, Grammar};
use crate::errors::Errors;
use crate::special::{self, Special};
use crate::types;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Pat, PatType, Type};

/// One parameter with a plain name.
pub(crate) struct Param {
    pub(crate) ident: Ident,
    /// Its name for callers: the identifier without `r#`, or its `rename`.
    pub(crate) name: String,
    /// The position of the name, for messages.
    pub(crate) name_at: TokenStream,
    pub(crate) ty: Type,
    /// Its doc comment as an expression.
    pub(crate) doc: Option<TokenStream>,
    /// Whether it has an `#[arg]`, so that it is not special whatever its name.
    pub(crate) has_arg: bool,
    pub(crate) kind: Kind,
}

/// The source of a parameter's value.
pub(crate) enum Kind {
    /// The host, by the parameter's name.
    Special(Special),
    /// The call's arguments, or whatever else an `ActionParam` extracts from a call.
    Argument(Option<Default>),
    /// The host's resources, judging by the spelling: an alias of `Res<T>` counts as an argument here.
    Resource,
    /// One named variable of the context.
    Context(Option<Default>),
    /// All remaining arguments.
    Rest,
}

/// The default for a missing value.
#[derive(Clone)]
pub(crate) enum Default {
    /// The type's own `Default`; with the key itself, for messages.
    OfType(Ident),
    /// An expression, evaluated at every call that needs it.
    Expr(Expr),
}

/// The contents of all `#[arg(..)]` attributes of one parameter.
#[derive(Default)]
struct Arg {
    given: bool,
    keys: Vec<Ident>,
    default: Option<self::Default>,
    rename: Option<LitStr>,
    is_context: bool,
    is_rest: bool,
}

const KEYS: [&str; 4] = ["default", "rename", "context", "rest"];

impl Param {
    /// Whether its value is deserialized from JSON, judging by the spelling.
    pub(crate) fn is_read(&self) -> bool {
        match self.kind {
            Kind::Argument(_) | Kind::Context(_) | Kind::Rest => true,
            Kind::Special(_) | Kind::Resource => false,
        }
    }
}

/// Parses one typed parameter; `None` if it has no usable name.
pub(crate) fn parse(typed: &PatType, errors: &mut Errors) -> Option<Param> {
    let arg = Arg::read(&typed.attrs, errors);
    refuse_cfg(&typed.attrs, errors);
    let Some(ident) = plain_name(&typed.pat) else {
        not_a_plain_name(typed, errors);
        return None;
    };
    let (name, name_at) = match &arg.rename {
        Some(text) => (text.value(), text.to_token_stream()),
        None => (ident.unraw().to_string(), ident.to_token_stream()),
    };
    let has_arg = arg.given;
    let kind = arg.kind(&ident, &typed.ty, errors);
    Some(Param {
        ident,
        name,
        name_at,
        ty: (*typed.ty).clone(),
        doc: doc_text(&typed.attrs),
        has_arg,
        kind,
    })
}

/// Whether the attribute is ours, and must be removed from the user's function.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("arg") || attribute.path().is_ident("doc") || hides_ours(attribute)
}

impl Arg {
    fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut arg = Self::default();
        let is_arg = |attribute: &&Attribute| attribute.path().is_ident("arg");
        for attribute in attributes.iter().filter(is_arg) {
            arg.given = true;
            match &attribute.meta {
                Meta::Path(_) => {}
                Meta::List(list) => arg.take_all(list.tokens.clone(), errors),
                Meta::NameValue(pair) => {
                    let value = pair.value.to_token_stream();
                    let help = format!("write `#[arg(default = {value})]`");
                    errors.at(attribute, "`#[arg]` takes its keys in parentheses", &help);
                }
            }
        }
        arg
    }

    fn take_all(&mut self, tokens: TokenStream, errors: &mut Errors) {
        let grammar = Grammar {
            attribute: "arg",
            keys: &KEYS,
            meant: &|literal| match literal {
                Some(Lit::Str(text)) => ("rename", text.to_token_stream().to_string()),
                Some(other) => ("default", other.to_token_stream().to_string()),
                None => ("default", "10".to_owned()),
            },
        };
        for entry in entries::entries(tokens, &grammar, errors) {
            self.take(&entry, &grammar, errors);
        }
    }

    fn take(&mut self, entry: &Entry, grammar: &Grammar<'_>, errors: &mut Errors) {
        let key = entry.key.to_string();
        if self.keys.iter().any(|known| *known == key) {
            return errors.at(&entry.key, format!("`{key}` is given twice"), "");
        }
        match key.as_str() {
            _ if entry.is_broken => {}
            "default" => {
                let value = entry.value.clone();
                let of_type = || self::Default::OfType(entry.key.clone());
                self.default = Some(value.map_or_else(of_type, self::Default::Expr));
            }
            "rename" => self.rename = args::text(entry, errors),
            "context" => self.is_context = args::flag(entry, errors) == Some(true),
            "rest" => self.is_rest = args::flag(entry, errors) == Some(true),
            _ => return entries::unknown(&entry.key, grammar, errors),
        }
        self.keys.push(entry.key.clone());
    }

    fn kind(self, ident: &Ident, ty: &Type, errors: &mut Errors) -> Kind {
        match special::by_name(&ident.unraw().to_string()) {
            Some(special) if !self.given => return Kind::Special(special),
            Some(special) if special::by_type(ty).is_some_and(|of| of.name == special.name) => {
                self.refuse_on_special(special, ty, errors);
                return Kind::Special(special);
            }
            Some(_) | None => {}
        }
        if types::is_resource(ty) {
            self.refuse_on_resource(ty, errors);
            return Kind::Resource;
        }
        self.refuse_contradictions(ty, errors);
        match self {
            Self { is_rest: true, .. } => Kind::Rest,
            Self {
                is_context: true,
                default,
                ..
            } => Kind::Context(default),
            Self { default, .. } => Kind::Argument(default),
        }
    }

    fn key(&self, name: &str) -> Option<&Ident> {
        self.keys.iter().find(|key| *key == name)
    }

    /// A parameter that is special by name and type is filled by the host, so `#[arg]` has no use on it.
    fn refuse_on_special(&self, special: Special, ty: &Type, errors: &mut Errors) {
        let (name, shown) = (special.name, types::shown(ty));
        let message = match self.keys.as_slice() {
            [key] if key == "default" => {
                return errors.at(
                    key,
                    format!("the special parameter `{name}` cannot have a default"),
                    "remove `#[arg]`",
                );
            }
            _ => {
                format!("`{shown}` is a special parameter, so it cannot be an argument of the call")
            }
        };
        errors.at(
            ty,
            message,
            "remove `#[arg]`, or take a type that JSON can be read as",
        );
    }

    fn refuse_on_resource(&self, ty: &Type, errors: &mut Errors) {
        if let Some(key) = self.keys.first() {
            let message =
                format!("a resource is looked up by its type, so `{key}` has no meaning for it");
            errors.at(key, message, "remove it");
        }
        if types::is_option(ty) {
            let inner = types::arguments(types::inner(ty));
            let inner = inner.first().map_or_else(|| "…".to_owned(), types::shown);
            let help =
                format!("take `Res<Option<{inner}>>`, and let the host offer `Some` or `None`");
            errors.at(ty, "a resource cannot be optional", &help);
        }
    }

    fn refuse_contradictions(&self, ty: &Type, errors: &mut Errors) {
        if let (Some(rest), true) = (self.key("rest"), self.keys.len() > 1) {
            let help = "write `#[arg(rest)]`, and nothing else";
            return errors.at(
                rest,
                "`rest` takes whatever is left, so it goes with no other key",
                help,
            );
        }
        if let (Some(key), true) = (self.key("default"), types::is_option(ty)) {
            let inner = types::shown(types::inner(ty));
            let help = format!("take `{inner}` with the default, or drop the default");
            errors.at(key, "`Option` already defaults to `None`", &help);
        }
    }
}

fn refuse_cfg(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes {
        if attribute.path().is_ident("cfg") {
            let message = "`#[cfg]` on an action parameter is not supported";
            errors.at(attribute, message, "put it on the whole action");
        }
        if hides_ours(attribute) {
            let message = "`#[cfg_attr]` cannot hold `#[arg]`";
            let help = "write `#[arg(..)]` itself, or two actions with a `#[cfg]` each";
            errors.at(attribute, message, help);
        }
    }
}

/// Whether this is a `#[cfg_attr(.., arg(..))]`: the compiler would look for an attribute `arg` and not find it.
fn hides_ours(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    let is_arg = |token: TokenTree| matches!(token, TokenTree::Ident(name) if name == "arg");
    list.path.is_ident("cfg_attr") && list.tokens.clone().into_iter().any(is_arg)
}

fn plain_name(pattern: &Pat) -> Option<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
            Some(name.ident.clone())
        }
        _ => None,
    }
}

fn not_a_plain_name(typed: &PatType, errors: &mut Errors) {
    let ty = types::shown(&typed.ty);
    let help = match &*typed.pat {
        Pat::Wild(_) => format!("give it a name: `value: {ty}`"),
        Pat::Ident(name) => format!(
            "write `{}: {ty}`, and take it apart in the body",
            name.ident
        ),
        _ => format!("take `args: {ty}` and destructure it in the body"),
    };
    let message =
        "an action parameter must be a plain name, because callers pass arguments by name";
    errors.at(&typed.pat, message, &help);
}
