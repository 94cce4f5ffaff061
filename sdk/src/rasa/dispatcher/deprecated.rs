//! The helpers that rasa-sdk keeps for old actions. Each is an [`utter_message`] with some members set.
//!
//! [`utter_message`]: CollectingDispatcher::utter_message

use serde_json::{Map, Value};

use super::CollectingDispatcher;
use crate::rasa::message::Message;
use crate::rasa::rich::{Button, Element};

/// Deprecated in rasa-sdk 3.21.1 too. `extra` replaces Python's additional keyword arguments.
#[allow(
    deprecated,
    reason = "the old helpers are written with the old parameter"
)]
impl CollectingDispatcher {
    /// Sends a carousel.
    #[deprecated(note = "use `utter_message(Message::new().elements(…))`")]
    pub fn utter_custom_message<E: Into<Element>>(
        &self,
        elements: impl IntoIterator<Item = E>,
        extra: Map<String, Value>,
    ) {
        self.utter_with(Message::new().elements(elements), extra);
    }

    /// Sends a carousel.
    #[deprecated(note = "use `utter_message(Message::new().elements(…))`")]
    pub fn utter_elements<E: Into<Element>>(
        &self,
        elements: impl IntoIterator<Item = E>,
        extra: Map<String, Value>,
    ) {
        self.utter_with(Message::new().elements(elements), extra);
    }

    /// Sends a text with buttons.
    #[deprecated(note = "use `utter_message(Message::new().text(…).buttons(…))`")]
    pub fn utter_button_message<B: Into<Button>>(
        &self,
        text: impl Into<String>,
        buttons: impl IntoIterator<Item = B>,
        extra: Map<String, Value>,
    ) {
        self.utter_with(Message::new().text(text).buttons(buttons), extra);
    }

    /// Sends an attachment.
    #[deprecated(note = "use `utter_message(Message::new().attachment(…))`")]
    pub fn utter_attachment(&self, attachment: impl Into<String>, extra: Map<String, Value>) {
        self.utter_with(Message::new().attachment(attachment), extra);
    }

    /// Sends a response of the domain with buttons.
    #[deprecated(note = "use `utter_message(Message::new().response(…).buttons(…))`")]
    pub fn utter_button_template<B: Into<Button>>(
        &self,
        template: impl Into<String>,
        buttons: impl IntoIterator<Item = B>,
        extra: Map<String, Value>,
    ) {
        self.utter_with(Message::new().template(template).buttons(buttons), extra);
    }

    /// Sends a response of the domain.
    #[deprecated(
        note = "use `utter_response(…)`, or `utter_message(Message::new().response(…).extra(…))`"
    )]
    pub fn utter_template(&self, template: impl Into<String>, extra: Map<String, Value>) {
        self.utter_with(Message::new().response(template), extra);
    }

    /// Sends JSON whose meaning depends on the channel.
    #[deprecated(note = "use `utter_message(Message::new().json_message(…))`")]
    pub fn utter_custom_json(&self, json_message: impl Into<Value>, extra: Map<String, Value>) {
        self.utter_with(Message::new().json_message(json_message), extra);
    }

    /// Sends an image.
    #[deprecated(note = "use `utter_message(Message::new().image(…))`")]
    pub fn utter_image_url(&self, image: impl Into<String>, extra: Map<String, Value>) {
        self.utter_with(Message::new().image(image), extra);
    }

    fn utter_with(&self, message: Message, extra: Map<String, Value>) {
        let message = extra
            .into_iter()
            .fold(message, |message, (name, value)| message.extra(name, value));
        self.utter_message(message);
    }
}
