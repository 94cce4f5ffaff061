//! The checks used by the rails.

use action_sdk::RailOutcome;
use action_sdk::prelude::*;

/// Blocks texts that contain a card number.
#[action]
async fn check_card_numbers(text: &str, #[arg(default = 16)] digits: usize) -> RailOutcome {
    let found = text.chars().filter(|c| c.is_ascii_digit()).count();
    match found >= digits {
        true => RailOutcome::block().with_reason("there is a card number in it"),
        false => RailOutcome::allow(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::testing::ActionTester;

    #[tokio::test]
    async fn card_numbers_are_blocked() -> Result<(), Box<dyn std::error::Error>> {
        let tested = ActionTester::new("CheckCardNumbersAction")
            .arg("text", "my card is 4111 1111 1111 1111")
            .run()
            .await?;
        assert!(tested.value::<RailOutcome>()?.is_blocked());
        Ok(())
    }
}
