//! All settings (nemoguardrails 0.24.1): their types, an example of each, and whether they have an effect.

use super::schema::{Field, Group, Kind, is_mcp_server, is_model, is_prompt};

const COLANG_1: &str = "it belongs to Colang 1";
const BY_LOADING: &str = "it is filled in when the configuration is loaded";

const ACTIONS_SERVER: &str = "the host does not connect to it; it does with `action_sdk_runtime::remote::ActionsServer::of(&config)`";
const MCP_SERVERS: &str = "the host does not connect to it; it does with `action_sdk_mcp::ToolClients::connect(config.rails().mcp_servers.clone())`";

/// The settings of a configuration.
pub(super) static ALL: Group = Group::new(&[
    Field::new(
        "allow_unknown_settings",
        Kind::Bool,
        "allow_unknown_settings: true",
    ),
    Field::new(
        "models",
        Kind::List(&Kind::Group(&MODEL)),
        "models: [{type: main, engine: openai, model: gpt-4o}]",
    )
    .or_null(),
    Field::new("user_messages", Kind::Free, "user_messages: {}").unused(COLANG_1),
    Field::new("bot_messages", Kind::Free, "bot_messages: {}").unused(COLANG_1),
    Field::new("flows", Kind::List(&Kind::Any), "flows: []")
        .unused("it belongs to Colang 1; flows are written in `.co` files"),
    Field::new(
        "instructions",
        Kind::List(&Kind::Group(&TEXT)),
        "instructions: [{type: general, content: Be brief.}]",
    )
    .or_null(),
    Field::new(
        "docs",
        Kind::List(&Kind::Group(&DOCUMENT)),
        "docs: [{format: md, content: Open at nine.}]",
    )
    .or_null(),
    Field::new(
        "actions_server_url",
        Kind::Text,
        "actions_server_url: http://localhost:8001",
    )
    .or_null()
    .by_host(ACTIONS_SERVER),
    Field::new(
        "sample_conversation",
        Kind::Text,
        "sample_conversation: \"…\"",
    )
    .or_null(),
    Field::new(
        "prompts",
        Kind::List(&Kind::Group(&PROMPT)),
        "prompts: [{task: self_check_input, content: \"…\"}]",
    )
    .or_null()
    .guards(),
    Field::new("prompting_mode", Kind::Text, "prompting_mode: standard").or_null(),
    Field::new("config_path", Kind::Text, "config_path: bot")
        .or_null()
        .unused(BY_LOADING),
    Field::new(
        "import_paths",
        Kind::List(&Kind::Text),
        "import_paths: [shared]",
    )
    .or_null()
    .guards(),
    Field::new("imported_paths", Kind::Free, "imported_paths: {}")
        .or_null()
        .unused(BY_LOADING),
    Field::new(
        "lowest_temperature",
        Kind::Number,
        "lowest_temperature: 0.001",
    )
    .or_null(),
    Field::new(
        "enable_multi_step_generation",
        Kind::Bool,
        "enable_multi_step_generation: false",
    )
    .or_null()
    .unused(COLANG_1),
    Field::new("colang_version", Kind::Version, "colang_version: \"2.x\""),
    Field::new("custom_data", Kind::Free, "custom_data: {team: blue}"),
    Field::new(
        "knowledge_base",
        Kind::Group(&KNOWLEDGE_BASE),
        "knowledge_base: {folder: kb}",
    )
    .unused("documents are the Markdown files in `kb`, found by their words"),
    Field::new("core", Kind::Group(&CORE), "core: {}").unused("examples are found by their words"),
    Field::new(
        "rails",
        Kind::Group(&RAILS),
        "rails: {input: {flows: [self check input]}}",
    )
    .guards(),
    Field::new("streaming", Kind::Bool, "streaming: false").unused("answers are not streamed"),
    Field::new(
        "enable_rails_exceptions",
        Kind::Bool,
        "enable_rails_exceptions: true",
    ),
    Field::new("passthrough", Kind::Bool, "passthrough: false")
        .or_null()
        .unused("write `import passthrough` and the flow that it needs"),
    Field::new(
        "mcp_servers",
        Kind::Named(&Kind::Group(&MCP_SERVER)),
        "mcp_servers: {files: {command: npx, args: [-y, some-server]}}",
    )
    .or_null()
    .by_host(MCP_SERVERS),
    Field::new(
        "on_failure",
        Kind::Text,
        "on_failure: Sorry, please try again.",
    )
    .or_null(),
    Field::new("event_source_uid", Kind::Text, "event_source_uid: my-bot"),
    Field::new(
        "tracing",
        Kind::Group(&TRACING),
        "tracing: {enabled: false}",
    )
    .unused("spans are made with the crate `tracing`"),
    Field::new(
        "metrics",
        Kind::Group(&METRICS),
        "metrics: {enabled: false}",
    )
    .unused("nothing is counted"),
    Field::new(
        "raw_llm_call_action",
        Kind::Text,
        "raw_llm_call_action: raw llm call",
    )
    .or_null()
    .unused(COLANG_1),
]);

static MODEL: Group = Group::new(&[
    Field::new("type", Kind::Text, "type: main").required(),
    Field::new("engine", Kind::Text, "engine: openai").required(),
    Field::new("model", Kind::Text, "model: gpt-4o").or_null(),
    Field::new(
        "api_key_env_var",
        Kind::Text,
        "api_key_env_var: OPENAI_API_KEY",
    )
    .or_null(),
    Field::new("parameters", Kind::Free, "parameters: {temperature: 0.2}"),
    Field::new("mode", Kind::OneOf(&["chat", "text"]), "mode: chat"),
    Field::new("cache", Kind::Group(&CACHE), "cache: {enabled: true}")
        .or_null()
        .unused("answers are not remembered"),
])
.whole(is_model);

static CACHE: Group = Group::new(&[
    Field::new("enabled", Kind::Bool, "enabled: true"),
    Field::new("maxsize", Kind::Count(0), "maxsize: 50000"),
    Field::new("stats", Kind::Free, "stats: {enabled: true}"),
]);

static TEXT: Group = Group::new(&[
    Field::new("type", Kind::Text, "type: general").required(),
    Field::new("content", Kind::Text, "content: Be brief.").required(),
]);

static DOCUMENT: Group = Group::new(&[
    Field::new("format", Kind::Text, "format: md").required(),
    Field::new("content", Kind::Text, "content: Open at nine.").required(),
]);

static PROMPT: Group = Group::new(&[
    Field::new("task", Kind::Text, "task: self_check_input").required(),
    Field::new("content", Kind::Text, "content: \"…\"")
        .or_null()
        .guards(),
    Field::new(
        "messages",
        Kind::List(&Kind::TextOr(&TEXT)),
        "messages: [{type: system, content: \"…\"}]",
    )
    .or_null()
    .guards(),
    Field::new("models", Kind::List(&Kind::Text), "models: [openai/gpt-4o]").or_null(),
    Field::new(
        "output_parser",
        Kind::Text,
        "output_parser: is_content_safe",
    )
    .or_null()
    .guards(),
    Field::new("max_length", Kind::Count(1), "max_length: 16000").or_null(),
    Field::new("mode", Kind::Text, "mode: standard").or_null(),
    Field::new("stop", Kind::List(&Kind::Text), "stop: [\"User:\"]").or_null(),
    Field::new("max_tokens", Kind::Count(1), "max_tokens: 3").or_null(),
])
.whole(is_prompt);

static PROVIDER: Group = Group::new(&[
    Field::new("name", Kind::Text, "name: default"),
    Field::new("parameters", Kind::Free, "parameters: {}"),
    Field::new("cache", Kind::Free, "cache: {enabled: false}"),
]);

static KNOWLEDGE_BASE: Group = Group::new(&[
    Field::new("folder", Kind::Text, "folder: kb"),
    Field::new(
        "embedding_search_provider",
        Kind::Group(&PROVIDER),
        "embedding_search_provider: {name: default}",
    ),
]);

static CORE: Group = Group::new(&[Field::new(
    "embedding_search_provider",
    Kind::Group(&PROVIDER),
    "embedding_search_provider: {name: default}",
)]);

static TRACING: Group = Group::new(&[
    Field::new("enabled", Kind::Bool, "enabled: true"),
    Field::new(
        "adapters",
        Kind::List(&Kind::Free),
        "adapters: [{name: FileSystem}]",
    ),
    Field::new("span_format", Kind::Text, "span_format: opentelemetry"),
    Field::new(
        "enable_content_capture",
        Kind::Bool,
        "enable_content_capture: false",
    ),
]);

static METRICS: Group = Group::new(&[Field::new("enabled", Kind::Bool, "enabled: true")]);

const PARALLEL: Field = Field::new("parallel", Kind::Bool, "parallel: false")
    .or_null()
    .unused("rails run one after the other");
const FLOWS: Field = Field::new(
    "flows",
    Kind::List(&Kind::Text),
    "flows: [self check input]",
)
.guards();

static RAILS: Group = Group::new(&[
    Field::new("config", Kind::Free, "config: {}"),
    Field::new(
        "input",
        Kind::Group(&INPUT),
        "input: {flows: [self check input]}",
    )
    .guards(),
    Field::new(
        "output",
        Kind::Group(&OUTPUT),
        "output: {flows: [self check output]}",
    )
    .guards(),
    Field::new(
        "retrieval",
        Kind::Group(&RETRIEVAL),
        "retrieval: {flows: []}",
    )
    .guards(),
    Field::new("dialog", Kind::Group(&DIALOG), "dialog: {}"),
    Field::new("actions", Kind::Group(&ACTIONS), "actions: {}"),
    Field::new(
        "tool_output",
        Kind::Group(&TOOLS),
        "tool_output: {flows: []}",
    )
    .guards(),
    Field::new("tool_input", Kind::Group(&TOOLS), "tool_input: {flows: []}").guards(),
    Field::new("fail_open", Kind::Bool, "fail_open: false").guards(),
])
.strict();

static INPUT: Group = Group::new(&[
    FLOWS,
    PARALLEL,
    Field::new(
        "speculative_generation",
        Kind::Bool,
        "speculative_generation: false",
    )
    .or_null()
    .unused("nothing is generated before the checks are over"),
])
.strict();

static OUTPUT: Group = Group::new(&[
    FLOWS,
    PARALLEL,
    Field::new(
        "streaming",
        Kind::Group(&STREAMING),
        "streaming: {enabled: false}",
    )
    .unused("answers are checked as a whole"),
])
.strict();

static STREAMING: Group = Group::new(&[
    Field::new("enabled", Kind::Bool, "enabled: true"),
    Field::new("chunk_size", Kind::Count(0), "chunk_size: 200"),
    Field::new("context_size", Kind::Count(0), "context_size: 50"),
    Field::new("stream_first", Kind::Bool, "stream_first: true"),
]);

static RETRIEVAL: Group = Group::new(&[FLOWS]).strict();

static TOOLS: Group = Group::new(&[FLOWS, PARALLEL]).strict();

static DIALOG: Group = Group::new(&[
    Field::new(
        "single_call",
        Kind::Group(&SINGLE_CALL),
        "single_call: {enabled: false}",
    )
    .unused(COLANG_1),
    Field::new(
        "user_messages",
        Kind::Group(&USER_MESSAGES),
        "user_messages: {embeddings_only: false}",
    )
    .unused("the model says what a message means"),
])
.strict();

static SINGLE_CALL: Group = Group::new(&[
    Field::new("enabled", Kind::Bool, "enabled: true"),
    Field::new(
        "fallback_to_multiple_calls",
        Kind::Bool,
        "fallback_to_multiple_calls: true",
    ),
])
.strict();

static USER_MESSAGES: Group = Group::new(&[
    Field::new("embeddings_only", Kind::Bool, "embeddings_only: true"),
    Field::new(
        "embeddings_only_similarity_threshold",
        Kind::Share,
        "embeddings_only_similarity_threshold: 0.75",
    )
    .or_null(),
    Field::new(
        "embeddings_only_fallback_intent",
        Kind::Text,
        "embeddings_only_fallback_intent: user was unclear",
    )
    .or_null(),
])
.strict();

static ACTIONS: Group = Group::new(&[Field::new(
    "instant_actions",
    Kind::List(&Kind::Text),
    "instant_actions: [UtteranceBotAction]",
)
.or_null()
.unused("the host says which actions end at once, with `ProcessOptions::instant_actions`")])
.strict();

/// An MCP server. Other hosts also write the `type` of the transport, which follows from the other settings.
static MCP_SERVER: Group = Group::new(&[
    Field::new("command", Kind::Text, "command: npx"),
    Field::new("args", Kind::List(&Kind::Text), "args: [-y, some-server]"),
    Field::new(
        "env",
        Kind::Named(&Kind::Text),
        "env: {TOKEN: \"${TOKEN}\"}",
    ),
    Field::new("cwd", Kind::Text, "cwd: /srv"),
    Field::new("url", Kind::Text, "url: https://example.org/mcp"),
    Field::new(
        "headers",
        Kind::Named(&Kind::Text),
        "headers: {Authorization: \"Bearer ${TOKEN}\"}",
    ),
    Field::new("timeout", Kind::Number, "timeout: 20"),
    Field::new("disabled", Kind::Bool, "disabled: true"),
    Field::new("optional", Kind::Bool, "optional: true"),
    Field::new("type", Kind::Text, "type: http"),
])
.whole(is_mcp_server);

#[cfg(test)]
mod tests {
    use action_sdk::RailsConfig;
    use serde_json::{Value, json};

    use super::*;

    /// All groups of settings in the SDK, including optional values.
    fn written() -> Value {
        let config: RailsConfig = serde_json::from_value(json!({
            "models": [{"type": "main", "engine": "e", "model": "m", "cache": {}}],
            "instructions": [{"type": "general", "content": "c"}],
            "docs": [{"format": "md", "content": "c"}],
            "prompts": [{"task": "t", "messages": [{"type": "system", "content": "c"}]}],
        }))
        .expect("a configuration");
        serde_json::to_value(config).expect("writable")
    }

    fn check(value: &Value, kind: Kind, path: &str) {
        match (value, kind) {
            (Value::Object(fields), Kind::Group(group) | Kind::TextOr(group)) => {
                for (name, value) in fields {
                    let field = group.field(name);
                    let field = field.unwrap_or_else(|| panic!("`{path}.{name}` is not known"));
                    check(value, field.kind, &format!("{path}.{name}"));
                }
            }
            (Value::Array(items), Kind::List(kind)) => {
                for item in items {
                    check(item, *kind, path);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_setting_of_the_sdk_is_known() {
        check(&written(), Kind::Group(&ALL), "");
    }
}
