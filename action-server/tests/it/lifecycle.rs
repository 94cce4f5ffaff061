//! Start and end: which addresses may be served, disconnecting, shutdown.

use crate::actions::{State, reaches, release};
use crate::client::{Answer, request, start};
use action_sdk::prelude::*;
use action_sdk_action_server::{ServerOptions, serve};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

fn wait(key: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"next_action": "wait", "tracker": {{"sender_id": "u", "slots": {{"key": "{key}"}}}}}}"#
    );
    request("/webhook", "", body)
}

fn run(key: &str) -> Vec<u8> {
    let body =
        format!(r#"{{"action_name": "WaitAction", "action_parameters": {{"key": "{key}"}}}}"#);
    request("/v1/actions/run", "", body)
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_its_action() {
    let server = start(ServerOptions::new()).await;
    for (key, request) in [
        ("hung up 1", wait("hung up 1")),
        ("hung up 2", run("hung up 2")),
    ] {
        let mut stream = server.connect().await;
        stream.write_all(&request).await.expect("it is read");
        reaches(key, State::Running).await;
        drop(stream);
        reaches(key, State::Cancelled).await;
    }
}

#[tokio::test]
async fn two_calls_run_side_by_side() {
    let server = start(ServerOptions::new()).await;
    let mut streams = Vec::new();
    for key in ["beside 1", "beside 2"] {
        let mut stream = server.connect().await;
        stream.write_all(&wait(key)).await.expect("it is read");
        reaches(key, State::Running).await;
        streams.push(stream);
    }
    for (key, stream) in ["beside 2", "beside 1"]
        .into_iter()
        .zip(streams.iter_mut().rev())
    {
        release(key);
        assert_eq!(Answer::read(stream).await.status, 200);
    }
}

#[tokio::test]
async fn what_was_accepted_ends_and_nothing_more_begins() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(&wait("drained"))
        .await
        .expect("it is read");
    reaches("drained", State::Running).await;
    server.stop();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release("drained");
    assert_eq!(Answer::read(&mut stream).await.status, 200);
    server.ended().await;
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cancelled() {
    let options = ServerOptions::new().drain_time(Duration::from_millis(20));
    let server = start(options).await;
    let mut stream = server.connect().await;
    stream.write_all(&wait("over")).await.expect("it is read");
    reaches("over", State::Running).await;
    server.stop();
    server.ended().await;
    reaches("over", State::Cancelled).await;
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_does_not_hold_up_the_end() {
    let server = start(ServerOptions::new()).await;
    let idle = server.connect().await;
    assert_eq!(server.get("/health").await.status, 200);
    server.stop();
    server.ended().await;
    drop(idle);
}

/// The result of serving on all addresses of the machine.
async fn everywhere(options: ServerOptions) -> Result<(), String> {
    let dispatcher = ActionDispatcher::builder()
        .build()
        .expect("the actions fit");
    let listener = TcpListener::bind("0.0.0.0:0")
        .await
        .expect("there is a port");
    let served = serve(listener, dispatcher, options, async {}).await;
    served.map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_served_only_on_purpose() {
    let refused = everywhere(ServerOptions::new())
        .await
        .expect_err("everybody could call");
    assert!(
        refused.contains(".token(..)") && refused.contains(".open_to_everybody()"),
        "{refused}"
    );
    assert_eq!(
        everywhere(ServerOptions::new().open_to_everybody()).await,
        Ok(())
    );
    assert_eq!(
        everywhere(ServerOptions::new().token("a", "b")).await,
        Ok(())
    );
}

#[tokio::test]
async fn an_empty_token_is_refused() {
    let refused = everywhere(ServerOptions::new().token("a", "")).await;
    assert!(refused.is_err_and(|refused| refused.contains("token is empty")));
}
