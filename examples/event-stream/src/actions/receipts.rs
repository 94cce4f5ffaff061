//! CPU-bound work: a plain `fn` with `blocking` runs beside the async actions.

use action_sdk::prelude::*;

/// Seals a receipt with a number that is slow to compute and proves later that the text was not changed.
#[action(name = "SealReceiptAction", blocking, read_only, idempotent)]
fn seal_receipt(text: &str, #[arg(default = 2_000_000)] rounds: u32) -> String {
    let start = text
        .bytes()
        .fold(0_u64, |sum, byte| mix(sum ^ u64::from(byte)));
    let seal = (0..rounds).fold(start, |sum, _| mix(sum));
    format!("{seal:016x}")
}

/// A step of splitmix64.
fn mix(sum: u64) -> u64 {
    let sum = sum.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let sum = (sum ^ sum >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let sum = (sum ^ sum >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    sum ^ sum >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn another_text_has_another_seal() {
        let seal = async |text: &str| {
            let tested = ActionTester::new("SealReceiptAction")
                .arg("text", text)
                .arg("rounds", 3);
            tested
                .run()
                .await
                .expect("it cannot fail")
                .return_value()
                .clone()
        };
        assert_ne!(seal("ORD-1: 49.90").await, seal("ORD-1: 94.90").await);
        assert_eq!(seal("ORD-1: 49.90").await, seal("ORD-1: 49.90").await);
    }
}
