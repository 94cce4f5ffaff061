//! Orders: looking one up, placing one, cancelling one.

use crate::backend;
use crate::catalogue::Catalogue;
use crate::error::ShopError;
use action_sdk::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All orders, by number.
#[derive(Debug, Default)]
pub struct OrderBook(Mutex<BTreeMap<String, Order>>); // A plain lock: never held across an `await`.

/// One order.
///
/// ```
/// let book = shop_actions::OrderBook::demo();
/// assert_eq!(book.order("ORD-10421").unwrap().customer, "Ada Nilsen");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Its number.
    pub order_id: String,
    /// Who ordered.
    pub customer: String,
    /// Its status.
    pub status: OrderStatus,
    /// What it costs, in euro cents.
    pub total_cents: u64,
}

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// It has been placed.
    Placed,
    /// It has been packed.
    Packed,
    /// It has been shipped.
    Shipped,
    /// It has been delivered.
    Delivered,
    /// It has been cancelled.
    Cancelled,
}

/// A line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Item {
    /// The product.
    sku: String,
    /// The quantity.
    quantity: u64,
}

impl OrderBook {
    /// Orders for demonstrations: `ORD-10421` to `ORD-10432`.
    #[must_use]
    pub fn demo() -> Self {
        use OrderStatus::{Delivered, Packed, Placed, Shipped};
        let rows = [
            (10_421, "Ada Nilsen", Shipped, 39_900),
            (10_422, "Jürgen Weiß", Placed, 6_980),
            (10_423, "Олена Шевченко", Packed, 18_900),
            (10_424, "דנה לוי", Delivered, 14_950),
            (10_425, "محمد الأمين", Shipped, 54_900),
            (10_426, "Zoë Kowalczyk", Placed, 21_900),
            (10_427, "Nguyễn Thị Ánh", Delivered, 4_990),
            (10_428, "Sam 🏔️ Fields", Placed, 15_900),
            (10_429, "Chloé Dubois", Packed, 3_490),
            (10_430, "Iker Etxeberria", Shipped, 12_900),
            (10_431, "山田花子", Placed, 8_480),
            (10_432, "Åse Bakken", Delivered, 43_390),
        ];
        let book = Self::default();
        for (number, customer, status, total_cents) in rows {
            book.file(Order {
                order_id: format!("ORD-{number}"),
                customer: customer.to_owned(),
                status,
                total_cents,
            });
        }
        book
    }

    /// The order of this number.
    ///
    /// # Errors
    ///
    /// [`ShopError::NoSuchOrder`] if there is none.
    pub fn order(&self, order_id: &str) -> Result<Order, ShopError> {
        let order = self.orders().get(order_id).cloned();
        order.ok_or_else(|| ShopError::NoSuchOrder(order_id.to_owned()))
    }

    fn file(&self, order: Order) {
        self.orders().insert(order.order_id.clone(), order);
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<String, Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks up an order.
#[action(name = "FetchOrderAction", aliases = ["action_fetch_order"], read_only)]
async fn fetch_order(order_id: &str, book: Res<OrderBook>) -> Result<Order, ShopError> {
    backend::answers(order_id, 150, 650).await;
    book.order(order_id)
}

/// Orders the contents of a cart, for the customer of the conversation.
///
/// The number of the order is that of the cart, so that ordering a cart twice gives one order.
#[action(name = "PlaceOrderAction", idempotent)]
async fn place_order(
    /// `CART-` and a number
    cart_id: &str,
    items: Vec<Item>,
    #[arg(context)] customer_name: String,
    catalogue: Res<Catalogue>,
    book: Res<OrderBook>,
) -> Result<ActionResult, ShopError> {
    backend::answers(cart_id, 350, 900).await;
    let total_cents = total(&items, &catalogue)?;
    let order = Order {
        order_id: format!("ORD-{}", cart_id.trim_start_matches("CART-")),
        customer: customer_name,
        status: OrderStatus::Placed,
        total_cents,
    };
    let result = ActionResult::value(order.order_id.as_str())
        .with_context_update("last_order_id", order.order_id.as_str())
        .with_event(Event::new("OrderPlaced").with("order_id", order.order_id.as_str()));
    book.file(order);
    Ok(result)
}

fn total(items: &[Item], catalogue: &Catalogue) -> Result<u64, ShopError> {
    if items.is_empty() {
        return Err(ShopError::EmptyCart);
    }
    items.iter().try_fold(0_u64, |sum, item| {
        let price = catalogue.product(&item.sku)?.price_cents;
        Ok(sum.saturating_add(price.saturating_mul(item.quantity)))
    })
}

/// Cancels an order that has not been packed yet; otherwise declines, so that the bot can look for another way.
#[action(name = "CancelOrderAction", destructive)]
async fn cancel_order(
    order_id: &str,
    reason: Option<&str>,
    book: Res<OrderBook>,
) -> Result<String, ActionError> {
    backend::answers(order_id, 200, 500).await;
    let order = book.order(order_id).map_err(ActionError::caused_by)?;
    if order.status != OrderStatus::Placed {
        let message =
            format!("order `{order_id}` is too far along to be cancelled; offer a return");
        return Err(ActionError::rejected(message));
    }
    book.file(Order {
        status: OrderStatus::Cancelled,
        ..order
    });
    let reason = reason.unwrap_or("no reason given");
    Ok(format!("{order_id} is cancelled: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::serde_json::{Value, json};

    fn placing(items: Value) -> ActionTester {
        ActionTester::new("PlaceOrderAction")
            .resource(Catalogue::demo())
            .resource(OrderBook::demo())
            .arg("cart_id", "CART-777")
            .arg("items", items)
    }

    #[tokio::test(start_paused = true)]
    async fn an_order_is_told_to_the_conversation() {
        let tested = placing(json!([{"sku": "POT-TI", "quantity": 2}]))
            .context("customer_name", "Ada")
            .run()
            .await
            .expect("all is there");
        assert_eq!(tested.value::<String>().expect("a number"), "ORD-777");
        assert_eq!(tested.context_updates()["last_order_id"], "ORD-777");
        assert_eq!(tested.events()[0].name(), "OrderPlaced");
    }

    #[tokio::test(start_paused = true)]
    async fn somebody_must_be_the_customer() {
        let error = placing(json!([])).run().await.expect_err("nobody is known");
        assert_eq!(error.kind(), ActionErrorKind::MissingArgument);
        assert_eq!(error.parameter(), Some("customer_name"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_cart_is_no_order() {
        let error = placing(json!([]))
            .context("customer_name", "Ada")
            .run()
            .await
            .expect_err("nothing was ordered");
        assert_eq!(error.message(), ShopError::EmptyCart.to_string());
    }

    #[tokio::test(start_paused = true)]
    async fn a_misspelt_member_of_an_item_is_told() {
        let error = placing(json!([{"sku": "POT-TI", "qty": 2}]))
            .context("customer_name", "Ada")
            .run()
            .await
            .expect_err("`qty` is no member");
        assert_eq!(error.kind(), ActionErrorKind::InvalidArgument);
        assert_eq!(error.expected(), Some("Vec<Item>"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_placed_order_is_cancelled_once() {
        let book = Res::new(OrderBook::demo());
        let told = cancel_order("ORD-10422", Some("too small"), book.clone()).await;
        assert_eq!(
            told.expect("it was placed"),
            "ORD-10422 is cancelled: too small"
        );
        let again = cancel_order("ORD-10422", None, book).await;
        assert_eq!(
            again.expect_err("once is enough").kind(),
            ActionErrorKind::Rejected
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_order_on_its_way_is_not_cancelled() {
        let error = cancel_order("ORD-10421", None, Res::new(OrderBook::demo())).await;
        assert_eq!(
            error.expect_err("it is shipped").kind(),
            ActionErrorKind::Rejected
        );
    }
}
