//! Reads Colang sources and, recursively, everything they import.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use action_sdk::nearest_name;
use colang::diagnostic::{Code, Diagnostic};
use colang::program::{File, PlacedMistake, Program, ProgramError};
use colang::source::{SourceId, SourceMap, Span};
use colang::syntax::ast::Flow;
use colang::syntax::{Module, parse};
use indexmap::IndexMap;

use super::colang_1::{self, Lost};
use super::error::{ConfigError, ConfigErrorKind};
use super::folder::{Found, Reader};
use super::rails::Lists;
use super::settings::Settings;
use super::survey::{Read, Survey};
use super::tree::{Entry, Node, Tree};
use super::wrong::{Stage, Wrong};
use super::{ConfigLoader, rails as listed};
use crate::analysis::{self, Comments, Demands, Sight};
use crate::library;
use crate::problem::Problem;
use crate::rails::{self, reference};

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
    /// The names of the Colang files of the configuration itself.
    own: BTreeSet<String>,
    mistakes: Vec<Diagnostic>,
    /// The imports that were not found.
    missing: Vec<Diagnostic>,
    wrong: Wrong,
    /// Where the entries of the lists of rails are.
    lists: Lists,
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
            own: BTreeSet::new(),
            mistakes: Vec::new(),
            missing: Vec::new(),
            wrong: Wrong::default(),
            lists: Lists::default(),
            warnings: Vec::new(),
            lost: HashMap::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Reads these sources, and everything imported by them and by the setting `import_paths`.
    pub(super) fn read_all(&mut self, own: Found) {
        self.take_wrong_settings(Stage::Settings);
        let names = own.sources.iter().map(|(name, _)| name);
        self.own = names.chain(&own.known).cloned().collect();
        self.take(own);
        self.read_waiting();
        self.add_rails();
        self.read_waiting();
        for error in std::mem::take(&mut self.reader.unreadable) {
            self.wrong.add_error(Stage::Files, error);
        }
    }

    /// Adds the flows that the settings list.
    fn add_rails(&mut self) {
        let (lists, problems) = listed::listed(&self.settings);
        let kind = ConfigErrorKind::Field;
        self.wrong.add(Stage::Lists, kind, problems);
        if lists.is_empty() {
            return;
        }
        self.import_for_rails(rails::LIBRARY);
        let known = self.flows();
        let known = known.iter().map(|flow| flow.name.name.as_str()).collect();
        if !lists.iter().all(|list| list.are_among(&known)) {
            self.import_for_rails(rails::CHECKS);
        }
        let flows = self.flows();
        let known = listed::Known::new(&flows, &self.lost);
        let (mut sources, mut problems) = (Vec::new(), Vec::new());
        let mut placed = Lists::default();
        for list in &lists {
            let (source, wrong) = list.source(&known, &mut placed);
            sources.extend(source);
            problems.extend(wrong);
        }
        self.lists = placed;
        self.wrong.add(Stage::Rails, kind, problems);
        self.take(sources.into());
    }

    fn import_for_rails(&mut self, part: &str) {
        if let Err(error) = self.import(part, "rails: ") {
            self.wrong.add_error(Stage::Rails, error);
        }
        self.read_waiting();
    }

    fn take_wrong_settings(&mut self, stage: Stage) {
        let (kind, wrong) = self.settings.take_wrong();
        self.wrong.add(stage, kind, wrong);
    }

    fn flows(&self) -> Vec<&Flow> {
        let flows = self.modules.iter().flat_map(|module| &module.flows);
        flows.collect()
    }

    fn read_waiting(&mut self) {
        self.import_configured();
        while let Some((name, text)) = self.waiting.pop_front() {
            self.read(&name, &text);
            self.import_configured();
        }
        self.take_wrong_settings(Stage::ImportedSettings);
    }

    /// The flows of all sources as a program, if they make one.
    fn program(&mut self) -> Option<Program> {
        let program = Program::new(&self.files());
        let error = program.as_ref().err();
        let found = error.into_iter().flat_map(ProgramError::mistakes);
        let mut found: Vec<_> = found.map(|found| found.diagnostic().clone()).collect();
        let mut mistakes = std::mem::take(&mut self.mistakes);
        let (stage, kind) = match (mistakes.is_empty(), self.missing.is_empty()) {
            (true, true) => (Stage::Program, ConfigErrorKind::Program),
            (true, false) => (Stage::Sources, ConfigErrorKind::Import),
            (false, _) => (Stage::Sources, ConfigErrorKind::Sources),
        };
        if stage == Stage::Sources {
            // The flow to be overridden may be one that could not be parsed.
            found.retain(|found| found.code != Code::NothingToOverride);
        }
        mistakes.append(&mut self.missing);
        mistakes.append(&mut found);
        mistakes.sort_by_key(|mistake| (mistake.source, mistake.span.start));
        let problems = self.problems(&mistakes);
        self.wrong.add(stage, kind, problems);
        program.ok()
    }

    fn problems(&self, diagnostics: &[Diagnostic]) -> Vec<Problem> {
        let problems = diagnostics.iter();
        let problems = problems.map(|found| self.lists.place(Problem::of_source(found, &self.map)));
        problems.collect()
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

    fn read(&mut self, name: &str, text: &str) {
        if let Some(passed_over) = colang_1::pass_over(name, text) {
            self.warnings.push(passed_over.warning);
            let lost = passed_over.lost.into_iter();
            self.lost.extend(lost.map(|lost| (lost.flow.clone(), lost)));
            return;
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
                self.missing(error, &place, id, import.span);
            }
        }
        self.modules.push(parsed.module);
    }

    /// Notes a missing import; other mistakes are still reported.
    fn missing(&mut self, error: ConfigError, place: &str, source: SourceId, span: Span) {
        if error.kind() != ConfigErrorKind::Import {
            self.wrong.add_error(Stage::Files, error);
            return;
        }
        let message = error.to_string();
        let message = message.strip_prefix(place).unwrap_or(&message);
        let mistake = Diagnostic::error(Code::InvalidImport, source, span, message);
        self.missing.push(mistake);
    }

    /// Importing one of these paths may add others.
    fn import_configured(&mut self) {
        while let Some((path, at)) = self.settings.import_path(self.configured) {
            self.configured += 1;
            let Err(error) = self.import(&path, "import_paths: ") else {
                continue;
            };
            if error.kind() != ConfigErrorKind::Import {
                self.wrong.add_error(Stage::Files, error);
                continue;
            }
            let problem = Problem::at(Code::InvalidImport, &at, error.to_string());
            let problems = vec![problem.about("import_paths")];
            self.wrong
                .add(Stage::Settings, ConfigErrorKind::Import, problems);
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

    /// Adds suspicious code to the warnings.
    fn doubt(&mut self) {
        let doubtful = Program::check_with(&self.files(), &advice);
        let lost = doubtful.iter().filter_map(|found| self.is_lost(found));
        let lost: Vec<_> = lost.collect();
        let kind = ConfigErrorKind::Program;
        self.wrong.add(Stage::Skipped, kind, lost);
        // The library starts some flows that a configuration may or may not define.
        let own = doubtful
            .iter()
            .filter(|found| !library::is_shown_as(found.file()));
        let own = own.map(PlacedMistake::diagnostic);
        let mut found: Vec<_> = own
            .filter(|found| self.is_certain(found))
            .cloned()
            .collect();
        let is_own = |name: &str| self.own.contains(name);
        found.extend(analysis::doubts(&Sight {
            modules: &self.modules,
            sources: &self.map,
            is_own: &is_own,
            mistakes: &self.mistakes,
        }));
        let rails = listed::warnings(&self.modules);
        // That nothing runs it is told there.
        let is_told = |found: &Diagnostic| {
            let mut rails = rails.iter().map(|rail| (rail.source, rail.span));
            rails.any(|rail| rail == (found.source, found.span))
        };
        found.retain(|found| found.code != Code::UnusedFlow || !is_told(found));
        found.extend(rails);
        let problems = self.problems(&found);
        self.warnings.extend(problems);
    }

    /// Whether a flow that seems to be unknown cannot be one that could not be read.
    fn is_certain(&self, found: &Diagnostic) -> bool {
        if found.code != Code::UnknownFlow {
            return true;
        }
        let is_near = found
            .help
            .as_ref()
            .is_some_and(|help| help.starts_with("did you mean"));
        let name = self
            .map
            .text(found.source)
            .map(|text| found.span.text(text));
        let is_attempted = name.is_some_and(|name| {
            let mut broken = self
                .mistakes
                .iter()
                .filter_map(|broken| self.map.text(broken.source));
            broken.any(|text| text.lines().any(|line| defines(line, name)))
        });
        !is_attempted && (is_near || self.missing.is_empty())
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

    /// Everything that was read, and what was found.
    pub(super) fn survey(mut self) -> Survey {
        self.doubt();
        let program = self.program();
        let demands = Demands::of(&self.modules, &self.map);
        self.set_imported_paths();
        let mut finished = self.settings.finish();
        let kind = ConfigErrorKind::Field;
        let mut wrong = std::mem::take(&mut finished.wrong);
        wrong.retain(|found| !self.wrong.is_told(found.path().unwrap_or_default()));
        self.wrong.add(Stage::Finished, kind, wrong);
        let by_host = finished.by_host;
        let mut warnings = finished.warnings;
        warnings.append(&mut self.reader.warnings);
        warnings.append(&mut self.warnings);
        let mut comments = Comments::default();
        for module in &self.modules {
            let file = self.map.name(module.source_id).unwrap_or_default();
            comments.read(file, &module.source);
        }
        for (file, text) in finished.texts.drain() {
            comments.read(&file, &text);
        }
        warnings.append(&mut comments.unknown);
        warnings.retain(|warning| !comments.allow(&warning.clone().into_warning()));
        Survey {
            program: program.map(|program| program.with_convention(rails::convention)),
            wrong: self.wrong,
            models: finished.models,
            read: Read {
                rails: Arc::new(finished.rails),
                sources: Arc::new(self.map),
                demands: demands.with_prompts(finished.prompts),
                warnings: warnings.into_iter().map(Problem::into_warning).collect(),
                by_host: by_host.into_iter().map(Problem::into_warning).collect(),
                comments,
                lists: self.lists,
            },
        }
    }

    fn set_imported_paths(&mut self) {
        let text = |text: String| Node::new(crate::problem::Place::default(), Tree::Text(text));
        let imported = std::mem::take(&mut self.imported);
        let imported = imported.into_iter().map(|(name, at)| {
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
    }
}

/// Whether a line begins the definition of the flow of that name.
fn defines(line: &str, flow: &str) -> bool {
    let rest = line.trim_start().strip_prefix("flow ");
    let rest = rest.and_then(|rest| rest.trim_start().strip_prefix(flow));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
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
    ConfigError::new(ConfigErrorKind::Import, Code::InvalidImport, message)
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
