//! Examples for prompts, from the flows of the program: what users say for an intent, and what flows look like.

use colang::program::{Awaited, FlowConfig};
use colang::state::State;
use colang::value::Value;

use super::similar::most_similar;
use crate::rails;

/// The intents that a model may choose from.
pub(super) struct Intents {
    /// Their names, the most likely one last.
    pub(super) names: Vec<String>,
    /// Examples of what users say and do, the most likely ones last.
    pub(super) examples: String,
}

/// An utterance and its intent.
struct Said<'a> {
    text: &'a str,
    intent: &'a str,
}

impl Intents {
    /// The intents whose examples are most similar to what the user did, and those that flows wait for.
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
        let texts: Vec<_> = said.iter().map(|said| said.text).collect();
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
        match &config.doc_string {
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

/// The utterances in a flow that only waits for what the user says: `user said "hi" or user said "hello"`.
fn all_said(config: &FlowConfig) -> impl Iterator<Item = Said<'_>> {
    let awaited = config.waits_for.iter().filter(|_| !is_hidden(config));
    let texts = awaited.filter_map(text_said);
    texts.map(|text| Said {
        text,
        intent: &config.id,
    })
}

fn text_said(awaited: &Awaited) -> Option<&str> {
    if rails::is_of_the_user(&awaited.name) {
        return awaited.first_text();
    }
    let is_said = &*awaited.name == "UtteranceUserActionFinished";
    is_said.then(|| awaited.text("final_transcript"))?
}

/// The sources of the flows that are visible to the model and most similar to the question, the most similar last.
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
        .filter(|config| config.doc_string.is_some())
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

/// Whether its author hides it from the model: `@meta(llm_exclude=True)`, or for a whole file `# meta: exclude from
/// llm`.
fn is_hidden(config: &FlowConfig) -> bool {
    config.meta("llm_exclude").is_some() || config.source.is_empty()
}

/// The headers of the flows with `@meta(tool=True)`, including their doc strings, and their names.
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
