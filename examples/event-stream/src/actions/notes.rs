//! Notes with arbitrary fields: `#[arg(rest)]` takes all remaining fields of the event.

use action_sdk::prelude::*;
use serde::Serialize;
use std::time::Duration;

/// A saved note.
#[derive(Serialize)]
struct Note {
    /// The non-empty fields, in their order.
    fields: Vec<String>,
    /// The total length of all strings in Unicode characters.
    characters: usize,
}

/// Saves a note with any fields, in any script; null and empty ones are ignored.
#[action(name = "SaveNoteAction")]
async fn save_note(
    #[arg(default = "en")] locale: &str,
    #[arg(rest)] fields: Map,
) -> Result<Note, String> {
    tokio::time::sleep(Duration::from_millis(45)).await;
    let said = fields
        .iter()
        .filter(|(_, value)| !value.is_null() && **value != "");
    let note = Note {
        fields: said.clone().map(|(name, _)| name.clone()).collect(),
        characters: said
            .filter_map(|(_, value)| value.as_str())
            .map(|text| text.chars().count())
            .sum(),
    };
    match note.fields.is_empty() {
        true => Err(format!("the note says nothing (locale `{locale}`)")),
        false => Ok(note),
    }
}

/// Normalises a name for a label: no whitespace around it, one space between its parts.
#[action(name = "CleanNameAction", read_only, idempotent)]
async fn clean_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::serde_json::{Value, json};

    #[tokio::test(start_paused = true)]
    async fn keeps_the_fields_that_say_something() {
        let tested = ActionTester::new("SaveNoteAction")
            .arg("тема", "повернення")
            .arg("empty", "")
            .arg("nothing", Value::Null)
            .run()
            .await
            .expect("one field says something");
        let expected = json!({"fields": ["тема"], "characters": 10});
        assert_eq!(tested.return_value(), &expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_note_without_fields_says_nothing() {
        let error = ActionTester::new("SaveNoteAction")
            .arg("locale", "uk")
            .run()
            .await;
        let error = error.expect_err("there is nothing to keep");
        assert_eq!(error.message(), "the note says nothing (locale `uk`)");
    }

    #[tokio::test]
    async fn names_keep_their_script() {
        assert_eq!(clean_name("  Нгуен\u{a0} Тхі\tАнь ").await, "Нгуен Тхі Ань");
        assert_eq!(clean_name("Sam 🏔️  Fields").await, "Sam 🏔️ Fields");
    }
}
