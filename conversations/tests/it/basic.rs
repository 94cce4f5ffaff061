//! One process, a store in memory: what is taken, what is answered, what is refused.

use std::time::Duration;

use action_sdk_conversations::store::{MemoryStore, Store};
use action_sdk_conversations::{ConversationId, ErrorKind, Input, Limits};

use crate::support::{Log, block_on, builder, builder_with, event, next, shorts};

#[test]
fn an_input_is_answered() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        let answer = one
            .ask(event(r#"Echo what="tea""#))
            .await
            .expect("it is taken");
        shorts(&answer)
    });
    assert_eq!(said, ["1 Hello", r#"2 Echoed what="tea""#]);
}

#[test]
fn an_answer_waits_for_actions() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        let look = event(r#"Look what="tea" millis=500"#);
        let answer = one.ask(look).await.expect("it is taken");
        shorts(&answer)
    });
    assert_eq!(said, ["1 Hello", r#"2 Found found="tea!""#]);
}

#[test]
fn inputs_wait_while_the_flows_wait() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Look what="tea" millis=500"#))
            .await
            .expect("it is taken");
        one.send(event(r#"Echo what="later""#))
            .await
            .expect("it is taken");
        next(&all, "one", 0, 3).await
    });
    let expected = [
        "1 Hello",
        r#"2 Found found="tea!""#,
        r#"3 Echoed what="later""#,
    ];
    assert_eq!(said, expected);
}

#[test]
fn an_action_in_the_background_holds_nothing_up() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Brew what="tea" millis=500"#))
            .await
            .expect("it is taken");
        one.send(event(r#"Echo what="first""#))
            .await
            .expect("it is taken");
        next(&all, "one", 1, 2).await
    });
    assert_eq!(said, [r#"2 Echoed what="first""#, r#"3 Brewed what="tea""#]);
}

#[test]
fn an_input_that_comes_again_is_known() {
    block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        let echo = Input::from(event(r#"Echo what="tea""#)).with_id("m1");
        let first = one.send(echo.clone()).await.expect("it is taken");
        let again = one.send(echo).await.expect("it is known");
        assert_eq!((first.number, first.is_repeat), (1, false));
        assert_eq!((again.number, again.is_repeat), (1, true));
        assert_eq!(next(&all, "one", 0, 2).await.len(), 2);
    });
}

#[test]
fn outputs_are_delivered_until_they_are_acknowledged() {
    block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.ask(event(r#"Echo what="a""#))
            .await
            .expect("it is taken");
        assert_eq!(next(&all, "one", 0, 2).await, next(&all, "one", 0, 2).await);
        one.seen(1).expect("it is taken");
        assert_eq!(next(&all, "one", 0, 1).await, [r#"2 Echoed what="a""#]);
    });
}

#[test]
fn actions_see_who_calls() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        let who = Input::from(event("Who")).by(serde_json::json!({"user": "ada"}));
        one.ask(who).await.expect("it is taken");
        shorts(&one.ask(event("Who")).await.expect("it is taken"))
    });
    assert_eq!(said, [r#"3 Caller who="ada""#]);
}

#[test]
fn a_conversation_that_rests_is_unloaded_and_goes_on() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Wait seconds=100 what="tea""#))
            .await
            .expect("it is taken");
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert_eq!(all.loaded(), 0);
        next(&all, "one", 1, 1).await
    });
    assert_eq!(said, [r#"2 Rang what="tea""#]);
}

#[test]
fn a_timer_fires_although_nobody_asks() {
    block_on(async {
        let log = Log::default();
        let all = builder_with(MemoryStore::default(), &log).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Wait seconds=100 what="tea""#))
            .await
            .expect("it is taken");
        tokio::time::sleep(Duration::from_secs(200)).await;
        let said = shorts(&one.ask(Input::default()).await.expect("it is taken"));
        assert_eq!(said, Vec::<String>::new());
        assert_eq!(next(&all, "one", 1, 1).await, [r#"2 Rang what="tea""#]);
    });
}

#[test]
fn too_many_requests_are_refused() {
    block_on(async {
        let limits = Limits {
            waiting: 2,
            ..Limits::default()
        };
        let all = builder(MemoryStore::default()).limits(limits).open();
        let one = all.conversation("one").expect("an id");
        let kinds: Vec<_> = (0..4)
            .map(|_| one.seen(0).err().map(|error| error.kind()))
            .collect();
        assert_eq!(
            kinds,
            [None, None, Some(ErrorKind::Busy), Some(ErrorKind::Busy)]
        );
    });
}

#[test]
fn who_reads_nothing_is_refused() {
    block_on(async {
        let limits = Limits {
            unread: 3,
            ..Limits::default()
        };
        let all = builder(MemoryStore::default()).limits(limits).open();
        let one = all.conversation("one").expect("an id");
        for _ in 0..2 {
            one.ask(event("Echo what=1")).await.expect("it is taken");
        }
        let refused = one
            .ask(event("Echo what=1"))
            .await
            .expect_err("three are unread");
        assert_eq!(refused.kind(), ErrorKind::Unread);
        one.seen(3).expect("it is taken");
        one.ask(event("Echo what=1"))
            .await
            .expect("it is taken again");
    });
}

#[test]
fn only_so_many_are_in_memory() {
    block_on(async {
        let limits = Limits {
            loaded: 1,
            ..Limits::default()
        };
        let all = builder(MemoryStore::default()).limits(limits).open();
        let (one, two) = (all.conversation("one"), all.conversation("two"));
        one.expect("an id")
            .ask(event("Echo what=1"))
            .await
            .expect("it is taken");
        let refused = two.expect("an id").ask(event("Echo what=1")).await;
        assert_eq!(refused.expect_err("one is loaded").kind(), ErrorKind::Full);
    });
}

#[test]
fn an_event_that_may_not_come_from_outside_is_refused_and_not_kept() {
    block_on(async {
        let store = MemoryStore::default();
        let all = builder(store.clone()).open();
        let one = all.conversation("one").expect("an id");
        let refused = one.ask(event("PayActionFinished action_uid=\"x\"")).await;
        assert_eq!(
            refused.expect_err("it is not ours").kind(),
            ErrorKind::Refused
        );
        let id: ConversationId = "one".parse().expect("an id");
        assert_eq!(store.read(&id).await.expect("it can be read"), None);
    });
}

#[test]
fn a_flow_without_end_holds_nobody_up() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let (one, two) = (all.conversation("one"), all.conversation("two"));
        let one = one.expect("an id");
        one.send(event("Endless")).await.expect("it is taken");
        shorts(
            &two.expect("an id")
                .ask(event("Echo what=1"))
                .await
                .expect("it is taken"),
        )
    });
    assert_eq!(said, ["1 Hello", "2 Echoed what=1"]);
}

#[test]
fn history_is_kept() {
    block_on(async {
        let store = MemoryStore::default();
        let all = builder(store.clone()).open();
        let one = all.conversation("one").expect("an id");
        one.ask(event("Echo what=1")).await.expect("it is taken");
        all.close(Duration::ZERO).await;
        let again = builder(store).open();
        let history = again.conversation("one").expect("an id").history().await;
        let history = history.expect("it can be loaded");
        assert!(history.iter().any(|event| event.name() == "Echoed"));
    });
}

#[test]
fn a_deleted_conversation_begins_anew() {
    let said = block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.ask(event("Echo what=1")).await.expect("it is taken");
        one.delete().await.expect("it can be deleted");
        assert!(all.list(None, 10).await.expect("a list").is_empty());
        tokio::task::yield_now().await;
        shorts(&one.ask(event("Echo what=2")).await.expect("it is taken"))
    });
    assert_eq!(said, ["1 Hello", "2 Echoed what=2"]);
}

#[test]
fn nothing_is_taken_after_closing() {
    block_on(async {
        let all = builder(MemoryStore::default()).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Pay what="tea" millis=500"#))
            .await
            .expect("it is taken");
        all.close(Duration::from_secs(1)).await;
        assert_eq!(
            one.seen(0).expect_err("it is closed").kind(),
            ErrorKind::Closed
        );
    });
}
