//! A bot in the terminal: the user types messages, and the bot's answers are printed.

mod checks;

use std::error::Error;
use std::process::ExitCode;

use action_sdk_runtime::{Runtime, load_config};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match chat().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn chat() -> Result<(), Box<dyn Error>> {
    let config = load_config("bot")?;
    for warning in config.warnings() {
        eprintln!("warning: {warning}");
    }
    let runtime = Runtime::builder(config).build()?;
    let mut session = runtime.session();
    for line in std::io::stdin().lines() {
        for text in session.say(line?).await?.said {
            println!("{text}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk_runtime::testing::TestChat;

    #[tokio::test]
    async fn card_numbers_get_no_answer() -> Result<(), Box<dyn Error>> {
        let runtime = Runtime::builder(load_config("bot")?).build()?;
        let mut chat = TestChat::new(&runtime).await;
        chat.user("Are you open? 4111 1111 1111 1111").await;
        chat.bot("I did not read that: there is a card number in it.");
        chat.silence();
        Ok(())
    }
}
