//! What has ended is dropped, unless something still refers to it.

use colang::value::Event;

use crate::harness::Talk;

#[test]
fn what_is_over_is_forgotten() {
    let source = r"
flow job $n
  pass

flow main
  while True
    match Go()
    job 1
    start XAction() as $x
    send Started(v=$x.uid)
    match XActionFinished()
";
    let (mut talk, _) = Talk::new(source);
    let turn = |talk: &mut Talk| {
        let sent = talk.say("Go");
        let uid = sent.iter().find_map(|sent| sent.strip_prefix("Started "));
        let uid = uid.expect("the action has a uid");
        talk.feed(Event::new("XActionFinished").with("action_uid", uid));
    };
    (0..1000).for_each(|_| turn(&mut talk));
    let before = talk.saved().len();
    (0..3000).for_each(|_| turn(&mut talk));
    let after = talk.saved().len();
    assert!(
        after < 3 * before && after < 300_000,
        "{before}, then {after} bytes"
    );
}

#[test]
fn restarts_of_an_activated_flow_are_forgotten() {
    let source =
        "flow echo\n  match Go()\n  send Gone()\n\nflow main\n  activate echo\n  match Never()\n";
    let (mut talk, _) = Talk::new(source);
    for _ in 0..1000 {
        assert_eq!(talk.say("Go"), ["Gone"]);
    }
    let flows = talk.state.flow_keys().len();
    assert!(flows < 300, "{flows} flows are remembered");
}

#[test]
fn a_flow_that_is_referred_to_is_remembered() {
    let source = r"
flow job $n
  return $n

flow main
  job 5 as $kept
  while True
    match Go()
    job 1
    send Kept(v=$kept.n)
";
    let (mut talk, _) = Talk::new(source);
    for _ in 0..500 {
        assert_eq!(talk.say("Go"), ["Kept 5"]);
    }
}

#[test]
fn activated_flows_that_end_with_their_activator_are_forgotten() {
    let source = r"
flow helper
  match Never()

flow job
  activate helper
  match Done()

flow main
  while True
    match Go()
    start job
";
    let (mut talk, _) = Talk::new(source);
    for _ in 0..2000 {
        talk.say("Go");
        talk.say("Done");
    }
    let flows = talk.state.flow_keys().len();
    assert!(flows < 500, "{flows} flows are remembered");
}
