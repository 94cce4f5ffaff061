//! What the client for models would refuse, each at its place in the YAML file.

use super::tree::Node;
use crate::problem::Problem;

/// Without the client, whoever runs the flows decides what is right.
#[cfg(not(feature = "openai"))]
pub(super) fn problems(_models: &[Node]) -> Vec<Problem> {
    Vec::new()
}

/// The models that the client of this crate cannot be made for. Keys are not looked for: they need not be here.
#[cfg(feature = "openai")]
pub(super) fn problems(models: &[Node]) -> Vec<Problem> {
    use super::tree::Tree;
    use crate::openai::{OpenAi, OpenAiErrorKind};
    use action_sdk::config::Model;
    use colang::diagnostic::Code;

    /// The key that the message is about, or else the model.
    fn place<'a>(model: &'a Node, message: &str) -> &'a crate::problem::Place {
        let tables = [Some(model), model.get("parameters")];
        let tables = tables.into_iter().flatten();
        let entries = tables.filter_map(|node| match &node.tree {
            Tree::Table(table) => Some(table),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::List(_) => None,
        });
        let mut keys = entries.flatten();
        let named = keys.find(|(key, _)| {
            !["type", "parameters"].contains(&key.as_str()) && message.contains(&format!("`{key}`"))
        });
        named.map_or(&model.place, |(_, entry)| &entry.key)
    }
    let found = models.iter().enumerate().filter_map(|(number, node)| {
        let model: Model = serde_json::from_value(node.to_json()).ok()?;
        let error = OpenAi::from_model(&model, |_| Some("not asked".to_owned())).err()?;
        let is_of_settings = !matches!(
            error.kind(),
            OpenAiErrorKind::Tls | OpenAiErrorKind::MissingKey
        );
        let message = error.to_string();
        let problem = Problem::at(Code::WrongSetting, place(node, &message), message);
        is_of_settings.then(|| problem.about(format!("models[{number}]")))
    });
    found.collect()
}
