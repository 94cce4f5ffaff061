//! The actions, which do not depend on MCP.

use action_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Notes, the oldest first.
#[derive(Default)]
pub(crate) struct Notebook(Mutex<Vec<Note>>);

/// A note.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Note {
    /// Counts from 1.
    number: u32,
    text: String,
    topic: Topic,
    /// when to be reminded of it
    due: Option<String>,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Topic {
    Home,
    Work,
    #[default]
    Other,
}

/// When to be reminded.
#[derive(Debug, Deserialize, JsonSchema)]
struct Reminder {
    /// as 2026-01-31
    day: String,
    /// as 17:00
    time: Option<String>,
}

#[actions]
impl Notebook {
    /// Writes a note down, and tells its number.
    #[action(title = "Add a note", read_only = false, destructive = false)]
    async fn add_note(
        &self,
        /// what to remember
        text: String,
        #[arg(default)] topic: Topic,
        reminder: Option<Reminder>,
    ) -> Result<u32, ActionError> {
        if text.trim().is_empty() {
            return Err(ActionError::failed(
                "there is nothing to remember in an empty note",
            ));
        }
        let due = reminder.map(|Reminder { day, time }| match time {
            Some(time) => format!("{day} {time}"),
            None => day,
        });
        let mut notes = self.notes();
        let number = notes.last().map_or(1, |note| note.number + 1);
        notes.push(Note {
            number,
            text,
            topic,
            due,
        });
        Ok(number)
    }

    /// Finds the notes that contain a text, in upper or lower case; all notes if no text is given.
    #[action(title = "Find notes", read_only)]
    async fn find_notes(&self, text: Option<&str>, topic: Option<Topic>) -> Vec<Note> {
        let wanted = text.unwrap_or_default().to_lowercase();
        let is_wanted = |note: &&Note| {
            note.text.to_lowercase().contains(&wanted)
                && topic.is_none_or(|topic| note.topic == topic)
        };
        self.notes().iter().filter(is_wanted).cloned().collect()
    }

    /// Deletes a note.
    #[action(title = "Delete a note", destructive, idempotent)]
    async fn delete_note(&self, number: u32) -> Result<(), ActionError> {
        let mut notes = self.notes();
        let place = notes.iter().position(|note| note.number == number);
        let place =
            place.ok_or_else(|| ActionError::failed(format!("there is no note {number}")))?;
        notes.remove(place);
        Ok(())
    }

    /// Reads all notes aloud, slowly.
    #[action(title = "Read aloud", read_only)]
    async fn read_aloud(&self, dispatcher: &CollectingDispatcher) -> Result<usize, ActionError> {
        let notes = self.notes().clone();
        for note in &notes {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let line = format!("{}. {}\n", note.number, note.text);
            dispatcher
                .stream_chunk(line)
                .await
                .map_err(ActionError::caused_by)?;
        }
        Ok(notes.len())
    }
}

impl Notebook {
    fn notes(&self) -> MutexGuard<'_, Vec<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
