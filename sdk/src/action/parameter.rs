//! One parameter of an action: its name for callers, and the source of its value.

use crate::resources::ResourceKey;
use crate::special::{Needs, Special};
use std::borrow::Cow;

/// One parameter of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamDescriptor {
    pub(crate) name: Cow<'static, str>,
    pub(crate) type_name: Cow<'static, str>,
    pub(crate) description: Cow<'static, str>,
    pub(crate) is_optional: bool,
    pub(crate) kind: ParamKind,
    #[cfg(feature = "schema")]
    pub(crate) schema: crate::schema::Source,
}

/// The source of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// An argument of the call.
    Argument,
    /// One named variable of the context.
    Context,
    /// The host, by the parameter's name.
    Special {
        /// Which special parameter it is.
        which: Special,
        /// Whether the action requires it.
        required: bool,
    },
    /// The host's resources, by type.
    Resource(ResourceKey),
    /// All remaining arguments.
    Rest,
    /// Whatever its type extracts from the call: see [`ActionParam`](crate::ActionParam).
    Custom,
}

impl ParamKind {
    /// What is read of the call for such a parameter. A custom type declares this itself:
    /// [`ActionParam::NEEDS`](crate::ActionParam::NEEDS).
    pub(crate) const fn needs(self) -> Needs {
        match self {
            Self::Special { which, .. } => Needs::of(&[which]),
            Self::Context => Needs::of(&[Special::Context]),
            Self::Argument | Self::Resource(_) | Self::Rest | Self::Custom => Needs::NONE,
        }
    }
}

/// The ordinary parameters, in order.
pub(crate) fn ordinary(params: &[ParamDescriptor]) -> impl Iterator<Item = &ParamDescriptor> {
    params
        .iter()
        .filter(|param| param.kind == ParamKind::Argument)
}

impl ParamDescriptor {
    /// A required argument of the call; the type is for people, such as `i64`.
    ///
    /// ```
    /// use action_sdk::ParamDescriptor;
    ///
    /// let limit = ParamDescriptor::argument("limit", "u32").optional().with_description("at most so many");
    /// assert!(limit.is_optional());
    /// ```
    #[must_use]
    pub fn argument(
        name: impl Into<Cow<'static, str>>,
        type_name: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::bare(name.into(), type_name.into())
    }

    /// The same as [`argument`](Self::argument), as a constant for
    /// [`ActionParam::PARAMS`](crate::ActionParam::PARAMS).
    #[must_use]
    pub const fn constant(name: &'static str, type_name: &'static str) -> Self {
        Self::bare(Cow::Borrowed(name), Cow::Borrowed(type_name))
    }

    const fn bare(name: Cow<'static, str>, type_name: Cow<'static, str>) -> Self {
        Self {
            name,
            type_name,
            description: Cow::Borrowed(""),
            is_optional: false,
            kind: ParamKind::Argument,
            #[cfg(feature = "schema")]
            schema: crate::schema::Source::Unknown,
        }
    }

    /// Makes the argument optional.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Sets the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }

    /// Sets the source of the value.
    #[must_use]
    pub const fn with_kind(mut self, kind: ParamKind) -> Self {
        self.kind = kind;
        self
    }

    /// Its name for callers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its Rust type as written.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Its doc comment; empty if there is none.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether a call may omit it. Judged by the spelling of the type: an alias of `Option` counts as required here,
    /// although a call without it succeeds.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.is_optional
    }

    /// The source of its value.
    #[must_use]
    pub fn kind(&self) -> ParamKind {
        self.kind
    }
}
