//! Inspects types by their spelling, ignoring the invisible groups that `macro_rules!` leaves around them.
//!
//! The results are used only for hints and messages; the kind of a parameter is really decided by traits.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    GenericArgument, PathArguments, PathSegment, ReturnType, Type, TypeParamBound, TypeReference,
};

const CONTAINERS: [&str; 9] = [
    "Option", "Vec", "VecDeque", "Box", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "Cow",
];

const POINTERS: [&str; 6] = ["Arc", "Rc", "Box", "Mutex", "RwLock", "Result"];

/// The outermost shape of a type.
pub(crate) enum Shape<'a> {
    Reference(&'a TypeReference),
    Slice(&'a Type),
    Named(String),
    Dyn(String),
    Other,
}

/// The type without groups and parentheses around it.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

/// The shape of a type, by spelling.
pub(crate) fn shape(ty: &Type) -> Shape<'_> {
    match bare(ty) {
        Type::Reference(reference) => Shape::Reference(reference),
        Type::Slice(slice) => Shape::Slice(&slice.elem),
        Type::Path(_) => last_name(ty).map_or(Shape::Other, Shape::Named),
        Type::TraitObject(object) => {
            dyn_name(object.bounds.iter()).map_or(Shape::Other, Shape::Dyn)
        }
        _ => Shape::Other,
    }
}

/// The last segment of a path: `Context` of `action_sdk::Context`.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    last_segment(ty).map(|segment| segment.ident.to_string())
}

/// Whether the type is spelled as an `Option`.
pub(crate) fn is_option(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| name == "Option")
}

/// The type in an `Option`, or the type itself.
pub(crate) fn inner(ty: &Type) -> &Type {
    match arguments(ty).first() {
        Some(inner) if is_option(ty) => bare(inner),
        _ => bare(ty),
    }
}

/// What is borrowed or shared: `T` of `&T`, `Arc<T>`, `Option<&T>`, `Option<Arc<T>>`; `None` for anything else.
pub(crate) fn lent(ty: &Type) -> Option<&Type> {
    let ty = inner(ty);
    match shape(ty) {
        Shape::Reference(reference) => Some(bare(&reference.elem)),
        Shape::Named(name) if name == "Arc" => arguments(ty).first().map(|shared| bare(shared)),
        Shape::Named(_) | Shape::Slice(_) | Shape::Dyn(_) | Shape::Other => None,
    }
}

/// The first reference that cannot be an argument (anything but `&str`), in the type itself or in a common container.
pub(crate) fn unlendable(ty: &Type) -> Option<&TypeReference> {
    match bare(ty) {
        Type::Reference(reference) if is_text(reference) => None,
        Type::Reference(reference) => Some(reference),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(unlendable),
        Type::Array(array) => unlendable(&array.elem),
        Type::Slice(slice) => unlendable(&slice.elem),
        Type::Path(_) if last_name(ty).is_some_and(|name| CONTAINERS.contains(&name.as_str())) => {
            arguments(ty).into_iter().find_map(unlendable)
        }
        _ => None,
    }
}

/// Whether this is `&str`.
fn is_text(reference: &TypeReference) -> bool {
    let is_str = last_name(&reference.elem).is_some_and(|name| name == "str");
    is_str && reference.mutability.is_none() && !is_static(reference)
}

/// Whether this is a `&'static …`.
pub(crate) fn is_static(reference: &TypeReference) -> bool {
    reference
        .lifetime
        .as_ref()
        .is_some_and(|lifetime| lifetime.ident == "static")
}

/// Whether the type is spelled as a `Res<…>`, possibly in an `Option`.
pub(crate) fn is_resource(ty: &Type) -> bool {
    let ty = inner(ty);
    last_name(ty).is_some_and(|name| name == "Res") && !arguments(ty).is_empty()
}

/// The resource in a reference to one, or in a container or pointer of the standard library.
pub(crate) fn resource_within(ty: &Type) -> Option<&Type> {
    let within = |ty| match is_resource(ty) {
        true => Some(inner(ty)),
        false => resource_within(ty),
    };
    match bare(ty) {
        Type::Reference(reference) => within(&reference.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(within),
        Type::Array(array) => within(&array.elem),
        Type::Slice(slice) => within(&slice.elem),
        Type::Path(_) if last_name(ty).is_some_and(|name| holds_others(&name)) => {
            arguments(ty).into_iter().find_map(within)
        }
        _ => None,
    }
}

fn holds_others(name: &str) -> bool {
    CONTAINERS.contains(&name) || POINTERS.contains(&name)
}

/// The target of a pointer: `T` of `Arc<T>`; the type itself if it is not a pointer.
pub(crate) fn pointed_at(ty: &Type) -> &Type {
    let is_pointer = last_name(ty).is_some_and(|name| POINTERS.contains(&name.as_str()));
    match arguments(ty).first() {
        Some(target) if is_pointer => pointed_at(target),
        _ => bare(ty),
    }
}

/// The generic arguments of the last segment: `A` and `B` of `Result<A, B>`.
pub(crate) fn arguments(ty: &Type) -> Vec<&Type> {
    let Some(PathArguments::AngleBracketed(list)) =
        last_segment(ty).map(|segment| &segment.arguments)
    else {
        return Vec::new();
    };
    list.args.iter().filter_map(type_argument).collect()
}

/// The return type of the function.
pub(crate) fn returned(output: &ReturnType) -> Option<&Type> {
    match output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(bare(ty)),
    }
}

/// The type as people write it: `Option<&str>`, not `Option < & str >`.
pub(crate) fn shown(tokens: impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (loose, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
    ] {
        text = text.replace(loose, tight);
    }
    for (loose, tight) in [
        (" ,", ","),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
    ] {
        text = text.replace(loose, tight);
    }
    text
}

/// The first `impl` keyword anywhere in the tokens.
pub(crate) fn impl_keyword(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "impl" => Some(ident),
        TokenTree::Group(group) => impl_keyword(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

fn type_argument(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn dyn_name<'a>(mut bounds: impl Iterator<Item = &'a TypeParamBound>) -> Option<String> {
    bounds.find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    })
}
