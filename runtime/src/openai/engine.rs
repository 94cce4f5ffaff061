//! The engines that a configuration can name: their URLs and keys (nemoguardrails 0.24.1).

use action_sdk::config::Model;

use super::OpenAiBuilder;
use super::error::{OpenAiError, OpenAiErrorKind};
use super::parameters::Parameters;

struct Engine {
    name: &'static str,
    base_url: &'static str,
    /// The environment variable that holds the key; some need none.
    key: Option<&'static str>,
}

const fn engine(name: &'static str, base_url: &'static str, key: Option<&'static str>) -> Engine {
    Engine {
        name,
        base_url,
        key,
    }
}

const NVIDIA: &str = "https://integrate.api.nvidia.com/v1";

const ENGINES: [Engine; 4] = [
    engine(
        "openai",
        "https://api.openai.com/v1",
        Some("OPENAI_API_KEY"),
    ),
    engine("nim", NVIDIA, Some("NVIDIA_API_KEY")),
    engine("nvidia_ai_endpoints", NVIDIA, Some("NVIDIA_API_KEY")),
    engine("ollama", "http://localhost:11434/v1", None),
];

/// Azure has a URL for each deployment, and a special header for the key.
const AZURE: [&str; 2] = ["azure", "azure_openai"];
const AZURE_KEY: &str = "AZURE_OPENAI_API_KEY";

/// The environment: the value of a variable.
pub(super) type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A client for a model of a configuration.
pub(super) fn builder(model: &Model, env: Env<'_>) -> Result<OpenAiBuilder, OpenAiError> {
    let mut parameters = Parameters::new(model);
    let is_azure = AZURE.contains(&model.engine.as_str());
    parameters.check_names(is_azure)?;
    let name = model.model.clone().unwrap_or_default();
    let mut builder = OpenAiBuilder::new(name).provider(&model.engine);
    if let Some(timeout) = parameters.seconds("timeout")? {
        builder = builder.timeout(timeout);
    }
    if let Some(timeout) = parameters.seconds("connect_timeout")? {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(retries) = parameters.count("max_retries")? {
        builder = builder.max_retries(retries);
    }
    if let Some(usage) = parameters.flag("include_usage_in_stream")? {
        builder = builder.usage_in_streams(usage);
    }
    builder = match is_azure {
        true => azure(builder, &mut parameters, model, env)?,
        false => other(builder, &mut parameters, model, env)?,
    };
    let options = parameters.into_rest().into_iter();
    Ok(options.fold(builder, |builder, (name, value)| {
        builder.option(name, value)
    }))
}

fn other(
    mut builder: OpenAiBuilder,
    parameters: &mut Parameters<'_>,
    model: &Model,
    env: Env<'_>,
) -> Result<OpenAiBuilder, OpenAiError> {
    let known = ENGINES.iter().find(|known| known.name == model.engine);
    let base_url = parameters.text("base_url")?;
    let given = parameters.text("api_key")?;
    let headers = parameters.texts("default_headers")?;
    let names_key = has_header(&headers, "authorization");
    let is_elsewhere = base_url.is_some();
    let base_url = base_url.or_else(|| known.map(|known| known.base_url.to_owned()));
    let base_url = base_url.ok_or_else(|| unknown(parameters, model))?;
    let key = match key(model, parameters, given, env)? {
        Some(key) => Some(key),
        None => match known.and_then(|known| known.key) {
            Some(variable) => match filled(env, variable) {
                None if !is_elsewhere && !names_key => return Err(missing(parameters, variable)),
                key => key,
            },
            None => None,
        },
    };
    if let Some(key) = key {
        builder = builder.api_key(key);
    }
    let builder = with_query(
        builder.base_url(base_url),
        parameters.texts("default_query")?,
    );
    Ok(with_headers(builder, headers))
}

/// Sets the URL of a deployment, the version of the API, and the key in the header `api-key`.
fn azure(
    builder: OpenAiBuilder,
    parameters: &mut Parameters<'_>,
    model: &Model,
    env: Env<'_>,
) -> Result<OpenAiBuilder, OpenAiError> {
    const EXAMPLE: &str = "https://my-resource.openai.azure.com/";
    let places = (
        parameters.text("azure_endpoint")?,
        parameters.text("base_url")?,
    );
    let resource = match places {
        (Some(place), None) | (None, Some(place)) => place,
        (Some(_), Some(_)) => {
            return Err(parameters.doubled("base_url", "azure_endpoint"));
        }
        (None, None) => return Err(parameters.missing("azure_endpoint", EXAMPLE)),
    };
    let deployment = parameters.needed("azure_deployment", "my-deployment")?;
    let version = parameters.needed("api_version", "2024-02-15-preview")?;
    let mut query = parameters.texts("default_query")?;
    if query
        .iter()
        .any(|(name, value)| name == "api-version" && *value != version)
    {
        return Err(parameters.doubled("api_version", "default_query.api-version"));
    }
    query.retain(|(name, _)| name != "api-version");
    query.push(("api-version".to_owned(), version));
    let mut headers = parameters.texts("default_headers")?;
    let given = parameters.text("api_key")?;
    if !has_header(&headers, "api-key") {
        let key = key(model, parameters, given, env)?.or_else(|| filled(env, AZURE_KEY));
        let key = key.ok_or_else(|| missing(parameters, AZURE_KEY))?;
        headers.push(("api-key".to_owned(), key));
    }
    let resource = resource.trim_end_matches('/');
    let base_url = format!("{resource}/openai/deployments/{deployment}");
    Ok(with_headers(
        with_query(builder.base_url(base_url), query),
        headers,
    ))
}

/// The key from the variable that the model names, or else from its parameters.
fn key(
    model: &Model,
    parameters: &Parameters<'_>,
    given: Option<String>,
    env: Env<'_>,
) -> Result<Option<String>, OpenAiError> {
    let variable = model.api_key_env_var.as_deref();
    match variable.filter(|variable| !variable.is_empty()) {
        None => Ok(given),
        Some(variable) => match filled(env, variable) {
            None => Err(missing(parameters, variable)),
            key => Ok(key),
        },
    }
}

fn filled(env: Env<'_>, variable: &str) -> Option<String> {
    let value = env(variable)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn has_header(headers: &[(String, String)], name: &str) -> bool {
    headers
        .iter()
        .any(|(header, _)| header.eq_ignore_ascii_case(name))
}

fn with_headers(builder: OpenAiBuilder, headers: Vec<(String, String)>) -> OpenAiBuilder {
    headers.into_iter().fold(builder, |builder, (name, value)| {
        builder.header(name, value)
    })
}

fn with_query(builder: OpenAiBuilder, query: Vec<(String, String)>) -> OpenAiBuilder {
    query
        .into_iter()
        .fold(builder, |builder, (name, value)| builder.query(name, value))
}

/// The name of the variable is shown only if it looks like one: it may be the key itself.
fn missing(parameters: &Parameters<'_>, variable: &str) -> OpenAiError {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (whose, set) = (
        parameters.whose(),
        "set it, or name another one in `api_key_env_var`",
    );
    let message = match variable.chars().all(is_name) {
        true => format!(
            "{whose} needs a key, and the environment variable `{variable}` is not set; {set}"
        ),
        false => format!(
            "{whose} needs a key, and there is no environment variable of the name in `api_key_env_var`; that is where the name stands, such as `OPENAI_API_KEY`, and not the key"
        ),
    };
    OpenAiError::new(OpenAiErrorKind::MissingKey, message)
}

fn unknown(parameters: &Parameters<'_>, model: &Model) -> OpenAiError {
    let known = ENGINES.iter().map(|engine| engine.name).chain(AZURE);
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    let message = format!(
        "{} is of the engine `{}`, and known are only {}; if it speaks the OpenAI API, say where in `parameters.base_url`, else implement `Llm` for it",
        parameters.whose(),
        model.engine,
        known.join(", ")
    );
    OpenAiError::new(OpenAiErrorKind::UnknownEngine, message)
}
