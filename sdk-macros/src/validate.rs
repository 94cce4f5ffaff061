//! All rules for annotated functions; each violation is an error at the wrong token.

use crate::args::{Blocking, NameValue};
use crate::errors::Errors;
use crate::model::{self, ActionFn};
use crate::name;
use crate::param::{Kind, Param};
use crate::special;
use crate::types::{self, Shape};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Attribute, GenericParam, Receiver, ReceiverKind, Safety, Type};

/// Fields that every event has: an argument of that name could not be distinguished from them.
const EVENT_FIELDS: [&str; 7] = [
    "type",
    "uid",
    "event_created_at",
    "source_uid",
    "action_uid",
    "action_info_modality",
    "action_info_modality_policy",
];

/// Where the function is, for rules that depend on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On its own, under `#[action]`.
    Free,
    /// In an `impl` block under `#[actions]`.
    Method,
}

/// Checks the function against all rules.
pub(crate) fn check(action: &ActionFn, place: Place, errors: &mut Errors) {
    check_name(action, errors);
    check_aliases(action, errors);
    check_attributes(&action.function.attrs, errors);
    check_body(action, errors);
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

fn check_name(action: &ActionFn, errors: &mut Errors) {
    if action.args.name.is_some() {
        return;
    }
    let ident = &action.function.sig.ident;
    let function = ident.unraw().to_string();
    let help = format!("write `#[action(name = \"{}\")]`", name::example(&function));
    let Some(derived) = name::derive(&function) else {
        let message = format!("no action name can be derived from `fn {function}`");
        return errors.at(ident, message, &help);
    };
    if let Err(problem) = name::check(&derived) {
        let from = format!("`{derived}` (from `fn {function}`)");
        let message = problem.message.replacen(&format!("`{derived}`"), &from, 1);
        errors.at(ident, message, &help);
    }
}

fn check_aliases(action: &ActionFn, errors: &mut Errors) {
    let own = match &action.args.name {
        Some(NameValue::Literal(text)) => Some(text.value()),
        Some(NameValue::Constant(_) | NameValue::Broken) => None,
        None => name::derive(&action.function.sig.ident.unraw().to_string()),
    };
    for alias in &action.args.aliases {
        if own.as_ref() == Some(&alias.value()) {
            let message = format!("the alias `{}` is the action's own name", alias.value());
            errors.at(alias, message, "drop it");
        }
    }
}

fn check_attributes(attributes: &[Attribute], errors: &mut Errors) {
    for again in attributes
        .iter()
        .filter(|attribute| model::is_action(attribute))
    {
        let help = "an action has one name; for more, write `aliases = [\"…\"]`";
        errors.at(again, "`#[action]` is given twice on this function", help);
    }
}

fn check_body(action: &ActionFn, errors: &mut Errors) {
    if action.function.body.to_string() == ";" {
        let help = "move `#[action]` to a function that does the work";
        errors.at(
            &action.function.sig.ident,
            "an action must have a body",
            help,
        );
    }
}

fn check_asyncness(action: &ActionFn, errors: &mut Errors) {
    let sig = &action.function.sig;
    let ident = &sig.ident;
    match (&sig.asyncness, &action.args.blocking) {
        (None, Blocking::Off) if sig.constness.is_none() => {
            let help = format!(
                "write `async fn {ident}`, or `#[action(blocking, ..)]` to run it on the blocking pool"
            );
            errors.at(sig.fn_token, "an action must be an `async fn`", &help);
        }
        (Some(_), Blocking::On(key)) => {
            let help = format!("drop `blocking`, or write `fn {ident}` without `async`");
            let message = "`blocking` is for a plain `fn`, and this one is `async`";
            errors.at(key, message, &help);
        }
        (None, _) | (Some(_), Blocking::Off | Blocking::Broken) => {}
    }
}

/// What the compiler itself refuses (`const async`, variadics) is left to it.
fn check_qualifiers(action: &ActionFn, errors: &mut Errors) {
    let sig = &action.function.sig;
    if let Safety::Unsafe(keyword) = &sig.safety {
        let help = "wrap the unsafe part in a safe function and call that";
        errors.at(keyword, "an action cannot be `unsafe`", help);
    }
    if let Some(abi) = &sig.abi {
        let help = "call the foreign function from an ordinary `async fn`";
        errors.at(abi, "an action cannot be `extern`", help);
    }
    if let (Some(keyword), None) = (&sig.constness, &sig.asyncness) {
        let help = "call the constant function from an `async fn`";
        errors.at(keyword, "an action cannot be `const`", help);
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
    if let Some(special) = special::by_type(&param.ty) {
        return check_special_name(param, special.name, errors);
    }
    if let (true, Some(resource)) = (param.is_read(), types::resource_within(&param.ty)) {
        return wrapped_resource(param, resource, errors);
    }
    match &param.kind {
        Kind::Special(_) => {}
        Kind::Resource => check_resource(param, errors),
        Kind::Rest => check_rest(param, errors),
        Kind::Context(_) => check_borrow(param, errors),
        Kind::Argument(_) => {
            check_reserved(param, errors);
            check_extension(param, errors);
            check_borrow(param, errors);
        }
    }
}

/// A parameter of a special type must have the special name.
fn check_special_name(param: &Param, name: &str, errors: &mut Errors) {
    if matches!(&param.kind, Kind::Special(special) if special.name == name) {
        return;
    }
    let (ident, shown) = (&param.ident, types::shown(&param.ty));
    let message = format!("`{shown}` is a special parameter and must be called `{name}`");
    let help = match param.has_arg {
        true => format!("rename `{ident}` to `{name}`, and remove its `#[arg]`"),
        false => format!("rename `{ident}` to `{name}`"),
    };
    errors.at(ident, message, &help);
}

/// A resource is already a handle: it must not be wrapped.
fn wrapped_resource(param: &Param, resource: &Type, errors: &mut Errors) {
    let (shown, target) = (types::shown(resource), resource_target(resource));
    let message = format!(
        "a resource is taken as `{shown}`, not as `{}`",
        types::shown(&param.ty)
    );
    let help = format!("`{shown}` is a handle: cheap to clone, and it dereferences to `{target}`");
    errors.at(&param.ty, message, &help);
}

/// The type in a `Res<…>`, as people write it.
fn resource_target(resource: &Type) -> String {
    let arguments = types::arguments(types::inner(resource));
    arguments
        .first()
        .map_or_else(|| "…".to_owned(), types::shown)
}

/// Resources are looked up by type, so the type must be owned and sized.
fn check_resource(param: &Param, errors: &mut Errors) {
    let arguments = types::arguments(types::inner(&param.ty));
    let Some(target) = arguments.first() else {
        return;
    };
    match types::shape(target) {
        Shape::Reference(reference) if !types::is_static(reference) => {
            let elem = types::shown(&reference.elem);
            let message = "a resource belongs to the host, so it cannot be a reference";
            let help = format!("write `Res<{elem}>`, which dereferences to `{elem}`");
            errors.at(reference, message, &help);
        }
        Shape::Slice(_) | Shape::Dyn(_) => {
            let shown = types::shown(target);
            let message = format!("a resource must have a size, and `{shown}` has none");
            let help = format!("let the host offer a `Box<{shown}>`, and take `Res<Box<{shown}>>`");
            errors.at(target, message, &help);
        }
        Shape::Reference(_) | Shape::Named(_) | Shape::Other => {}
    }
}

/// `Option<Extension<T>>` cannot implement `ActionParam`: this would conflict with the implementation for serde's
/// types.
fn check_extension(param: &Param, errors: &mut Errors) {
    let is_extension = types::last_name(types::inner(&param.ty)).as_deref() == Some("Extension");
    if types::is_option(&param.ty) && is_extension {
        let message = "an extension cannot be optional";
        let help = "take a type of your own that implements `ActionParam` and looks into `call.scope().extension()`";
        errors.at(&param.ty, message, help);
    }
}

fn check_reserved(param: &Param, errors: &mut Errors) {
    if param.name.is_empty() {
        let help = format!(
            "write a name, or drop `rename` and it is `{}`",
            param.ident.unraw()
        );
        errors.at(&param.name_at, "an argument must have a name", &help);
    }
    if param.name.starts_with('$') {
        let message = format!("an argument cannot be called `{}`", param.name);
        let help = "`$0`, `$1`, … are the positional arguments; write a name";
        errors.at(&param.name_at, message, help);
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

/// A borrowed argument or context variable must be `&str`: JSON contains nothing else that can be borrowed.
fn check_borrow(param: &Param, errors: &mut Errors) {
    let Some(reference) = types::unlendable(&param.ty) else {
        return;
    };
    let what = match &param.kind {
        Kind::Context(_) => "a context variable",
        Kind::Argument(_) | Kind::Resource | Kind::Special(_) | Kind::Rest => "an action argument",
    };
    let shown = types::shown(reference);
    let message = format!("{what} cannot be borrowed as `{shown}` (only `&str` can)");
    let help = owned_form(&reference.elem);
    let help = match reference.mutability {
        Some(_) if help.contains("Res<") => {
            format!("{help}; what changes in a resource goes into a `Mutex`")
        }
        Some(_) | None => help,
    };
    errors.at(reference, message, &help);
}

fn owned_form(target: &Type) -> String {
    let target = types::pointed_at(target);
    let shown = types::shown(target);
    match types::shape(target) {
        Shape::Slice(element) => format!("take `Vec<{}>`", types::shown(element)),
        Shape::Named(name) if name == "String" || name == "str" => {
            "take `&str` or `String`".to_owned()
        }
        Shape::Named(_) => {
            format!("take `{shown}` for an argument of the call, or `Res<{shown}>` for a resource")
        }
        Shape::Dyn(_) => "take a concrete type, or a `Res<…>` of one that holds it".to_owned(),
        Shape::Reference(_) | Shape::Other => format!("take `{shown}`"),
    }
}

fn check_rest(param: &Param, errors: &mut Errors) {
    if let Some(reference) = types::unlendable(&param.ty) {
        let message = "the rest is put together for each call, so it cannot be borrowed";
        let help = format!("take `{}`", types::shown(&reference.elem));
        errors.at(reference, message, &help);
    }
}

/// Names of arguments must be unique, and so must names of context variables.
fn check_names_differ(params: &[Param], errors: &mut Errors) {
    for (index, param) in params.iter().enumerate() {
        let clashes = |other: &Param| {
            // If two have the same name in Rust, the compiler reports it.
            other.name == param.name
                && other.ident != param.ident
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
