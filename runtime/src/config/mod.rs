//! A configuration: settings from YAML files, flows from Colang files, and what they import.

mod error;
mod folder;
mod ignore;
mod import;
mod rails;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use action_sdk::RailsConfig;
use colang::program::Program;
use serde_json::{Map, Value};

use crate::names::{self, Uses};
use import::Sources;

pub use error::{ConfigError, ConfigErrorKind};

/// The only version of Colang that is run here.
const COLANG_VERSION: &str = "2.x";

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
    rails: Arc<RailsConfig>,
    program: Program,
    uses: Uses,
    warnings: Vec<String>,
}

impl Config {
    /// The settings.
    #[must_use]
    pub fn rails(&self) -> &Arc<RailsConfig> {
        &self.0.rails
    }

    /// The flows.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.0.program
    }

    /// What is probably not meant, each with its place: settings that nobody knows, statements without effect, files
    /// that are passed over.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    pub(crate) fn uses(&self) -> &Uses {
        &self.0.uses
    }
}

/// Loads the configuration that lies in a folder, or in one `.co` or YAML file; see [`ConfigLoader`].
///
/// # Errors
///
/// If a file is missing, cannot be read or has mistakes; of Colang sources all mistakes are told at once.
pub fn load_config(path: impl AsRef<Path>) -> Result<Config, ConfigError> {
    ConfigLoader::new().load(path)
}

/// Puts a configuration together from texts: the settings as YAML, and Colang sources with their names; see
/// [`ConfigLoader`].
///
/// # Errors
///
/// If one of the texts has mistakes, or an import is not found.
pub fn parse_config<N: Into<String>, T: Into<String>>(
    yaml: &str,
    sources: impl IntoIterator<Item = (N, T)>,
) -> Result<Config, ConfigError> {
    ConfigLoader::new().parse(yaml, sources)
}

/// Loads configurations, with an import path of one's own.
///
/// All `.yml`, `.yaml` and `.co` files of the folder and those below it belong to the configuration, in the order of
/// their paths; Markdown files below `kb` become documents. What an `import` or the setting `import_paths` names is
/// looked for first in the configuration itself, then in the folders of the import path, then among the
/// [modules](Self::module), then in the library that comes with this crate, and last from the working directory on: a
/// folder with everything in it, or a `.co` file. The import path comes from the environment variable `COLANGPATH`,
/// unless [`colang_path`](Self::colang_path) gives one.
///
/// The library has `core`, `timing`, `llm`, `guardrails`, `avatars`, `attention`, `passthrough` and, below
/// `nemoguardrails.library`, rails. The settings `rails.input.flows` and `rails.output.flows` import `guardrails`, and
/// stand for the flows `input rails` and `output rails` that await what they list.
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
}

impl ConfigLoader {
    /// A loader with the import path of the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks for imports in these folders, and not in those that the environment variable `COLANGPATH` names.
    #[must_use]
    pub fn colang_path<P: Into<PathBuf>>(mut self, folders: impl IntoIterator<Item = P>) -> Self {
        self.colang_path = Some(folders.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a source that is loaded when something imports it, by its path on the import path: `avatars/gestures.co`.
    #[must_use]
    pub fn module(mut self, path: impl Into<String>, source: impl Into<String>) -> Self {
        self.modules.insert(path.into(), source.into());
        self
    }

    /// Loads the configuration that lies in a folder, or in one `.co` or YAML file.
    ///
    /// # Errors
    ///
    /// See [`load_config`].
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Config, ConfigError> {
        let path = path.as_ref();
        let mut found = folder::read(path)?;
        let shown = Value::String(path.display().to_string());
        found.settings.insert("config_path".to_owned(), shown);
        self.put_together(found.settings, found.sources, path)
    }

    /// Puts a configuration together from texts.
    ///
    /// # Errors
    ///
    /// See [`parse_config`].
    pub fn parse<N: Into<String>, T: Into<String>>(
        &self,
        yaml: &str,
        sources: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Config, ConfigError> {
        let mut settings = Map::new();
        yaml::join(&mut settings, yaml::read("config.yml", yaml)?);
        let sources = sources.into_iter();
        let sources = sources.map(|(name, text)| (name.into(), text.into()));
        self.put_together(settings, sources.collect(), Path::new(""))
    }

    fn put_together(
        &self,
        settings: Map<String, Value>,
        own: Vec<(String, String)>,
        root: &Path,
    ) -> Result<Config, ConfigError> {
        check_version(&settings)?;
        let mut sources = Sources::new(self, settings, root);
        sources.read_all(own)?;
        let program = sources.program()?;
        let uses = names::uses(sources.modules(), sources.source_map());
        let (settings, mut warnings) = sources.into_rest();
        let rails: RailsConfig = serde_json::from_value(Value::Object(settings)).map_err(field)?;
        warnings.extend(unknown_settings(&rails));
        Ok(Config(Arc::new(Loaded {
            rails: Arc::new(rails),
            program,
            uses,
            warnings,
        })))
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

fn field(error: serde_json::Error) -> ConfigError {
    let message = format!("the settings cannot be read: {error}");
    ConfigError::new(ConfigErrorKind::Field, message).caused_by(error)
}

/// A configuration that says nothing is one for Colang 2.x, since nothing else is run here.
fn check_version(settings: &Map<String, Value>) -> Result<(), ConfigError> {
    match settings.get("colang_version") {
        None => Ok(()),
        Some(Value::String(version)) if version == COLANG_VERSION => Ok(()),
        Some(other) => {
            let message = format!(
                "`colang_version` is {other}, and only Colang 2 is run here; write `colang_version: \"{COLANG_VERSION}\"`"
            );
            Err(ConfigError::new(ConfigErrorKind::ColangVersion, message))
        }
    }
}

fn unknown_settings(rails: &RailsConfig) -> Vec<String> {
    let fields = rails.unknown_fields().into_iter();
    fields
        .filter(|field| field != crate::builder::FAIL_OPEN)
        .map(|field| format!("nothing here knows the setting `{field}`"))
        .collect()
}
