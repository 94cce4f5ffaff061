//! An action as the constant that `#[action]` submits, and how it becomes a descriptor when the program starts.

use crate::action::{
    ActionDescriptor, Code, Origin, ParamDescriptor, ParamKind, RawCall, ToolHints,
};
use crate::special::{Needs, Special};
use std::borrow::Cow;
use std::time::Duration;

#[cfg(feature = "schema")]
pub use crate::schema::RawSchema;

/// What is known of a schema: nothing, without the feature.
#[cfg(not(feature = "schema"))]
#[derive(Clone, Copy)]
pub struct RawSchema;

#[cfg(not(feature = "schema"))]
impl RawSchema {
    pub const NONE: Self = Self;
}

/// What `#[action]` submits: everything about an action as constants.
#[derive(Clone, Copy)]
pub struct RawAction {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub aliases: &'static [&'static str],
    pub path: &'static str,
    pub krate: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub timeout_millis: u64,
    pub concurrency: u32,
    pub execute_async: bool,
    pub is_system_action: bool,
    pub replaceable: bool,
    pub read_only: Option<bool>,
    pub idempotent: Option<bool>,
    pub destructive: Option<bool>,
    pub open_world: Option<bool>,
    pub params: &'static [RawParam],
    pub output: RawSchema,
    pub call: RawCall,
}

inventory::collect!(RawAction);

/// One parameter as constants.
#[derive(Clone, Copy)]
pub struct RawParam {
    pub name: &'static str,
    pub ty: &'static str,
    pub doc: &'static str,
    pub optional: bool,
    pub source: RawSource,
    pub schema: RawSchema,
}

/// The source of a parameter's value, and what else its type extracts from a call.
#[derive(Debug, Clone, Copy)]
pub struct RawSource {
    pub(crate) kind: ParamKind,
    pub(crate) needs: Needs,
    pub(crate) params: &'static [ParamDescriptor],
}

impl RawSource {
    /// A value from a single source.
    pub const fn of(kind: ParamKind) -> Self {
        Self::new(kind, Needs::NONE, &[])
    }

    /// A special parameter.
    pub const fn special(which: Special, required: bool) -> Self {
        Self::of(ParamKind::Special { which, required })
    }

    pub(crate) const fn new(
        kind: ParamKind,
        needs: Needs,
        params: &'static [ParamDescriptor],
    ) -> Self {
        Self {
            kind,
            needs: needs.and(kind.needs()),
            params,
        }
    }
}

impl RawAction {
    /// An action with all optional parts empty.
    pub const fn new(
        name: &'static str,
        path: &'static str,
        krate: &'static str,
        file: &'static str,
        line: u32,
        call: RawCall,
    ) -> Self {
        Self {
            name,
            title: "",
            description: "",
            aliases: &[],
            path,
            krate,
            file,
            line,
            timeout_millis: 0,
            concurrency: 0,
            execute_async: false,
            is_system_action: false,
            replaceable: false,
            read_only: None,
            idempotent: None,
            destructive: None,
            open_world: None,
            params: &[],
            output: RawSchema::NONE,
            call,
        }
    }
}

impl From<&RawAction> for ActionDescriptor {
    fn from(raw: &RawAction) -> Self {
        let origin = Origin {
            path: raw.path,
            krate: raw.krate,
            file: raw.file,
            line: raw.line,
        };
        let name = Cow::Borrowed(raw.name);
        let action = Self {
            title: Cow::Borrowed(raw.title),
            description: Cow::Borrowed(raw.description),
            aliases: raw.aliases.iter().copied().map(Cow::Borrowed).collect(),
            accepts_any_argument: false,
            execute_async: raw.execute_async,
            is_system_action: raw.is_system_action,
            is_replaceable: raw.replaceable,
            timeout: (raw.timeout_millis > 0).then(|| Duration::from_millis(raw.timeout_millis)),
            concurrency: (raw.concurrency > 0).then_some(raw.concurrency),
            hints: ToolHints {
                read_only: raw.read_only,
                idempotent: raw.idempotent,
                destructive: raw.destructive,
                open_world: raw.open_world,
            },
            #[cfg(feature = "schema")]
            output: raw.output.into(),
            ..Self::bare(name, Code::Raw(raw.call), origin)
        };
        raw.params.iter().fold(action, with_raw_param)
    }
}

/// Adds a parameter, followed by those that its type extracts from the call in addition, each once.
fn with_raw_param(mut action: ActionDescriptor, raw: &RawParam) -> ActionDescriptor {
    action.needs = action.needs.and(raw.source.needs);
    let more = raw.source.params.iter().cloned();
    let params = std::iter::once(ParamDescriptor::from(raw)).chain(more);
    params.fold(action, |action, param| match has_param(&action, &param) {
        true => action,
        false => action.with_param(param),
    })
}

fn has_param(action: &ActionDescriptor, param: &ParamDescriptor) -> bool {
    let mut known = action.params.iter();
    known.any(|known| (known.kind, &known.name) == (param.kind, &param.name))
}

impl From<&RawParam> for ParamDescriptor {
    fn from(raw: &RawParam) -> Self {
        Self {
            name: Cow::Borrowed(raw.name),
            type_name: Cow::Borrowed(raw.ty),
            description: Cow::Borrowed(raw.doc),
            is_optional: raw.optional,
            kind: raw.source.kind,
            #[cfg(feature = "schema")]
            schema: raw.schema.into(),
        }
    }
}
