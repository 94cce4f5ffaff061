//! Visits to the workshop: booking one, and rating one with a bug that shows the effect of a panic (none on other
//! runs).

use action_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const FACES: [&str; 5] = ["😡", "🙁", "😐", "🙂", "😍"];

/// The time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Slot {
    Morning,
    Noon,
    Evening,
}

/// A booked visit.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Visit {
    day: String,
    slot: Slot,
    parts: Vec<String>,
}

/// Books a visit to the workshop. The day is written as `2026-03-14`; the type defines the possible slots.
#[action(name = "BookRepairAction")]
async fn book_repair(
    day: &str,
    slot: Slot,
    #[arg(default = Vec::new())] parts: Vec<String>,
) -> Result<Visit, String> {
    tokio::time::sleep(Duration::from_millis(310)).await;
    let shape = day.split('-').map(str::len).collect::<Vec<_>>();
    match shape == [4, 2, 2] {
        true => Ok(Visit {
            day: day.to_owned(),
            slot,
            parts,
        }),
        false => Err(format!("`{day}` is no day; write it as 2026-03-14")),
    }
}

/// Draws the face for a rating of 0 to 4, without checking the range: the bug.
#[action(name = "RateVisitAction")]
async fn rate_visit(stars: usize, comment: Option<&str>) -> String {
    tokio::time::sleep(Duration::from_millis(25)).await;
    let face = FACES[stars];
    match comment {
        Some(comment) => format!("{face} {comment}"),
        None => face.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::serde_json::json;

    fn booking(day: &str, slot: &str) -> ActionTester {
        ActionTester::new("BookRepairAction")
            .arg("day", day)
            .arg("slot", slot)
    }

    #[tokio::test(start_paused = true)]
    async fn a_visit_is_booked() {
        let tested = booking("2026-03-14", "noon").run().await.expect("booked");
        let expected = json!({"day": "2026-03-14", "slot": "noon", "parts": []});
        assert_eq!(tested.return_value(), &expected);
    }

    #[tokio::test]
    async fn there_is_no_slot_at_night() {
        let error = booking("2026-03-14", "night")
            .run()
            .await
            .expect_err("no such slot");
        assert_eq!(error.kind(), ActionErrorKind::InvalidArgument);
        assert!(
            error.message().contains("`morning`, `noon`, `evening`"),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_has_a_form() {
        let error = booking("14.3.2026", "noon")
            .run()
            .await
            .expect_err("no day");
        assert_eq!(
            error.message(),
            "`14.3.2026` is no day; write it as 2026-03-14"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_an_error_of_this_call_only() {
        let error = ActionTester::new("RateVisitAction")
            .arg("stars", 7)
            .run()
            .await;
        assert_eq!(
            error.expect_err("there is no such face").kind(),
            ActionErrorKind::Panicked
        );
        assert_eq!(rate_visit(4, Some("fast!")).await, "😍 fast!");
    }
}
