//! The settings of a configuration while its files are being read.

use std::collections::HashMap;

use action_sdk::RailsConfig;
use colang::diagnostic::Code;
use serde_json::Value;

use super::check::{self, Findings};
use super::error::ConfigErrorKind;
use super::tree::{Entry, Node, Table, Tree, table_to_json};
use super::{entries, join, known, templates, version, yaml};
use crate::problem::{Place, Problem};

/// The merged settings of the files read so far.
#[derive(Debug, Default)]
pub(super) struct Settings {
    table: Table,
    found: Findings,
    /// Problems of strings that are not YAML.
    malformed: Vec<Problem>,
    /// Whether unknown keys are allowed.
    allows_unknown: bool,
    /// The files by name.
    texts: HashMap<String, String>,
}

/// The settings of a configuration that was read.
pub(super) struct Finished {
    /// What can be used of them.
    pub(super) rails: RailsConfig,
    pub(super) wrong: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// For a host that does not put the setting into effect.
    pub(super) by_host: Vec<Problem>,
    /// What is wrong with the prompts, unless the host brings something of its own that renders them.
    pub(super) prompts: Vec<Problem>,
    /// The list of models.
    pub(super) models: Option<Entry>,
    /// The files by name.
    pub(super) texts: HashMap<String, String>,
}

impl Settings {
    pub(super) fn new(allows_unknown: bool) -> Self {
        Self {
            allows_unknown,
            ..Self::default()
        }
    }

    /// Reads the settings of another YAML string; problems are reported by [`take_wrong`](Self::take_wrong).
    pub(super) fn read(&mut self, name: &str, text: &str) {
        let yaml::Read { table, malformed } = yaml::read(name, text);
        self.malformed.extend(malformed);
        self.add(table);
        self.texts.insert(name.to_owned(), text.to_owned());
    }

    fn add(&mut self, mut table: Table) {
        let found = check::settings(&table);
        self.found.mistakes.extend(found.mistakes);
        self.found.unknown.extend(found.unknown);
        self.found.warnings.extend(found.warnings);
        self.found.by_host.extend(found.by_host);
        version::put_in_order(&mut table);
        self.give_to_custom_data(&mut table);
        self.found
            .mistakes
            .extend(join::join(&mut self.table, table));
    }

    /// If there is `custom_data`, unknown keys are moved to it (nemoguardrails 0.24.1).
    fn give_to_custom_data(&self, table: &mut Table) {
        let name = "custom_data";
        if !table.contains_key(name) && !self.table.contains_key(name) {
            return;
        }
        let is_unknown = |key: &String| known::ALL.field(key).is_none();
        let keys: Vec<_> = table
            .keys()
            .filter(|key| is_unknown(key))
            .cloned()
            .collect();
        let unknown: Vec<_> = keys
            .into_iter()
            .filter_map(|key| table.shift_remove_entry(&key))
            .collect();
        if unknown.is_empty() {
            return;
        }
        let place = unknown[0].1.key.clone();
        let entry = table.entry(name.to_owned()).or_insert_with(|| Entry {
            key: place.clone(),
            node: Node::new(place, Tree::Table(Table::new())),
        });
        if let Tree::Table(custom) = &mut entry.node.tree {
            for (key, value) in unknown {
                custom.entry(key).or_insert(value);
            }
        }
    }

    /// Adds a document of the knowledge base.
    pub(super) fn add_document(&mut self, name: &str, text: String) {
        let place = Place {
            file: name.into(),
            ..Place::default()
        };
        let node = |tree| Node::new(place.clone(), tree);
        let entry = |node| Entry {
            key: place.clone(),
            node,
        };
        let document = Table::from_iter([
            (
                "format".to_owned(),
                entry(node(Tree::Text("md".to_owned()))),
            ),
            ("content".to_owned(), entry(node(Tree::Text(text)))),
        ]);
        let documents = node(Tree::List(vec![node(Tree::Table(document))]));
        let more = Table::from_iter([("docs".to_owned(), entry(documents))]);
        self.found
            .mistakes
            .extend(join::join(&mut self.table, more));
    }

    /// The errors in everything that was read since the last call, and their kind.
    pub(super) fn take_wrong(&mut self) -> (ConfigErrorKind, Vec<Problem>) {
        let kind = if !self.malformed.is_empty() {
            ConfigErrorKind::Yaml
        } else if self.is_all_about_version() {
            ConfigErrorKind::ColangVersion
        } else {
            ConfigErrorKind::Field
        };
        let mut wrong = std::mem::take(&mut self.malformed);
        wrong.append(&mut self.found.mistakes);
        if self.lets_unknown_pass() {
            self.found.warnings.append(&mut self.found.unknown);
        } else {
            wrong.append(&mut self.found.unknown);
        }
        wrong.sort_by(Problem::by_place);
        (kind, wrong)
    }

    fn is_all_about_version(&self) -> bool {
        let mut mistakes = self.found.mistakes.iter();
        !self.found.mistakes.is_empty()
            && mistakes.all(|mistake| mistake.path() == Some("colang_version"))
    }

    fn lets_unknown_pass(&self) -> bool {
        let setting = self.table.get("allow_unknown_settings");
        let is_set = setting.is_some_and(|entry| matches!(entry.node.tree, Tree::Bool(true)));
        self.allows_unknown || is_set
    }

    /// The strings of a list, each with its place.
    pub(super) fn texts(&self, path: &[&str]) -> Vec<(String, Place)> {
        let (first, rest) = path.split_first().unwrap_or((&"", &[]));
        let node = self.table.get(*first);
        let node = node.and_then(|entry| entry.node.at(rest));
        let items = node.map_or(&[][..], Node::items).iter();
        items
            .filter_map(|item| Some((item.text()?.to_owned(), item.place.clone())))
            .collect()
    }

    /// An entry of the import paths, with its place.
    pub(super) fn import_path(&self, place: usize) -> Option<(String, Place)> {
        let item = self.table.get("import_paths")?.node.items().get(place)?;
        Some((item.text()?.to_owned(), item.place.clone()))
    }

    /// Sets a value that the loader found out.
    pub(super) fn set(&mut self, name: &str, value: Tree) {
        let entry = Entry {
            key: Place::default(),
            node: Node::new(Place::default(), value),
        };
        self.table.insert(name.to_owned(), entry);
    }

    /// The final settings, as far as they can be used, and what is wrong and doubtful about them.
    pub(super) fn finish(mut self) -> Finished {
        let version = self.table.get("colang_version");
        if version.is_none_or(|entry| entry.node.is_null()) {
            // A configuration without a version is for Colang 2, since nothing else is supported here.
            self.set("colang_version", Tree::Text(version::WRITTEN.to_owned()));
        }
        self.table.shift_remove("allow_unknown_settings");
        let mut warnings = std::mem::take(&mut self.found.warnings);
        warnings.extend(entries::warnings(&self.table));
        let prompts = templates::problems(&self.table, &self.texts);
        let models = self.table.get("models").cloned();
        let (rails, wrong) = match self.read_by_the_sdk() {
            Ok(rails) => (rails, Vec::new()),
            Err(error) => {
                let wrong = self.wrong_fields(&error);
                wrong.iter().for_each(|found| self.leave_out(found));
                (self.read_by_the_sdk().unwrap_or_default(), wrong)
            }
        };
        Finished {
            rails,
            wrong,
            warnings,
            by_host: self.found.by_host,
            prompts,
            models,
            texts: self.texts,
        }
    }

    /// Takes out what the SDK does not accept: entries of a list, or else the setting.
    fn leave_out(&mut self, wrong: &Problem) {
        let name = wrong.path().unwrap_or_default().to_owned();
        let Some(entry) = self.table.get_mut(&name) else {
            return;
        };
        let Tree::List(items) = &mut entry.node.tree else {
            self.table.shift_remove(&name);
            return;
        };
        items.retain(|item| {
            let alone = serde_json::json!({ name.as_str(): [item.to_json()] });
            serde_json::from_value::<RailsConfig>(alone).is_ok()
        });
    }

    fn read_by_the_sdk(&self) -> Result<RailsConfig, serde_json::Error> {
        serde_json::from_value(Value::Object(table_to_json(&self.table)))
    }

    /// The settings that the SDK does not accept.
    fn wrong_fields(&self, error: &serde_json::Error) -> Vec<Problem> {
        let wrong = self.table.iter().filter_map(|(name, entry)| {
            let alone = serde_json::json!({ name.as_str(): entry.node.to_json() });
            let read: Result<RailsConfig, _> = serde_json::from_value(alone);
            let message = format!("`{name}`: {}", read.err()?);
            Some(Problem::at(Code::WrongSetting, &entry.node.place, message).about(name))
        });
        let mut wrong: Vec<_> = wrong.collect();
        if wrong.is_empty() {
            wrong.push(Problem::new(
                Code::WrongSetting,
                format!("the settings cannot be read: {error}"),
            ));
        }
        wrong
    }
}
