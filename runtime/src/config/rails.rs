//! The flows that `rails.input.flows` and `rails.output.flows` in YAML stand for (nemoguardrails 0.24.1).

use action_sdk::nearest_name;
use colang::source::SourceId;
use colang::syntax::ast::{Flow, SpecGroup, SpecOp, SpecTarget, Stmt, StmtKind};
use colang::syntax::{Module, parse};
use serde_json::{Map, Value};

use crate::reference;

use super::error::{ConfigError, ConfigErrorKind};

/// Where the settings list flows, the flow that runs them, and its parameter.
const RUN: [(&str, &str, &str); 2] = [
    ("input", "input rails", "$input_text"),
    ("output", "output rails", "$output_text"),
];

/// Where the settings may list flows that nothing in Colang 2 would run.
const NOT_RUN: [&str; 3] = ["retrieval", "tool_input", "tool_output"];

/// The flows of one list.
pub(super) struct Rails {
    key: &'static str,
    flow: &'static str,
    parameter: &'static str,
    calls: Vec<Call>,
}

/// One entry of a list.
struct Call {
    text: String,
    flow: String,
}

/// The lists that are not empty. A list that is none is left to whoever reads all settings.
pub(super) fn listed(settings: &Map<String, Value>) -> Result<Vec<Rails>, ConfigError> {
    if let Some(key) = NOT_RUN.iter().find(|key| !flows(settings, key).is_empty()) {
        let message = format!(
            "`rails.{key}.flows` lists flows, and Colang 2 runs those of `rails.input` and `rails.output` only; call them in flows of your own"
        );
        return Err(ConfigError::new(ConfigErrorKind::Field, message));
    }
    let lists = RUN.iter().map(|(key, flow, parameter)| {
        let calls = flows(settings, key).into_iter();
        Ok(Rails {
            key,
            flow,
            parameter,
            calls: calls
                .map(|text| Call::read(key, text))
                .collect::<Result<_, _>>()?,
        })
    });
    let lists: Vec<_> = lists.collect::<Result<_, _>>()?;
    Ok(lists
        .into_iter()
        .filter(|list| !list.calls.is_empty())
        .collect())
}

/// What is probably not meant with the rails: they look as if they protected something.
pub(super) fn warnings(modules: &[Module]) -> Vec<String> {
    let flows: Vec<_> = modules.iter().flat_map(|module| &module.flows).collect();
    let rails = RUN.iter();
    rails
        .flat_map(|(_, rails, parameter)| {
            let never = is_only_defined(rails, modules);
            let never = never
                .then(|| format!("the flow `{rails}` is never run; write `import guardrails`"));
            let doubtful = flows
                .iter()
                .filter_map(|flow| doubt(flow, rails, parameter));
            never.into_iter().chain(doubtful)
        })
        .collect()
}

/// What is doubtful about a flow as these rails, or as one whose author thinks that it is.
fn doubt(flow: &Flow, rails: &str, parameter: &str) -> Option<String> {
    let name = flow.name.name.as_str();
    if name == rails && flow.parameters.is_empty() {
        return Some(format!(
            "the flow `{rails}` is given the text that it checks and takes none, so that nothing passes; write `flow {rails} {parameter}`"
        ));
    }
    (name != rails && plainly(name) == plainly(rails))
        .then(|| format!("the flow `{name}` is not run as rails; call it `{rails}`"))
}

/// A name without what is easily written in another way.
fn plainly(name: &str) -> String {
    let name = name.to_lowercase().replace(['_', '-'], " ");
    name.trim_end_matches('s').to_owned()
}

/// Whether every line that names the flow, comments aside, begins its definition, and one does.
fn is_only_defined(flow: &str, modules: &[Module]) -> bool {
    let lines = modules.iter().flat_map(|module| module.source.lines());
    let lines = lines.map(str::trim).filter(|line| !line.starts_with('#'));
    let mut naming = lines.filter(|line| line.contains(flow)).peekable();
    naming.peek().is_some() && naming.all(|line| line.starts_with("flow "))
}

fn flows<'a>(settings: &'a Map<String, Value>, key: &str) -> Vec<&'a str> {
    let flows = settings
        .get("rails")
        .and_then(|rails| rails.get(key)?.get("flows")?.as_array());
    let flows = flows.into_iter().flatten();
    flows.filter_map(Value::as_str).collect()
}

impl Rails {
    /// Whether all its flows are among these.
    pub(super) fn are_among(&self, known: &[&Flow]) -> bool {
        self.calls.iter().all(|call| call.is_among(known))
    }

    /// What messages call the source, and the source itself.
    ///
    /// # Errors
    ///
    /// If one of its flows is not among these, or one has the name of the flow that it is to be.
    pub(super) fn source(&self, known: &[&Flow]) -> Result<(String, String), ConfigError> {
        let Self {
            key,
            flow,
            parameter,
            calls,
        } = self;
        if known
            .iter()
            .any(|other| other.name.name == *flow && !overrides(other))
        {
            let message = format!(
                "`rails.{key}.flows` stands for a flow `{flow}`, and there is one already; keep one of them"
            );
            return Err(ConfigError::new(ConfigErrorKind::Field, message));
        }
        if let Some(unknown) = calls.iter().find(|call| !call.is_among(known)) {
            return Err(unknown.is_unknown(key, known));
        }
        let lines = calls.iter().map(|call| format!("  {}\n", call.text));
        let source = format!("flow {flow} {parameter}\n{}", lines.collect::<String>());
        Ok((format!("rails.{key}.flows"), source))
    }
}

impl Call {
    fn read(key: &str, text: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        let parsed = parse(SourceId(0), &format!("flow rails\n  {text}\n"));
        let mistake = parsed.diagnostics.iter().find(|found| found.is_error());
        let mistake = mistake.map(|found| format!(" ({})", found.message));
        let body = match parsed.module.flows.as_slice() {
            [flow] if mistake.is_none() => flow.body.as_slice(),
            _ => &[],
        };
        let flow = match body {
            [statement] => called(statement),
            _ => None,
        };
        flow.map(|flow| Self {
            text: text.to_owned(),
            flow: flow.to_owned(),
        })
        .ok_or_else(|| {
            let mistake = mistake.unwrap_or_default();
            if let Some(advice) = reference::advice(name_of(text)) {
                let advice = format!("{advice}; texts stand in quotes there{mistake}");
                return is_not_here(key, name_of(text), &advice);
            }
            let message = format!(
                "`rails.{key}.flows`: `{text}` is no call of a flow{mistake}; write its name and its arguments, such as `self check input` or `my check $strict=True`"
            );
            ConfigError::new(ConfigErrorKind::Field, message)
        })
    }

    fn is_among(&self, known: &[&Flow]) -> bool {
        known.iter().any(|flow| flow.name.name == self.flow)
    }

    fn is_unknown(&self, key: &str, known: &[&Flow]) -> ConfigError {
        let flow = &self.flow;
        if let Some(advice) = reference::advice(flow) {
            return is_not_here(key, flow, advice);
        }
        let hint = match nearest_name(flow, known.iter().map(|flow| flow.name.name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "define it, or import the file that does".to_owned(),
        };
        let message = format!("`rails.{key}.flows`: there is no flow `{flow}`; {hint}");
        ConfigError::new(ConfigErrorKind::Field, message)
    }
}

/// The words before the first argument.
fn name_of(text: &str) -> &str {
    let end = text.find(['$', '(']).unwrap_or(text.len());
    text[..end].trim()
}

fn is_not_here(key: &str, flow: &str, advice: &str) -> ConfigError {
    let message = format!("`rails.{key}.flows`: there is no flow `{flow}`; {advice}");
    ConfigError::new(ConfigErrorKind::Field, message)
}

/// The name of the flow that a statement awaits, if it does no more than that.
fn called(statement: &Stmt) -> Option<&str> {
    let StmtKind::SpecOp(operation) = &statement.kind else {
        return None;
    };
    let SpecGroup::Spec(spec) = &operation.group else {
        return None;
    };
    let SpecTarget::Flow(flow) = &spec.target else {
        return None;
    };
    let awaits = operation.op == SpecOp::Await && operation.return_var.is_none();
    (awaits && spec.members.is_empty()).then_some(flow.name.as_str())
}

fn overrides(flow: &Flow) -> bool {
    flow.decorators.iter().any(|at| at.name.name == "override")
}
