//! One action, called by name: `cargo run -p minimal`.

use action_sdk::prelude::*;

/// Doubles a value.
#[action(name = "CustomTestAction")]
async fn custom_test(value: i64) -> i64 {
    value * 2
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "it is what this program is for")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dispatcher = ActionDispatcher::builder().build()?;
    let result = dispatcher
        .call("CustomTestAction", Invocation::new().arg("value", 21))
        .await?;
    println!("{}", result.return_value);
    Ok(())
}
