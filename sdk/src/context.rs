//! The global variables of the flows, as an action sees them.
//!
//! [`Context`] is a snapshot: later changes by the flows do not show in it. [`ReadError`] says why a named value
//! could not be deserialized as the requested type.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::read::{Mismatch, read};

/// The global variables of the flows at the moment the action was started, in the order in which they were set.
///
/// An action that wants to change one returns it among its `context_updates`.
///
/// ```
/// use action_sdk::Context;
///
/// let context = Context::new().with("user_name", "Ada").with("visits", 3);
/// assert_eq!(context.text("user_name"), Some("Ada"));
/// assert_eq!(context.read::<u32>("visits").unwrap(), Some(3));
/// assert_eq!(context.read::<u32>("age").unwrap(), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Context(Map<String, Value>);

impl Context {
    /// A context without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a variable; `None` if there is no such variable, `null` if a flow set it to `None`.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The value of a string variable; `None` if it is missing or not a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    /// The value of a variable as `T`, which may borrow from the context; `None` if the variable is missing or
    /// `null`.
    ///
    /// ```
    /// use action_sdk::Context;
    ///
    /// let context = Context::new().with("age", "unknown");
    /// assert_eq!(context.read::<&str>("age").unwrap(), Some("unknown"));
    /// let error = context.read::<u8>("age").unwrap_err();
    /// assert_eq!(error.to_string(), "the context variable `age` holds a text, which cannot be read as `u8`");
    /// ```
    ///
    /// # Errors
    ///
    /// If the variable is present and cannot be deserialized as `T`.
    pub fn read<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ReadError> {
        read_value("context variable", name, self.value(name))
    }

    /// The context with this variable set: in place if it was there, otherwise at the end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    /// Sets a variable (in place if it was there, otherwise at the end) and returns its previous value.
    ///
    /// This changes the snapshot only, never a variable of the flows.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(name.into(), value.into())
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the variables, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The variables, in order.
    pub fn iter(&self) -> serde_json::map::Iter<'_> {
        self.0.iter()
    }

    /// The variables as a JSON object.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The variables as a JSON object.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

impl From<Map<String, Value>> for Context {
    fn from(variables: Map<String, Value>) -> Self {
        Self(variables)
    }
}

/// If a name occurs twice, the last value counts.
impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let pairs = variables.into_iter();
        Self(pairs.map(|(k, v)| (k.into(), v.into())).collect())
    }
}

impl<'a> IntoIterator for &'a Context {
    type Item = (&'a String, &'a Value);
    type IntoIter = serde_json::map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Context {
    type Item = (String, Value);
    type IntoIter = serde_json::map::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A named value is present but could not be deserialized as the requested type.
///
/// The message names the kind of the value and the type, but not the value itself, which may be private. Its
/// [`source`](std::error::Error::source) says what did not fit, and may quote the value.
#[derive(Debug)]
pub struct ReadError(Box<Failure>);

#[derive(Debug)]
struct Failure {
    what: &'static str,
    name: String,
    found: &'static str,
    wanted: String,
    source: Mismatch,
}

impl ReadError {
    /// The name of the value.
    ///
    /// ```
    /// let context = action_sdk::Context::new().with("age", "unknown");
    /// assert_eq!(context.read::<u8>("age").unwrap_err().name(), "age");
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            what,
            name,
            found,
            wanted,
            source,
        } = &*self.0;
        write!(
            f,
            "the {what} `{name}` holds {found}, which cannot be read as `{wanted}`"
        )?;
        match source.place(name) {
            Some(place) => write!(f, " because of `{place}`"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.source)
    }
}

/// Deserializes a value as `T`; a missing value or `null` is `None`. `what` describes the value in messages, such as
/// "context variable".
pub(crate) fn read_value<'a, T: Deserialize<'a>>(
    what: &'static str,
    name: &str,
    value: Option<&'a Value>,
) -> Result<Option<T>, ReadError> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let failure = |source| {
        ReadError(Box::new(Failure {
            what,
            name: name.to_owned(),
            found: json_kind(value),
            wanted: short_type_name(std::any::type_name::<T>()),
            source,
        }))
    };
    read(value).map(Some).map_err(failure)
}

/// `Vec<Option<String>>` for `alloc::vec::Vec<core::option::Option<alloc::string::String>>`.
fn short_type_name(full: &str) -> String {
    full.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .map(|path| path.rsplit_once("::").map_or(path, |(_, last)| last))
        .collect()
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::json;

    use super::*;

    fn context() -> Context {
        Context::new()
            .with("name", "Ada")
            .with("tags", json!(["a", "b"]))
            .with("nothing", Value::Null)
            .with("age", 36)
    }

    #[track_caller]
    fn check<T: for<'a> Deserialize<'a> + Serialize>(
        name: &str,
        expected: impl Into<Option<Value>>,
    ) {
        let context = context();
        let found: Option<T> = context.read(name).expect("readable");
        assert_eq!(
            found.map(|value| json!(value)),
            expected.into(),
            "for {name}"
        );
    }

    #[track_caller]
    fn check_error<T: for<'a> Deserialize<'a> + fmt::Debug>(
        name: &str,
        message: &str,
        source: &str,
    ) {
        let context = context();
        let error = context.read::<T>(name).expect_err("not readable");
        assert_eq!(error.to_string(), message);
        assert_eq!(error.source().expect("a source").to_string(), source);
        assert_eq!(error.name(), name);
    }

    #[test]
    fn reads_a_number() {
        check::<u8>("age", json!(36));
    }

    #[test]
    fn reads_a_list() {
        check::<Vec<String>>("tags", json!(["a", "b"]));
    }

    #[test]
    fn a_missing_variable_is_none() {
        check::<u8>("size", None);
    }

    #[test]
    fn a_null_variable_is_none() {
        check::<u8>("nothing", None);
    }

    #[test]
    fn a_wrong_kind_is_told() {
        check_error::<Option<u8>>(
            "name",
            "the context variable `name` holds a text, which cannot be read as `Option<u8>`",
            "invalid type: string \"Ada\", expected u8",
        );
    }

    #[test]
    fn the_wanted_type_is_shown_without_its_path() {
        check_error::<std::collections::BTreeMap<String, (u8, [bool; 2])>>(
            "age",
            "the context variable `age` holds a number, which cannot be read as `BTreeMap<String, (u8, [bool; 2])>`",
            "invalid type: integer `36`, expected a map",
        );
    }

    #[test]
    fn texts_are_borrowed() {
        let context = context();
        let name: &str = context.read("name").expect("a text").expect("there");
        assert!(std::ptr::eq(name, context.text("name").expect("a text")));
    }

    #[test]
    fn text_is_only_for_texts() {
        assert_eq!(context().text("age"), None);
    }

    #[test]
    fn keeps_the_order() {
        let names: Vec<_> = context().names().map(str::to_owned).collect();
        assert_eq!(names, ["name", "tags", "nothing", "age"]);
    }

    #[test]
    fn a_variable_set_again_stays_in_place() {
        let mut context = context();
        assert_eq!(context.insert("name", "Bo"), Some(json!("Ada")));
        let first = context.iter().next();
        assert_eq!(first, Some((&"name".to_owned(), &json!("Bo"))));
        assert_eq!(context.len(), 4);
    }

    #[test]
    fn is_its_object_in_json() {
        let json = json!({"b": 1, "a": {"c": null}});
        let context: Context = serde_json::from_value(json.clone()).expect("an object");
        assert_eq!(serde_json::to_value(&context).expect("writable"), json);
        assert_eq!(Value::Object(context.into_map()), json);
    }

    #[test]
    fn collects_pairs() {
        let context = Context::from_iter([("a", 1), ("b", 2), ("a", 3)]);
        assert_eq!(context, Context::new().with("a", 3).with("b", 2));
    }

    #[test]
    fn yields_what_it_was_made_of() {
        let again: Context = context().into_iter().collect();
        assert_eq!(again, context());
        assert!(Context::from(Map::new()).is_empty());
    }
}
