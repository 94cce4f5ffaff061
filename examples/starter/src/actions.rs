//! What flows cannot do themselves.

use action_sdk::prelude::*;

/// Finds the opening hours for the day that a text names.
#[action(read_only)]
async fn find_opening_hours(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let day = ["saturday", "sunday"]
        .into_iter()
        .find(|day| text.contains(day));
    match day {
        Some("sunday") => None,
        Some(_) => Some("10 to 16".to_owned()),
        None => Some("8 to 18".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn on_sunday_it_is_closed() {
        assert_eq!(find_opening_hours("Are you open on Sunday?").await, None);
    }

    #[tokio::test]
    async fn flows_find_the_action() -> Result<(), ActionError> {
        let called = ActionTester::new("FindOpeningHoursAction")
            .arg("text", "on saturday")
            .run()
            .await?;
        assert_eq!(called.value::<String>()?, "10 to 16");
        Ok(())
    }
}
