//! Settings as written in a YAML file: each value with its place.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Location, Spanned};

use crate::problem::Place;

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) tree: Tree,
    /// The byte offset at which it is written.
    offset: Option<usize>,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Table(Table),
}

/// Values by key, in the order of the file.
pub(super) type Table = IndexMap<String, Entry>;

/// The value of a key, and the place of the key.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Place,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn new(place: Place, tree: Tree) -> Self {
        Self {
            place,
            tree,
            offset: None,
        }
    }

    /// Sets the file of all values in it; `text` is the content of that file.
    pub(super) fn set_file(&mut self, file: &Arc<str>, text: &str) {
        self.place.file = Arc::clone(file);
        match &mut self.tree {
            Tree::List(items) => items.iter_mut().for_each(|item| item.set_file(file, text)),
            Tree::Table(table) => table.values_mut().for_each(|entry| {
                entry.key.file = Arc::clone(file);
                entry.node.set_file(file, text);
            }),
            Tree::Bool(_) => {
                if let Some(letter) = self.offset.and_then(|at| letter(text.get(at..)?)) {
                    self.tree = Tree::Text(letter.to_owned());
                }
            }
            Tree::Null | Tree::Number(_) | Tree::Text(_) => {}
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match &self.tree {
            Tree::Null => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(value) => Value::Number(value.clone()),
            Tree::Text(value) => Value::String(value.clone()),
            Tree::List(items) => items.iter().map(Self::to_json).collect(),
            Tree::Table(table) => Value::Object(table_to_json(table)),
        }
    }

    /// The value at a path of keys.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Tree::Table(table) = &self.tree else {
            return None;
        };
        table.get(key).map(|entry| &entry.node)
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.tree {
            Tree::List(items) => items,
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::Table(_) => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::List(_) | Tree::Table(_) => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.tree, Tree::Null)
    }

    /// Whether it enables nothing: `false`, empty, or a table that is switched off.
    pub(super) fn is_idle(&self) -> bool {
        match &self.tree {
            Tree::Null | Tree::Bool(false) => true,
            Tree::Bool(true) | Tree::Number(_) => false,
            Tree::Text(text) => text.is_empty(),
            Tree::List(items) => items.is_empty(),
            Tree::Table(table) => {
                let is_off = |entry: &Entry| matches!(entry.node.tree, Tree::Bool(false));
                table.get("enabled").is_some_and(is_off)
                    || table.values().all(|entry| entry.node.is_idle())
            }
        }
    }
}

pub(super) fn table_to_json(table: &Table) -> Map<String, Value> {
    let entries = table.iter();
    entries
        .map(|(key, entry)| (key.clone(), entry.node.to_json()))
        .collect()
}

/// Compares values, ignoring their places.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        match (&self.tree, &other.tree) {
            (Tree::Null, Tree::Null) => true,
            (Tree::Bool(one), Tree::Bool(other)) => one == other,
            (Tree::Number(one), Tree::Number(other)) => {
                one == other || one.as_f64() == other.as_f64()
            }
            (Tree::Text(one), Tree::Text(other)) => one == other,
            (Tree::List(one), Tree::List(other)) => one == other,
            (Tree::Table(one), Tree::Table(other)) => {
                let same = |(key, entry): (&String, &Entry)| {
                    other.get(key).is_some_and(|also| also.node == entry.node)
                };
                one.len() == other.len() && one.iter().all(same)
            }
            (
                Tree::Null
                | Tree::Bool(_)
                | Tree::Number(_)
                | Tree::Text(_)
                | Tree::List(_)
                | Tree::Table(_),
                _,
            ) => false,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Tree>::deserialize(deserializer)?;
        let offset = spanned.defined.span().byte_offset();
        let mut place = place(spanned.referenced);
        if !is_on_one_line(&spanned.value) {
            place.width = 0;
        }
        Ok(Self {
            place,
            tree: spanned.value,
            offset: offset.and_then(|offset| offset.try_into().ok()),
        })
    }
}

/// Whether the length of what is written is that of a part of one line.
fn is_on_one_line(tree: &Tree) -> bool {
    match tree {
        Tree::Null | Tree::Bool(_) | Tree::Number(_) => true,
        Tree::Text(text) => !text.contains('\n'),
        Tree::List(_) | Tree::Table(_) => false,
    }
}

/// `y` or `n`, which people write as letters, not as booleans.
fn letter(text: &str) -> Option<&str> {
    let (letter, rest) = text.split_at_checked(1)?;
    let is_alone = !rest.starts_with(|c: char| c.is_alphanumeric());
    (is_alone && matches!(letter, "y" | "Y" | "n" | "N")).then_some(letter)
}

fn place(at: Location) -> Place {
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Place {
        file: Arc::default(),
        line: number(at.line()),
        column: number(at.column()),
        width: number(at.span().len()),
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        let number = Number::from_f64(value);
        number
            .map(Tree::Number)
            .ok_or_else(|| E::custom("numbers must be finite"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree, A::Error> {
        let mut table = Table::new();
        while let Some((key, node)) = entries.next_entry::<Spanned<String>, Node>()? {
            let entry = Entry {
                key: place(key.referenced),
                node,
            };
            table.insert(key.value, entry);
        }
        Ok(Tree::Table(table))
    }
}
