//! The modules of a crate: the file of each, what it declares, what it imports, and which paths it uses.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::tokens;

/// The sources of a crate by their paths below `src`, such as `value/mod.rs`.
pub(crate) type Sources = BTreeMap<String, String>;

/// The segments of a path.
pub(crate) type Path = Vec<String>;

#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    pub(crate) items: BTreeSet<String>,
    /// The imports of `use`, by name.
    pub(crate) imports: BTreeMap<String, Path>,
    pub(crate) globs: Vec<Path>,
    /// All paths that are used, including those of `use`.
    pub(crate) paths: BTreeSet<Path>,
}

/// All modules, the crate itself first, without those that are compiled only for tests.
pub(crate) fn modules(sources: &Sources) -> Vec<Module> {
    let mut modules = vec![Module {
        file: "lib.rs".to_owned(),
        ..Module::default()
    }];
    let mut next = 0;
    while next < modules.len() {
        let is_whole_file = modules[next]
            .parent
            .is_none_or(|parent| modules[parent].file != modules[next].file);
        if is_whole_file && let Some(source) = sources.get(&modules[next].file) {
            read_file(source, next, sources, &mut modules);
        }
        next += 1;
    }
    modules
}

fn read_file(source: &str, module: usize, sources: &Sources, modules: &mut Vec<Module>) {
    let tokens = tokens(source);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        depth: 0,
        inside: vec![(module, 0)],
        sources,
        modules,
    };
    while reader.at < reader.tokens.len() {
        reader.step();
    }
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    /// The number of open braces.
    depth: usize,
    /// The open modules, each with the depth of its items.
    inside: Vec<(usize, usize)>,
    sources: &'a Sources,
    modules: &'a mut Vec<Module>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).copied().unwrap_or("")
    }

    fn starts_with(&self, expected: &[&str]) -> bool {
        self.tokens[self.at..].starts_with(expected)
    }

    fn open(&self) -> (usize, usize) {
        *self.inside.last().expect("the file itself is never closed")
    }

    fn module(&mut self) -> &mut Module {
        let (module, _) = self.open();
        &mut self.modules[module]
    }

    fn step(&mut self) {
        match self.peek(0) {
            "#" if self.starts_with(&["#", "[", "cfg", "(", "test", ")", "]"]) => self.skip_item(),
            "in" if self.at > 1 && self.tokens[self.at - 2..].starts_with(&["pub", "("]) => {
                self.skip_to(")");
            }
            "mod" if is_name(self.peek(1)) => self.declare_module(),
            "use" if self.peek(1) != "<" => self.import(),
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" => {
                self.declare();
            }
            "{" => self.enter(),
            "}" => self.leave(),
            word if is_name(word) && self.peek(1) == "::" => self.path(),
            _ => self.at += 1,
        }
    }

    fn enter(&mut self) {
        self.depth += 1;
        self.at += 1;
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.inside.len() > 1 && self.open().1 > self.depth {
            self.inside.pop();
        }
        self.at += 1;
    }

    fn skip_to(&mut self, token: &str) {
        while self.at < self.tokens.len() && self.peek(0) != token {
            self.at += 1;
        }
    }

    /// Skips an item with its attributes: to its `;`, or to the end of its block.
    fn skip_item(&mut self) {
        let mut open = 0_usize;
        while self.at < self.tokens.len() {
            let token = self.peek(0).to_owned();
            self.at += 1;
            match token.as_str() {
                "{" | "[" | "(" => open += 1,
                "}" | "]" | ")" => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 && (token == ";" || token == "}") {
                break;
            }
        }
    }

    fn declare(&mut self) {
        let name = self.peek(1).to_owned();
        if is_name(&name) && self.depth == self.open().1 {
            self.module().items.insert(name);
        }
        self.at += 1;
    }

    fn declare_module(&mut self) {
        let name = self.peek(1).to_owned();
        let (parent, _) = self.open();
        let is_inline = self.peek(2) == "{";
        let own = self.modules[parent].file.clone();
        let file = if is_inline {
            own
        } else {
            self.file_of(&own, &name)
        };
        let child = self.modules.len();
        self.modules.push(Module {
            file,
            parent: Some(parent),
            ..Module::default()
        });
        self.modules[parent].children.insert(name, child);
        self.at += 2;
        if is_inline {
            self.inside.push((child, self.depth + 1));
        }
    }

    /// The file of `mod name;` in `parent`.
    fn file_of(&self, parent: &str, name: &str) -> String {
        let folder = parent
            .strip_suffix("lib.rs")
            .or_else(|| parent.strip_suffix("mod.rs"))
            .map_or_else(|| parent.replace(".rs", "/"), str::to_owned);
        let file = format!("{folder}{name}.rs");
        match self.sources.contains_key(&file) {
            true => file,
            false => format!("{folder}{name}/mod.rs"),
        }
    }

    fn import(&mut self) {
        self.at += 1;
        if self.peek(0) == "::" {
            self.skip_to(";");
        } else {
            self.tree(&Path::new());
        }
    }

    /// One branch of a `use` declaration.
    fn tree(&mut self, before: &Path) {
        let mut path = before.clone();
        while is_name(self.peek(0)) {
            path.push(self.peek(0).to_owned());
            self.at += 1;
            if self.peek(0) != "::" {
                return self.leaf(path);
            }
            self.at += 1;
        }
        match self.peek(0) {
            "{" => self.branches(&path),
            sign => {
                if sign == "*" {
                    self.module().globs.push(path);
                }
                self.at += 1;
            }
        }
    }

    fn branches(&mut self, path: &Path) {
        self.at += 1;
        while self.at < self.tokens.len() && self.peek(0) != "}" {
            match self.peek(0) {
                "," => self.at += 1,
                _ => self.tree(path),
            }
        }
        self.at += 1;
    }

    fn leaf(&mut self, mut path: Path) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let renamed = (self.peek(0) == "as").then(|| self.peek(1).to_owned());
        if renamed.is_some() {
            self.at += 2;
        }
        self.module().paths.insert(path.clone());
        if let Some(name) = renamed.or_else(|| path.last().cloned()) {
            self.module().imports.insert(name, path);
        }
    }

    /// A path in code.
    fn path(&mut self) {
        let is_absolute = self.at > 0 && self.tokens[self.at - 1] == "::";
        let mut path = vec![self.peek(0).to_owned()];
        self.at += 1;
        while self.peek(0) == "::" && is_name(self.peek(1)) {
            path.push(self.peek(1).to_owned());
            self.at += 2;
        }
        if !is_absolute {
            self.module().paths.insert(path);
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c == '_' || c.is_alphabetic())
}
