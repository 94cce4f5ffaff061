//! The reasoning of a model is neither said nor parsed nor judged, for any client.

use action_sdk::prelude::*;
use action_sdk::testing::{ActionTester, ScriptedLlm};

use crate::generation::converse;

const THOUGHT: &str = "<think>\nbot action: bot say \"SECRET\"\nno 7 yes\n</think>\n\n";

const VALUE: &str = "
flow main
  match Start()
  $x = ...\"the number of guests\"
  send Out(x=$x)
  match Never()
";

const CHECKED: &str = "
import core

flow main
  match Start()
  $outcome = await SelfCheckInputAction(user_message=\"hi\")
  send Out(blocked=$outcome.is_blocked)
  match Never()
";

const PROMPTED: &str = "
prompts:
  - task: self_check_input
    content: \"Block {{ user_input }}?\"
";

const PASSED_ON: &str = "
import core

flow main
  match Start()
  $answer = await PassthroughLLMAction(user_message=\"hi\")
  bot say $answer
  match Never()
";

/// Returns what the model says, as a user's own action does.
#[action]
async fn tell_what_the_model_says(llm: Option<&dyn Llm>) -> Result<String, ActionError> {
    let llm = llm.ok_or_else(|| ActionError::failed("there is no model"))?;
    let whole = llm
        .generate("?".into())
        .await
        .map_err(ActionError::caused_by)?;
    let mut streamed = String::new();
    let mut chunks = llm.chunks("?");
    while let Some(chunk) = chunks.next().await {
        streamed += &chunk.map_err(ActionError::caused_by)?.text;
    }
    Ok(format!("{} {streamed}", whole.text))
}

#[track_caller]
fn check(yaml: &str, flows: &str, answer: &str, expected: &str) {
    let model = ScriptedLlm::replies([format!("{THOUGHT}{answer}")]);
    assert_eq!(converse(&model, yaml, flows, &["Start"]), [expected]);
}

#[test]
fn a_value_has_none() {
    check("", VALUE, "3", "Out x=3");
}

#[test]
fn a_check_judges_none() {
    check(PROMPTED, CHECKED, "no", "Out blocked=false");
}

#[test]
fn an_answer_that_is_passed_on_has_none() {
    check("", PASSED_ON, "Hello!", "bot: Hello!");
}

#[test]
fn an_action_of_ones_own_sees_none() {
    let model = ScriptedLlm::replies([format!("{THOUGHT}a"), format!("{THOUGHT}b")]);
    let tested = ActionTester::new("TellWhatTheModelSaysAction").llm(model);
    let outcome = crate::support::block_on(tested.run()).expect("it runs");
    assert_eq!(outcome.return_value(), "a b");
}
