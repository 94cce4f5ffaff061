//! `new`: a project to start from. Its files are in `templates`; `examples/starter` is what they give.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::args::NewArgs;
use crate::outcome::{Failure, Outcome};
use crate::output;

macro_rules! templates {
    ($($name:literal = $file:literal,)*) => {
        /// The files of a project, each with its contents.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $file))),)*];
    };
}

templates! {
    ".github/workflows/ci.yml" = ".github/workflows/ci.yml",
    ".gitignore" = "gitignore",
    // Under its own name it would make the folder a package of its own, which is left out of this one.
    "Cargo.toml" = "Cargo.toml.in",
    "Dockerfile" = "Dockerfile",
    "README.md" = "README.md",
    "bot/config.yml" = "bot/config.yml",
    "bot/main.co" = "bot/main.co",
    "bot/rails.co" = "bot/rails.co",
    "src/actions.rs" = "src/actions.rs",
    "src/main.rs" = "src/main.rs",
    "tests/conversations.rs" = "tests/conversations.rs",
    "tests/conversations/opening_hours.txt" = "tests/conversations/opening_hours.txt",
    "tests/conversations/secrets.txt" = "tests/conversations/secrets.txt",
}

/// The crates that a project uses, each with its folder in a clone.
const CRATES: [(&str, &str); 2] = [("action-sdk", "sdk"), ("action-sdk-cli", "cli")];

/// The clone that this program was built in.
const BUILT_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

pub(crate) fn run(args: &NewArgs) -> Result<Outcome, Failure> {
    let folder = &args.name;
    let name = package_name(folder)?;
    let clone = args
        .path
        .clone()
        .or_else(built_in)
        .map(|clone| check(&clone));
    let clone = clone.transpose()?;
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, "made", &error))?;
    let is_empty = fs::read_dir(folder).map(|mut files| files.next().is_none());
    if !is_empty.map_err(|error| Failure::file(folder, "read", &error))? {
        return Err(Failure::new(format!(
            "`{}` is not empty; name a new folder",
            folder.display()
        )));
    }
    for (file, text) in FILES {
        write(&folder.join(file), &filled(text, &name, clone.as_deref()))?;
    }
    output::note(format_args!(
        "made `{}`; now: cd {} && cargo test && cargo run -- chat bot",
        folder.display(),
        folder.display()
    ));
    Ok(Outcome::Done)
}

/// The name of a package for this folder.
fn package_name(folder: &Path) -> Result<String, Failure> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    match begins && name.chars().all(is_part) {
        true => Ok(name.into_owned()),
        false => Err(Failure::new(format!(
            "`{name}` is no name of a package; it begins with a letter, and has letters, digits, `-` and `_`"
        ))),
    }
}

/// The clone that this program was built in, if it is still there.
fn built_in() -> Option<PathBuf> {
    let clone = PathBuf::from(BUILT_IN);
    clone.join("sdk/Cargo.toml").is_file().then_some(clone)
}

/// The absolute path of a clone.
fn check(clone: &Path) -> Result<PathBuf, Failure> {
    for (_, folder) in CRATES {
        if !clone.join(folder).join("Cargo.toml").is_file() {
            return Err(Failure::new(format!(
                "`{}` is no clone of action-sdk: there is no `{folder}/Cargo.toml`",
                clone.display()
            )));
        }
    }
    let absolute = fs::canonicalize(clone);
    absolute.map_err(|error| Failure::file(clone, "read", &error))
}

/// A template with what belongs into it.
fn filled(text: &str, name: &str, clone: Option<&Path>) -> String {
    let text = text.replace("{{name}}", name);
    CRATES.iter().fold(text, |text, (krate, folder)| {
        let source = match clone {
            Some(clone) => {
                let path = clone.join(folder).to_string_lossy().into_owned();
                // A string of TOML is written as one of JSON.
                format!("path = {}", serde_json::Value::from(path))
            }
            None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        };
        text.replace(&format!("{{{{{krate}}}}}"), &source)
    })
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    let written: io::Result<()> = made.and_then(|()| fs::write(file, text));
    written.map_err(|error| Failure::file(file, "written", &error))
}
