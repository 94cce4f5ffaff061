//! Reads Colang sources and, recursively, everything they import.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};

use action_sdk::{RailsConfig, nearest_name};
use colang::diagnostic::{Code, Diagnostic};
use colang::program::{File, PlacedMistake, Program, ProgramError};
use colang::source::{SourceId, SourceMap, Span};
use colang::syntax::ast::Flow;
use colang::syntax::{Module, parse};
use indexmap::IndexMap;

use super::colang_1::{self, Lost};
use super::error::{ConfigError, ConfigErrorKind};
use super::folder::{Found, Reader};
use super::settings::Settings;
use super::tree::{Entry, Node, Tree};
use super::{ConfigLoader, rails as listed};
use crate::problem::Problem;
use crate::rails::{self, reference};
use crate::{analysis, library};

/// The sources of a configuration while they are being read.
pub(super) struct Sources<'a> {
    loader: &'a ConfigLoader,
    /// The folder of the configuration, which is searched first for imports.
    root: &'a Path,
    reader: Reader,
    settings: Settings,
    map: SourceMap,
    modules: Vec<Module>,
    /// The imports so far, and where each was found.
    imported: IndexMap<String, String>,
    /// How many entries of the setting `import_paths` have been imported.
    configured: usize,
    names: BTreeSet<String>,
    mistakes: Vec<Diagnostic>,
    /// The imports that were not found.
    missing: Vec<Diagnostic>,
    warnings: Vec<Problem>,
    /// Flows of skipped files, by name.
    lost: HashMap<String, Lost>,
    waiting: VecDeque<(String, String)>,
}

/// Where an import was found.
enum Place {
    /// In the configuration itself, which is read anyway.
    Own(String),
    OnDisk(PathBuf),
    /// Among given strings: the name for messages, and the sources.
    Given(String, Vec<(String, String)>),
}

impl<'a> Sources<'a> {
    pub(super) fn new(
        loader: &'a ConfigLoader,
        reader: Reader,
        settings: Settings,
        root: &'a Path,
    ) -> Self {
        Self {
            loader,
            root,
            reader,
            settings,
            map: SourceMap::new(),
            modules: Vec::new(),
            imported: IndexMap::new(),
            configured: 0,
            names: BTreeSet::new(),
            mistakes: Vec::new(),
            missing: Vec::new(),
            warnings: Vec::new(),
            lost: HashMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Reads these sources, and everything imported by them and by the setting `import_paths`.
    pub(super) fn read_all(&mut self, own: Found) -> Result<(), ConfigError> {
        self.take(own);
        self.read_waiting()?;
        self.add_rails()?;
        self.read_waiting()
    }

    /// Adds the flows that the settings list.
    fn add_rails(&mut self) -> Result<(), ConfigError> {
        let wrong = |problems| ConfigError::problems_of(ConfigErrorKind::Field, problems);
        let lists = listed::listed(&self.settings).map_err(wrong)?;
        if lists.is_empty() {
            return Ok(());
        }
        self.import(rails::LIBRARY, "rails: ")?;
        self.read_waiting()?;
        let known = self.flows();
        let known = known.iter().map(|flow| flow.name.name.as_str()).collect();
        if !lists.iter().all(|list| list.are_among(&known)) {
            self.import(rails::CHECKS, "rails: ")?;
            self.read_waiting()?;
        }
        let flows = self.flows();
        let known = listed::Known::new(&flows, &self.lost);
        let (mut sources, mut problems) = (Vec::new(), Vec::new());
        for list in &lists {
            match list.source(&known) {
                Ok(source) => sources.push(source),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(wrong(problems));
        }
        self.take(sources.into());
        Ok(())
    }

    fn flows(&self) -> Vec<&Flow> {
        let flows = self.modules.iter().flat_map(|module| &module.flows);
        flows.collect()
    }

    fn read_waiting(&mut self) -> Result<(), ConfigError> {
        self.import_configured()?;
        while let Some((name, text)) = self.waiting.pop_front() {
            self.read(&name, &text)?;
            self.import_configured()?;
        }
        self.settings.check()?;
        if self.mistakes.is_empty() && self.missing.is_empty() {
            return Ok(());
        }
        let kind = match self.mistakes.is_empty() {
            true => ConfigErrorKind::Import,
            false => ConfigErrorKind::Sources,
        };
        let (mistakes, map) = (self.all_mistakes(), std::mem::take(&mut self.map));
        Err(ConfigError::of_mistakes(kind, &mistakes, map))
    }

    /// The mistakes found while reading, and those in what could be parsed.
    fn all_mistakes(&mut self) -> Vec<Diagnostic> {
        let mut mistakes = std::mem::take(&mut self.mistakes);
        mistakes.append(&mut self.missing);
        let error = Program::new(&self.files()).err();
        let found = error.iter().flat_map(ProgramError::mistakes);
        let found = found.map(PlacedMistake::diagnostic);
        // The flow to be overridden may be one that could not be parsed.
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

    fn take(&mut self, found: Found) {
        for (name, text) in found.sources {
            if self.names.insert(name.clone()) {
                self.waiting.push_back((name, text));
            }
        }
        self.names.extend(found.known);
    }

    fn read(&mut self, name: &str, text: &str) -> Result<(), ConfigError> {
        if let Some(passed_over) = colang_1::pass_over(name, text) {
            self.warnings.push(passed_over.warning);
            let lost = passed_over.lost.into_iter();
            self.lost.extend(lost.map(|lost| (lost.flow.clone(), lost)));
            return Ok(());
        }
        let id = self.map.add(name, text);
        let parsed = parse(id, text);
        for diagnostic in parsed.diagnostics {
            if diagnostic.is_error() {
                self.mistakes.push(diagnostic);
            } else {
                let warning = Problem::of_source(&diagnostic, &self.map);
                self.warnings.push(warning);
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

    /// Notes a missing import; other mistakes are still reported.
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

    /// Importing one of these paths may add others.
    fn import_configured(&mut self) -> Result<(), ConfigError> {
        loop {
            let Some((path, at)) = self.settings.import_path(self.configured) else {
                return Ok(());
            };
            self.configured += 1;
            self.import(&path, &format!("{at}: import_paths: "))?;
        }
    }

    /// `place` is the position of the import, for messages.
    fn import(&mut self, target: &str, place: &str) -> Result<(), ConfigError> {
        if self.imported.contains_key(target) {
            return Ok(());
        }
        let (found_at, found) = match self.find(target, place)? {
            Place::Own(path) => (path, Found::default()),
            Place::Given(name, sources) => (name, sources.into()),
            Place::OnDisk(path) => {
                let found = self.reader.read(&path, &mut self.settings)?;
                (path.display().to_string(), found)
            }
        };
        self.imported.insert(target.to_owned(), found_at);
        self.take(found);
        Ok(())
    }

    /// Finds an import.
    fn find(&self, target: &str, place: &str) -> Result<Place, ConfigError> {
        if let Some(own) = self.of_this_configuration(target) {
            return Ok(Place::Own(own));
        }
        let folders = self.loader.folders();
        let below = |folder: &PathBuf| existing(&folder.join(target));
        if let Some(path) = folders.iter().find_map(below) {
            return Ok(Place::OnDisk(path));
        }
        let modules = self.among_modules(target);
        if !modules.is_empty() {
            return Ok(Place::Given(target.to_owned(), modules));
        }
        let files = library::below(target);
        if !files.is_empty() {
            return Ok(Place::Given(library::shown(target), files));
        }
        let here = existing(Path::new(target));
        here.map(Place::OnDisk)
            .ok_or_else(|| not_found(target, place, &folders))
    }

    /// A file or folder of the configuration itself, whose sources are read anyway.
    ///
    /// A folder does not replace a part of the library: rails in a folder `guardrails` would never be run.
    fn of_this_configuration(&self, target: &str) -> Option<String> {
        let path = self.root.join(target).display().to_string();
        let (file, folder) = (format!("{path}.co"), format!("{path}/"));
        let is_file = self.names.contains(&path) || self.names.contains(&file);
        let is_folder = || {
            let mut behind = self.names.range(folder.clone()..);
            behind.next().is_some_and(|name| name.starts_with(&folder))
        };
        let is_it = is_file || (library::below(target).is_empty() && is_folder());
        is_it.then_some(path)
    }

    fn among_modules(&self, target: &str) -> Vec<(String, String)> {
        let modules = self.loader.modules.iter();
        modules
            .filter(|(path, _)| library::is_below(target, path))
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect()
    }

    /// The flows of all sources as a program. Suspicious code is added to the warnings.
    pub(super) fn program(&mut self) -> Result<Program, ConfigError> {
        let files = self.files();
        let program = Program::new(&files);
        let program = program.map(|program| program.with_convention(rails::convention));
        let doubtful = Program::check_with(&files, &advice);
        let lost: Vec<_> = doubtful
            .iter()
            .filter_map(|found| self.is_lost(found))
            .collect();
        if !lost.is_empty() {
            return Err(ConfigError::problems_of(ConfigErrorKind::Program, lost));
        }
        // The library starts some flows that a configuration may or may not define.
        let doubtful = doubtful
            .iter()
            .filter(|mistake| !library::is_shown_as(mistake.file()))
            .map(|mistake| Problem::of_source(mistake.diagnostic(), &self.map));
        self.warnings.extend(doubtful);
        let doubts = analysis::doubts(&self.modules, &self.map, library::is_shown_as);
        let doubts = doubts.iter();
        let doubts = doubts.map(|doubt| Problem::of_source(doubt, &self.map));
        self.warnings.extend(doubts);
        self.warnings
            .extend(listed::warnings(&self.modules, &self.map));
        program.map_err(|error| ConfigError::program(&error, std::mem::take(&mut self.map)))
    }

    /// The problem, if an unknown flow is defined in a skipped file.
    fn is_lost(&self, found: &PlacedMistake) -> Option<Problem> {
        let diagnostic = found.diagnostic();
        if diagnostic.code != Code::UnknownFlow {
            return None;
        }
        let text = self.map.text(diagnostic.source)?;
        let lost = self.lost.get(diagnostic.span.text(text))?;
        let mut diagnostic = diagnostic.clone();
        diagnostic.message = format!(
            "the flow `{}` is missing: it is defined at {}, in a file that is passed over because it is written in Colang 1",
            lost.flow, lost.place
        );
        diagnostic.help = Some("write it in Colang 2".to_owned());
        Some(Problem::of_source(&diagnostic, &self.map))
    }

    pub(super) fn modules(&self) -> &[Module] {
        &self.modules
    }

    pub(super) fn source_map(&self) -> &SourceMap {
        &self.map
    }

    /// The sources, which are complete.
    pub(super) fn take_source_map(&mut self) -> SourceMap {
        std::mem::take(&mut self.map)
    }

    /// The settings, and the warnings.
    pub(super) fn into_rest(mut self) -> Result<(RailsConfig, Vec<Problem>), ConfigError> {
        let text = |text: String| Node::new(crate::problem::Place::default(), Tree::Text(text));
        let imported = self.imported.into_iter().map(|(name, at)| {
            let key = crate::problem::Place::default();
            (
                name,
                Entry {
                    key,
                    node: text(at),
                },
            )
        });
        let imported = Tree::Table(imported.collect());
        self.settings.set("imported_paths", imported);
        let (rails, mut warnings) = self.settings.finish()?;
        warnings.extend(self.reader.warnings);
        warnings.extend(self.warnings);
        Ok((rails, warnings))
    }
}

/// Advice for an unknown flow, if this library or that of the reference has a flow of that name.
fn advice(flow: &str) -> Option<String> {
    let import = library::import_of(flow);
    let import = import.map(|path| format!("write `import {path}` at the top of the file"));
    import.or_else(|| reference::advice(flow).map(str::to_owned))
}

impl From<Vec<(String, String)>> for Found {
    fn from(sources: Vec<(String, String)>) -> Self {
        Self {
            sources,
            known: Vec::new(),
        }
    }
}

fn not_found(target: &str, place: &str, folders: &[PathBuf]) -> ConfigError {
    let shown = target.replace('/', ".");
    let folders: Vec<_> = folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect();
    let hint = match nearest_name(target, library::imports()) {
        Some(near) => format!("did you mean `import {}`?", near.replace('/', ".")),
        None if target.starts_with(rails::CHECKS) => format!(
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
    let rails = library::imports().filter(|path| path.starts_with(rails::CHECKS));
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
