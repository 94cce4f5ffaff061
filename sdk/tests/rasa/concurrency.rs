//! The dispatcher in several tasks and threads at once.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use action_sdk::rasa::{CollectingDispatcher, Message, StreamEvent};
use tokio::sync::mpsc;

use crate::read::block_on;

const EACH: usize = 500;

fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Sends messages and chunks, ending a stream now and then.
async fn talk(dispatcher: CollectingDispatcher, name: &str) {
    for number in 0..EACH {
        dispatcher.utter_text(format!("{name}{number}"));
        dispatcher
            .stream_chunk(format!("{name}{number}"))
            .await
            .expect("the reader is there");
        if number % 7 == 0 {
            dispatcher.stream_end().await.expect("the reader is there");
        }
    }
}

/// Checks that the events have the form `(Start, Chunk*, End)*`, possibly without the last end; returns the texts of
/// the chunks.
#[track_caller]
fn texts_in_order(events: Vec<StreamEvent>) -> Vec<String> {
    let (mut open, mut started, mut texts) = (None, 0, Vec::new());
    for event in events {
        match event {
            StreamEvent::Start { sequence } => {
                assert_eq!((open, sequence), (None, started + 1));
                started = sequence;
                open = Some(sequence);
            }
            StreamEvent::Chunk(chunk) => {
                assert!(open.is_some(), "a chunk outside of a stream");
                texts.push(chunk.as_text().expect("each has a text").to_owned());
            }
            StreamEvent::End { sequence } => assert_eq!(open.take(), Some(sequence)),
        }
    }
    texts
}

/// Checks that all texts of each sender are there, in order.
#[track_caller]
fn assert_complete(texts: &[String]) {
    for name in ["a", "b"] {
        let own: Vec<_> = texts
            .iter()
            .filter(|text| text.starts_with(name))
            .cloned()
            .collect();
        let expected: Vec<_> = (0..EACH).map(|number| format!("{name}{number}")).collect();
        assert_eq!(own, expected);
    }
}

fn said(messages: &[Message]) -> Vec<String> {
    messages
        .iter()
        .map(|message| message.as_text().expect("each has a text").to_owned())
        .collect()
}

#[test]
fn two_threads_stream_in_order_through_a_narrow_sink() {
    let (sink, mut events) = mpsc::channel(2);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    let speakers = ["a", "b"].map(|name| {
        let dispatcher = dispatcher.clone();
        thread::spawn(move || block_on(talk(dispatcher, name)))
    });
    drop(dispatcher);
    let seen: Vec<_> = std::iter::from_fn(|| events.blocking_recv()).collect();
    speakers
        .into_iter()
        .for_each(|speaker| speaker.join().expect("nothing panics"));
    assert_complete(&texts_in_order(seen));
}

#[test]
fn two_tasks_stream_in_order_through_a_narrow_sink() {
    let (sink, mut events) = mpsc::channel(1);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    let (a, b) = (talk(dispatcher.clone(), "a"), talk(dispatcher.clone(), "b"));
    drop(dispatcher);
    let seen = block_on(async {
        let reading = async {
            let mut seen = Vec::new();
            while let Some(event) = events.recv().await {
                seen.push(event);
            }
            seen
        };
        tokio::join!(a, b, reading).2
    });
    assert_complete(&texts_in_order(seen));
}

#[test]
fn two_threads_replay_every_chunk_without_a_sink() {
    let dispatcher = CollectingDispatcher::new();
    let speakers = ["a", "b"].map(|name| {
        let dispatcher = dispatcher.clone();
        thread::spawn(move || block_on(talk(dispatcher, name)))
    });
    speakers
        .into_iter()
        .for_each(|speaker| speaker.join().expect("nothing panics"));
    let mut said = said(&block_on(dispatcher.finish()));
    said.sort();
    let mut expected: Vec<_> = (0..EACH)
        .flat_map(|number| [format!("a{number}"), format!("b{number}")])
        .collect();
    expected = [expected.clone(), expected].concat(); // once as a message, once as a chunk
    expected.sort();
    assert_eq!(said, expected);
}

#[test]
fn a_chunk_that_waits_for_room_holds_up_nothing_else() {
    let (sink, mut events) = mpsc::channel(1);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    block_on(dispatcher.stream_start()).unwrap();
    let mut waiting = pin!(dispatcher.stream_chunk("late"));
    assert!(poll_once(waiting.as_mut()).is_pending());

    dispatcher.utter_text("meanwhile");
    dispatcher.cancel_stream();
    assert!(dispatcher.is_streaming_active() && dispatcher.is_streaming_cancelled());

    assert_eq!(events.try_recv(), Ok(StreamEvent::Start { sequence: 1 }));
    assert!(poll_once(waiting.as_mut()).is_ready());
    assert!(
        events.try_recv().is_err(),
        "the chunk had room only after the interruption"
    );
}

#[test]
fn a_chunk_given_up_while_it_waits_is_not_sent() {
    let (sink, mut events) = mpsc::channel(1);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    block_on(dispatcher.stream_start()).unwrap();
    {
        let mut waiting = pin!(dispatcher.stream_chunk("given up"));
        assert!(poll_once(waiting.as_mut()).is_pending());
    }
    assert_eq!(events.try_recv(), Ok(StreamEvent::Start { sequence: 1 }));
    block_on(dispatcher.stream_chunk("next")).unwrap();
    assert_eq!(events.try_recv(), Ok(StreamEvent::Chunk("next".into())));
}

#[test]
fn an_interruption_wakes_who_waits_for_it() {
    let dispatcher = CollectingDispatcher::new();
    let mut waiting = pin!(dispatcher.streaming_cancelled());
    assert!(poll_once(waiting.as_mut()).is_pending());
    dispatcher.cancel_stream();
    assert!(poll_once(waiting.as_mut()).is_ready());
}

#[test]
fn the_futures_can_move_between_threads() {
    fn assert_send(_: impl Send) {}
    fn assert_shared<T: Clone + Send + Sync + 'static>() {}
    let dispatcher = CollectingDispatcher::new();
    assert_send(dispatcher.stream_start());
    assert_send(dispatcher.stream_chunk("x"));
    assert_send(dispatcher.stream_end());
    assert_send(dispatcher.streaming_cancelled());
    assert_send(dispatcher.finish());
    assert_shared::<CollectingDispatcher>();
}
