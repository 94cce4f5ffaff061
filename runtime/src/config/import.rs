//! Reads Colang sources and, file by file, whatever they import.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use action_sdk::nearest_name;
use colang::diagnostic::{Code, Diagnostic};
use colang::program::{File, PlacedMistake, Program, ProgramError};
use colang::source::{SourceId, SourceMap, Span};
use colang::syntax::ast::Flow;
use colang::syntax::{Module, parse};
use serde_json::{Map, Value};

use super::error::{ConfigError, ConfigErrorKind, in_one_line};
use super::folder::{self, Found};
use super::{COLANG_VERSION, ConfigLoader, rails, yaml};
use crate::{library, names, reference};

/// What flows that the settings list need.
const GUARDRAILS: &str = "guardrails";

/// Where flows that the settings list may come from.
const RAILS_LIBRARY: &str = "nemoguardrails/library";

/// The sources of a configuration while they are read.
pub(super) struct Sources<'a> {
    loader: &'a ConfigLoader,
    /// The configuration's own folder; in it imports are looked for first.
    root: &'a Path,
    settings: Map<String, Value>,
    map: SourceMap,
    modules: Vec<Module>,
    /// What was imported, and where it was found.
    imported: Vec<(String, String)>,
    names: Vec<String>,
    mistakes: Vec<Diagnostic>,
    /// The imports for which nothing is found.
    missing: Vec<Diagnostic>,
    warnings: Vec<String>,
    waiting: VecDeque<(String, String)>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        loader: &'a ConfigLoader,
        mut settings: Map<String, Value>,
        root: &'a Path,
    ) -> Self {
        settings
            .entry("colang_version")
            .or_insert_with(|| COLANG_VERSION.into());
        Self {
            loader,
            root,
            settings,
            map: SourceMap::new(),
            modules: Vec::new(),
            imported: Vec::new(),
            names: Vec::new(),
            mistakes: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Reads these sources, and all that they and the setting `import_paths` ask for.
    pub(super) fn read_all(&mut self, own: Vec<(String, String)>) -> Result<(), ConfigError> {
        self.take(own);
        self.import_configured()?;
        self.read_waiting()?;
        self.add_rails()?;
        self.read_waiting()
    }

    /// Adds the flows that the settings list.
    fn add_rails(&mut self) -> Result<(), ConfigError> {
        let lists = rails::listed(&self.settings)?;
        if lists.is_empty() {
            return Ok(());
        }
        self.import(GUARDRAILS, "rails: ")?;
        self.read_waiting()?;
        let known = self.flows();
        if !lists.iter().all(|list| list.are_among(&known)) {
            self.import(RAILS_LIBRARY, "rails: ")?;
            self.read_waiting()?;
        }
        let known = self.flows();
        let sources = lists.iter().map(|list| list.source(&known));
        let sources = sources.collect::<Result<_, _>>()?;
        self.take(sources);
        Ok(())
    }

    fn flows(&self) -> Vec<&Flow> {
        let flows = self.modules.iter().flat_map(|module| &module.flows);
        flows.collect()
    }

    fn read_waiting(&mut self) -> Result<(), ConfigError> {
        while let Some((name, text)) = self.waiting.pop_front() {
            self.read(&name, &text)?;
        }
        if self.mistakes.is_empty() && self.missing.is_empty() {
            return Ok(());
        }
        let kind = match self.mistakes.is_empty() {
            true => ConfigErrorKind::Import,
            false => ConfigErrorKind::Sources,
        };
        let (mistakes, map) = (self.all_mistakes(), std::mem::take(&mut self.map));
        Err(ConfigError::of_mistakes(kind, mistakes, map))
    }

    /// Those that were found when the sources were read, and those of what could be read of them.
    fn all_mistakes(&mut self) -> Vec<Diagnostic> {
        let mut mistakes = std::mem::take(&mut self.mistakes);
        mistakes.append(&mut self.missing);
        let error = Program::new(&self.files()).err();
        let found = error.iter().flat_map(ProgramError::mistakes);
        let found = found.map(PlacedMistake::diagnostic);
        // The flow to be overridden may be the one that could not be read.
        let own = found.filter(|found| found.code != Code::NothingToOverride);
        mistakes.extend(own.cloned());
        mistakes.sort_by_key(|mistake| (mistake.source, mistake.span.start));
        mistakes
    }

    fn files(&self) -> Vec<File<'_>> {
        let name = |id: SourceId| self.map.name(id).unwrap_or_default();
        let files = self.modules.iter().map(|module| File {
            name: name(module.source_id),
            module,
        });
        files.collect()
    }

    fn take(&mut self, sources: Vec<(String, String)>) {
        for (name, text) in sources {
            if !self.names.contains(&name) {
                self.names.push(name.clone());
                self.waiting.push_back((name, text));
            }
        }
    }

    fn read(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        let id = self.map.add(name, text);
        let parsed = parse(id, text);
        if parsed.has_errors() && is_colang_1(text) {
            self.warnings
                .push(format!("{name} is written in Colang 1 and is passed over"));
            return Ok(());
        }
        for diagnostic in parsed.diagnostics {
            if diagnostic.is_error() {
                self.mistakes.push(diagnostic);
            } else {
                self.warnings.push(in_one_line(&diagnostic, &self.map));
            }
        }
        for import in &parsed.module.imports {
            let place = self.map.position(id, import.span.start);
            let place = place.map_or_else(String::new, |place| format!("{name}:{place}: "));
            if let Err(error) = self.import(&import.target.path(), &place) {
                self.missing(error, &place, id, import.span)?;
            }
        }
        self.modules.push(parsed.module);
        Ok(())
    }

    /// An import that is not found hides no other mistake.
    fn missing(
        &mut self,
        error: ConfigError,
        place: &str,
        source: SourceId,
        span: Span,
    ) -> Result<(), ConfigError> {
        if error.kind() != ConfigErrorKind::Import {
            return Err(error);
        }
        let message = error.to_string();
        let message = message.strip_prefix(place).unwrap_or(&message);
        let mistake = Diagnostic::error(Code::InvalidImport, source, span, message);
        self.missing.push(mistake);
        Ok(())
    }

    fn import_configured(&mut self) -> Result<(), ConfigError> {
        let paths = self.settings.get("import_paths").and_then(Value::as_array);
        let paths: Vec<_> = paths
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let paths: Vec<_> = paths.into_iter().map(str::to_owned).collect();
        for path in paths {
            self.import(&path, "import_paths: ")?;
        }
        Ok(())
    }

    /// `place` says where the import is written.
    fn import(&mut self, target: &str, place: &str) -> Result<(), ConfigError> {
        if self.imported.iter().any(|(known, _)| known == target) {
            return Ok(());
        }
        let (found_at, found) = self.find(target, place)?;
        self.imported.push((target.to_owned(), found_at));
        let more_imports = found.settings.contains_key("import_paths");
        yaml::join(&mut self.settings, found.settings);
        self.take(found.sources);
        if more_imports {
            self.import_configured()?;
        }
        Ok(())
    }

    /// What an import brings, and where that is.
    fn find(&self, target: &str, place: &str) -> Result<(String, Found), ConfigError> {
        let below = |folder: &Path| existing(&folder.join(target));
        if let Some(own) = self.of_this_configuration(target) {
            return Ok((own, Found::default()));
        }
        let folders = self.loader.folders();
        let on_path = folders.iter().find_map(|folder| below(folder));
        if let Some(path) = on_path {
            return Ok((path.display().to_string(), folder::read(&path)?));
        }
        if let Some(found) = self.among_modules(target) {
            return Ok((target.to_owned(), found));
        }
        if let Some(found) = found_in(library::below(target)) {
            return Ok((library::shown(target), found));
        }
        if let Some(path) = existing(Path::new(target)) {
            return Ok((path.display().to_string(), folder::read(&path)?));
        }
        Err(not_found(target, place, &folders))
    }

    /// A file or folder of the configuration itself, whose sources are read anyway.
    ///
    /// A folder does not stand for a part of the library: rails that lie in a folder `guardrails` would never be run.
    fn of_this_configuration(&self, target: &str) -> Option<String> {
        let path = self.root.join(target).display().to_string();
        let (file, folder) = (format!("{path}.co"), format!("{path}/"));
        let is_file = self.names.iter().any(|name| *name == path || *name == file);
        let is_folder = || self.names.iter().any(|name| name.starts_with(&folder));
        let is_it = is_file || (library::below(target).is_empty() && is_folder());
        is_it.then_some(path)
    }

    fn among_modules(&self, target: &str) -> Option<Found> {
        let modules = self.loader.modules.iter();
        let sources = modules
            .filter(|(path, _)| library::is_below(target, path))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect();
        found_in(sources)
    }

    /// The flows of all sources. What is probably not meant in them is noted.
    pub(super) fn program(&mut self) -> Result<Program, ConfigError> {
        let files = self.files();
        let program = Program::new(&files);
        let doubtful = Program::check_with(&files, &advice);
        // The library starts flows that a configuration may define or not.
        let doubtful = doubtful
            .iter()
            .filter(|mistake| !library::is_shown_as(mistake.file()))
            .map(|mistake| in_one_line(mistake.diagnostic(), &self.map));
        self.warnings.extend(doubtful);
        let doubts = names::doubts(&self.modules, &self.map, library::is_shown_as);
        self.warnings.extend(doubts);
        self.warnings.extend(rails::warnings(&self.modules));
        program.map_err(|error| ConfigError::program(&error, std::mem::take(&mut self.map)))
    }

    pub(super) fn modules(&self) -> &[Module] {
        &self.modules
    }

    pub(super) fn source_map(&self) -> &SourceMap {
        &self.map
    }

    /// The settings, and what is probably not meant.
    pub(super) fn into_rest(mut self) -> (Map<String, Value>, Vec<String>) {
        let imported = self.imported.into_iter();
        let imported: Map<_, _> = imported.map(|(name, at)| (name, at.into())).collect();
        self.settings
            .insert("imported_paths".to_owned(), imported.into());
        (self.settings, self.warnings)
    }
}

/// What to do about a flow that is not there, if the library or that of the reference has one of that name.
fn advice(flow: &str) -> Option<String> {
    let import = library::import_of(flow);
    let import = import.map(|path| format!("write `import {path}` at the top of the file"));
    import.or_else(|| reference::advice(flow).map(str::to_owned))
}

fn found_in(sources: Vec<(String, String)>) -> Option<Found> {
    (!sources.is_empty()).then(|| Found {
        settings: Map::new(),
        sources,
    })
}

fn not_found(target: &str, place: &str, folders: &[PathBuf]) -> ConfigError {
    let shown = target.replace('/', ".");
    let folders: Vec<_> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    let hint = match nearest_name(target, library::imports()) {
        Some(near) => format!("did you mean `import {}`?", near.replace('/', ".")),
        None if target.starts_with(RAILS_LIBRARY) => format!(
            "this part of the library of nemoguardrails is not here, which are `{}`; write a flow that asks an action of yours",
            library_rails()
        ),
        None => "write the path of a file or folder of the configuration, or set `COLANGPATH` to the folder that has it".to_owned(),
    };
    let message = format!(
        "{place}nothing is found for the import `{shown}`: it was looked for on the import path [{}]; {hint}",
        folders.join(", ")
    );
    ConfigError::new(ConfigErrorKind::Import, message)
}

fn library_rails() -> String {
    let rails = library::imports().filter(|path| path.starts_with(RAILS_LIBRARY));
    let rails: Vec<_> = rails.map(|path| path.replace('/', ".")).collect();
    rails.join("`, `")
}

/// The folder or file, or the `.co` file of that name.
fn existing(path: &Path) -> Option<PathBuf> {
    let mut file = path.as_os_str().to_owned();
    file.push(".co");
    [path.to_owned(), file.into()]
        .into_iter()
        .find(|path| path.exists())
}

/// Whether a text that is no Colang 2 defines something as Colang 1 does.
fn is_colang_1(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("define "))
}
