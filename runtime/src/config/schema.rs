//! The schema of settings: the type of the entries in [`known`](super::known).

use serde_json::{Value, json};

use action_sdk::RailsConfig;

/// The type of a setting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A string.
    Text,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    Bool,
    Number,
    /// An integer, at least this.
    Count(u32),
    /// A number from 0 to 1.
    Share,
    /// The version of Colang.
    Version,
    List(&'static Kind),
    Group(&'static Group),
    /// Values of this kind, each with a name of its author.
    Named(&'static Kind),
    /// A string, or settings of their own.
    TextOr(&'static Group),
    /// A table with arbitrary contents.
    Free,
    /// An arbitrary value.
    Any,
}

/// A check beyond the types of the fields; the error says what is wrong.
type Whole = fn(&Value) -> Result<(), String>;

/// A group of settings.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) fields: &'static [Field],
    /// How unknown keys are treated.
    pub(super) unknown: Unknown,
    /// A check beyond the types of the fields.
    pub(super) whole: Option<Whole>,
}

/// How unknown keys of a group are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// An error: they might disable a check.
    Error,
    /// A warning, unless it looks as if it were meant for a check.
    Warning,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// An example value, for messages.
    pub(super) example: &'static str,
    pub(super) is_required: bool,
    /// Whether `null` is the same as leaving it out.
    pub(super) may_be_null: bool,
    /// Whether a check might be missing without this setting.
    pub(super) guards: bool,
    /// Why it has no effect, if it has none.
    pub(super) unused: Option<&'static str>,
    /// What a host must do so that it has an effect, if that is up to the host.
    pub(super) by_host: Option<&'static str>,
}

impl Field {
    pub(super) const fn new(name: &'static str, kind: Kind, example: &'static str) -> Self {
        Self {
            name,
            kind,
            example,
            is_required: false,
            may_be_null: false,
            guards: false,
            unused: None,
            by_host: None,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    pub(super) const fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }

    pub(super) const fn guards(mut self) -> Self {
        self.guards = true;
        self
    }

    pub(super) const fn unused(mut self, why: &'static str) -> Self {
        self.unused = Some(why);
        self
    }

    pub(super) const fn by_host(mut self, how: &'static str) -> Self {
        self.by_host = Some(how);
        self
    }
}

impl Group {
    pub(super) const fn new(fields: &'static [Field]) -> Self {
        Self {
            fields,
            unknown: Unknown::Warning,
            whole: None,
        }
    }

    pub(super) const fn strict(mut self) -> Self {
        self.unknown = Unknown::Error;
        self
    }

    pub(super) const fn whole(mut self, check: Whole) -> Self {
        self.whole = Some(check);
        self
    }

    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

impl Kind {
    /// The expected type, with its article.
    pub(super) fn expected(self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::OneOf(words) => format!("one of `{}`", words.join("`, `")),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Count(least) => format!("a whole number, at least {least},"),
            Self::Share => "a number from 0 to 1".to_owned(),
            Self::Version => "the version of Colang".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Group(_) | Self::Named(_) | Self::Free => {
                "a table of settings, each as `name: value`,".to_owned()
            }
            Self::TextOr(_) => "a string or a table of settings".to_owned(),
            Self::Any => "a value".to_owned(),
        }
    }

    /// The group of settings below it, and what a path to them has in between.
    pub(super) fn below(self) -> Option<(&'static Group, &'static str)> {
        match self {
            Self::Group(group) | Self::TextOr(group) => Some((group, "")),
            Self::List(kind) => kind.below().map(|(group, _)| (group, "[]")),
            Self::Text
            | Self::OneOf(_)
            | Self::Bool
            | Self::Number
            | Self::Count(_)
            | Self::Share
            | Self::Version
            | Self::Named(_)
            | Self::Free
            | Self::Any => None,
        }
    }
}

/// Whether the SDK accepts this entry of the list of models.
pub(super) fn is_model(model: &Value) -> Result<(), String> {
    is_read(json!({ "models": [model] }))
}

/// Whether the SDK accepts this entry of the list of prompts.
pub(super) fn is_prompt(prompt: &Value) -> Result<(), String> {
    is_read(json!({ "prompts": [prompt] }))
}

/// Whether it says where an MCP server is.
pub(super) fn is_mcp_server(server: &Value) -> Result<(), String> {
    let has = |key: &str| server.get(key).is_some();
    let seconds = server.get("timeout").and_then(Value::as_f64);
    match (has("command"), has("url")) {
        (true, true) => Err("it has a `command` and a `url`; give one of them".to_owned()),
        (false, false) => Err("it needs a `command` to start or a `url`".to_owned()),
        _ if seconds.is_some_and(|seconds| seconds <= 0.0) => {
            Err("its `timeout` is no time; give a number of seconds".to_owned())
        }
        _ => Ok(()),
    }
}

fn is_read(config: Value) -> Result<(), String> {
    let read: Result<RailsConfig, _> = serde_json::from_value(config);
    read.map(drop).map_err(|error| error.to_string())
}
