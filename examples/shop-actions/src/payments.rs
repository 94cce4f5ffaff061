//! Payments: a gateway that is sometimes slow, and an action with a time limit.

use crate::error::ShopError;
use action_sdk::prelude::*;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A simulated bank. Tokens that start with `tok_slow` take four seconds, and `tok_declined` is declined.
#[derive(Debug, Default)]
pub struct PaymentGateway {
    taken_cents: AtomicU64,
}

/// A completed payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Receipt {
    /// The order.
    order_id: String,
    /// The amount in euro cents.
    amount_cents: u64,
}

impl PaymentGateway {
    /// The total of all payments in euro cents.
    ///
    /// ```
    /// assert_eq!(shop_actions::PaymentGateway::default().taken_cents(), 0);
    /// ```
    #[must_use]
    pub fn taken_cents(&self) -> u64 {
        self.taken_cents.load(Ordering::Relaxed)
    }

    async fn take(&self, amount_cents: u64, card_token: &str) -> bool {
        let slow = card_token.starts_with("tok_slow");
        let wait = if slow { 4_000 } else { 240 };
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let paid = !card_token.starts_with("tok_declined");
        if paid {
            self.taken_cents.fetch_add(amount_cents, Ordering::Relaxed);
        }
        paid
    }
}

/// Takes the payment for an order. A gateway that does not answer within a second counts as a refusal.
#[action(name = "ChargeCardAction", timeout = "1s", open_world)]
async fn charge_card(
    order_id: &str,
    amount_cents: u64,
    card_token: &str,
    gateway: Res<PaymentGateway>,
) -> Result<Receipt, ShopError> {
    if !gateway.take(amount_cents, card_token).await {
        return Err(ShopError::CardDeclined(order_id.to_owned()));
    }
    Ok(Receipt {
        order_id: order_id.to_owned(),
        amount_cents,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charging(card_token: &str) -> ActionTester {
        ActionTester::new("ChargeCardAction")
            .resource(PaymentGateway::default())
            .arg("order_id", "ORD-1")
            .arg("amount_cents", 4_990)
            .arg("card_token", card_token)
    }

    #[tokio::test(start_paused = true)]
    async fn a_good_card_is_charged() {
        let tested = charging("tok_visa").run().await.expect("the bank pays");
        assert_eq!(tested.return_value()["amount_cents"], 4_990);
    }

    #[tokio::test(start_paused = true)]
    async fn only_paid_money_is_counted() {
        let gateway = PaymentGateway::default();
        assert!(gateway.take(100, "tok_visa").await);
        assert!(!gateway.take(100, "tok_declined").await);
        assert_eq!(gateway.taken_cents(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_declined_card_is_told() {
        let error = charging("tok_declined").run().await.expect_err("declined");
        assert_eq!(
            error.message(),
            "the bank declined the card for order `ORD-1`"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_gateway_is_not_waited_for() {
        let error = charging("tok_slow").run().await.expect_err("too slow");
        assert_eq!(error.kind(), ActionErrorKind::TimedOut);
    }
}
