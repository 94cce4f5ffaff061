//! Simulates a slow back end: a delay that is always the same for the same question.

use std::time::Duration;

/// Waits between `shortest` and `longest` milliseconds, depending on the question.
pub(crate) async fn answers(question: &str, shortest: u64, longest: u64) {
    let wait = shortest + checksum(question) % (longest - shortest).max(1);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// FNV-1a: the same number for the same string on every machine.
pub(crate) fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_fnv_1a() {
        assert_eq!(checksum(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(checksum("foobar"), 0x8594_4171_f739_67e8);
    }
}
