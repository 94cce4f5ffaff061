//! Measures the action server beside others: `run` in this folder starts it. The servers in Rust are this program, too.

mod bare;
mod load;
mod measure;
mod ours;
mod payload;
mod process;

use std::error::Error;
use std::path::Path;

/// The messages of gRPC, from the folder of our server.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::restriction)]
mod proto {
    include!("../../../action-server/src/rasa/grpc/generated/action_server_webhook.in");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["ours", address] => ours::run(address).await,
        ["bare", address] => bare::run(address).await,
        ["measure", python] => measure::all(Path::new(python)).await,
        _ => Err("usage: door-bench measure FOLDER_OF_PYTHON".into()),
    }
}
