//! One piece of a streamed answer.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::content::Content;
use super::json::is_truthy;
use super::rich::{Button, Element};

/// A piece of a streamed answer: text, or something richer.
///
/// A chunk contains only the members that were set: `text`, `image`, `custom`, `attachment`, `buttons`, `elements`
/// and extra ones (rasa-sdk 3.21.1; over gRPC the extra ones are not sent). It cannot name a response of the domain,
/// since Rasa fills those in only at the end.
///
/// ```
/// use action_sdk::rasa::Chunk;
/// use serde_json::json;
///
/// assert_eq!(Chunk::from("tok").into_json(), json!({"text": "tok"}));
/// assert_eq!(Chunk::new().text("").json_message(json!({})).into_json(), json!({"text": ""}));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chunk(Content);

impl Chunk {
    /// An empty chunk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the text. An empty string is kept.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self(self.0.set("text", text.into()))
    }

    /// Sets the URL of an image.
    #[must_use]
    pub fn image(self, url: impl Into<String>) -> Self {
        Self(self.0.set("image", url.into()))
    }

    /// Sets the member `custom`, whose meaning depends on the channel. Values that are false in Python are left out.
    #[must_use]
    pub fn json_message(self, custom: impl Into<Value>) -> Self {
        let custom = custom.into();
        Self(if is_truthy(&custom) {
            self.0.set("custom", custom)
        } else {
            self.0.remove("custom")
        })
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

    /// Adds buttons; an empty list adds nothing.
    #[must_use]
    pub fn buttons<B: Into<Button>>(self, buttons: impl IntoIterator<Item = B>) -> Self {
        buttons.into_iter().fold(self, Self::button)
    }

    /// Adds an element of a carousel.
    #[must_use]
    pub fn element(self, element: impl Into<Element>) -> Self {
        Self(self.0.push("elements", element.into().into()))
    }

    /// Adds elements of a carousel; an empty list adds nothing.
    #[must_use]
    pub fn elements<E: Into<Element>>(self, elements: impl IntoIterator<Item = E>) -> Self {
        elements.into_iter().fold(self, Self::element)
    }

    /// Adds any other member. It overrides a member of the same name, whichever was set first. A chunk with the
    /// members `template` or `response` is refused when it is sent.
    #[must_use]
    pub fn extra(self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self(self.0.extra(name.into(), value.into()))
    }

    /// The member of this name, if it was set.
    ///
    /// ```
    /// # use action_sdk::rasa::Chunk;
    /// assert_eq!(Chunk::from("hi").member("text").unwrap(), "hi");
    /// assert_eq!(Chunk::from("hi").member("image"), None);
    /// ```
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.member(name)
    }

    /// The text, if there is one.
    pub fn as_text(&self) -> Option<&str> {
        self.member("text")?.as_str()
    }

    /// The members as a JSON object.
    pub fn to_json(&self) -> Value {
        self.clone().into_json()
    }

    /// The members as a JSON object, without copying.
    pub fn into_json(self) -> Value {
        self.0.into_json()
    }

    /// The forbidden members it has, in alphabetical order.
    pub(super) fn forbidden_members(&self) -> impl Iterator<Item = &'static str> {
        ["response", "template"]
            .into_iter()
            .filter(|name| self.0.extra.contains_key(*name))
    }

    pub(super) fn into_content(self) -> Content {
        self.0
    }
}

/// A chunk with this text.
impl From<&str> for Chunk {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

/// A chunk with this text.
impl From<String> for Chunk {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

/// Serialized as a JSON object of its members.
impl Serialize for Chunk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
