//! Finds the files of a configuration: all `.co`, `.yml` and `.yaml` files of a folder and those below it, sorted.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::error::ConfigError;
use super::ignore::Ignored;
use super::yaml;

/// Where the documents of the knowledge base lie (nemoguardrails 0.24.1).
const KNOWLEDGE_BASE: &str = "kb";

/// What a folder or file brings.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The settings of its YAML files, joined.
    pub(super) settings: Map<String, Value>,
    /// Its Colang files: what messages call them, and their text.
    pub(super) sources: Vec<(String, String)>,
}

/// Reads a folder, a `.co` file or a YAML file.
pub(super) fn read(path: &Path) -> Result<Found, ConfigError> {
    let mut found = Found::default();
    if path.is_dir() {
        for file in files_below(path)? {
            found.add(path, &file)?;
        }
    } else if path.is_file() {
        found.add(Path::new(""), path)?;
    } else {
        return Err(ConfigError::not_found(path));
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, root: &Path, file: &Path) -> Result<(), ConfigError> {
        let below = file.strip_prefix(root).unwrap_or(file);
        let is_document = below.starts_with(KNOWLEDGE_BASE) && below != file;
        let name = file.display().to_string();
        match (is_document, extension(file)) {
            (true, "md") => {
                let document = json!({"format": "md", "content": text(file)?});
                let more = Map::from_iter([("docs".to_owned(), json!([document]))]);
                yaml::join(&mut self.settings, more);
            }
            (false, "yml" | "yaml") => {
                let more = yaml::read(&name, &text(file)?)?;
                yaml::join(&mut self.settings, more);
            }
            (false, "co") => self.sources.push((name, text(file)?)),
            (true | false, _) => {}
        }
        Ok(())
    }
}

fn extension(file: &Path) -> &str {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.unwrap_or_default()
}

fn text(file: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(file).map_err(|error| ConfigError::unreadable(file, error))
}

fn files_below(root: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    let ignored = Ignored::near(root);
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        // Links are followed, and may lead back.
        if !seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            continue;
        }
        let entries =
            fs::read_dir(&folder).map_err(|error| ConfigError::unreadable(&folder, error))?;
        for entry in entries {
            let path = entry
                .map_err(|error| ConfigError::unreadable(&folder, error))?
                .path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !ignored.contains(&name) {
                files.push(path);
            }
        }
    }
    files.sort_by_cached_key(|file| file.to_string_lossy().into_owned());
    Ok(files)
}
