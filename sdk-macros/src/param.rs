//! One parameter of an action: its name towards callers, its kind, and what its `#[arg(..)]` says.

use crate::args::{self, Entry};
use crate::errors::Errors;
use crate::model::doc_text;
use crate::special::{self, Special};
use crate::types;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, LitStr, Meta, Pat, PatType, Type};

/// One parameter with a plain name.
pub(crate) struct Param {
    pub(crate) ident: Ident,
    /// What callers call it: the identifier without `r#`, or its `rename`.
    pub(crate) name: String,
    /// Where the name is written, for messages.
    pub(crate) name_at: TokenStream,
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) kind: Kind,
}

/// Where the value of a parameter comes from.
pub(crate) enum Kind {
    /// The host, by the parameter's name.
    Special(Special),
    /// The call's arguments, or the host's resources if the type is a `Res<T>`.
    Argument(Option<Default>),
    /// One named variable of the context.
    Context(Option<Default>),
    /// All arguments that no other parameter takes.
    Rest,
}

/// What stands in for a value that is missing.
#[derive(Clone)]
pub(crate) enum Default {
    /// The type's own `Default`.
    OfType,
    /// An expression, evaluated at every call that needs it.
    Expr(Expr),
}

/// The contents of all `#[arg(..)]` attributes of one parameter.
#[derive(Default)]
struct Arg {
    given: bool,
    default: Option<(Ident, self::Default)>,
    rename: Option<LitStr>,
    context: Option<Ident>,
    rest: Option<Ident>,
}

const KEYS: [&str; 4] = ["default", "rename", "context", "rest"];

/// Reads one typed parameter; `None` where it has no usable name.
pub(crate) fn parse(typed: &PatType, errors: &mut Errors) -> Option<Param> {
    let arg = arg_of(&typed.attrs, errors);
    refuse_cfg(&typed.attrs, errors);
    let Some(ident) = plain_name(&typed.pat) else {
        not_a_plain_name(typed, errors);
        return None;
    };
    let name_at = arg
        .rename
        .as_ref()
        .map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream);
    let name = arg
        .rename
        .as_ref()
        .map_or_else(|| ident.unraw().to_string(), LitStr::value);
    let kind = kind_of(&ident, &typed.ty, arg, errors);
    Some(Param {
        ident,
        name,
        name_at,
        ty: (*typed.ty).clone(),
        doc: doc_text(&typed.attrs),
        kind,
    })
}

/// Whether the attribute is ours, to be taken off the function that the user keeps.
pub(crate) fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("arg") || attribute.path().is_ident("doc")
}

fn arg_of(attributes: &[Attribute], errors: &mut Errors) -> Arg {
    let mut arg = Arg::default();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("arg"))
    {
        arg.given = true;
        match &attribute.meta {
            Meta::Path(_) => {}
            Meta::List(list) => {
                for entry in args::entries(list.tokens.clone(), errors) {
                    arg.take(&entry, errors);
                }
            }
            Meta::NameValue(_) => {
                errors.at(
                    attribute,
                    "`#[arg]` takes its keys in parentheses",
                    "write `#[arg(default = 10)]`",
                );
            }
        }
    }
    arg
}

impl Arg {
    fn take(&mut self, entry: &Entry, errors: &mut Errors) {
        let key = entry.key.to_string();
        let again = match key.as_str() {
            "default" => {
                let value = entry
                    .value
                    .clone()
                    .map_or(self::Default::OfType, self::Default::Expr);
                self.default.replace((entry.key.clone(), value)).is_some()
            }
            "rename" => match args::text(entry, errors) {
                Some(text) => self.rename.replace(text).is_some(),
                None => false,
            },
            "context" => self.mark(entry, errors, |arg| &mut arg.context),
            "rest" => self.mark(entry, errors, |arg| &mut arg.rest),
            _ => {
                args::unknown(&entry.key, "arg", &KEYS, errors);
                false
            }
        };
        if again {
            errors.at(&entry.key, format!("`{key}` is given twice"), "");
        }
    }

    /// Sets a key that is only given or not given; says whether it was there before.
    fn mark(
        &mut self,
        entry: &Entry,
        errors: &mut Errors,
        slot: fn(&mut Self) -> &mut Option<Ident>,
    ) -> bool {
        match args::flag(entry, errors) {
            Some(true) => slot(self).replace(entry.key.clone()).is_some(),
            Some(false) | None => false,
        }
    }
}

fn kind_of(ident: &Ident, ty: &Type, arg: Arg, errors: &mut Errors) -> Kind {
    let special = special::by_name(&ident.unraw().to_string());
    if let (Some(special), Some((key, _)), true) =
        (special, &arg.default, special::by_type(ty).is_some())
    {
        errors.at(
            key,
            format!(
                "the special parameter `{}` cannot have a default",
                special.name
            ),
            "remove `#[arg]`",
        );
        return Kind::Special(special);
    }
    arg.refuse_contradictions(ty, errors);
    let default = arg.default.map(|(_, value)| value);
    match special {
        Some(special) if !arg.given => Kind::Special(special),
        _ if arg.rest.is_some() => Kind::Rest,
        _ if arg.context.is_some() => Kind::Context(default),
        _ => Kind::Argument(default),
    }
}

impl Arg {
    fn refuse_contradictions(&self, ty: &Type, errors: &mut Errors) {
        if let (Some((key, _)), true) = (&self.default, types::is_option(ty)) {
            let inner = types::arguments(ty)
                .first()
                .map_or_else(|| "the type inside".to_owned(), types::shown);
            let help = format!("take `{inner}` with the default, or drop the default");
            errors.at(key, "`Option` already defaults to `None`", &help);
        }
        let Some(rest) = &self.rest else { return };
        let help =
            "take the rest as `#[arg(rest)] extra: serde_json::Map<String, serde_json::Value>`";
        let others = [
            self.default.as_ref().map(|(key, _)| key.to_token_stream()),
            self.rename.as_ref().map(ToTokens::to_token_stream),
            self.context.as_ref().map(ToTokens::to_token_stream),
        ];
        if others.iter().any(Option::is_some) {
            errors.at(
                rest,
                "`rest` takes whatever is left, so it goes with no other key",
                help,
            );
        }
    }
}

fn refuse_cfg(attributes: &[Attribute], errors: &mut Errors) {
    let is_cfg = |attribute: &&Attribute| {
        attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
    };
    for attribute in attributes.iter().filter(is_cfg) {
        let name = attribute.path().to_token_stream();
        let message = format!("`#[{name}]` on an action parameter is not supported");
        errors.at(attribute, message, "put it on the whole action");
    }
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
    let message =
        "an action parameter must be a plain name, because callers pass arguments by name";
    errors.at(
        &typed.pat,
        message,
        &format!("take `args: {ty}` and destructure it in the body"),
    );
}
