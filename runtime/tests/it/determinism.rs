//! The same seed, events and times give the same bytes; conversations do not affect each other.

use action_sdk_runtime::{Runtime, Session};

use crate::support::{block_on, builder, event, runtime, send};

const FLOWS: &str = "\
flow main
  while True
    match Ask() as $ask
    start UtteranceBotAction(script=\"{$ask.n}\")
    when hear a
      send A(id=uid())
    or when hear b
      send B(lot=rand())

flow hear a
  match Say()
  send Heard(by=\"a\")

flow hear b
  match Say()
  send Heard(by=\"b\")
";

fn played(runtime: &Runtime) -> String {
    block_on(async {
        let mut session = runtime.session();
        let mut out = String::new();
        for n in 0..10 {
            let events = vec![event(&format!("Ask n={n}")), event("Say")];
            for event in session.process_events(events).await.expect("events") {
                out += &event.to_string();
            }
        }
        out
    })
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let first = played(&runtime(FLOWS));
    assert!(first.len() > 1_000);
    for _ in 0..5 {
        assert_eq!(played(&runtime(FLOWS)), first);
    }
}

#[test]
fn another_seed_gives_other_bytes() {
    let other = builder(FLOWS).seed(2).build().expect("a runtime");
    assert_ne!(played(&other), played(&runtime(FLOWS)));
}

#[test]
fn a_session_can_have_a_seed_of_its_own() {
    let uid = |seed| {
        block_on(async {
            let mut session = runtime(FLOWS).session_with_seed(seed);
            let out = session
                .process_events(vec![event("Ask n=1")])
                .await
                .expect("events");
            out[0].uid().map(str::to_owned)
        })
    };
    assert_eq!(uid(7), uid(7));
    assert_ne!(uid(7), uid(8));
}

#[test]
fn without_a_seed_no_two_conversations_are_alike() {
    let config = crate::support::config("flow main\n  send Hello()\n  match Never()\n");
    let runtime = Runtime::builder(config)
        .dispatcher(crate::support::dispatcher(&Default::default()))
        .build();
    let runtime = runtime.expect("a runtime");
    let hello = || {
        block_on(async {
            runtime
                .session()
                .process_events(Vec::new())
                .await
                .expect("events")
        })
    };
    assert_ne!(hello()[0].uid(), hello()[0].uid());
}

#[test]
fn sessions_can_move_between_threads() {
    fn assert_send<T: Send>(value: T) -> T {
        value
    }
    let mut session: Session = assert_send(runtime(FLOWS).session());
    drop(assert_send(session.process_events(Vec::new())));
    drop(assert_send(session.next_event()));
}

#[test]
fn many_conversations_share_one_runtime() {
    const COUNTS: &str = "flow main\n  $n = 0\n  while True\n    match Next()\n    $n = await AddAction(a=$n, b=1)\n    send Count(n=$n)\n";
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build();
    let runtime = runtime(COUNTS);
    tokio.expect("a tokio runtime").block_on(async {
        let conversations: Vec<_> = (0..50)
            .map(|_| {
                let runtime = runtime.clone();
                tokio::spawn(async move {
                    let mut session = runtime.session();
                    send(&mut session, &[]).await;
                    for n in 1..20 {
                        assert_eq!(
                            send(&mut session, &["Next"]).await,
                            [format!("Count n={n}")]
                        );
                    }
                })
            })
            .collect();
        for conversation in conversations {
            conversation.await.expect("none of them is disturbed");
        }
    });
}
