//! Rails that ask a model: how they handle unclear prompts and answers.

use action_sdk::testing::ScriptedLlm;

use crate::generation::{SORRY, converse};

#[test]
fn a_check_whose_prompt_does_not_see_the_message_blocks() {
    let yaml = "prompts: [{task: strict, content: 'Is it rude? Say yes or no.'}]";
    let flows = "
import guardrails
import nemoguardrails.library.self_check.output_check

flow output rails $output_text
  self check output $variant=\"strict\"

flow main
  match Go()
  bot say \"hello\"
  match Never()
";
    let model = ScriptedLlm::replies(["No"]);
    assert_eq!(converse(&model, yaml, flows, &["Go"]), [SORRY]);
    assert_eq!(model.prompts().len(), 0);
}

#[test]
fn a_verdict_that_is_taken_back_blocks() {
    let flows = "
import guardrails
import nemoguardrails.library.self_check.output_check

flow output rails $output_text
  self check output

flow main
  match Go()
  bot say \"hello\"
  match Never()
";
    for (answer, said) in [
        ("No! But yes", "bot: I'm sorry, I can't respond to that."),
        ("Answer: No", "bot: hello"),
    ] {
        let model = ScriptedLlm::replies([answer]);
        assert_eq!(converse(&model, "", flows, &["Go"]), [said], "for {answer}");
    }
}
