//! Greetings: the message for the user goes to `dispatcher`, the result for the flow is the return value.

use action_sdk::prelude::*;
use action_sdk::rasa::{Button, Message};
use std::time::Duration;

/// A locale, its greeting, and the label of the button.
const GREETINGS: [(&str, &str, &str); 7] = [
    ("en", "Welcome to the outdoor shop", "Show my orders"),
    ("nb", "Velkommen til turbutikken", "Vis bestillingene mine"),
    ("de", "Willkommen im Tourenladen", "Meine Bestellungen"),
    ("uk", "Вітаємо в крамниці для мандрів", "Мої замовлення"),
    ("he", "ברוכים הבאים לחנות הטיולים", "ההזמנות שלי"),
    ("ar", "مرحبًا بكم في متجر الرحلات", "طلباتي"),
    ("ja", "アウトドアショップへようこそ", "注文を見る"),
];

/// Greets the customer in their language, or in English if there is no greeting in it, and returns the language that
/// was used.
#[action(name = "GreetCustomerAction", read_only)]
async fn greet_customer(
    #[arg(context)] customer_name: Option<&str>,
    #[arg(context)] locale: Option<&str>,
    dispatcher: &CollectingDispatcher,
) -> &'static str {
    tokio::time::sleep(Duration::from_millis(30)).await;
    let spoken = GREETINGS.iter().find(|row| Some(row.0) == locale);
    let (locale, greeting, button) = spoken.unwrap_or(&GREETINGS[0]);
    let text = match customer_name {
        Some(name) => format!("{greeting}, {name}!"),
        None => format!("{greeting}!"),
    };
    let orders = Button::new(*button).payload("/show_orders");
    dispatcher.utter_message(Message::new().text(text).button(orders));
    locale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tested: &action_sdk::testing::Tested, locale: &str, text: &str) {
        assert_eq!(tested.return_value(), locale);
        assert_eq!(tested.responses()[0].as_text(), Some(text));
    }

    #[tokio::test(start_paused = true)]
    async fn greets_by_name_and_language() {
        let tested = ActionTester::new("GreetCustomerAction")
            .context("customer_name", "דנה")
            .context("locale", "he")
            .run()
            .await
            .expect("it cannot fail");
        check(&tested, "he", "ברוכים הבאים לחנות הטיולים, דנה!");
    }

    #[tokio::test(start_paused = true)]
    async fn greets_strangers_in_english() {
        let tested = ActionTester::new("GreetCustomerAction")
            .context("locale", "tlh")
            .run()
            .await
            .expect("it cannot fail");
        check(&tested, "en", "Welcome to the outdoor shop!");
    }
}
