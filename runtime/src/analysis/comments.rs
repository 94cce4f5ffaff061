//! The comments by which authors allow warnings: `# allow(co0310)` for a line, `# allow-file(co0310)` for a file.
//!
//! Errors cannot be allowed, since nothing would run.

use std::collections::{HashMap, HashSet};

use colang::diagnostic::{Code, Severity};

use crate::problem::{Place, Problem};

/// What the comments of some files allow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Comments {
    files: HashMap<String, OfFile>,
    /// Comments with codes that do not exist.
    pub(crate) unknown: Vec<Problem>,
}

#[derive(Debug, Clone, Default)]
struct OfFile {
    everywhere: HashSet<Code>,
    at_lines: HashSet<(u32, Code)>,
}

/// A comment, by what it begins with, and the line that it is about, if it is about one.
const FORMS: [(&str, bool); 2] = [("# allow(", true), ("# allow-file(", false)];

impl Comments {
    /// Adds the comments of a file, which may be a Colang or a settings file.
    pub(crate) fn read(&mut self, name: &str, text: &str) {
        if !text.contains("# allow") {
            return;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            for (form, is_of_line) in FORMS {
                let Some((at, codes)) = inside(line, form) else {
                    continue;
                };
                let about = is_of_line.then(|| about(&lines, number));
                self.take(name, number, (line, at), codes, about);
            }
        }
    }

    fn take(
        &mut self,
        name: &str,
        number: usize,
        (line, mut at): (&str, usize),
        codes: &str,
        about: Option<usize>,
    ) {
        for word in codes.split(',') {
            match Code::parse(word.trim()) {
                Some(code) => {
                    let file = self.files.entry(name.to_owned()).or_default();
                    match about {
                        Some(about) => drop(file.at_lines.insert((counted(about), code))),
                        None => drop(file.everywhere.insert(code)),
                    }
                }
                None => {
                    let before = line[..at].chars().count() + word.len() - word.trim_start().len();
                    let place = Place {
                        file: name.into(),
                        line: counted(number),
                        column: counted(before),
                        width: counted(word.trim().chars().count()).saturating_sub(1),
                    };
                    self.unknown.push(unknown(word.trim(), &place));
                }
            }
            at += word.len() + 1;
        }
    }

    /// Whether a problem is a warning that its file allows.
    pub(crate) fn allow(&self, problem: &Problem) -> bool {
        let file = problem.file().and_then(|file| self.files.get(file));
        let code = problem.code();
        let is_allowed = |file: &OfFile| {
            let line = problem.line().unwrap_or_default();
            file.everywhere.contains(&code) || file.at_lines.contains(&(line, code))
        };
        problem.severity() == Severity::Warning && file.is_some_and(is_allowed)
    }
}

/// Where the codes begin, and what they are.
fn inside<'a>(line: &'a str, form: &str) -> Option<(usize, &'a str)> {
    let start = line.find(form)? + form.len();
    let end = line[start..].find(')')? + start;
    Some((start, &line[start..end]))
}

/// The line that a comment is about: its own, or the next one with something else if it has only the comment.
fn about(lines: &[&str], number: usize) -> usize {
    let has_code = |line: &str| !matches!(line.trim_start().chars().next(), None | Some('#'));
    let mut from = lines.iter().enumerate().skip(number);
    let next = from.find(|(_, line)| has_code(line));
    next.map_or(number, |(next, _)| next)
}

/// A number that counts from 0 as one that counts from 1.
fn counted(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1)
}

fn unknown(word: &str, place: &Place) -> Problem {
    let shown: String = word.chars().take(20).collect();
    let message = format!("there is no code `{shown}` that could be allowed");
    let problem = Problem::at(Code::UnknownAllow, place, message).into_warning();
    problem.help("write the code that is told with the warning, such as `co0310`")
}
