//! A bot whose process is killed in the middle of a conversation, and that goes on where it was.
//!
//! Without arguments this program starts itself as a bot, kills it while it looks for a parcel and a timer runs, starts
//! it again, and shows what is said. `durable FILE NUMBER` is the bot itself, with its conversations in that file, for a
//! reader who has seen the outputs up to that number.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_conversations::store::RedbStore;
use action_sdk_conversations::{Conversation, Conversations, Input};
use action_sdk_runtime::{ProcessOptions, Runtime, parse_config};

const FLOWS: &str = r#"
import core
import timing

flow main
  user said something as $user
  $parcel = $user.transcript
  bot say "I am looking for parcel {$parcel}."
  $place = await FindParcelAction(parcel=$parcel)
  bot say "It is in {$place}. I will look again."
  wait 1
  bot say "Parcel {$parcel} has arrived."
"#;

/// Where a parcel is. Looking twice does no harm, so that it is done again if the process ends meanwhile.
#[action(read_only)]
async fn find_parcel(parcel: String) -> String {
    tokio::time::sleep(Duration::from_millis(500)).await;
    format!("Haifa, on shelf {}", parcel.len())
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match (arguments.next(), arguments.next()) {
        (Some(file), Some(seen)) => bot(Path::new(&file), seen.parse().unwrap_or(0)),
        _ => watch(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unheard = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn bot(file: &Path, seen: u64) -> Result<(), Box<dyn Error>> {
    let config = parse_config("", [("main.co", FLOWS)])?;
    let runtime = Runtime::builder(config)
        .options(ProcessOptions::chat())
        .perform_timers();
    let conversations = Conversations::builder(runtime.build()?, RedbStore::open(file)?).open();
    let thread = conversations.conversation("thread-7")?;
    // A repetition has the same id, and is known by it.
    thread.send(Input::said("17").with_id("message-1")).await?;
    show(&thread, seen).await?;
    conversations.close(Duration::ZERO).await;
    Ok(())
}

/// Shows what the bot says after what was seen, until the parcel has arrived.
async fn show(thread: &Conversation, seen: u64) -> Result<(), Box<dyn Error>> {
    let mut outputs = thread.outputs(seen);
    loop {
        let output = outputs.next().await?;
        if let Some(script) = output
            .event
            .value("final_script")
            .and_then(|said| said.as_str())
        {
            writeln!(std::io::stdout(), "{} {script}", output.number)?;
            if script.ends_with("arrived.") {
                return Ok(());
            }
        }
        // It need not be kept any longer.
        thread.seen(output.number)?;
    }
}

/// Kills the bot after its first and after its second sentence.
fn watch() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("durable-{}.redb", std::process::id()));
    let mut seen = String::from("0");
    for sentences in [1, 1, usize::MAX] {
        let mut bot = Command::new(std::env::current_exe()?)
            .args([file.as_os_str(), seen.as_ref()])
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = bot
            .stdout
            .take()
            .into_iter()
            .flat_map(|out| BufReader::new(out).lines());
        for line in lines.take(sentences) {
            let line = line?;
            let (number, said) = line.split_once(' ').unwrap_or_default();
            writeln!(std::io::stdout(), "bot: {said}")?;
            number.clone_into(&mut seen);
        }
        if sentences != usize::MAX {
            bot.kill()?;
            writeln!(std::io::stdout(), "(killed)")?;
        }
        bot.wait()?;
    }
    std::fs::remove_file(file)?;
    Ok(())
}
