//! The unknown fields of a configuration, which are most often typing errors.

use serde_json::{Map, Value};

use super::{PromptMessage, RailsConfig};

impl RailsConfig {
    /// The paths of all fields that were kept although they are unknown, such as `rails.input.flow`.
    ///
    /// Groups with arbitrary contents (`custom_data`, `parameters`, `rails.config`…) have none, and neither do the
    /// two that the reference leaves open: `tracing.adapters` and `rails.output.streaming`.
    ///
    /// ```
    /// let config: action_sdk::RailsConfig = serde_json::from_str(r#"{"rails": {"input": {"flow": ["check"]}}}"#)?;
    /// assert_eq!(config.unknown_fields(), ["rails.input.flow"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn unknown_fields(&self) -> Vec<String> {
        let mut unknown = Unknown(Vec::new());
        unknown.note("", &self.extra);
        self.note_lists(&mut unknown);
        self.note_services(&mut unknown);
        self.note_rails(&mut unknown);
        unknown.0
    }

    fn note_lists(&self, unknown: &mut Unknown) {
        for (i, model) in self.models.iter().enumerate() {
            unknown.note(&format!("models[{i}]."), &model.extra);
            if let Some(cache) = &model.cache {
                unknown.note(&format!("models[{i}].cache."), &cache.extra);
            }
        }
        for (i, instruction) in self.instructions.iter().enumerate() {
            unknown.note(&format!("instructions[{i}]."), &instruction.extra);
        }
        for (i, document) in self.docs.iter().enumerate() {
            unknown.note(&format!("docs[{i}]."), &document.extra);
        }
        for (i, prompt) in self.prompts.iter().enumerate() {
            unknown.note(&format!("prompts[{i}]."), &prompt.extra);
            for (j, message) in prompt.messages.iter().enumerate() {
                if let PromptMessage::Template(template) = message {
                    unknown.note(&format!("prompts[{i}].messages[{j}]."), &template.extra);
                }
            }
        }
    }

    fn note_services(&self, unknown: &mut Unknown) {
        let (kb, core) = (&self.knowledge_base, &self.core);
        unknown.note("knowledge_base.", &kb.extra);
        unknown.note(
            "knowledge_base.embedding_search_provider.",
            &kb.embedding_search_provider.extra,
        );
        unknown.note("core.", &core.extra);
        unknown.note(
            "core.embedding_search_provider.",
            &core.embedding_search_provider.extra,
        );
        for (name, server) in &self.mcp_servers {
            unknown.note(&format!("mcp_servers.{name}."), &server.extra);
        }
        unknown.note("tracing.", &self.tracing.extra);
        unknown.note("metrics.", &self.metrics.extra);
    }

    fn note_rails(&self, unknown: &mut Unknown) {
        let rails = &self.rails;
        unknown.note("rails.", &rails.extra);
        unknown.note("rails.input.", &rails.input.extra);
        unknown.note("rails.output.", &rails.output.extra);
        unknown.note("rails.retrieval.", &rails.retrieval.extra);
        unknown.note("rails.dialog.", &rails.dialog.extra);
        unknown.note("rails.dialog.single_call.", &rails.dialog.single_call.extra);
        unknown.note(
            "rails.dialog.user_messages.",
            &rails.dialog.user_messages.extra,
        );
        unknown.note("rails.actions.", &rails.actions.extra);
        unknown.note("rails.tool_output.", &rails.tool_output.extra);
        unknown.note("rails.tool_input.", &rails.tool_input.extra);
    }
}

struct Unknown(Vec<String>);

impl Unknown {
    fn note(&mut self, group: &str, extra: &Map<String, Value>) {
        self.0
            .extend(extra.keys().map(|key| format!("{group}{key}")));
    }
}
