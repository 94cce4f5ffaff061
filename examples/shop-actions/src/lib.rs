//! The actions of an outdoor shop's assistant: catalogue, orders, payments, shipping.
//!
//! A library of actions is an ordinary crate. Functions have the attribute `#[action]`, take shared data as `Res<…>`,
//! and [`install`] gives a host everything they need. The back ends are simulated in memory. Each call takes the same
//! time for the same arguments, so that programs that use these actions can be tested.
//!
//! The program that hosts them must mention this crate, or the linker drops it:
//!
//! ```
//! use action_sdk::prelude::*;
//!
//! link!(shop_actions);
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let builder = shop_actions::install(ActionDispatcher::builder());
//! let dispatcher = builder.expect_crate("shop-actions").build()?;
//! assert!(dispatcher.action("FetchOrderAction").is_some());
//! # Ok(())
//! # }
//! ```

mod backend;
mod catalogue;
mod error;
mod orders;
mod payments;
mod shipping;

pub use catalogue::{Catalogue, Product};
pub use error::ShopError;
pub use orders::{Order, OrderBook, OrderStatus};
pub use payments::PaymentGateway;
pub use shipping::LabelPrinter;

use action_sdk::ActionDispatcherBuilder;

/// Gives a dispatcher what the actions of this crate need: the shop with its demonstration data.
///
/// ```
/// use action_sdk::prelude::*;
///
/// let dispatcher = shop_actions::install(ActionDispatcher::builder()).build()?;
/// assert!(dispatcher.actions().any(|action| action.name() == "PrintLabelAction"));
/// # Ok::<(), action_sdk::BuildErrors>(())
/// ```
#[must_use]
pub fn install(builder: ActionDispatcherBuilder) -> ActionDispatcherBuilder {
    builder
        .resource(Catalogue::demo())
        .resource(OrderBook::demo())
        .resource(PaymentGateway::default())
        .resource(LabelPrinter::new(2))
}
