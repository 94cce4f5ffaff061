//! Shipping: labels from a printer with few trays, delivery times, and a parcel that is tracked until it arrives.

use crate::backend;
use crate::error::ShopError;
use action_sdk::prelude::*;
use serde::Serialize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The printer in the store room. It jams if more labels are printed at once than it has trays.
#[derive(Debug)]
pub struct LabelPrinter {
    trays: usize,
    in_use: AtomicUsize,
}

/// A printed label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Label {
    /// The order.
    order_id: String,
    /// The tracking number of the parcel.
    tracking: String,
}

/// When a parcel will arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Delivery {
    /// The destination.
    country: String,
    /// The time in working days.
    working_days: u64,
}

/// A tray of the printer, released on drop, so also if the action is cancelled.
struct Tray<'a>(&'a LabelPrinter);

impl LabelPrinter {
    /// A printer with this many trays.
    #[must_use]
    pub fn new(trays: usize) -> Self {
        let in_use = AtomicUsize::new(0);
        Self { trays, in_use }
    }

    fn tray(&self) -> Result<Tray<'_>, ShopError> {
        let tray = Tray(self);
        if self.in_use.fetch_add(1, Ordering::SeqCst) < self.trays {
            return Ok(tray);
        }
        Err(ShopError::PrinterJammed { trays: self.trays })
    }
}

impl Drop for Tray<'_> {
    fn drop(&mut self) {
        self.0.in_use.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Prints the label for an order. At most two run at once, so that the printer never jams.
#[action(name = "PrintLabelAction", concurrency = 2)]
async fn print_label(order_id: &str, printer: Res<LabelPrinter>) -> Result<Label, ShopError> {
    let _tray = printer.tray()?;
    tokio::time::sleep(Duration::from_millis(110)).await;
    Ok(Label {
        order_id: order_id.to_owned(),
        tracking: format!("NO{:09}", backend::checksum(order_id) % 1_000_000_000),
    })
}

/// Estimates how long a parcel takes.
#[action(name = "EstimateDeliveryAction", read_only)]
async fn estimate_delivery(
    /// two letters, as in ISO 3166
    country: &str,
    #[arg(default = false)] express: bool,
) -> Delivery {
    backend::answers(country, 60, 200).await;
    let usual = match country {
        "NO" => 2,
        "DK" | "FI" | "SE" => 3,
        _ => 6,
    };
    Delivery {
        country: country.to_owned(),
        working_days: if express { 1 } else { usual },
    }
}

/// Watches a parcel until it arrives, which takes hours: the bot stops it when the customer has left.
#[action(name = "WatchParcelAction", execute_async, read_only)]
async fn watch_parcel(tracking: &str) -> String {
    tokio::time::sleep(Duration::from_secs(6 * 3600)).await;
    format!("{tracking} has arrived")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_label_has_a_tracking_number() {
        let tested = ActionTester::new("PrintLabelAction")
            .resource(LabelPrinter::new(1))
            .arg("order_id", "ORD-10421")
            .run()
            .await
            .expect("there is a tray");
        assert_eq!(tested.return_value()["order_id"], "ORD-10421");
    }

    #[tokio::test]
    async fn a_printer_without_a_free_tray_jams() {
        let printer = Res::new(LabelPrinter::new(0));
        let error = print_label("ORD-1", printer).await.expect_err("no trays");
        assert_eq!(error, ShopError::PrinterJammed { trays: 0 });
    }

    #[test]
    fn a_tray_can_be_used_again() {
        let printer = LabelPrinter::new(1);
        drop(printer.tray().expect("free"));
        let tray = printer.tray().expect("free again");
        assert!(printer.tray().is_err());
        drop(tray);
        assert!(printer.tray().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn takes_its_arguments_in_order_too() {
        let tested = ActionTester::new("EstimateDeliveryAction")
            .positional("PL")
            .positional(true)
            .run()
            .await
            .expect("both fit");
        assert_eq!(tested.return_value()["working_days"], 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_parcel_arrives_in_the_end() {
        let told = watch_parcel("NO1").await;
        assert_eq!(told, "NO1 has arrived");
    }

    #[test]
    fn the_actions_of_this_crate_fit_together() {
        action_sdk::testing::assert_registry();
    }
}
