//! One message to the user, as built by an action and as sent in `responses`.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::chunk::Chunk;
use super::content::Content;
use super::error::RasaJsonError;
use super::json::is_truthy;
use super::rich::{Button, Element};

/// One message of the bot: text, image, buttons, a response of the domain, or several of these.
///
/// On the wire every message has the eight members `text`, `buttons`, `elements`, `custom`, `template`, `response`,
/// `image` and `attachment`. Those that are not set are null or empty; `template` always equals `response`. Members
/// added with [`extra`](Self::extra) come last and override these (rasa-sdk 3.21.1).
///
/// ```
/// use action_sdk::rasa::{Button, Message};
/// use serde_json::json;
///
/// let message = Message::new().text("Sure?").button(Button::new("Yes").payload("/affirm")).extra("tone", "calm");
/// assert_eq!(
///     message.into_json(),
///     json!({
///         "text": "Sure?", "buttons": [{"title": "Yes", "payload": "/affirm"}], "elements": [], "custom": {},
///         "template": null, "response": null, "image": null, "attachment": null, "tone": "calm",
///     }),
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Message(Content); // Invariant: all of STANDARD are among the members, `buttons` and `elements` as lists.

impl Message {
    /// An empty message.
    pub fn new() -> Self {
        let standard = STANDARD.map(|name| (name.to_owned(), standard_value(name)));
        Self(Content {
            members: Map::from_iter(standard),
            extra: Map::new(),
        })
    }

    /// Sets the text. An empty string is kept, which differs from no text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self(self.0.set("text", text.into()))
    }

    /// Sets the URL of an image.
    #[must_use]
    pub fn image(self, url: impl Into<String>) -> Self {
        Self(self.0.set("image", url.into()))
    }

    /// Sets the member `custom`, whose meaning depends on the channel. Values that are false in Python (null, zero,
    /// an empty string, list or object) are sent as `{}`.
    #[must_use]
    pub fn json_message(self, custom: impl Into<Value>) -> Self {
        let custom = custom.into();
        Self(self.0.set(
            "custom",
            if is_truthy(&custom) {
                custom
            } else {
                json!({})
            },
        ))
    }

    /// Sets the name of a response of the domain, such as `utter_greet`, which Rasa fills in and sends. The other
    /// members are variables for it.
    #[must_use]
    pub fn response(self, name: impl Into<String>) -> Self {
        let name = name.into();
        if name.is_empty() && self.names_a_response() {
            return self;
        }
        Self(self.0.set("template", name.clone()).set("response", name))
    }

    /// The old name of [`response`](Self::response); has an effect only if no response is set.
    #[deprecated(note = "use `response`")]
    #[must_use]
    pub fn template(self, name: impl Into<String>) -> Self {
        let name = name.into();
        if name.is_empty() || self.names_a_response() {
            self
        } else {
            self.response(name)
        }
    }

    /// Sets the URL of an attachment.
    #[must_use]
    pub fn attachment(self, url: impl Into<String>) -> Self {
        Self(self.0.set("attachment", url.into()))
    }

    /// Adds a button.
    #[must_use]
    pub fn button(self, button: impl Into<Button>) -> Self {
        Self(self.0.push("buttons", button.into().into()))
    }

    /// Adds buttons.
    #[must_use]
    pub fn buttons<B: Into<Button>>(self, buttons: impl IntoIterator<Item = B>) -> Self {
        buttons.into_iter().fold(self, Self::button)
    }

    /// Adds an element of a carousel.
    #[must_use]
    pub fn element(self, element: impl Into<Element>) -> Self {
        Self(self.0.push("elements", element.into().into()))
    }

    /// Adds elements of a carousel.
    #[must_use]
    pub fn elements<E: Into<Element>>(self, elements: impl IntoIterator<Item = E>) -> Self {
        elements.into_iter().fold(self, Self::element)
    }

    /// Adds any other member: a variable of the response, or something for the channel. It overrides a standard
    /// member of the same name, whichever was set first.
    #[must_use]
    pub fn extra(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self(self.0.extra(name.into(), value.into()))
    }

    /// Parses a message from its wire form. Missing standard members get their defaults; all other members are kept.
    ///
    /// # Errors
    /// If `value` is not an object.
    pub fn from_json(value: Value) -> Result<Self, RasaJsonError> {
        let Value::Object(given) = value else {
            return Err(RasaJsonError::not_an_object("a message", &value));
        };
        Ok(given.into_iter().fold(Self::new(), Self::with_given))
    }

    /// The member of this name in the wire form, in which all standard members are present.
    ///
    /// ```
    /// # use action_sdk::rasa::Message;
    /// assert_eq!(Message::from("hi").member("text").unwrap(), "hi");
    /// assert!(Message::from("hi").member("image").unwrap().is_null());
    /// assert_eq!(Message::from("hi").member("tone"), None);
    /// ```
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.member(name)
    }

    /// The text, if there is one.
    pub fn as_text(&self) -> Option<&str> {
        self.member("text")?.as_str()
    }

    /// The name of the response, if there is one.
    pub fn as_response(&self) -> Option<&str> {
        self.member("response")?.as_str()
    }

    /// The wire form: a JSON object.
    pub fn to_json(&self) -> Value {
        self.clone().into_json()
    }

    /// The wire form, without copying.
    pub fn into_json(self) -> Value {
        self.0.into_json()
    }

    /// Whether nothing in it is nested too deeply to be passed on.
    pub(crate) fn is_shallow(&self) -> bool {
        self.0.is_shallow()
    }

    fn with_given(self, (name, value): (String, Value)) -> Self {
        let is_list = matches!(name.as_str(), "buttons" | "elements");
        if STANDARD.contains(&name.as_str()) && (value.is_array() || !is_list) {
            Self(self.0.set(&name, value))
        } else {
            self.extra(name, value)
        }
    }

    fn names_a_response(&self) -> bool {
        self.0.members.get("response").is_some_and(is_truthy)
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

/// A message with this text.
impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

/// A message with this text.
impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

/// The message that replaces a chunk if there is no streaming.
impl From<Chunk> for Message {
    fn from(chunk: Chunk) -> Self {
        let Content { members, extra } = chunk.into_content();
        let mut message = Self::new();
        message.0.members.extend(members);
        message.0.extra = extra;
        message
    }
}

/// The wire form.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

const STANDARD: [&str; 8] = [
    "text",
    "buttons",
    "elements",
    "custom",
    "template",
    "response",
    "image",
    "attachment",
];

fn standard_value(name: &str) -> Value {
    match name {
        "buttons" | "elements" => json!([]),
        "custom" => json!({}),
        _ => Value::Null,
    }
}
