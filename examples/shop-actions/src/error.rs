//! What can be wrong with a customer's wish.

use std::fmt;

/// Why the shop cannot do what was asked: an error type of the crate's own, as an action may return any that can be
/// shown.
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
    /// There is nothing in the cart.
    EmptyCart,
    /// The bank does not pay for this order.
    CardDeclined(String),
    /// More labels than the printer has trays came at once.
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
