//! Errors of the shop.

use std::fmt;

/// Why the shop cannot do what was asked. Actions can return any error type that implements `Display`.
///
/// ```
/// use shop_actions::ShopError;
///
/// let error = ShopError::NoSuchOrder("ORD-1".to_owned());
/// assert_eq!(error.to_string(), "there is no order `ORD-1`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShopError {
    /// No product has this SKU.
    UnknownSku(String),
    /// No order has this number.
    NoSuchOrder(String),
    /// The cart is empty.
    EmptyCart,
    /// The bank declined the payment for this order.
    CardDeclined(String),
    /// More labels were printed at once than the printer has trays.
    PrinterJammed {
        /// How many trays the printer has.
        trays: usize,
    },
}

impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownSku(sku) => write!(f, "no product has the SKU `{sku}`"),
            Self::NoSuchOrder(order_id) => write!(f, "there is no order `{order_id}`"),
            Self::EmptyCart => f.write_str("the cart is empty; put something into it first"),
            Self::CardDeclined(order_id) => {
                write!(f, "the bank declined the card for order `{order_id}`")
            }
            Self::PrinterJammed { trays } => write!(
                f,
                "the label printer jammed: it has {trays} trays and got more labels at once"
            ),
        }
    }
}

impl std::error::Error for ShopError {}
