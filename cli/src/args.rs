//! The command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::fmt::FmtArgs;
#[cfg(feature = "lsp")]
use crate::lsp::LspArgs;

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
#[derive(Debug, clap::Args)]
pub(crate) struct Logs {
    /// Log more: -v what happens, -vv details; RUST_LOG says it module by module
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Log less: -q errors only, -qq nothing
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "verbose")]
    pub(crate) quiet: u8,
    /// The form of what is logged
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(crate) log_format: Format,
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
    Run(RunArgs),
    List(ListArgs),
    #[cfg(feature = "serve")]
    Serve(Box<ServeArgs>),
    New(NewArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    Fmt(FmtArgs),
    #[cfg(feature = "lsp")]
    Lsp(LspArgs),
}

/// Find the mistakes in settings and flows, without running anything
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk check bot                  the configuration in the folder `bot`
  action-sdk check bots/*               several, each by itself
  action-sdk check bot --format json    one object a line, for programs
  action-sdk check --explain co0301     what a code means, with examples
  parcels list --format json > parcels.json
  action-sdk check bot --stubs parcels.json    against the actions of another program

A warning is allowed in a file: `# allow(co0310)` on its line or above it, `# allow-file(co0310)` for all lines.")]
pub(crate) struct CheckArgs {
    /// Folders with settings and flows, or single files
    #[arg(required_unless_present = "explain", value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Count some of it as errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
    /// Also check against the actions of another program: the output of its `list --format json`
    #[arg(long, value_name = "FILE")]
    pub(crate) stubs: Vec<PathBuf>,
    /// Explain a code, such as co0301, with examples
    #[arg(long, value_name = "CODE", conflicts_with = "dirs")]
    pub(crate) explain: Option<String>,
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
    #[arg(long, value_name = "FILE", conflicts_with_all = ["debug", "watch"])]
    pub(crate) script: Option<PathBuf>,
    /// Show events, actions, and flows with the places where they wait
    #[arg(long)]
    pub(crate) debug: bool,
    /// Take changes of flows and settings while it runs
    #[arg(long)]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// Run a bot on events: UMIM as JSON lines, in and out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk run bot                          events from standard input, events to standard output
  action-sdk run bot <events.jsonl            ends when the input does, and all actions have ended
  action-sdk run bot --instant UtteranceBotAction --seed 1 --record all.jsonl

Timers run here. Other actions that are not linked are sent, and whoever performs them sends their …Finished events.
Input that is no event is told on standard error and passed over; the exit code is 1 then.
A record has a line {\"at\": …, \"in\": {…}} or {\"at\": …, \"out\": {…}} for each event.")]
pub(crate) struct RunArgs {
    /// The folder with settings and flows, or a single file
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Write all events to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// An action that has finished as soon as it starts, such as UtteranceBotAction
    #[arg(long, value_name = "ACTION")]
    pub(crate) instant: Vec<String>,
    /// An action of your own that the other side performs
    #[arg(long, value_name = "ACTION")]
    pub(crate) outside: Vec<String>,
    /// Take changes of flows and settings while it runs
    #[arg(long)]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) host: HostArgs,
}

/// List the actions, with their parameters
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk list                   the actions of this program
  action-sdk list --format json     with schemas, one object a line
  action-sdk list --missing bot     the actions that the flows in `bot` call and nobody offers; exit code 1 if there are any")]
pub(crate) struct ListArgs {
    /// Those that the flows in this folder call and nobody offers
    #[arg(long, value_name = "DIR")]
    pub(crate) missing: Option<PathBuf>,
    /// Also those of the runtime
    #[arg(long, conflicts_with = "missing")]
    pub(crate) all: bool,
    /// How to show them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Serve the actions to NeMo Guardrails, Rasa and MCP clients
#[cfg(feature = "serve")]
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk serve --nemo 127.0.0.1:8001
  action-sdk serve --rasa-http 127.0.0.1:5055 --mcp 127.0.0.1:8080 --health 127.0.0.1:8081
  action-sdk serve --mcp stdio                      for a client that starts the program itself
  action-sdk serve bot --rasa-grpc 0.0.0.0:5055 --tls-cert cert.pem --tls-key key.pem --token-file tokens
  action-sdk serve --config serve.toml --print-config

A setting is a flag, else an environment variable (ACTION_SDK_RASA_HTTP), else a key of the file (rasa-http).
On SIGTERM no more requests are taken, and running calls have --drain-time to end.")]
pub(crate) struct ServeArgs {
    /// A folder whose settings and models the actions get
    #[arg(value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: crate::settings::Settings,
    /// A TOML file with settings
    #[arg(long, value_name = "FILE", env = "ACTION_SDK_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Show the settings that hold, and end
    #[arg(long)]
    pub(crate) print_config: bool,
    /// Take changes of the settings in DIR while it runs
    #[arg(long, requires = "dirs")]
    pub(crate) watch: bool,
    /// Take the answers of the model from this file, and ask no real one
    #[arg(long, value_name = "FILE", requires = "dirs")]
    pub(crate) model_script: Option<PathBuf>,
}

/// Make a new project: flows, a rail, an action in Rust, a test, a Dockerfile and a CI file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk new parcels --path ../action-sdk     with the crates of this clone
  cd parcels && cargo test && cargo run -- chat bot")]
pub(crate) struct NewArgs {
    /// The folder to make; its last part is the name of the package
    #[arg(value_name = "NAME")]
    pub(crate) name: PathBuf,
    /// A clone of action-sdk, whose crates are used: there is no release in the registry yet
    #[arg(long, value_name = "CLONE")]
    pub(crate) path: Option<PathBuf>,
}

/// Write completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk completions bash >~/.local/share/bash-completion/completions/action-sdk
  action-sdk completions fish >~/.config/fish/completions/action-sdk.fish")]
pub(crate) struct CompletionsArgs {
    pub(crate) shell: clap_complete::Shell,
}

/// Write manual pages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk man | man -l -          the page of the program
  action-sdk man --to share/man1     a page for each command")]
pub(crate) struct ManArgs {
    /// The folder for a page for each command; one page to standard output if there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
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
        let mut command = command(&name(arguments.first()));
        let mut matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }
}

/// The name of the program, as it was called.
pub(crate) fn name(argument: Option<&OsString>) -> String {
    let program = argument.map(Path::new).and_then(Path::file_stem);
    program.map_or(STOCK.into(), |name| name.to_string_lossy().into_owned())
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
