//! Finds and reads the files of a configuration: all `.co`, `.yml` and `.yaml` files of a folder and its subfolders,
//! in the order of their paths, each once.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use colang::diagnostic::Code;

use super::error::{ConfigError, ConfigErrorKind};
use super::ignore::Ignored;
use super::settings::Settings;
use crate::problem::Problem;

/// The folder with the documents of the knowledge base (nemoguardrails 0.24.1).
const KNOWLEDGE_BASE: &str = "kb";

/// The default limit on the size of a file, in bytes.
pub(super) const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Reads files, each at most once.
#[derive(Debug)]
pub(super) struct Reader {
    most_bytes: u64,
    read: HashSet<PathBuf>,
    /// Files whose content is given, such as those that an editor has not saved yet.
    open: BTreeMap<PathBuf, String>,
    pub(super) warnings: Vec<Problem>,
    /// The files that cannot be read.
    pub(super) unreadable: Vec<ConfigError>,
}

/// What a folder or file contains besides settings.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Its Colang files: the name for messages, and the source.
    pub(super) sources: Vec<(String, String)>,
    /// Names of files that had already been read.
    pub(super) known: Vec<String>,
}

impl Reader {
    pub(super) fn new(most_bytes: u64, open: BTreeMap<PathBuf, String>) -> Self {
        Self {
            most_bytes,
            read: HashSet::new(),
            open,
            warnings: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    /// Reads a folder, a `.co` file or a YAML file. Files that cannot be read are left out.
    ///
    /// # Errors
    ///
    /// If there is no such file or folder, or the folder cannot be read.
    pub(super) fn read(
        &mut self,
        path: &Path,
        settings: &mut Settings,
    ) -> Result<Found, ConfigError> {
        let mut found = Found::default();
        if path.is_dir() {
            for file in self.files_below(path)? {
                self.add(path, &file, settings, &mut found);
            }
        } else if path.exists() || self.open.contains_key(path) {
            self.add(Path::new(""), path, settings, &mut found);
        } else {
            return Err(ConfigError::not_found(path));
        }
        Ok(found)
    }

    fn add(&mut self, root: &Path, file: &Path, settings: &mut Settings, found: &mut Found) {
        let below = file.strip_prefix(root).unwrap_or(file);
        let is_document = below.starts_with(KNOWLEDGE_BASE) && below != file;
        let name = file.display().to_string();
        let kind = match (is_document, extension(file)) {
            (true, "md") => Kind::Document,
            (false, "yml" | "yaml") => Kind::Settings,
            (false, "co") => Kind::Source,
            (true | false, _) => return,
        };
        match (self.is_new(file).then(|| self.text(file)), kind) {
            (Some(Err(error)), _) => self.unreadable.push(error),
            (Some(Ok(text)), Kind::Document) => settings.add_document(&name, text),
            (Some(Ok(text)), Kind::Settings) => settings.read(&name, &text),
            (Some(Ok(text)), Kind::Source) => found.sources.push((name, text)),
            (None, Kind::Source) => found.known.push(name),
            (None, Kind::Document | Kind::Settings) => {}
        }
    }

    fn is_new(&mut self, file: &Path) -> bool {
        let canonical = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        self.read.insert(canonical)
    }

    fn text(&self, file: &Path) -> Result<String, ConfigError> {
        if let Some(text) = self.open.get(file) {
            return Ok(text.clone());
        }
        let unreadable = |error| ConfigError::unreadable(file, error);
        if !fs::metadata(file).map_err(unreadable)?.is_file() {
            // Opening a pipe would block until something writes to it.
            let kind = ConfigErrorKind::Unreadable;
            return Err(ConfigError::of_file(kind, file, "this is no regular file"));
        }
        let mut bytes = Vec::new();
        let opened = File::open(file).map_err(unreadable)?;
        // The size in the metadata of a file may be wrong.
        let read = opened
            .take(self.most_bytes.saturating_add(1))
            .read_to_end(&mut bytes);
        let read = read.map_err(unreadable)?;
        if u64::try_from(read).unwrap_or(u64::MAX) > self.most_bytes {
            return Err(self.too_large(file));
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let message = format!("this is no text in UTF-8, from byte {at} on");
            ConfigError::of_file(ConfigErrorKind::Unreadable, file, message).caused_by(error)
        })
    }

    fn too_large(&self, file: &Path) -> ConfigError {
        let message = format!(
            "this has more than {} bytes; set `ConfigLoader::max_file_size` if it is meant to be that large",
            self.most_bytes
        );
        ConfigError::of_file(ConfigErrorKind::TooLarge, file, message)
    }

    fn files_below(&mut self, root: &Path) -> Result<Vec<PathBuf>, ConfigError> {
        let ignored = Ignored::near(root, |file| self.text(file))?;
        let is_new = |file: &&PathBuf| file.starts_with(root) && !file.exists();
        let mut files: Vec<_> = self.open.keys().filter(is_new).cloned().collect();
        let mut seen = HashSet::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            // Links are followed and may form a cycle.
            if !seen.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
                continue;
            }
            let unreadable = |error| ConfigError::unreadable(&folder, error);
            for entry in fs::read_dir(&folder).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                let name = path.file_name().unwrap_or_default();
                let name = name.to_string_lossy();
                if name.starts_with('.') || ignored.contains(&name) && !path.is_dir() {
                    continue;
                }
                match self.kind(&path)? {
                    Entry::Folder => folders.push(path),
                    Entry::File => files.push(path),
                    Entry::Other => {}
                }
            }
        }
        files.sort_by_cached_key(|file| file.to_string_lossy().into_owned());
        Ok(files)
    }

    fn kind(&mut self, path: &Path) -> Result<Entry, ConfigError> {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => Ok(Entry::Folder),
            Ok(meta) if meta.is_file() => Ok(Entry::File),
            Ok(_) => self.pass_over(path, "is no regular file"),
            Err(_) if path.is_symlink() => self.pass_over(path, "is a link that leads nowhere"),
            Err(error) => Err(ConfigError::unreadable(path, error)),
        }
    }

    fn pass_over(&mut self, path: &Path, why: &str) -> Result<Entry, ConfigError> {
        // A link without an extension may have pointed to a folder.
        if matches!(extension(path), "co" | "yml" | "yaml" | "md" | "") {
            let name = path.display().to_string();
            let warning = Problem::in_file(
                Code::SkippedFile,
                name,
                format!("this {why}, and is passed over"),
            );
            self.warnings.push(warning);
        }
        Ok(Entry::Other)
    }
}

/// What a file of a configuration is.
#[derive(Clone, Copy)]
enum Kind {
    Document,
    Settings,
    Source,
}

/// An entry of a folder.
enum Entry {
    Folder,
    File,
    Other,
}

fn extension(file: &Path) -> &str {
    let extension = file.extension().and_then(|extension| extension.to_str());
    extension.unwrap_or_default()
}
