//! What the registry knows of an action: its names, its flags, its parameters, its place in the source, its code.

use crate::call::Call;
use crate::error::ActionError;
use crate::lookup::Lookup;
use crate::name::NameError;
use crate::private::{RawAction, RawCall, RawParam};
use crate::resources::ResourceKey;
use crate::result::{ActionFailure, ActionOutput, ActionResult};
use futures_core::future::BoxFuture;
use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "schema")]
mod schemas;

/// What a call comes to.
pub(crate) type Outcome = Result<ActionResult, ActionError>;

/// The code behind an action.
#[derive(Clone)]
pub(crate) enum Code {
    /// Written by `#[action]`.
    Raw(RawCall),
    /// Registered by hand.
    Closure(Arc<dyn Fn(Arc<Call>) -> BoxFuture<'static, Outcome> + Send + Sync>),
}

/// One action: what it is called, what it takes, how it wants to be run.
///
/// `#[action]` makes one for every function. By hand, for what is known only at run time:
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use std::sync::Arc;
///
/// let doubled = ActionDescriptor::new("DoubleAction", |call: Arc<Call>| async move {
///     call.argument::<i64>("value").map(|value| value * 2)
/// })?
/// .with_alias("action_double")
/// .with_param(ParamDescriptor::argument("value", "i64"));
///
/// let dispatcher = ActionDispatcher::builder().register(doubled).build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ActionDescriptor {
    pub(crate) name: Cow<'static, str>,
    pub(crate) title: Cow<'static, str>,
    pub(crate) description: Cow<'static, str>,
    pub(crate) aliases: Vec<Cow<'static, str>>,
    pub(crate) params: Vec<ParamDescriptor>,
    pub(crate) accepts_any_argument: bool,
    pub(crate) execute_async: bool,
    pub(crate) is_system_action: bool,
    pub(crate) is_replaceable: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) hints: ToolHints,
    pub(crate) origin: Origin,
    pub(crate) code: Code,
    #[cfg(feature = "schema")]
    pub(crate) output: crate::schema::Source,
}

/// What a caller that plans ahead may assume of an action; `None` where its author said nothing. The four hints of
/// MCP's tool annotations (revision 2025-06-18 and later).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolHints {
    /// It changes nothing.
    pub read_only: Option<bool>,
    /// Called twice with the same arguments, it does no more than called once.
    pub idempotent: Option<bool>,
    /// It may destroy something.
    pub destructive: Option<bool>,
    /// It deals with a world that others change too.
    pub open_world: Option<bool>,
}

/// Where an action comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) path: &'static str,
    pub(crate) krate: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path {
            "" => write!(f, "{}:{}", self.file, self.line),
            path => write!(f, "{path} ({}:{})", self.file, self.line),
        }
    }
}

impl ActionDescriptor {
    /// An action made by hand. It accepts any argument until it declares one with [`with_param`](Self::with_param).
    ///
    /// # Errors
    ///
    /// If the name breaks the rules that `#[action]` holds at compile time: an identifier with an upper-case first
    /// letter, the suffix `Action` and something before it, not starting with `Start`, `Stop` or `Change`.
    #[track_caller]
    pub fn new<F, Fut, T, E>(name: impl Into<Cow<'static, str>>, code: F) -> Result<Self, NameError>
    where
        F: Fn(Arc<Call>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
        T: ActionOutput,
        E: ActionFailure,
    {
        let name = name.into();
        NameError::check(&name)?;
        let code = Code::Closure(Arc::new(move |call| {
            let future = code(call);
            Box::pin(async move { future.await.map_err(E::into_error)?.into_outcome() })
        }));
        Ok(Self::bare(name, code, Origin::here(Location::caller())))
    }

    fn bare(name: Cow<'static, str>, code: Code, origin: Origin) -> Self {
        Self {
            name,
            title: Cow::Borrowed(""),
            description: Cow::Borrowed(""),
            aliases: Vec::new(),
            params: Vec::new(),
            accepts_any_argument: true,
            execute_async: false,
            is_system_action: false,
            is_replaceable: false,
            timeout: None,
            concurrency: None,
            hints: ToolHints::default(),
            origin,
            code,
            #[cfg(feature = "schema")]
            output: crate::schema::Source::default(),
        }
    }

    /// The name that flows use.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A short name for people; empty if there is none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it does, for people and models; empty if nobody said.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The exact names that other front doors use for it.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(AsRef::as_ref)
    }

    /// What it takes, in the order of its signature.
    #[must_use]
    pub fn params(&self) -> &[ParamDescriptor] {
        &self.params
    }

    /// Whether an argument that no parameter names is let through.
    #[must_use]
    pub fn accepts_any_argument(&self) -> bool {
        self.accepts_any_argument
    }

    /// Whether a host should go on without waiting for the result.
    #[must_use]
    pub fn execute_async(&self) -> bool {
        self.execute_async
    }

    /// Whether it always runs locally and is not offered by front doors.
    #[must_use]
    pub fn is_system_action(&self) -> bool {
        self.is_system_action
    }

    /// Whether it stands back where another action has its name.
    #[must_use]
    pub fn is_replaceable(&self) -> bool {
        self.is_replaceable
    }

    /// Whether it is a plain `fn` that runs on the blocking pool.
    #[must_use]
    pub fn is_blocking(&self) -> bool {
        matches!(self.code, Code::Raw(RawCall::Blocking(_)))
    }

    /// How long a call may take, if the author said so.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// How many calls may run at once, if the author said so.
    #[must_use]
    pub fn concurrency(&self) -> Option<u32> {
        self.concurrency
    }

    /// What a caller that plans ahead may assume.
    #[must_use]
    pub fn hints(&self) -> ToolHints {
        self.hints
    }

    /// The package that defines it, as in its `Cargo.toml`; empty for one made by hand.
    #[must_use]
    pub fn crate_name(&self) -> &str {
        self.origin.krate
    }

    /// Its place in the source, for people: `my_crate::custom_test (src/actions.rs:12)`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.origin.to_string()
    }

    /// The names of the context variables it reads, which a remote call has to carry.
    pub fn context_variables(&self) -> impl Iterator<Item = &str> {
        self.params
            .iter()
            .filter(|param| param.kind == ParamKind::Context)
            .map(ParamDescriptor::name)
    }

    /// The ordinary parameters, in order: those that arguments fill.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &ParamDescriptor> {
        self.params
            .iter()
            .filter(|param| param.kind == ParamKind::Argument)
    }

    pub(crate) fn is_closure(&self) -> bool {
        matches!(self.code, Code::Closure(_))
    }

    /// Whether a name leads to this action: exactly, by alias, or in normalised form.
    pub(crate) fn answers_to(&self, name: &str) -> bool {
        Lookup::new([self]).0.find(name).is_some()
    }

    /// Whether it asks for the special parameter of that name.
    ///
    /// ```
    /// use action_sdk::prelude::*;
    /// use std::sync::Arc;
    ///
    /// let by_hand = ActionDescriptor::new("PingAction", |_: Arc<Call>| async { Ok::<_, ActionError>("pong") })?;
    /// assert!(!by_hand.takes("events"));
    /// # Ok::<(), action_sdk::NameError>(())
    /// ```
    #[must_use]
    pub fn takes(&self, special: &str) -> bool {
        self.params
            .iter()
            .any(|param| matches!(param.kind, ParamKind::Special { .. }) && param.name == special)
    }
}

/// For actions made by hand.
impl ActionDescriptor {
    /// Answers to this exact name too.
    #[must_use]
    pub fn with_alias(mut self, alias: impl Into<Cow<'static, str>>) -> Self {
        self.aliases.push(alias.into());
        self
    }

    /// Declares a parameter. From the first one on, arguments that no parameter names are refused.
    #[must_use]
    pub fn with_param(mut self, param: ParamDescriptor) -> Self {
        self.params.push(param);
        self.accepts_any_argument = self
            .params
            .iter()
            .any(|param| param.kind == ParamKind::Rest);
        self
    }

    /// Sets the short name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = title.into();
        self
    }

    /// Says what it does.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }

    /// Tells hosts to go on without waiting for the result.
    #[must_use]
    pub fn with_execute_async(mut self, execute_async: bool) -> Self {
        self.execute_async = execute_async;
        self
    }

    /// Makes it a system action.
    #[must_use]
    pub fn with_is_system_action(mut self, is_system_action: bool) -> Self {
        self.is_system_action = is_system_action;
        self
    }

    /// Makes it stand back where another action has its name.
    #[must_use]
    pub fn with_replaceable(mut self, replaceable: bool) -> Self {
        self.is_replaceable = replaceable;
        self
    }

    /// Limits how long a call may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits how many calls may run at once; 0 counts as 1.
    #[must_use]
    pub fn with_concurrency(mut self, calls: u32) -> Self {
        self.concurrency = Some(calls.max(1));
        self
    }

    /// Sets what a caller that plans ahead may assume.
    #[must_use]
    pub fn with_hints(mut self, hints: ToolHints) -> Self {
        self.hints = hints;
        self
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
        Self {
            title: Cow::Borrowed(raw.title),
            description: Cow::Borrowed(raw.description),
            aliases: raw.aliases.iter().copied().map(Cow::Borrowed).collect(),
            params: raw.params.iter().map(ParamDescriptor::from).collect(),
            accepts_any_argument: raw.params.iter().any(|param| param.kind == ParamKind::Rest),
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
            ..Self::bare(Cow::Borrowed(raw.name), Code::Raw(raw.call), origin)
        }
    }
}

impl Origin {
    pub(crate) fn here(location: &'static Location<'static>) -> Self {
        Self {
            path: "",
            krate: "",
            file: location.file(),
            line: location.line(),
        }
    }
}

impl fmt::Debug for ActionDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ActionDescriptor");
        debug
            .field("name", &self.name)
            .field("aliases", &self.aliases)
            .field("params", &self.params);
        debug
            .field("execute_async", &self.execute_async)
            .field("is_system_action", &self.is_system_action);
        debug.field("origin", &self.origin).finish_non_exhaustive()
    }
}

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

/// Where the value of a parameter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// An argument of the call.
    Argument,
    /// One named variable of the context.
    Context,
    /// The host, by the parameter's name. `required` if the action cannot do without it.
    Special {
        /// Whether the action cannot do without it.
        required: bool,
    },
    /// The host's resources, by type.
    Resource(ResourceKey),
    /// All arguments that no other parameter takes.
    Rest,
    /// Whatever its type takes out of the call: see [`ActionParam`](crate::ActionParam).
    Custom,
}

impl ParamDescriptor {
    /// An argument of the call that must be there; the type is for people, as in `i64`.
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
        let (name, type_name) = (name.into(), type_name.into());
        Self {
            name,
            type_name,
            description: Cow::Borrowed(""),
            is_optional: false,
            kind: ParamKind::Argument,
            #[cfg(feature = "schema")]
            schema: crate::schema::Source::default(),
        }
    }

    /// The same parameter, which a call may leave out.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// The same parameter, described.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
        self
    }

    /// The same parameter, filled from elsewhere.
    #[must_use]
    pub fn with_kind(mut self, kind: ParamKind) -> Self {
        self.kind = kind;
        self
    }

    /// What callers call it.
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

    /// Whether a call may leave it out. Read from the spelling of the type: an alias of `Option` counts as needed
    /// here, though a call without it succeeds.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.is_optional
    }

    /// Where its value comes from.
    #[must_use]
    pub fn kind(&self) -> ParamKind {
        self.kind
    }
}

impl From<&RawParam> for ParamDescriptor {
    fn from(raw: &RawParam) -> Self {
        Self {
            name: Cow::Borrowed(raw.name),
            type_name: Cow::Borrowed(raw.ty),
            description: Cow::Borrowed(raw.doc),
            is_optional: raw.optional,
            kind: raw.kind,
            #[cfg(feature = "schema")]
            schema: raw.schema.into(),
        }
    }
}
