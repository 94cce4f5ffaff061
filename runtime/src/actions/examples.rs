//! Examples for prompts, from the flows of the program: what users say for an intent, and how flows look.

use colang::program::FlowConfig;
use colang::source::SourceId;
use colang::state::State;
use colang::syntax::ast::{
    Argument, ArgumentKind, ExprKind, Flow, Spec, SpecGroup, SpecOp, SpecOpStmt, SpecTarget, Stmt,
    StmtKind,
};
use colang::value::Value;

use super::similar::most_similar;
use crate::rails;

/// The intents that a model may choose from.
pub(super) struct Intents {
    /// Their names, the likeliest last.
    pub(super) names: Vec<String>,
    /// Examples of what users say and do, the likeliest last.
    pub(super) examples: String,
}

/// What a user said and the intent that it stands for.
struct Said {
    text: String,
    intent: String,
}

impl Intents {
    /// Those whose examples are most like what the user did, and those that are waited for.
    pub(super) fn new(state: &State, user_action: &str, max_examples: usize) -> Self {
        let mut intents = Self {
            names: Vec::new(),
            examples: String::new(),
        };
        intents.add_said(state, user_action, max_examples);
        for flow in state.awaited_flows() {
            intents.add_awaited(state, &flow);
        }
        intents
            .examples
            .truncate(intents.examples.trim_end_matches('\n').len());
        intents
    }

    fn add_said(&mut self, state: &State, user_action: &str, max: usize) {
        let flows = state.program().flows();
        let said: Vec<_> = flows.flat_map(|config| all_said(config)).collect();
        let texts: Vec<_> = said.iter().map(|said| said.text.as_str()).collect();
        let mut places = most_similar(user_action, &texts);
        places.truncate(max);
        let others: Vec<_> = (0..said.len())
            .filter(|place| !places.contains(place))
            .take(max - places.len())
            .collect();
        places.extend(others);
        for place in places.into_iter().rev() {
            let Said { text, intent } = &said[place];
            let text = text.replace('\n', "\\n");
            self.examples +=
                &format!("user action: user said \"{text}\"\nuser intent: {intent}\n\n");
            self.add_name(intent);
        }
    }

    fn add_awaited(&mut self, state: &State, flow: &str) {
        let Some(config) = state.program().flow(flow) else {
            self.examples += &format!("user intent: {flow}\n\n");
            return self.add_name(flow);
        };
        if !is_user_intent(state, config) {
            return;
        }
        match doc_string(config) {
            Some(text) => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.examples += &format!("user action: <{text}>\nuser intent: {flow}\n\n");
                self.add_name(flow);
            }
            None if !self.names.iter().any(|name| name == flow) => {
                self.examples += &format!("user intent: {flow}\n\n");
                self.add_name(flow);
            }
            None => {}
        }
    }

    fn add_name(&mut self, name: &str) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
    }
}

/// Whether it is marked as an intent of the user, by its author or by `automating intent detection`.
fn is_user_intent(state: &State, config: &FlowConfig) -> bool {
    let first = state
        .instances(&config.id)
        .and_then(|instances| instances.first());
    let variables = first.and_then(|instance| state.variables(*instance));
    config.meta("user_intent").is_some()
        || variables.is_some_and(|variables| variables.contains_key("_user_intent"))
}

/// The texts of a flow that consists of nothing but what the user says: `user said "hi" or user said "hello"`.
fn all_said(config: &FlowConfig) -> Vec<Said> {
    if is_hidden(config) {
        return Vec::new();
    }
    let Some(flow) = parsed(config) else {
        return Vec::new();
    };
    let texts = only_statement(&flow).map(texts_said).unwrap_or_default();
    let said = |text| Said {
        text,
        intent: config.id.to_string(),
    };
    texts.into_iter().map(said).collect()
}

fn only_statement(flow: &Flow) -> Option<&SpecOpStmt> {
    let is_something =
        |stmt: &&Stmt| !matches!(stmt.kind, StmtKind::DocString(_) | StmtKind::Global(_));
    let mut statements = flow.body.iter().filter(is_something);
    let (only, next) = (statements.next()?, statements.next());
    if let (StmtKind::SpecOp(stmt), None) = (&only.kind, next) {
        return Some(stmt);
    }
    None
}

fn texts_said(stmt: &SpecOpStmt) -> Vec<String> {
    let specs: Vec<&Spec> = match &stmt.group {
        SpecGroup::Spec(spec) => vec![spec],
        SpecGroup::Or(members) => members.iter().filter_map(alone).collect(),
        SpecGroup::And(_) => Vec::new(),
    };
    specs
        .iter()
        .filter_map(|spec| text_said(spec, stmt.op))
        .collect()
}

fn text_said(spec: &Spec, op: SpecOp) -> Option<String> {
    if let (SpecTarget::Flow(name), SpecOp::Await) = (&spec.target, op) {
        let said = rails::is_of_the_user(&name.name);
        return said
            .then(|| text_of(spec, |argument| argument.kind == ArgumentKind::Positional))?;
    }
    if let (SpecTarget::Event(name), SpecOp::Match) = (&spec.target, op) {
        let said = name.name == "UtteranceUserActionFinished";
        return said.then(|| text_of(spec, |argument| is_named(argument, "final_transcript")))?;
    }
    None
}

fn alone(group: &SpecGroup) -> Option<&Spec> {
    match group {
        SpecGroup::Spec(spec) => Some(spec),
        SpecGroup::Or(_) | SpecGroup::And(_) => None,
    }
}

fn is_named(argument: &Argument, wanted: &str) -> bool {
    matches!(&argument.kind, ArgumentKind::Named(name) if name.name == wanted)
}

fn text_of(spec: &Spec, is_it: impl Fn(&Argument) -> bool) -> Option<String> {
    let argument = spec.arguments.iter().find(|argument| is_it(argument))?;
    if let ExprKind::Str(text) = &argument.value.kind {
        return Some(text.clone());
    }
    None
}

/// The sources of flows that a model may see and that are most like the question, the likeliest last.
pub(super) fn flows_like(
    state: &State,
    question: &str,
    max: usize,
    with_doc_string: bool,
) -> String {
    let shown = state.program().flows().filter(|config| !is_hidden(config));
    let all: Vec<_> = shown.collect();
    let described: Vec<_> = all
        .iter()
        .copied()
        .filter(|config| doc_string(config).is_some())
        .collect();
    let flows = match with_doc_string && !described.is_empty() {
        true => described,
        false => all,
    };
    let sources: Vec<&str> = flows.iter().map(|config| &*config.source).collect();
    let mut places = most_similar(question, &sources);
    places.truncate(max);
    let sources: Vec<_> = places
        .into_iter()
        .rev()
        .map(|place| sources[place].trim_end())
        .collect();
    sources.join("\n\n")
}

/// Whether its author keeps it from the model: `@meta(llm_exclude=True)`, or for a whole file `# meta: exclude from llm`.
fn is_hidden(config: &FlowConfig) -> bool {
    config.meta("llm_exclude").is_some() || config.source.is_empty()
}

/// The headers of the flows with `@meta(tool=True)`, down to the end of their doc strings, and their names.
pub(super) fn tools(state: &State) -> (String, String) {
    let is_tool =
        |config: &&std::sync::Arc<FlowConfig>| config.meta("tool") == Some(&Value::Bool(true));
    let tools: Vec<_> = state.program().flows().filter(is_tool).collect();
    let headers: Vec<_> = tools.iter().map(|config| header(config)).collect();
    let names: Vec<_> = tools
        .iter()
        .map(|config| format!("`{}`", config.id))
        .collect();
    (headers.join("\n\n"), names.join(", "))
}

fn header(config: &FlowConfig) -> String {
    let is_decorator = |line: &&str| line.starts_with('@');
    let lines = config.source.lines().skip_while(is_decorator);
    let mut shown = Vec::new();
    for line in lines {
        shown.push(format!("  {line}"));
        if line.ends_with("\"\"\"") {
            break;
        }
    }
    shown.join("\n")
}

/// The first doc string of a flow.
pub(super) fn doc_string(config: &FlowConfig) -> Option<String> {
    let flow = config.source.contains("\"\"\"").then(|| parsed(config))??;
    flow.doc_string().map(str::to_owned)
}

fn parsed(config: &FlowConfig) -> Option<Flow> {
    let module = colang::syntax::parse(SourceId(0), &config.source).module;
    module.flows.into_iter().next()
}
