//! Files of flows and settings, and how they are read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::index::Index;
use crate::place;
use crate::text::Text;

/// Larger files are not read; the loader of configurations has the same limit.
const MOST_BYTES: u64 = 16 << 20;

/// More names in folders are not looked at: the folder is hardly a configuration.
pub(crate) const MOST_NAMES: usize = 20_000;

pub(crate) type Files = BTreeMap<PathBuf, File>;

/// A file of flows or settings.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) text: Text,
    /// Of settings, it is empty.
    pub(crate) index: Arc<Index>,
}

impl File {
    /// A file of flows.
    pub(crate) fn new(source: &str) -> Self {
        Self {
            text: Text::new(source),
            index: Arc::new(Index::new(source)),
        }
    }

    pub(crate) fn of(path: &Path, text: &str) -> Self {
        match place::is_settings(path) {
            true => Self {
                text: Text::new(text),
                index: Arc::new(Index::new("")),
            },
            false => Self::new(text),
        }
    }
}

/// Reads a file, if it can be read.
pub(crate) fn read(path: &Path) -> Option<File> {
    let length = fs::metadata(path).ok()?.len();
    if length > MOST_BYTES {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    Some(File::of(path, &text))
}

/// Reads the files of a folder and its subfolders. Names that begin with `.` are skipped; links to folders are not
/// followed.
pub(crate) fn read_all(folder: &Path, left: &mut usize, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Some(fewer) = left.checked_sub(1) else {
            return;
        };
        *left = fewer;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            read_all(&path, left, files);
        } else if place::is_flows(&path) || place::is_settings(&path) {
            files.extend(read(&path).map(|file| (path, file)));
        }
    }
}
