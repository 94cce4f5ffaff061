//! The library as files that an editor can open: written to a folder of the user when one is first asked for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use action_sdk_runtime::vocabulary::library_sources;

use crate::file::{File, Files};

/// The library, read from the program itself.
#[derive(Debug)]
pub(crate) struct Library {
    folder: PathBuf,
    pub(crate) files: Files,
}

impl Library {
    pub(crate) fn new() -> Self {
        let folder = folder();
        let files = library_sources().map(|(name, text)| {
            let path = folder.join(name.trim_start_matches("<library>/"));
            (path, File::new(text))
        });
        let files = files.collect();
        Self { folder, files }
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Makes sure that a file can be opened, if it is of the library.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        let Some(file) = self.files.get(path) else {
            return Ok(());
        };
        let text = file.text.as_str();
        if fs::read_to_string(path).is_ok_and(|known| known == text) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
        fs::write(path, text)
    }
}

/// A folder for this version, and for this user alone.
fn folder() -> PathBuf {
    let name = format!("action-sdk-library-{}", env!("CARGO_PKG_VERSION"));
    let home = ["XDG_CACHE_HOME", "LOCALAPPDATA"]
        .into_iter()
        .find_map(std::env::var_os);
    let home = home.map(PathBuf::from).filter(|home| home.is_absolute());
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    home.unwrap_or_else(std::env::temp_dir).join(name)
}
