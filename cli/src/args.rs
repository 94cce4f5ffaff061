//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

/// The name in the examples, replaced by that of the program.
const STOCK: &str = "action-sdk";

/// Look at a folder of flows, check it, talk to it, serve it.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) logs: Logs,
    /// When to use colors
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 what was asked about is bad (a mistake was found, a script differs); 2 it could not be tried \
(usage, files, ports).";

/// What is logged to standard error.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Logs {
    /// Log more: -v what happens, -vv details; RUST_LOG says it module by module
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Log less: -q errors only, -qq nothing
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "verbose")]
    pub(crate) quiet: u8,
}

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

impl Color {
    /// Applies it to everything that is written from now on.
    pub(crate) fn write_global(self) {
        let choice = match self {
            Self::Auto => colorchoice::ColorChoice::Auto,
            Self::Always => colorchoice::ColorChoice::Always,
            Self::Never => colorchoice::ColorChoice::Never,
        };
        choice.write_global();
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Chat(ChatArgs),
}

/// Find the mistakes in settings and flows, without running anything
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk check bot                  the configuration in the folder `bot`
  action-sdk check bots/*               several, each by itself
  action-sdk check bot --format json    one object a line, for programs")]
pub(crate) struct CheckArgs {
    /// Folders with settings and flows, or single files
    #[arg(required = true, value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Count some of it as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
}

/// What counts as an error although it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

/// The form of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Talk to a bot
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk chat bot                             in the terminal
  echo hello | action-sdk chat bot                one message a line
  action-sdk chat bot --script greeting.txt       plays a conversation; exit code 1 if it goes otherwise
  action-sdk chat bot --script greeting.txt --model-script model.json

A script has one statement a line:
  user: TEXT          the user says this
  bot: TEXT           the bot says this next; a script without such lines shows what the bot says
  event: {\"type\": …}  this event arrives
  silence: SECONDS    time passes, at once
  # …                 a comment

A model script is a list, of which the first entry that fits answers:
  [{\"when\": [\"words\", \"in the prompt\"], \"answer\": \"…\", \"once\": false}, {\"error\": \"the model is down\"}]")]
pub(crate) struct ChatArgs {
    /// The folder with settings and flows, or a single file
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Play this conversation, and compare
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// What every command needs that runs flows.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct HostArgs {
    /// Take the answers of the model from this file, and ask no real one
    #[arg(long, value_name = "FILE")]
    pub(crate) model_script: Option<PathBuf>,
    /// Make uids and random choices depend on this number only
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

impl Args {
    /// Reads the arguments, of which the first is the name of the program.
    pub(crate) fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let program = arguments.first().map(Path::new);
        let program = program.and_then(Path::file_stem);
        let program = program.map_or(STOCK.into(), |name| name.to_string_lossy());
        let mut command = command(&program);
        let mut matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }
}

/// The commands, under the name of the program.
pub(crate) fn command(program: &str) -> clap::Command {
    let command = Args::command().name(program.to_owned());
    command.mut_subcommands(|command| {
        let help = command.get_after_help().map(ToString::to_string);
        match help {
            Some(help) => command.after_help(help.replace(STOCK, program)),
            None => command,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_fits_together() {
        command(STOCK).debug_assert();
    }

    #[test]
    fn examples_have_the_name_of_the_program() {
        let mut command = command("parcels");
        let chat = command
            .find_subcommand_mut("chat")
            .expect("there is a chat");
        assert!(chat.render_help().to_string().contains("parcels chat bot"));
    }
}
