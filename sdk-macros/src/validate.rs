//! Every rule that an annotated function must obey; each broken one is an error at the guilty token.

use crate::args::NameValue;
use crate::errors::Errors;
use crate::model::ActionFn;
use crate::name;
use crate::param::{Kind, Param};
use crate::special;
use crate::types::{self, Shape};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, GenericParam, Receiver, ReceiverKind, Safety, Type};

/// Fields that every event has: an argument of that name could never be told from them.
const EVENT_FIELDS: [&str; 7] = [
    "type",
    "uid",
    "event_created_at",
    "source_uid",
    "action_uid",
    "action_info_modality",
    "action_info_modality_policy",
];

/// Where the function stands, for the rules that differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On its own, under `#[action]`.
    Free,
    /// In an `impl` block under `#[actions]`.
    Method,
}

/// Holds the function against all rules.
pub(crate) fn check(action: &ActionFn, place: Place, errors: &mut Errors) {
    check_name(action, errors);
    check_attributes(&action.function.attrs, errors);
    check_asyncness(action, errors);
    check_qualifiers(action, errors);
    check_generics(action, errors);
    if let Some(receiver) = &action.receiver {
        check_receiver(receiver, place, errors);
    }
    for param in &action.params {
        check_param(param, errors);
    }
    check_names_differ(&action.params, errors);
    check_single_rest(&action.params, errors);
}

/// Whether this is our own `#[action]`, by its last name.
pub(crate) fn is_action_attribute(attribute: &Attribute) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == "action")
}

fn check_name(action: &ActionFn, errors: &mut Errors) {
    if action.args.name.is_some() {
        return check_aliases(action, errors);
    }
    let ident = &action.function.sig.ident;
    match name::derive(&ident.unraw().to_string()) {
        None => {
            let help = "write `#[action(name = \"CustomTestAction\")]`";
            errors.at(
                ident,
                format!("no action name can be derived from `fn {}`", ident.unraw()),
                help,
            );
        }
        Some(derived) => {
            if let Err(problem) = name::check(&derived) {
                let help = format!(
                    "give it another one: `#[action(name = \"{}\")]`",
                    name::suggest(&derived)
                );
                errors.at(
                    ident,
                    format!("{}, derived from the function", problem.message),
                    &help,
                );
            }
        }
    }
    check_aliases(action, errors);
}

fn check_aliases(action: &ActionFn, errors: &mut Errors) {
    let own = match &action.args.name {
        Some(NameValue::Literal(text)) => Some(text.value()),
        Some(NameValue::Constant(_) | NameValue::Broken) => None,
        None => name::derive(&action.function.sig.ident.unraw().to_string()),
    };
    for alias in action
        .args
        .aliases
        .iter()
        .filter(|alias| own.as_ref() == Some(&alias.value()))
    {
        errors.at(
            alias,
            format!("the alias `{}` is the action's own name", alias.value()),
            "drop it",
        );
    }
}

fn check_attributes(attributes: &[Attribute], errors: &mut Errors) {
    for again in attributes
        .iter()
        .filter(|attribute| is_action_attribute(attribute))
    {
        let help = "an action has one name; for more, write `aliases = [\"…\"]`";
        errors.at(again, "`#[action]` is given twice on this function", help);
    }
}

fn check_asyncness(action: &ActionFn, errors: &mut Errors) {
    let sig = &action.function.sig;
    let ident = &sig.ident;
    match (&sig.asyncness, &action.args.blocking) {
        (None, None) => {
            let help = format!(
                "write `async fn {ident}`, or `#[action(blocking, ..)]` to run it on the blocking pool"
            );
            errors.at(sig.fn_token, "an action must be an `async fn`", &help);
        }
        (Some(_), Some(blocking)) => {
            let help = format!("drop `blocking`, or write `fn {ident}` without `async`");
            errors.at(
                blocking,
                "`blocking` is for a plain `fn`, and this one is `async`",
                &help,
            );
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
}

fn check_qualifiers(action: &ActionFn, errors: &mut Errors) {
    let sig = &action.function.sig;
    if let Safety::Unsafe(keyword) = &sig.safety {
        errors.at(
            keyword,
            "an action cannot be `unsafe`",
            "wrap the unsafe part in a safe function and call that",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(
            abi,
            "an action cannot be `extern`",
            "call the foreign function from an ordinary `async fn`",
        );
    }
    if let Some(constness) = &sig.constness {
        errors.at(
            constness,
            "an action cannot be `const`",
            "call the constant function from an `async fn`",
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(
            variadic,
            "an action cannot be variadic",
            "take a `Vec`, or `#[arg(rest)]`",
        );
    }
}

fn check_generics(action: &ActionFn, errors: &mut Errors) {
    for generic in &action.function.sig.generics.params {
        let name = match generic {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(param) => &param.ident,
            GenericParam::Const(param) => &param.ident,
        };
        let message = format!(
            "an action cannot be generic: the runtime calls it by name and cannot choose `{name}`"
        );
        errors.at(
            generic,
            message,
            "take a concrete type, or `serde_json::Value` for any JSON value",
        );
    }
}

fn check_receiver(receiver: &Receiver, place: Place, errors: &mut Errors) {
    if place == Place::Free {
        let help = "put `#[actions]` on the `impl` block, or take the value as a resource: `me: Res<MyType>`";
        return errors.at(receiver, "an action cannot take `self`", help);
    }
    let shared = matches!(&receiver.kind, ReceiverKind::Reference(_, _, None));
    if !shared {
        let message = "an action method must take `&self`: the value is shared by concurrent calls";
        errors.at(
            receiver,
            message,
            "use a `Mutex` or an atomic for what changes",
        );
    }
}

fn check_param(param: &Param, errors: &mut Errors) {
    if let Some(keyword) = types::impl_keyword(param.ty.to_token_stream()) {
        let message = "an action cannot take `impl Trait`: that makes the function generic";
        return errors.spot(keyword.span(), message, "take a concrete type");
    }
    match &param.kind {
        Kind::Special(_) | Kind::Rest => {}
        Kind::Context(_) => check_borrow(param, errors),
        Kind::Argument(_) => {
            check_reserved(param, errors);
            check_borrow(param, errors);
        }
    }
}

fn check_reserved(param: &Param, errors: &mut Errors) {
    if param.name.is_empty() || param.name.starts_with('$') {
        let message = format!("an argument cannot be called `{}`", param.name);
        errors.at(
            &param.name_at,
            message,
            "`$0`, `$1`, … are the positional arguments; write a name",
        );
    }
    if EVENT_FIELDS.contains(&param.name.as_str()) {
        let message = format!(
            "an argument cannot be called `{}`: every event has a field of that name",
            param.name
        );
        errors.at(
            &param.name_at,
            message,
            "give it another name; no flow could fill this one",
        );
    }
}

/// A borrowed argument must be `&str`; a borrowed special parameter must have its own name.
fn check_borrow(param: &Param, errors: &mut Errors) {
    if let Some(special) = special::by_type(&param.ty) {
        return misnamed(param, special.name, errors);
    }
    let Some(reference) = types::reference(&param.ty) else {
        return;
    };
    let target = types::bare(&reference.elem);
    if reference.mutability.is_none() && types::last_name(target).is_some_and(|name| name == "str")
    {
        return;
    }
    let shown = types::shown(reference);
    let message = format!("an action argument cannot be borrowed as `{shown}` (only `&str` can)");
    errors.spot(reference.and_token.span(), message, &owned_form(target));
}

fn misnamed(param: &Param, name: &str, errors: &mut Errors) {
    let shown = types::shown(&param.ty);
    if param.ident.unraw() == name {
        let message =
            format!("`{shown}` is a special parameter, so it cannot be an argument of the call");
        return errors.at(&param.ident, message, "remove `#[arg]`");
    }
    let message = format!("`{shown}` is a special parameter and must be called `{name}`");
    errors.at(
        &param.ident,
        message,
        &format!("rename `{}` to `{name}`", param.ident),
    );
}

fn owned_form(target: &Type) -> String {
    match types::shape(target) {
        Shape::Slice(element) => format!("take `Vec<{}>`", types::shown(element)),
        Shape::Named(name) if name == "String" => "take `&str` or `String`".to_owned(),
        Shape::Named(_) => {
            let shown = types::shown(target);
            format!("take `{shown}` for an argument of the call, or `Res<{shown}>` for a resource")
        }
        Shape::Dyn(_) | Shape::Reference(_) | Shape::Other => "take an owned type".to_owned(),
    }
}

/// Arguments, and context variables, each have their own space of names.
fn check_names_differ(params: &[Param], errors: &mut Errors) {
    for (index, param) in params.iter().enumerate() {
        let clashes = |other: &Param| {
            other.name == param.name
                && matches!(
                    (&other.kind, &param.kind),
                    (Kind::Argument(_), Kind::Argument(_)) | (Kind::Context(_), Kind::Context(_))
                )
        };
        if params[..index].iter().any(clashes) {
            let message = format!("two parameters are called `{}`", param.name);
            errors.at(&param.name_at, message, "give one of them another name");
        }
    }
}

fn check_single_rest(params: &[Param], errors: &mut Errors) {
    for again in params
        .iter()
        .filter(|param| matches!(param.kind, Kind::Rest))
        .skip(1)
    {
        errors.at(
            &again.ident,
            "`rest` is given twice",
            "one parameter can take what the others leave",
        );
    }
}
