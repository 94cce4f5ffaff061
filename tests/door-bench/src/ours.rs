//! Our server, as a user would write it.

use action_sdk::prelude::*;
use action_sdk::rasa::StreamError;
use action_sdk_action_server::{ServerOptions, serve};
use std::error::Error;
use tokio::net::TcpListener;

/// Greets.
#[action(aliases = ["greet"])]
async fn greet(name: &str, dispatcher: &CollectingDispatcher) -> String {
    dispatcher.utter_text(format!("Hello, {name}!"));
    format!("Hello, {name}!")
}

/// Looks at everything that a request brings.
#[action(aliases = ["survey"])]
async fn survey(tracker: &Tracker, domain: &Domain, dispatcher: &CollectingDispatcher) {
    let (events, actions) = (tracker.events().len(), domain.actions().count());
    dispatcher.utter_text(format!("{events} events, {actions} actions"));
}

/// Streams five words.
#[action(aliases = ["stream"])]
async fn stream(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    dispatcher.stream_start().await?;
    for place in 0..5 {
        dispatcher.stream_chunk(format!("word {place} ")).await?;
    }
    dispatcher.stream_end().await
}

pub(crate) async fn run(address: &str) -> Result<(), Box<dyn Error>> {
    let dispatcher = ActionDispatcher::builder().build()?;
    let listener = TcpListener::bind(address).await?;
    serve(
        listener,
        dispatcher,
        ServerOptions::new(),
        std::future::pending(),
    )
    .await?;
    Ok(())
}
