//! The checks used by the rails: may this be said, or what should be said instead?

use action_sdk::prelude::*;
use action_sdk::{RailOutcome, TransformTarget};

/// Blocks words that the configuration forbids.
#[action]
async fn check_words(text: &str, config: &RailsConfig) -> Result<RailOutcome, ActionError> {
    let forbidden = config.custom::<Vec<&str>>("forbidden_words");
    let forbidden = forbidden.map_err(ActionError::caused_by)?;
    let forbidden = forbidden.unwrap_or_default();
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    Ok(match words.find(|word| forbidden.contains(word)) {
        Some(word) => RailOutcome::block().with_reason(format!("one does not say `{word}`")),
        None => RailOutcome::allow(),
    })
}

/// Masks card numbers in what the user said.
#[action]
async fn mask_card_numbers(text: &str) -> RailOutcome {
    match without_numbers(text, 16, "[card number]") {
        masked if masked == text => RailOutcome::allow(),
        masked => RailOutcome::transform(TransformTarget::UserMessage, masked)
            .with_reason("there is a card number in it"),
    }
}

/// Masks phone numbers in what the bot is about to say.
#[action]
async fn mask_phone_numbers(text: &str) -> RailOutcome {
    match without_numbers(text, 10, "[phone number]") {
        masked if masked == text => RailOutcome::allow(),
        masked => RailOutcome::transform(TransformTarget::BotMessage, masked)
            .with_reason("there is a phone number in it"),
    }
}

/// Replaces each number with this many digits, possibly with dashes, by a name.
fn without_numbers(text: &str, digits: usize, name: &str) -> String {
    let mask = |word: &str| {
        let number = word.trim_matches(|c: char| !c.is_ascii_digit());
        match number.chars().filter(char::is_ascii_digit).count() {
            count if count == digits => word.replace(number, name),
            _ => word.to_owned(),
        }
    };
    text.split(' ').map(mask).collect::<Vec<_>>().join(" ")
}
