//! Conversations that are saved, killed and resumed elsewhere.

use std::sync::Arc;

use action_sdk::testing::ScriptedLlm;
use action_sdk::{ActionDispatcher, Event};
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeErrorKind, Session};

use crate::support::{block_on, builder, runtime, send, short};

const COUNTS: &str = "\
flow main
  $n = 0
  while True
    match Next()
    $n = await AddAction(a=$n, b=1)
    send Count(n=$n)
";

/// Resumes in a new runtime, as in another process.
fn killed(flows: &str, session: &mut Session) -> Session {
    let text = String::from(session.snapshot().expect("it is saved"));
    runtime(flows).resume(text).expect("it is resumed")
}

#[test]
fn a_conversation_goes_on_in_a_fresh_runtime() {
    block_on(async {
        let mut session = runtime(COUNTS).session();
        send(&mut session, &[]).await;
        for n in 1..4 {
            assert_eq!(
                send(&mut session, &["Next"]).await,
                [format!("Count n={n}")]
            );
            session = killed(COUNTS, &mut session);
        }
    });
}

#[test]
fn saving_after_every_step_changes_not_a_byte() {
    let play = |save: bool| async move {
        let mut session = runtime(COUNTS).session();
        let mut out = Vec::new();
        for events in [vec![], vec!["Next"], vec!["Next", "Next"], vec!["Other"]] {
            let events = events.into_iter().map(crate::support::event).collect();
            out.extend(session.process_events(events).await.expect("events"));
            if save {
                session = killed(COUNTS, &mut session);
            }
        }
        out.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(block_on(play(false)), block_on(play(true)));
}

#[test]
fn a_conversation_that_has_not_begun_can_be_saved() {
    block_on(async {
        let mut session = killed(COUNTS, &mut runtime(COUNTS).session());
        assert_eq!(send(&mut session, &["Next"]).await, ["Count n=1"]);
    });
}

#[test]
fn added_flows_are_saved() {
    let flows = "flow main\n  match Learn()\n  await AddFlowsAction(config=\"flow learned\\n  send Knows()\\n\")\n  match Try()\n  await learned\n  match Never()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        send(&mut session, &[]).await;
        send(&mut session, &["Learn"]).await;
        let mut session = killed(flows, &mut session);
        assert_eq!(send(&mut session, &["Try"]).await, ["Knows"]);
    });
}

fn started(action: &str) -> String {
    format!(
        "flow main\n  match Go()\n  start {action} as $a\n  match $a.Finished() as $end\n  send Out(ok=$end.is_success, value=$end.return_value)\n  match Never()\n"
    )
}

async fn killed_while_running(action: &str) -> Session {
    let flows = started(action);
    let mut session = runtime(&flows).session();
    send(&mut session, &[]).await;
    send(&mut session, &["Go"]).await;
    killed(&flows, &mut session)
}

#[test]
fn an_action_that_was_cut_off_is_told_as_failed() {
    block_on(async {
        let mut session = killed_while_running("BackgroundAction(n=7)").await;
        assert_eq!(send(&mut session, &[]).await, ["Out ok=false value=null"]);
    });
}

#[test]
fn its_end_is_pushed_too() {
    block_on(async {
        let mut session = killed_while_running("BackgroundAction(n=7)").await;
        let pushed = session.next_event().await.expect("no error");
        assert_eq!(
            pushed.as_ref().map(short).as_deref(),
            Some("Out ok=false value=null")
        );
    });
}

#[test]
fn one_that_may_be_repeated_is_started_again() {
    block_on(async {
        let mut session = killed_while_running("LookUpAction(n=7)").await;
        assert!(send(&mut session, &[]).await.is_empty());
        let pushed = session.next_event().await.expect("no error");
        assert_eq!(
            pushed.as_ref().map(short).as_deref(),
            Some("Out ok=true value=7")
        );
    });
}

#[test]
fn a_result_that_was_there_when_it_was_saved_is_kept() {
    block_on(async {
        let flows = started("BackgroundAction(n=7)");
        let mut session = runtime(&flows).session();
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await;
        tokio::time::sleep(std::time::Duration::from_secs(11)).await;
        let mut session = killed(&flows, &mut session);
        assert_eq!(send(&mut session, &[]).await, ["Out ok=true value=7"]);
    });
}

fn saved() -> (Runtime, String) {
    let runtime = runtime(COUNTS);
    let saved = block_on(async {
        let mut session = runtime.session();
        send(&mut session, &["Next"]).await;
        session.snapshot()
    });
    (runtime, saved.expect("it is saved").into())
}

#[track_caller]
fn check_refused(runtime: &Runtime, saved: &[u8], expected: RuntimeErrorKind) {
    let error = runtime.resume(saved).expect_err("it is refused");
    assert_eq!(error.kind(), expected, "{error}");
}

#[test]
fn it_is_small() {
    let (_, saved) = saved();
    assert!(saved.len() < 5_000, "{} bytes", saved.len());
}

#[test]
fn one_that_is_cut_off_is_refused() {
    let (runtime, saved) = saved();
    for end in 0..saved.len() {
        check_refused(
            &runtime,
            &saved.as_bytes()[..end],
            RuntimeErrorKind::Damaged,
        );
    }
}

#[test]
fn one_that_was_changed_is_refused() {
    let (runtime, saved) = saved();
    let begin = saved.find('\n').expect("a first line") + 1;
    for at in begin..saved.len() {
        let mut bytes = saved.clone().into_bytes();
        bytes[at] ^= 1;
        check_refused(&runtime, &bytes, RuntimeErrorKind::Damaged);
    }
}

#[test]
fn what_was_never_one_is_refused() {
    let (runtime, _) = saved();
    for text in [
        "",
        "\n",
        "{}",
        "hello\nworld",
        "action-sdk conversation\n{}",
        "\u{0}\u{1}\n",
    ] {
        check_refused(&runtime, text.as_bytes(), RuntimeErrorKind::Damaged);
    }
}

#[test]
fn another_form_is_told() {
    let (runtime, saved) = saved();
    let later = saved.replacen("conversation 2 ", "conversation 3 ", 1);
    check_refused(&runtime, later.as_bytes(), RuntimeErrorKind::Version);
}

/// The difference is that it has neither a queue nor a history.
#[test]
fn the_first_form_is_still_read() {
    block_on(async {
        let runtime = builder(COUNTS).saved_history(0).build();
        let runtime = runtime.expect("a runtime");
        let mut session = runtime.session();
        send(&mut session, &["Next"]).await;
        let saved = String::from(session.snapshot().expect("it is saved"));
        let old = saved.replacen("conversation 2 ", "conversation 1 ", 1);
        let mut session = runtime.resume(old).expect("it is read");
        assert_eq!(send(&mut session, &["Next"]).await, ["Count n=2"]);
    });
}

#[test]
fn the_history_is_saved() {
    block_on(async {
        let mut session = runtime(COUNTS).session();
        send(&mut session, &["Next"]).await;
        let before = session.history();
        let mut session = killed(COUNTS, &mut session);
        assert_eq!(session.history(), before);
        send(&mut session, &["Next"]).await;
        assert!(session.history().len() > before.len());
        assert_eq!(session.take_history().len(), session.history().len());
    });
}

#[test]
fn so_much_of_the_history_is_saved_as_the_host_wants() {
    block_on(async {
        for most in [0, 100, 1_000, 10_000] {
            let runtime = builder(COUNTS).saved_history(most).build();
            let runtime = runtime.expect("a runtime");
            let mut session = runtime.session();
            for _ in 0..100 {
                send(&mut session, &["Next"]).await;
            }
            let with = session.snapshot().expect("saved");
            let again = runtime.resume(&with).expect("resumed");
            let kept: usize = again
                .history()
                .iter()
                .map(|event| event.to_string().len())
                .sum();
            assert!(kept <= most + most / 10, "{kept} of {most}");
            assert!(most < 1_000 || kept > most / 2, "{kept} of {most}");
        }
    });
}

#[test]
fn flows_that_have_changed_are_told() {
    let (_, saved) = saved();
    let changed = COUNTS.replace("send Count", "send Total");
    check_refused(
        &runtime(&changed),
        saved.as_bytes(),
        RuntimeErrorKind::Resume,
    );
}

#[test]
fn nothing_is_lost_when_it_is_refused() {
    let (runtime, saved) = saved();
    check_refused(&runtime, &saved.as_bytes()[..20], RuntimeErrorKind::Damaged);
    block_on(async {
        let mut session = runtime.resume(&saved).expect("it is still there");
        assert_eq!(send(&mut session, &["Next"]).await, ["Count n=2"]);
    });
}

const ANSWERS: &str = "\
import core
import llm
import guardrails

flow input rails $input_text
  $sum = await AddAction(a=1, b=1)

flow output rails $output_text
  $sum = await AddAction(a=1, b=1)

flow main
  activate answering
  match Never()

flow answering
  user said something
  $answer = ...\"what the user is to hear\"
  bot say $answer
";

#[test]
fn a_model_still_knows_what_was_said_before() {
    block_on(async {
        let model = ScriptedLlm::replies(std::iter::repeat_n("\"Hello\"", 20));
        let dispatcher = ActionDispatcher::builder()
            .shared_resource(Arc::<crate::actions::Ends>::default())
            .llm(model.clone())
            .build();
        let runtime = builder(ANSWERS)
            .dispatcher(dispatcher.expect("a dispatcher"))
            .options(ProcessOptions::chat())
            .build()
            .expect("a runtime");
        let mut session = runtime.session();
        for turn in 0..12 {
            let text = if turn == 0 { "My name is Ada" } else { "hi" };
            let said = Event::new("UtteranceUserActionFinished").with("final_transcript", text);
            let out = session.process_events(vec![said]).await;
            assert!(!out.expect("it is answered").is_empty());
            let saved = session.snapshot().expect("it is saved");
            session = runtime.resume(saved).expect("it is resumed");
        }
        let prompts = model.prompts();
        let knows = prompts
            .iter()
            .filter(|prompt| prompt.contains("My name is Ada"));
        assert_eq!(knows.count(), prompts.len());
    });
}
