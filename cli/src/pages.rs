//! Completions for shells, and manual pages: both from the command line itself.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args;
use crate::outcome::{Failure, Outcome};

/// Writes completions for a shell.
pub(crate) fn completions(program: &str, shell: Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(program), program, &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Done)
}

/// Writes the page of the program, or one for each command to a folder.
pub(crate) fn manual(program: &str, folder: Option<&Path>) -> Result<Outcome, Failure> {
    let command = args::command(program);
    let Some(folder) = folder else {
        io::stdout().write_all(&page(command)?)?;
        return Ok(Outcome::Done);
    };
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, "made", &error))?;
    let subcommands = command.get_subcommands().map(|subcommand| {
        let name = format!("{program}-{}", subcommand.get_name());
        subcommand.clone().name(name)
    });
    let all: Vec<_> = subcommands.chain([command.clone()]).collect();
    for command in all {
        let file = folder.join(format!("{}.1", command.get_name()));
        fs::write(&file, page(command)?)
            .map_err(|error| Failure::file(&file, "written", &error))?;
    }
    Ok(Outcome::Done)
}

fn page(command: Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
