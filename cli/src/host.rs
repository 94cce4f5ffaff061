//! A configuration with everything that it needs: models, actions, and what to tell about it.

use std::path::Path;
use std::sync::Arc;

use action_sdk::{ActionDispatcher, ActionDispatcherBuilder, RailsConfig};
use action_sdk_runtime::{
    Config, ConfigError, ConfigErrorKind, Logged, ProcessOptions, Runtime, RuntimeBuilder,
    RuntimeError, load_config,
};

use crate::args::HostArgs;
use crate::model_script::ScriptedModel;
use crate::outcome::Failure;
use crate::output;
use crate::program::Program;

/// Loads a configuration and shows its warnings.
///
/// # Errors
///
/// If it cannot be loaded: all mistakes.
pub(crate) fn load(dir: &Path) -> Result<Config, Failure> {
    let config = load_config(dir).map_err(|error| broken(dir, &error))?;
    for warning in config.warnings() {
        output::warning(warning);
    }
    Ok(config)
}

fn broken(dir: &Path, error: &ConfigError) -> Failure {
    match is_about_files(error.kind()) {
        true => Failure::of(error),
        false => refused(dir, &error.render()),
    }
}

/// Whether nothing could be looked at, because of the files themselves.
fn is_about_files(kind: ConfigErrorKind) -> bool {
    matches!(
        kind,
        ConfigErrorKind::NotFound | ConfigErrorKind::Unreadable | ConfigErrorKind::TooLarge
    )
}

fn refused(dir: &Path, mistakes: &str) -> Failure {
    Failure::new(format!("`{}` cannot be run:\n\n{mistakes}", dir.display()))
}

/// A bot in a folder, ready to be built.
pub(crate) struct Bot {
    pub(crate) runtime: RuntimeBuilder,
    /// Whether a model or a server outside of this process may be asked.
    pub(crate) asks_outside: bool,
}

/// A bot in a folder, for conversations that only show what is said. `with` adds to its actions.
///
/// # Errors
///
/// If it cannot be loaded, or its models cannot be had.
pub(crate) async fn bot(
    program: &Program,
    dir: &Path,
    args: &HostArgs,
    with: impl FnOnce(ActionDispatcherBuilder) -> ActionDispatcherBuilder,
) -> Result<Bot, Failure> {
    let config = load(dir)?;
    let script = args.model_script.as_deref();
    let actions = actions(program, &config, script).await?;
    let dispatcher = with(actions).build();
    let dispatcher = dispatcher.map_err(|error| Failure::of(&error))?;
    let asks_outside = asks_outside(config.rails(), script);
    let runtime = Runtime::builder(config)
        .dispatcher(dispatcher)
        .options(ProcessOptions::chat())
        .perform_timers()
        .log(|logged| print(&logged));
    let runtime = match args.seed {
        Some(seed) => runtime.seed(seed),
        None => runtime,
    };
    Ok(Bot {
        runtime,
        asks_outside,
    })
}

/// The actions of a program with the settings and models of the configuration in a folder.
///
/// # Errors
///
/// See [`bot`].
pub(crate) async fn dispatcher(
    program: &Program,
    dir: &Path,
    script: Option<&Path>,
) -> Result<ActionDispatcher, Failure> {
    let config = load(dir)?;
    let actions = actions(program, &config, script).await?;
    actions.build().map_err(|error| Failure::of(&error))
}

async fn actions(
    program: &Program,
    config: &Config,
    script: Option<&Path>,
) -> Result<ActionDispatcherBuilder, Failure> {
    let rails = config.rails();
    let dispatcher = with_models(program.dispatcher(), rails, script)?;
    let dispatcher = with_tools(dispatcher, rails).await?;
    let dispatcher = with_server(dispatcher, config).await?;
    Ok(dispatcher.config(Arc::clone(rails)))
}

fn asks_outside(config: &RailsConfig, script: Option<&Path>) -> bool {
    let has_models = script.is_none() && !config.models.is_empty();
    has_models || !config.mcp_servers.is_empty() || config.actions_server_url.is_some()
}

/// The tools of MCP servers that the configuration names.
#[cfg(feature = "mcp")]
async fn with_tools(
    dispatcher: ActionDispatcherBuilder,
    config: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Failure> {
    if config.mcp_servers.is_empty() {
        return Ok(dispatcher);
    }
    let servers = config.mcp_servers.clone();
    let tools = action_sdk_mcp::ToolClients::connect(servers).await;
    Ok(tools
        .map_err(|error| Failure::of(&error))?
        .register(dispatcher))
}

#[cfg(not(feature = "mcp"))]
async fn with_tools(
    dispatcher: ActionDispatcherBuilder,
    _: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Failure> {
    Ok(dispatcher)
}

/// The actions of the actions server that the configuration names.
#[cfg(feature = "remote")]
async fn with_server(
    dispatcher: ActionDispatcherBuilder,
    config: &Config,
) -> Result<ActionDispatcherBuilder, Failure> {
    let Some(server) = action_sdk_runtime::remote::ActionsServer::of(config) else {
        return Ok(dispatcher);
    };
    let actions = server.connect().await;
    Ok(actions
        .map_err(|error| Failure::of(&error))?
        .register(dispatcher))
}

#[cfg(not(feature = "remote"))]
async fn with_server(
    dispatcher: ActionDispatcherBuilder,
    _: &Config,
) -> Result<ActionDispatcherBuilder, Failure> {
    Ok(dispatcher)
}

/// What conversations wait on.
///
/// # Errors
///
/// If the system does not give it.
pub(crate) fn tokio() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of(&error))
}

/// What flows print.
fn print(logged: &Logged) {
    match logged {
        Logged::Print(value) => output::note(value),
        Logged::Log { .. } | _ => tracing::info!("{logged}"),
    }
}

/// Builds a runtime; a failure tells all mistakes.
///
/// # Errors
///
/// If flows and actions do not fit together.
pub(crate) fn build(dir: &Path, runtime: RuntimeBuilder) -> Result<Runtime, Failure> {
    runtime.build().map_err(|error| unfit(dir, &error))
}

fn unfit(dir: &Path, error: &RuntimeError) -> Failure {
    match error.problems() {
        [] => Failure::of(error),
        _ => refused(dir, &error.report().render()),
    }
}

/// Gives the actions a model: that of a script, or those that the configuration names.
fn with_models(
    dispatcher: ActionDispatcherBuilder,
    config: &RailsConfig,
    script: Option<&Path>,
) -> Result<ActionDispatcherBuilder, Failure> {
    match script {
        Some(file) => Ok(dispatcher.llm(ScriptedModel::read(file)?)),
        None => of_configuration(dispatcher, config),
    }
}

#[cfg(feature = "openai")]
fn of_configuration(
    dispatcher: ActionDispatcherBuilder,
    config: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Failure> {
    if config.models.is_empty() {
        return Ok(dispatcher);
    }
    let models = action_sdk_runtime::openai::models(config).map_err(|error| {
        Failure::new(format!("{error}; without the model: `--model-script FILE`"))
    })?;
    Ok(models.offer(dispatcher))
}

#[cfg(not(feature = "openai"))]
fn of_configuration(
    dispatcher: ActionDispatcherBuilder,
    _: &RailsConfig,
) -> Result<ActionDispatcherBuilder, Failure> {
    Ok(dispatcher)
}
