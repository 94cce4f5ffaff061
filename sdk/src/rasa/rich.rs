//! The parts of rich messages: buttons, and elements of carousels.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::RasaJsonError;
use super::json::items;

/// A button below a message. Which members are used depends on the channel; `title` and `payload` are common.
///
/// ```
/// use action_sdk::rasa::Button;
/// use serde_json::{Value, json};
///
/// let yes = Button::new("Yes").payload("/affirm");
/// assert_eq!(Value::from(yes), json!({"title": "Yes", "payload": "/affirm"}));
///
/// let go = Button::new("Go").url("https://example.org").button_type("web_url").member("webview", true);
/// assert_eq!(
///     Value::from(go),
///     json!({"title": "Go", "url": "https://example.org", "type": "web_url", "webview": true}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Button(Map<String, Value>);

impl Button {
    /// A button with this title and no payload yet.
    pub fn new(title: impl Into<String>) -> Self {
        Self::default().member("title", title.into())
    }

    /// Takes a button from JSON, with any members.
    ///
    /// # Errors
    /// If `value` is not an object.
    pub fn from_json(value: Value) -> Result<Self, RasaJsonError> {
        object("a button", value).map(Self)
    }

    /// Sets the message that Rasa receives from the user when the button is pressed, such as `/affirm`.
    #[must_use]
    pub fn payload(self, payload: impl Into<String>) -> Self {
        self.member("payload", payload.into())
    }

    /// Sets the URL that the button opens.
    #[must_use]
    pub fn url(self, url: impl Into<String>) -> Self {
        self.member("url", url.into())
    }

    /// Sets the member `type`, such as `postback` or `web_url`.
    #[must_use]
    pub fn button_type(self, button_type: impl Into<String>) -> Self {
        self.member("type", button_type.into())
    }

    /// Sets any other member; a second value for the same name replaces the first.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

/// One card of a carousel. The setters are the members that `Element` of rasa-sdk 3.21.1 keeps.
///
/// ```
/// use action_sdk::rasa::{Button, Element};
/// use serde_json::{Value, json};
///
/// let card = Element::new("Card").subtitle("Sub").button(Button::new("Go").url("https://example.org"));
/// assert_eq!(
///     Value::from(card),
///     json!({"title": "Card", "subtitle": "Sub", "buttons": [{"title": "Go", "url": "https://example.org"}]}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Element(Map<String, Value>);

impl Element {
    /// A card with this title.
    pub fn new(title: impl Into<String>) -> Self {
        Self::default().member("title", title.into())
    }

    /// Takes an element from JSON, with any members.
    ///
    /// # Errors
    /// If `value` is not an object.
    pub fn from_json(value: Value) -> Result<Self, RasaJsonError> {
        object("an element", value).map(Self)
    }

    /// Sets the URL that a click on the card opens.
    #[must_use]
    pub fn item_url(self, url: impl Into<String>) -> Self {
        self.member("item_url", url.into())
    }

    /// Sets the URL of the card's picture.
    #[must_use]
    pub fn image_url(self, url: impl Into<String>) -> Self {
        self.member("image_url", url.into())
    }

    /// Sets the line below the title.
    #[must_use]
    pub fn subtitle(self, subtitle: impl Into<String>) -> Self {
        self.member("subtitle", subtitle.into())
    }

    /// Adds a button to the card.
    #[must_use]
    pub fn button(self, button: impl Into<Button>) -> Self {
        let mut buttons = items(self.0.get("buttons")).to_vec();
        buttons.push(button.into().into());
        self.member("buttons", buttons)
    }

    /// Sets any other member, for channels that support more; a second value for the same name replaces the first.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

impl From<Button> for Value {
    fn from(button: Button) -> Self {
        Self::Object(button.0)
    }
}

impl From<Element> for Value {
    fn from(element: Element) -> Self {
        Self::Object(element.0)
    }
}

impl From<Map<String, Value>> for Button {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl From<Map<String, Value>> for Element {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

fn object(what: &'static str, value: Value) -> Result<Map<String, Value>, RasaJsonError> {
    if let Value::Object(members) = value {
        Ok(members)
    } else {
        Err(RasaJsonError::not_an_object(what, &value))
    }
}
