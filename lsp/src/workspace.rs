//! The files that the server knows: those that are open, those of the same configurations, and the library.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use action_sdk::ActionDispatcher;
use colang::source::Span;
use colang::syntax::ast::{Flow, Module};

use crate::file::{File, Files, MOST_NAMES, read, read_all};
use crate::index::Kind;
use crate::library::Library;
use crate::place;
use crate::settings;

/// A flow and the file in which it is defined.
#[derive(Clone, Copy)]
pub(crate) struct Defined<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: &'a File,
    pub(crate) flow: &'a Flow,
}

impl<'a> Defined<'a> {
    pub(crate) fn module(&self) -> &'a Module {
        &self.file.index.module
    }
}

/// A place in a file that is known.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: &'a File,
    /// The offset in the file.
    pub(crate) at: usize,
}

/// The files of one configuration.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) files: Files,
}

/// All that the server knows.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) actions: ActionDispatcher,
    pub(crate) library: Library,
    /// By their folders.
    projects: BTreeMap<PathBuf, Project>,
    /// The versions of the files that are open.
    open: BTreeMap<PathBuf, i32>,
}

impl Workspace {
    pub(crate) fn new(actions: ActionDispatcher) -> Self {
        Self {
            actions,
            library: Library::new(),
            projects: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// Takes the text of a file that is open.
    pub(crate) fn set(&mut self, path: &Path, version: i32, text: &str) {
        self.open.insert(path.to_owned(), version);
        if !self.library.has(path) {
            let file = File::of(path, text);
            self.project_mut(path).files.insert(path.to_owned(), file);
        }
    }

    /// A file was closed, or has changed on disk.
    pub(crate) fn reload(&mut self, path: &Path) {
        if self.open.contains_key(path) || self.library.has(path) {
            return;
        }
        let root = place::root_of(path);
        let Some(project) = self.projects.get_mut(&root) else {
            return;
        };
        match read(path) {
            Some(file) => project.files.insert(path.to_owned(), file),
            None => project.files.remove(path),
        };
    }

    pub(crate) fn close(&mut self, path: &Path) {
        self.open.remove(path);
        self.reload(path);
    }

    /// The version of a file that is open.
    pub(crate) fn version(&self, path: &Path) -> Option<i32> {
        self.open.get(path).copied()
    }

    /// A file that is known.
    pub(crate) fn file(&self, path: &Path) -> Option<&File> {
        match self.library.files.get(path) {
            Some(file) => Some(file),
            None => self.project(path)?.files.get(path),
        }
    }

    /// The configuration that a file belongs to.
    pub(crate) fn project(&self, path: &Path) -> Option<&Project> {
        self.projects.get(&place::root_of(path))
    }

    pub(crate) fn projects(&self) -> impl Iterator<Item = &Project> {
        self.projects.values()
    }

    fn project_mut(&mut self, path: &Path) -> &mut Project {
        let root = place::root_of(path);
        self.projects.entry(root).or_insert_with_key(|root| {
            let mut project = Project::default();
            let mut left = MOST_NAMES;
            read_all(root, &mut left, &mut project.files);
            project
        })
    }

    /// The files that a file may mention or be mentioned by: its configuration and the library.
    pub(crate) fn around(&self, path: &Path) -> impl Iterator<Item = (&Path, &File)> {
        let own = self
            .project(path)
            .into_iter()
            .flat_map(|project| &project.files);
        let library = self.library.files.iter();
        own.chain(library)
            .map(|(path, file)| (path.as_path(), file))
    }

    /// The flows that a file may mention.
    pub(crate) fn flows(&self, path: &Path) -> impl Iterator<Item = Defined<'_>> {
        self.around(path).flat_map(|(path, file)| {
            let flows = file.index.module.flows.iter();
            flows.map(move |flow| Defined { path, file, flow })
        })
    }

    /// The definitions of a flow: several, if one overrides another.
    pub(crate) fn definitions(&self, path: &Path, name: &str) -> Vec<Defined<'_>> {
        self.flows(path)
            .filter(|found| found.flow.name.name == name)
            .collect()
    }

    /// What is mentioned at a place, in flows or in the list of rails in the settings.
    pub(crate) fn mentioned(&self, path: &Path, at: usize) -> Option<(Kind, String, Span)> {
        let file = self.file(path)?;
        if place::is_settings(path) {
            let mut rails = settings::rails(&file.text).into_iter();
            let (name, span) =
                rails.find(|(_, span)| (span.start as usize..=span.end as usize).contains(&at))?;
            return Some((Kind::Flow, name, span));
        }
        let found = file.index.mention_at(at)?;
        Some((found.kind, found.name.clone(), found.span))
    }
}
