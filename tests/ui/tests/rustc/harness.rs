//! Compiles every file of `rustc/` in one go and keeps what the compiler said about each; those of `rustc/schema/` in
//! another, with the SDK's feature `schema`.
//!
//! The files become the programs of a crate that is written to the target folder; a single `cargo check
//! --message-format=json` checks them all, and continues after errors, which all of them have.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// One message of the compiler.
#[derive(Debug)]
pub(crate) struct Message {
    /// `error` or `warning`.
    pub(crate) level: String,
    /// The first line and those of its notes and labels, as they would be printed.
    pub(crate) text: String,
    /// The source in the primary span.
    pub(crate) under: String,
}

/// The messages about the file `rustc/{case}.rs`; `None` if this is another compiler.
pub(crate) fn messages(case: &str) -> Option<&'static [Message]> {
    static PLAIN: LazyLock<Option<Said>> = LazyLock::new(|| said(&Suite::PLAIN));
    static SCHEMA: LazyLock<Option<Said>> = LazyLock::new(|| said(&Suite::SCHEMA));
    let said = match case.starts_with(Suite::SCHEMA.folder) {
        true => SCHEMA.as_ref()?,
        false => PLAIN.as_ref()?,
    };
    let known = case_file(case).exists();
    assert!(known, "there is no file rustc/{case}.rs");
    Some(said.get(case).map_or(&[], Vec::as_slice))
}

/// What was said about each file.
type Said = BTreeMap<String, Vec<Message>>;

/// Files that are compiled together.
struct Suite {
    /// Where they are, below `rustc/`.
    folder: &'static str,
    package: &'static str,
    features: &'static [&'static str],
}

impl Suite {
    const PLAIN: Self = Self {
        folder: "",
        package: "rustc-cases",
        features: &[],
    };
    const SCHEMA: Self = Self {
        folder: "schema/",
        package: "rustc-cases-with-schemas",
        features: &["schema"],
    };
}

fn said(suite: &Suite) -> Option<Said> {
    ui::is_known_rustc("what rustc says about generated code").then(|| check_all(suite))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn case_file(case: &str) -> PathBuf {
    root().join("rustc").join(case).with_extension("rs")
}

fn check_all(suite: &Suite) -> Said {
    let package = write_package(suite);
    let output = Command::new(env!("CARGO"))
        .args([
            "check",
            "--bins",
            "--keep-going",
            "--offline",
            "--quiet",
            "--message-format=json",
        ])
        .env(
            "CARGO_TARGET_DIR",
            package.with_file_name("rustc-cases-target"),
        )
        .env_remove("RUSTFLAGS")
        .current_dir(&package)
        .output()
        .expect("cargo, which runs this test, can be run");
    let lines = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let mut said = Said::new();
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("cargo writes one JSON text per line");
        if let Some((case, message)) = read(&line) {
            let case = format!("{}{case}", suite.folder);
            said.entry(case).or_default().push(message);
        }
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        !said.is_empty(),
        "cargo said nothing about any file:\n{stderr}"
    );
    said
}

/// Writes the crate with these files as its programs, with the lock file of this workspace.
fn write_package(suite: &Suite) -> PathBuf {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(suite.package);
    fs::create_dir_all(&package).expect("the target folder can be written");
    let workspace = root().join("../..");
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock"))
        .expect("there is a Cargo.lock");
    let sdk = workspace.join("sdk");
    let Suite {
        package: name,
        features,
        folder,
    } = suite;
    let mut manifest = format!(
        "[package]\nname = {name:?}\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         action-sdk = {{ path = {sdk:?}, features = {features:?} }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\n"
    );
    for case in cases(suite) {
        let path = case_file(&format!("{folder}{case}"));
        manifest += &format!("\n[[bin]]\nname = {case:?}\npath = {path:?}\n");
    }
    fs::write(package.join("Cargo.toml"), manifest).expect("the target folder can be written");
    package
}

fn cases(suite: &Suite) -> Vec<String> {
    let files = fs::read_dir(root().join("rustc").join(suite.folder))
        .expect("the folder of the cases is there");
    let paths = files.map(|file| file.expect("the folder can be read").path());
    paths
        .filter(|path| path.extension() == Some(OsStr::new("rs")))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}

/// The case and the message in one line of cargo's output; `None` for messages that are not about a place in the
/// code.
fn read(line: &Value) -> Option<(String, Message)> {
    if line["reason"] != "compiler-message" {
        return None;
    }
    let case = line["target"]["name"].as_str()?.to_owned();
    let message = &line["message"];
    let spans = message["spans"].as_array()?;
    let primary = spans.iter().find(|span| span["is_primary"] == true)?;
    let level = message["level"].as_str()?.to_owned();
    let text = message["rendered"].as_str()?.to_owned();
    let under = source(primary)?;
    Some((case, Message { level, text, under }))
}

fn source(span: &Value) -> Option<String> {
    let file = fs::read_to_string(span["file_name"].as_str()?).ok()?;
    let place = |end: &str| span[end].as_u64().and_then(|at| usize::try_from(at).ok());
    file.get(place("byte_start")?..place("byte_end")?)
        .map(ToOwned::to_owned)
}
