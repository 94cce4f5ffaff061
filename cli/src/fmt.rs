//! `fmt`: writes Colang sources in one style.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use colang::diagnostic::{Diagnostic, render};
use colang::source::{SourceId, SourceMap};
use similar::{ChangeTag, TextDiff};

use crate::outcome::{Failure, Outcome};
use crate::output;

/// Write flows in one style: indentation, blanks, empty lines
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  action-sdk fmt                    all `.co` files in this folder and below
  action-sdk fmt bot/main.co        one file
  action-sdk fmt --check bot        changes nothing, shows what would change; exit code 1 if something would
  action-sdk fmt - < main.co        from standard input to standard output

Strings and comments stay as they are, lines are neither joined nor split, and the program stays the same. A file with \
mistakes is left alone; they are shown, and the exit code is 1.")]
pub(crate) struct FmtArgs {
    /// Files, folders, or `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing, and show what would change
    #[arg(long)]
    pub(crate) check: bool,
}

/// What became of one source.
enum Formatted {
    /// It is in the style.
    Same,
    /// It was not, and this is its new form.
    Changed(String),
    /// It has mistakes.
    Broken(String),
}

/// How many sources became what.
#[derive(Default)]
struct Count {
    same: usize,
    changed: usize,
    broken: usize,
    unread: usize,
}

pub(crate) fn run(args: &FmtArgs) -> Result<Outcome, Failure> {
    let mut count = Count::default();
    for path in &args.paths {
        match path.as_os_str() == "-" {
            true => stdin(args, &mut count)?,
            false => below(path, args, &mut count)?,
        }
    }
    if !args.paths.iter().any(|path| path.as_os_str() == "-") {
        output::note(count.summary(args.check));
    }
    Ok(count.outcome(args.check))
}

fn stdin(args: &FmtArgs, count: &mut Count) -> Result<(), Failure> {
    const NAME: &str = "<stdin>";
    let mut bytes = Vec::new();
    let read = io::stdin().read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
    let source = String::from_utf8(bytes);
    let source = source.map_err(|_| Failure::new("standard input is no text in UTF-8"))?;
    let formatted = format(NAME, &source);
    count.add(&formatted);
    match formatted {
        Formatted::Broken(mistakes) => output::note(mistakes),
        Formatted::Changed(new) if args.check => diff(NAME, &source, &new)?,
        Formatted::Changed(new) => io::stdout().write_all(new.as_bytes())?,
        Formatted::Same if args.check => {}
        Formatted::Same => io::stdout().write_all(source.as_bytes())?,
    }
    Ok(())
}

/// A file, or all files in a folder. One that cannot be read does not stop the others.
fn below(path: &Path, args: &FmtArgs, count: &mut Count) -> Result<(), Failure> {
    let mut files = Vec::new();
    let found = sources(path, &mut files);
    found.map_err(|error| Failure::file(path, "read", &error))?;
    if files.is_empty() {
        let message = format!("there is no `.co` file in `{}`", path.display());
        return Err(Failure::new(message));
    }
    for file in files {
        match one(&file, args, count) {
            Err(Failure::Told(message)) => {
                output::error(message);
                count.unread += 1;
            }
            Err(Failure::Closed) => return Err(Failure::Closed),
            Ok(()) => {}
        }
    }
    Ok(())
}

fn one(file: &Path, args: &FmtArgs, count: &mut Count) -> Result<(), Failure> {
    let source = fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
    let name = file.display().to_string();
    let formatted = format(&name, &source);
    match &formatted {
        Formatted::Same => {}
        Formatted::Broken(mistakes) => output::note(mistakes),
        Formatted::Changed(new) if args.check => diff(&name, &source, new)?,
        Formatted::Changed(new) => {
            let written = fs::write(file, new);
            written.map_err(|error| Failure::file(file, "written", &error))?;
            output::line(&name)?;
        }
    }
    count.add(&formatted);
    Ok(())
}

/// The `.co` files of a folder and its subfolders, in the order of their paths. Names that begin with `.` are skipped, and
/// links to folders are not followed.
fn sources(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries: io::Result<Vec<_>> = fs::read_dir(path)?.collect();
    let mut entries = entries?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let found = entry.path();
        let is_source = found.extension().is_some_and(|extension| extension == "co");
        if !is_hidden && (entry.file_type()?.is_dir() || (is_source && found.is_file())) {
            sources(&plain(found), files)?;
        }
    }
    Ok(())
}

/// Without the `./` of the current folder.
fn plain(path: PathBuf) -> PathBuf {
    let stripped = path.strip_prefix(".").map(Path::to_owned);
    stripped.unwrap_or(path)
}

fn format(name: &str, source: &str) -> Formatted {
    match colang::format(SourceId(0), source) {
        Ok(new) if new == source => Formatted::Same,
        Ok(new) => Formatted::Changed(new),
        Err(mistakes) => Formatted::Broken(shown(name, source, &mistakes)),
    }
}

fn shown(name: &str, source: &str, mistakes: &[Diagnostic]) -> String {
    let mut sources = SourceMap::new();
    sources.add(name, source);
    let errors = mistakes.iter().filter(|mistake| mistake.is_error());
    let texts: Vec<_> = errors.map(|mistake| render(mistake, &sources)).collect();
    texts.join("\n\n")
}

/// Shows what would change, in the form of `diff -u`.
fn diff(name: &str, old: &str, new: &str) -> io::Result<()> {
    const CONTEXT: usize = 3;
    let diff = TextDiff::from_lines(old, new);
    output::line(format_args!("--- {name}\n+++ {name}"))?;
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        output::line(hunk.header())?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
                ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let text = change.value().trim_end_matches('\n');
            output::line(format_args!("{style}{sign}{text}{style:#}"))?;
        }
    }
    Ok(())
}

impl Count {
    fn add(&mut self, formatted: &Formatted) {
        match formatted {
            Formatted::Same => self.same += 1,
            Formatted::Changed(_) => self.changed += 1,
            Formatted::Broken(_) => self.broken += 1,
        }
    }

    fn summary(&self, check: bool) -> String {
        let read = self.same + self.changed + self.broken;
        let changed = if check { "would change" } else { "changed" };
        let mut summary = format!("{} of {read} {changed}", self.changed);
        if self.broken > 0 {
            summary.push_str(&format!(", {} left alone because of mistakes", self.broken));
        }
        summary
    }

    fn outcome(&self, check: bool) -> Outcome {
        match self {
            Self { unread: 1.., .. } => Outcome::Untried,
            Self { broken: 1.., .. } => Outcome::Bad,
            Self { changed: 1.., .. } if check => Outcome::Bad,
            Self { .. } => Outcome::Done,
        }
    }
}
