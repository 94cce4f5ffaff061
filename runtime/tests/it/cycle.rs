//! The processing cycle: who performs an action, what is sent, in which order.

use action_sdk_runtime::ProcessOptions;

use crate::support::{block_on, builder, check, check_with, event, runtime, send, short, shorts};

#[test]
fn main_starts_with_the_first_call() {
    check(
        "flow main\n  send Hello()\n  match Never()\n",
        &[],
        &["Hello"],
    );
}

#[test]
fn active_flows_start_before_main() {
    let flows = "@active\nflow early\n  send Early()\n  match Never()\n\nflow main\n  send Main()\n  match Never()\n";
    check(flows, &[], &["Early", "Main"]);
}

#[test]
fn main_starts_again_when_it_has_ended() {
    let flows = "flow main\n  send Hello()\n  match Bye()\n";
    check(flows, &["Bye", "Other"], &["Hello", "Hello"]);
}

#[test]
fn a_local_action_is_not_seen_outside() {
    let flows =
        "flow main\n  match Go()\n  $sum = await AddAction(a=2, b=3)\n  send Out(sum=$sum)\n";
    check(flows, &["Go"], &["Out sum=5"]);
}

#[test]
fn positional_arguments_fill_the_parameters() {
    let flows =
        "flow main\n  $sum = await AddAction(2, 3)\n  send Out(sum=$sum)\n  match Never()\n";
    check(flows, &[], &["Out sum=5"]);
}

#[test]
fn a_blocking_action_runs_on_its_own_thread() {
    let flows = "flow main\n  $n = await ThinkAction(n=7)\n  send Out(n=$n)\n  match Never()\n";
    check(flows, &[], &["Out n=49"]);
}

#[test]
fn a_slow_action_is_waited_for() {
    let flows = "flow main\n  $n = await SlowAction(n=7)\n  send Out(n=$n)\n  match Never()\n";
    check(flows, &[], &["Out n=7"]);
}

#[test]
fn an_action_of_the_caller_goes_out() {
    let flows =
        "flow main\n  match Go()\n  await UtteranceBotAction(script=\"Hi\")\n  send Done()\n";
    check(flows, &["Go"], &["StartUtteranceBotAction script=\"Hi\""]);
}

#[test]
fn its_end_comes_from_the_caller() {
    let flows =
        "flow main\n  await UtteranceBotAction(script=\"Hi\")\n  send Done()\n  match Never()\n";
    let out = block_on(async {
        let mut session = runtime(flows).session();
        let started = session.process_events(Vec::new()).await.expect("a start");
        let uid = started[0].action_uid().expect("with a uid").to_owned();
        let finished = event("UtteranceBotActionFinished is_success=true final_script=\"Hi\"")
            .with("action_uid", uid);
        shorts(
            &session
                .process_events(vec![finished])
                .await
                .expect("an end"),
        )
    });
    assert_eq!(out, ["Done"]);
}

#[test]
fn an_instant_action_ends_as_it_starts() {
    let flows =
        "flow main\n  await UtteranceBotAction(script=\"Hi\")\n  send Done()\n  match Never()\n";
    let out = block_on(async {
        let options = ProcessOptions {
            instant_actions: ["UtteranceBotAction".to_owned()].into(),
            ..ProcessOptions::default()
        };
        let mut session = runtime(flows).session().with_options(options);
        session.process_events(Vec::new()).await.expect("events")
    });
    assert_eq!(out[0].name(), "UtteranceBotActionFinished");
    assert_eq!(out[0].value("final_script"), Some(&"Hi".into()));
    assert_eq!(short(&out[1]), "Done");
}

const BACKGROUND: &str = "\
flow main
  match Go()
  start waiting
  send Going()
  match Other()
  send Otherwise()
  match Never()

@loop(\"waiting\")
flow waiting
  $n = await BackgroundAction(n=7)
  send Out(n=$n)
";

#[test]
fn nobody_waits_for_an_asynchronous_action() {
    check(BACKGROUND, &["Go", "Other"], &["Going", "Otherwise"]);
}

#[test]
fn its_end_comes_in_with_a_later_call() {
    let out = block_on(async {
        let mut session = runtime(BACKGROUND).session();
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await;
        tokio::time::sleep(std::time::Duration::from_secs(11)).await;
        send(&mut session, &[]).await
    });
    assert_eq!(out, ["Out n=7"]);
}

#[test]
fn its_end_is_pushed() {
    block_on(async {
        let mut session = runtime(BACKGROUND).session();
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await;
        let pushed = session.next_event().await.expect("no error");
        assert_eq!(pushed.as_ref().map(short).as_deref(), Some("Out n=7"));
        assert_eq!(session.next_event().await.expect("no error"), None);
    });
}

#[test]
fn waiting_for_it_can_be_given_up() {
    block_on(async {
        let mut session = runtime(BACKGROUND).session();
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await;
        let second = std::time::Duration::from_secs(1);
        assert!(
            tokio::time::timeout(second, session.next_event())
                .await
                .is_err()
        );
        let pushed = session.next_event().await.expect("no error");
        assert_eq!(pushed.as_ref().map(short).as_deref(), Some("Out n=7"));
    });
}

#[test]
fn blocking_waits_for_it() {
    let out = block_on(async {
        let options = ProcessOptions {
            blocking: true,
            ..ProcessOptions::default()
        };
        let mut session = runtime(BACKGROUND).session().with_options(options);
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await
    });
    assert_eq!(out, ["Going", "Out n=7"]);
}

#[test]
fn asynchronous_execution_can_be_disabled() {
    let runtime = builder(BACKGROUND).disable_async_execution(true).build();
    check_with(&runtime.expect("a runtime"), &["Go"], &["Going", "Out n=7"]);
}

#[test]
fn one_that_is_ready_at_once_is_there_at_once() {
    let flows =
        "flow main\n  $n = await BackgroundAtOnceAction(n=7)\n  send Out(n=$n)\n  match Never()\n";
    check(flows, &[], &["Out n=7"]);
}

#[test]
fn the_running_ones_are_counted() {
    check(
        BACKGROUND,
        &["CheckLocalAsync", "Go", "CheckLocalAsync"],
        &[
            "LocalAsyncCounter counter=0",
            "Going",
            "LocalAsyncCounter counter=1",
        ],
    );
}

#[test]
fn a_call_that_is_dropped_goes_on_with_the_next() {
    let flows = "flow main\n  match Go()\n  send First()\n  $n = await SlowAction(n=7)\n  send Out(n=$n)\n  match Never()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        send(&mut session, &[]).await;
        let soon = std::time::Duration::from_millis(10);
        let dropped = tokio::time::timeout(soon, session.process_events(vec![event("Go")])).await;
        assert!(dropped.is_err());
        assert_eq!(send(&mut session, &[]).await, ["First", "Out n=7"]);
    });
}

#[test]
fn context_updates_are_global_variables() {
    let flows = "flow main\n  global $city\n  await RememberAction(city=\"Haifa\")\n  send Out(city=$city)\n  match Never()\n";
    check(flows, &[], &["Out city=\"Haifa\""]);
}

#[test]
fn actions_see_global_variables() {
    let flows = "flow main\n  global $city\n  $city = \"Haifa\"\n  $a = await RecallAction()\n  $b = await RecallByNameAction()\n  send Out(a=$a, b=$b)\n  match Never()\n";
    check(flows, &[], &["Out a=\"Haifa\" b=\"Haifa\""]);
}

#[test]
fn actions_see_the_history() {
    let flows = "flow main\n  match Go()\n  $last = await LastEventAction()\n  send Out(last=$last)\n  match Never()\n";
    check(flows, &["Go"], &["Out last=\"Go\""]);
}

#[test]
fn the_history_is_bounded() {
    let flows = "flow main\n  match Go()\n  $n = await CountEventsAction()\n  send Out(n=$n)\n  match Never()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        for _ in 0..300 {
            send(&mut session, &["Ping", "Pong"]).await;
        }
        assert_eq!(send(&mut session, &["Go"]).await, ["Out n=500"]);
        assert_eq!(session.history().len(), 500);
    });
}

#[test]
fn the_history_goes_on_where_a_log_ended() {
    let flows = "flow main\n  match Go()\n  $n = await CountEventsAction()\n  send Out(n=$n)\n  match Never()\n";
    block_on(async {
        let runtime = runtime(flows);
        let mut session = runtime.session();
        send(&mut session, &["Ping"]).await;
        let log = session.take_history();
        assert_eq!(shorts(&log), ["StartFlow flow_id=\"main\"", "Ping"]);
        assert!(session.take_history().is_empty());
        let mut again = runtime
            .resume(session.snapshot().expect("saved"))
            .expect("resumed");
        assert_eq!(again.history().len(), 2);
        assert!(again.take_history().is_empty());
        again.set_earlier_history(move || log);
        assert_eq!(again.history().len(), 2);
    });
}

#[test]
fn actions_see_the_state() {
    let flows = "flow main\n  $here = await IsFlowThereAction(flow=\"main\")\n  $there = await IsFlowThereAction(flow=\"away\")\n  send Out(here=$here, there=$there)\n  match Never()\n";
    check(flows, &[], &["Out here=true there=false"]);
}

#[test]
fn actions_see_the_settings_of_the_configuration() {
    let flows = "flow main\n  $t = await TemperatureAction()\n  send Out(t=$t)\n  match Never()\n";
    check(flows, &[], &["Out t=0.001"]);
}

#[test]
fn flows_see_the_settings_of_the_configuration() {
    let flows = "flow main\n  send Out(t=$system.config.lowest_temperature)\n  match Never()\n";
    check(flows, &[], &["Out t=0.001"]);
}

#[test]
fn what_an_action_says_goes_out() {
    let flows = "flow main\n  $done = await SpeakAction(text=\"Hi\")\n  send Out(done=$done)\n  match Never()\n";
    check(
        flows,
        &[],
        &["StartUtteranceBotAction script=\"Hi\"", "Out done=true"],
    );
}

#[test]
fn actions_run_at_the_same_time() {
    let flows = "flow main\n  start SlowAction(n=1) as $a\n  start SlowAction(n=2) as $b\n  match $a.Finished() and $b.Finished()\n  send Out()\n  match Never()\n";
    block_on(async {
        let since = tokio::time::Instant::now();
        let mut session = runtime(flows).session();
        assert_eq!(send(&mut session, &[]).await, ["Out"]);
        assert_eq!(since.elapsed().as_secs(), 1);
    });
}

const ADDS: &str = "\
flow main
  match Learn() as $lesson
  $added = await AddFlowsAction(config=$lesson.source)
  send Added(flows=$added)
  match Try()
  await learned
  match Never()
";

const LEARN: &str = r#"Learn source="flow\u0020learned\n\u0020\u0020send\u0020Knows()\n""#;

#[test]
fn flows_can_be_added() {
    check(
        ADDS,
        &[LEARN, "Try"],
        &["Added flows=[\"learned\"]", "Knows"],
    );
}

#[test]
fn rails_can_neither_be_added_nor_removed() {
    let flows = "\
flow input rails $input_text
  pass

flow main
  $added = await AddFlowsAction(config=\"flow output rails $output_text\\n  pass\\n\")
  await RemoveFlowsAction(flow_ids=[\"main\", \"input rails\"])
  $there = await CheckFlowDefinedAction(flow_id=\"input rails\")
  send Out(added=$added, there=$there)
  match Never()
";
    check(flows, &[], &["Out added=null there=true"]);
}

#[test]
fn added_flows_belong_to_their_conversation() {
    block_on(async {
        let runtime = runtime(ADDS);
        let (mut one, mut other) = (runtime.session(), runtime.session());
        send(&mut one, &[]).await;
        send(&mut other, &[]).await;
        send(&mut one, &[LEARN]).await;
        assert!(one.state().program().flow("learned").is_some());
        assert!(other.state().program().flow("learned").is_none());
        assert!(
            runtime
                .session()
                .state()
                .program()
                .flow("learned")
                .is_none()
        );
    });
}

#[test]
fn flows_can_be_taken_away() {
    let flows = "flow extra\n  match Never()\n\nflow main\n  await RemoveFlowsAction(flow_ids=[\"extra\"])\n  $left = await CheckFlowDefinedAction(flow_id=\"extra\")\n  send Out(left=$left)\n  match Never()\n";
    check(flows, &[], &["Out left=false"]);
}

#[test]
fn an_action_of_the_runtime_can_be_left_out() {
    let runtime = builder(ADDS)
        .without("AddFlowsAction")
        .caller_performs(["AddFlowsAction"])
        .build();
    let out = block_on(async {
        let mut session = runtime.expect("a runtime").session();
        send(&mut session, &[]).await;
        send(&mut session, &[LEARN]).await
    });
    assert!(out[0].starts_with("StartAddFlowsAction config="), "{out:?}");
}

#[test]
fn what_flows_print_is_heard() {
    let flows = "flow main\n  print \"seen\"\n  log \"noted\"\n  match Never()\n";
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ear = heard.clone();
    let log = move |logged: action_sdk_runtime::Logged| {
        ear.lock().expect("whole").push(logged.to_string());
    };
    let runtime = builder(flows).log(log).build().expect("a runtime");
    check_with(&runtime, &[], &[]);
    let heard = heard.lock().expect("whole");
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0], "seen");
    assert!(heard[1].ends_with(": noted"), "{}", heard[1]);
}
