//! Shared by the tests of compile errors: the compiler whose messages are recorded.
//!
//! `fail/` contains mistakes that the macros report, `rustc/` those that the compiler reports about generated code,
//! and `tests/forms` everything that is valid.

use std::io::Write as _;
use std::process::Command;

/// The release of rustc whose messages are recorded here. Other releases may phrase them differently.
pub const RUSTC: &str = "1.95";

/// Whether the compiler is the one whose messages are recorded; if not, says so on standard error, bypassing the
/// capture of the test harness.
///
/// ```
/// let words_are_comparable: bool = ui::is_known_rustc("the doctest");
/// ```
#[must_use]
pub fn is_known_rustc(test: &str) -> bool {
    let version = rustc_version();
    let known = version.split_whitespace().nth(1).is_some_and(is_recorded);
    if !known {
        let note = format!(
            "\nSKIPPED {test}: it holds the words of rustc {RUSTC}, and this is {version}\n"
        );
        // A failure to print is ignored.
        let _ = std::io::stderr().write_all(note.as_bytes());
    }
    known
}

fn is_recorded(version: &str) -> bool {
    version
        .strip_prefix(RUSTC)
        .is_some_and(|patch| patch.starts_with('.'))
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(rustc).arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) => format!("a compiler that cannot be asked ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_of_the_release_are_known() {
        assert!(is_recorded("1.95.0") && is_recorded("1.95.3"));
    }

    #[test]
    fn other_releases_are_not() {
        assert!(!is_recorded("1.96.0") && !is_recorded("1.950.0"));
    }
}
