//! The dependency graph of a crate's files, and its cycles.
//!
//! A module and the modules below it may use each other, like `value/mod.rs` and `value/dict.rs`. Every other cycle
//! counts, even one that leaves a folder through one file and comes back through another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::modules::{Module, Path, Sources, modules};

/// How many re-exports are followed.
const LONGEST_CHAIN: usize = 16;

/// Which file uses which other file of its crate, and by which names.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    arrows: BTreeMap<(String, String), BTreeSet<String>>,
    parents: BTreeMap<String, String>,
}

/// Files that all depend on each other.
pub(crate) type Circle = BTreeSet<String>;

/// The target of a path.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    /// An item that a module declares itself, or imports from another crate.
    ItemOf(usize),
}

/// Resolves the names of one crate.
struct Names<'a> {
    krate: &'a str,
    modules: &'a [Module],
}

impl Names<'_> {
    /// The meaning of the path in the module; `None` if it leads out of the crate.
    fn find(&self, module: usize, path: &[String], chain: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        let mut found = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(module),
            "super" => Target::Module(self.modules[module].parent?),
            name if name == self.krate => Target::Module(0),
            name => self.member(module, name, chain)?,
        };
        for name in rest {
            found = match (found, name.as_str()) {
                (Target::Module(module), "super") => Target::Module(self.modules[module].parent?),
                (Target::Module(module), name) => {
                    let member = self.member(module, name, chain);
                    member.unwrap_or(Target::ItemOf(module))
                }
                (item @ Target::ItemOf(_), _) => return Some(item),
            };
        }
        Some(found)
    }

    fn member(&self, module: usize, name: &str, chain: usize) -> Option<Target> {
        let inside = &self.modules[module];
        if chain == LONGEST_CHAIN {
            return None;
        }
        if let Some(child) = inside.children.get(name) {
            return Some(Target::Module(*child));
        }
        if let Some(path) = inside.imports.get(name) {
            // An item from another crate is treated as if it were declared here.
            let found = self.find_import(module, name, path, chain + 1);
            return Some(found.unwrap_or(Target::ItemOf(module)));
        }
        if inside.items.contains(name) {
            return Some(Target::ItemOf(module));
        }
        inside
            .globs
            .iter()
            .find_map(|glob| self.in_glob(module, glob, name, chain + 1))
    }

    /// `use name::…` of another crate sometimes imports `name` itself; that import must not be resolved through
    /// itself.
    fn find_import(&self, module: usize, name: &str, path: &Path, chain: usize) -> Option<Target> {
        let names_itself = path.first().is_some_and(|first| first == name)
            && !self.modules[module].children.contains_key(name);
        if names_itself {
            None
        } else {
            self.find(module, path, chain)
        }
    }

    fn in_glob(&self, module: usize, glob: &Path, name: &str, chain: usize) -> Option<Target> {
        match self.find(module, glob, chain)? {
            Target::Module(other) if other != module => self.member(other, name, chain),
            Target::Module(_) | Target::ItemOf(_) => None,
        }
    }

    fn file(&self, target: Target) -> &str {
        let (Target::Module(module) | Target::ItemOf(module)) = target;
        &self.modules[module].file
    }
}

impl Graph {
    pub(crate) fn of(krate: &str, sources: &Sources) -> Self {
        let modules = modules(sources);
        let names = Names {
            krate,
            modules: &modules,
        };
        let mut graph = Self::default();
        for (index, module) in modules.iter().enumerate() {
            graph.add_parent(&modules, module);
            for path in module.paths.iter().chain(&module.globs) {
                graph.add(&names, index, path);
            }
        }
        graph
    }

    fn add_parent(&mut self, modules: &[Module], module: &Module) {
        if let Some(parent) = module.parent.map(|parent| &modules[parent])
            && parent.file != module.file
        {
            self.parents
                .insert(module.file.clone(), parent.file.clone());
        }
    }

    fn add(&mut self, names: &Names<'_>, module: usize, path: &Path) {
        let Some(target) = names.find(module, path, 0) else {
            return;
        };
        let (from, to) = (names.modules[module].file.as_str(), names.file(target));
        if from != to {
            let name = path.last().cloned().unwrap_or_default();
            let arrow = (from.to_owned(), to.to_owned());
            self.arrows.entry(arrow).or_default().insert(name);
        }
    }

    /// All cycles, apart from those between a module and the modules below it.
    pub(crate) fn circles(&self) -> Vec<Circle> {
        let files = self.arrows.keys().flat_map(|(from, to)| [from, to]);
        let files: BTreeSet<&str> = files.map(String::as_str).collect();
        self.circles_among(&files)
    }

    fn circles_among(&self, files: &BTreeSet<&str>) -> Vec<Circle> {
        self.loops(files)
            .into_iter()
            .flat_map(|found| match self.top(&found) {
                Some(top) => {
                    let below = found.into_iter().filter(|file| *file != top).collect();
                    self.circles_among(&below)
                }
                None => vec![found.into_iter().map(str::to_owned).collect()],
            })
            .collect()
    }

    /// The file whose module has all the others below it.
    fn top<'a>(&self, files: &BTreeSet<&'a str>) -> Option<&'a str> {
        let is_below = |file: &str, top: &str| {
            std::iter::successors(Some(file), |file| {
                self.parents.get(*file).map(String::as_str)
            })
            .any(|above| above == top)
        };
        let mut tops = files.iter().copied();
        tops.find(|top| files.iter().all(|file| is_below(file, top)))
    }

    /// The largest groups of files of which each depends on all others.
    fn loops<'a>(&self, files: &BTreeSet<&'a str>) -> Vec<BTreeSet<&'a str>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> = files
            .iter()
            .map(|file| (*file, self.reached(file, files)))
            .collect();
        let mut found = BTreeSet::new();
        for (file, reached) in &reach {
            let group: BTreeSet<&str> = reached
                .iter()
                .copied()
                .filter(|other| reach[other].contains(file))
                .collect();
            if group.len() > 1 {
                found.insert(group);
            }
        }
        found.into_iter().collect()
    }

    /// All files that can be reached from this one.
    fn reached<'a>(&self, file: &'a str, files: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![file];
        while let Some(from) = open.pop() {
            let next = files.iter().filter(|to| {
                self.arrows
                    .contains_key(&(from.to_owned(), (**to).to_owned()))
            });
            for to in next {
                if reached.insert(*to) {
                    open.push(to);
                }
            }
        }
        reached
    }

    /// The edges of a cycle, one per line, with the names that cause them.
    pub(crate) fn arrows_of(&self, circle: &Circle) -> String {
        let mut told = String::new();
        for ((from, to), names) in &self.arrows {
            if circle.contains(from) && circle.contains(to) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let _ = writeln!(told, "    {from} -> {to}: {}", names.join(", "));
            }
        }
        told
    }
}
