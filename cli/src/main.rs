//! The stock binary: all commands, and no actions but those of the runtime.

fn main() -> std::process::ExitCode {
    action_sdk_cli::main()
}
