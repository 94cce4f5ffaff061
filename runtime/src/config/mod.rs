//! A configuration: settings from YAML files, flows from Colang files, and what they import.

mod check;
mod colang_1;
mod entries;
mod error;
mod folder;
mod ignore;
mod import;
mod join;
mod known;
mod listed;
mod models;
mod rails;
mod schema;
mod settings;
mod survey;
mod templates;
mod tree;
mod unknown;
mod version;
mod wrong;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use action_sdk::RailsConfig;
use colang::program::Program;

use crate::problem::Problem;
use folder::{Found, Reader};
use import::Sources;
use settings::Settings;
use tree::Tree;

pub use error::{ConfigError, ConfigErrorKind};
pub use listed::Setting;
pub(crate) use listed::settings;
pub(crate) use survey::{Read, Survey};

/// A loaded configuration: the settings, and the flows ready to run. Cheap to clone.
///
/// ```
/// let sources = [("main.co", "flow main\n  match Start()\n")];
/// let config = action_sdk_runtime::parse_config("lowest_temperature: 0.2", sources)?;
/// assert_eq!(config.rails().lowest_temperature, Some(0.2));
/// assert!(config.program().flow("main").is_some());
/// # Ok::<(), action_sdk_runtime::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config(Arc<Loaded>);

#[derive(Debug)]
struct Loaded {
    read: Read,
    program: Program,
}

impl Config {
    fn new((read, program): (Read, Program)) -> Self {
        Self(Arc::new(Loaded { read, program }))
    }

    /// The settings.
    #[must_use]
    pub fn rails(&self) -> &Arc<RailsConfig> {
        &self.0.read.rails
    }

    /// The flows.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.0.program
    }

    /// The warnings, each with its place: settings that are unknown or have no effect, statements without effect,
    /// skipped files.
    ///
    /// They are traced when a runtime is built; show them to the author of the configuration.
    ///
    /// ```
    /// let yaml = "streaming: true\n";
    /// let config = action_sdk_runtime::parse_config(yaml, [("main.co", "flow main\n  match Start()\n")])?;
    /// for warning in config.warnings() {
    ///     eprintln!("warning: {warning}");
    /// }
    /// # assert_eq!(config.warnings().len(), 1);
    /// # Ok::<(), action_sdk_runtime::ConfigError>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.0.read.warnings
    }

    /// What was read.
    pub(crate) fn read(&self) -> &Read {
        &self.0.read
    }

    /// The actions that flows start, each once: those of the library, of the standard and of the author.
    ///
    /// ```
    /// let flows = "flow main\n  await FetchPriceAction()\n  start FetchPriceAction()\n";
    /// let config = action_sdk_runtime::parse_config("", [("main.co", flows)])?;
    /// assert_eq!(config.actions(), ["FetchPriceAction"]);
    /// # Ok::<(), action_sdk_runtime::ConfigError>(())
    /// ```
    #[must_use]
    pub fn actions(&self) -> Vec<&str> {
        let actions: BTreeSet<&str> = self.0.read.demands.actions().collect();
        actions.into_iter().collect()
    }
}

/// Loads the configuration in a folder, or in a single `.co` or YAML file; see [`ConfigLoader`].
///
/// # Errors
///
/// If a file is missing, cannot be read or has mistakes. All mistakes in the settings, or in the Colang sources, are
/// reported at once.
pub fn load_config(path: impl AsRef<Path>) -> Result<Config, ConfigError> {
    ConfigLoader::new().load(path)
}

/// Creates a configuration from strings: the settings as YAML, and Colang sources with their names; see
/// [`ConfigLoader`].
///
/// # Errors
///
/// If one of the strings has mistakes, or an import is not found.
pub fn parse_config<N: Into<String>, T: Into<String>>(
    yaml: &str,
    sources: impl IntoIterator<Item = (N, T)>,
) -> Result<Config, ConfigError> {
    ConfigLoader::new().parse(yaml, sources)
}

/// Loads configurations, optionally with a custom import path.
///
/// A configuration consists of all `.yml`, `.yaml` and `.co` files of the folder and its subfolders, in the order of
/// their paths, each once even if several links lead to it; Markdown files below `kb` become documents. Names that
/// begin with `.` are skipped, and so are broken links and what is not a regular file, with a warning. Lists from
/// several YAML files are concatenated, and tables are merged key by key; other settings that contradict each other
/// are an error.
///
/// An unknown key is an error if it might disable a check, as every unknown key in `rails` might, otherwise a
/// warning. [`allow_unknown_settings`](Self::allow_unknown_settings), or the setting of that name, allows all of
/// them.
///
/// The target of an `import` or of the setting `import_paths` is a folder with everything in it, or a `.co` file. It
/// is searched for in this order: the configuration itself, the folders of the import path, the
/// [modules](Self::module), the library of this crate, and the working directory. The import path is the environment
/// variable `COLANGPATH`, unless [`colang_path`](Self::colang_path) sets one.
///
/// The library has `core`, `timing`, `llm`, `guardrails`, `avatars`, `attention`, `passthrough` and, below
/// `nemoguardrails.library`, rails. The settings `rails.input.flows` and `rails.output.flows` import `guardrails` and
/// define the flows `input rails` and `output rails`, which await the listed flows.
///
/// ```
/// use action_sdk_runtime::ConfigLoader;
///
/// let loader = ConfigLoader::new().colang_path(["/usr/share/flows"]).module("greetings.co", "flow greet\n  match Hi()\n");
/// let config = loader.parse("", [("main.co", "import greetings\n\nflow main\n  greet\n")])?;
/// assert!(config.program().flow("greet").is_some());
/// # Ok::<(), action_sdk_runtime::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ConfigLoader {
    colang_path: Option<Vec<PathBuf>>,
    modules: BTreeMap<String, String>,
    max_file_size: Option<u64>,
    allows_unknown: bool,
    open: BTreeMap<PathBuf, String>,
}

impl ConfigLoader {
    /// A loader with the import path of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Searches these folders for imports, instead of those in the environment variable `COLANGPATH`.
    #[must_use]
    pub fn colang_path<P: Into<PathBuf>>(mut self, folders: impl IntoIterator<Item = P>) -> Self {
        self.colang_path = Some(folders.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a source that can be imported, with its path on the import path: `avatars/gestures.co`.
    #[must_use]
    pub fn module(mut self, path: impl Into<String>, source: impl Into<String>) -> Self {
        self.modules.insert(path.into(), source.into());
        self
    }

    /// Sets the limit on the size of a file in bytes; 16 MiB by default.
    #[must_use]
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.max_file_size = Some(bytes);
        self
    }

    /// Takes this text for the content of a file, which need not exist: what an editor shows and has not saved yet.
    #[must_use]
    pub fn open_file(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.open.insert(path.into(), text.into());
        self
    }

    /// Allows unknown settings, with a warning for each, even if they might disable a check. The setting
    /// `allow_unknown_settings: true` of a configuration does the same.
    ///
    /// ```
    /// use action_sdk_runtime::ConfigLoader;
    ///
    /// let loader = ConfigLoader::new().allow_unknown_settings();
    /// let config = loader.parse("rails: {audit: {}}\n", [("main.co", "flow main\n  match Start()\n")])?;
    /// assert_eq!(config.warnings()[0].path(), Some("rails.audit"));
    /// # Ok::<(), action_sdk_runtime::ConfigError>(())
    /// ```
    #[must_use]
    pub fn allow_unknown_settings(mut self) -> Self {
        self.allows_unknown = true;
        self
    }

    /// Loads the configuration in a folder, or in a single `.co` or YAML file.
    ///
    /// # Errors
    ///
    /// See [`load_config`].
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Config, ConfigError> {
        self.survey(path.as_ref())?.usable().map(Config::new)
    }

    /// Reads what can be read of the configuration in a folder or file.
    ///
    /// # Errors
    ///
    /// If there is no such folder or file, or it cannot be read.
    pub(crate) fn survey(&self, path: &Path) -> Result<Survey, ConfigError> {
        let mut reader = self.reader();
        let mut settings = Settings::new(self.allows_unknown);
        let found = reader.read(path, &mut settings)?;
        settings.set("config_path", Tree::Text(path.display().to_string()));
        Ok(self.put_together(reader, settings, found, path))
    }

    fn reader(&self) -> Reader {
        let most_bytes = self.max_file_size.unwrap_or(folder::MOST_BYTES);
        Reader::new(most_bytes, self.open.clone())
    }

    /// Creates a configuration from strings.
    ///
    /// # Errors
    ///
    /// See [`parse_config`].
    pub fn parse<N: Into<String>, T: Into<String>>(
        &self,
        yaml: &str,
        sources: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Config, ConfigError> {
        let sources = sources.into_iter();
        let sources = sources.map(|(name, text)| (name.into(), text.into()));
        let survey = self.survey_of(yaml, sources.collect());
        survey.usable().map(Config::new)
    }

    /// Reads what can be read of these strings.
    pub(crate) fn survey_of(&self, yaml: &str, sources: Vec<(String, String)>) -> Survey {
        let mut settings = Settings::new(self.allows_unknown);
        settings.read("config.yml", yaml);
        let found = Found::from(sources);
        self.put_together(self.reader(), settings, found, Path::new(""))
    }

    fn put_together(&self, reader: Reader, settings: Settings, own: Found, root: &Path) -> Survey {
        let mut sources = Sources::new(self, reader, settings, root);
        sources.read_all(own);
        sources.survey()
    }

    /// The folders of the import path.
    fn folders(&self) -> Vec<PathBuf> {
        let of_environment = || {
            let folders = std::env::var_os("COLANGPATH").unwrap_or_default();
            let folders = std::env::split_paths(&folders);
            folders
                .filter(|folder| !folder.as_os_str().is_empty())
                .collect()
        };
        self.colang_path.clone().unwrap_or_else(of_environment)
    }
}
