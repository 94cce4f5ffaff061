//! A configuration with everything that it needs: models, actions, and what to tell about it.

use std::path::Path;
use std::sync::Arc;

use action_sdk::{ActionDispatcherBuilder, RailsConfig};
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
pub(crate) fn is_about_files(kind: ConfigErrorKind) -> bool {
    matches!(
        kind,
        ConfigErrorKind::NotFound | ConfigErrorKind::Unreadable | ConfigErrorKind::TooLarge
    )
}

fn refused(dir: &Path, mistakes: &str) -> Failure {
    Failure::new(format!("`{}` cannot be run:\n\n{mistakes}", dir.display()))
}

/// A bot in a folder, ready to be built: for conversations that only show what is said.
///
/// # Errors
///
/// If it cannot be loaded, or its models cannot be had.
pub(crate) fn bot(
    program: &Program,
    dir: &Path,
    args: &HostArgs,
) -> Result<RuntimeBuilder, Failure> {
    let config = load(dir)?;
    let dispatcher = with_models(program.dispatcher(), config.rails(), args)?;
    let dispatcher = dispatcher.config(Arc::clone(config.rails())).build();
    let dispatcher = dispatcher.map_err(|error| Failure::of(&error))?;
    let runtime = Runtime::builder(config)
        .dispatcher(dispatcher)
        .options(ProcessOptions::chat())
        .perform_timers()
        .log(|logged| print(&logged));
    Ok(match args.seed {
        Some(seed) => runtime.seed(seed),
        None => runtime,
    })
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
    args: &HostArgs,
) -> Result<ActionDispatcherBuilder, Failure> {
    match &args.model_script {
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
