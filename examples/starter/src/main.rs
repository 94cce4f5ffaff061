//! The bot. Its flows are in `bot`, its actions in `actions.rs`; `cargo run -- help` lists what it can do.

mod actions;

fn main() -> std::process::ExitCode {
    action_sdk_cli::main()
}
