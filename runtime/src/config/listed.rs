//! The settings as a list, for tools that show them.

use super::known;
use super::schema::{Field, Group, Kind};

/// One setting of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// The type of its value, such as "a string".
    pub expected: String,
    /// The setting with a value, as YAML.
    pub example: &'static str,
    /// The values that it may have, if they are few.
    pub values: Vec<&'static str>,
    /// Why it has no effect, if it has none.
    pub unused: Option<&'static str>,
    /// Whether there are settings below it.
    pub is_group: bool,
}

/// The settings below a path of keys; empty if nothing is known about them.
pub(crate) fn settings(path: &[&str]) -> Vec<Setting> {
    match group(path) {
        Some(group) => group.fields.iter().map(setting).collect(),
        None => Vec::new(),
    }
}

fn group(path: &[&str]) -> Option<&'static Group> {
    path.iter().try_fold(&known::ALL, |group, name| {
        let (group, _) = group.field(name)?.kind.below()?;
        Some(group)
    })
}

fn setting(field: &Field) -> Setting {
    Setting {
        name: field.name,
        expected: field.kind.expected().trim_end_matches(',').to_owned(),
        example: field.example,
        values: values(field.kind),
        unused: field.unused,
        is_group: field.kind.below().is_some(),
    }
}

fn values(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::OneOf(words) => words.to_vec(),
        Kind::Bool => vec!["true", "false"],
        Kind::Version => vec!["\"2.x\""],
        Kind::Text
        | Kind::Number
        | Kind::Count(_)
        | Kind::Share
        | Kind::List(_)
        | Kind::Group(_)
        | Kind::Named(_)
        | Kind::TextOr(_)
        | Kind::Free
        | Kind::Any => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::settings;

    #[test]
    fn lists_are_no_part_of_a_path() {
        let models: Vec<_> = settings(&["models"])
            .into_iter()
            .map(|found| found.name)
            .collect();
        assert!(models.contains(&"engine"), "{models:?}");
    }

    #[test]
    fn nothing_is_below_a_value_or_an_unknown_key() {
        assert_eq!(settings(&["streaming"]), []);
        assert_eq!(settings(&["nothing", "below"]), []);
    }
}
