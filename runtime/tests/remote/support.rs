//! Servers to call, and conversations that call them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_action_server::{ServerOptions, serve};
use action_sdk_runtime::remote::ActionsServer;
use action_sdk_runtime::{Config, Runtime, Session, parse_config};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::wire::{Asked, Reply, answer, read};

/// A server that answers as it is told.
pub(crate) struct Odd {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answered: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Odd {
    pub(crate) async fn serving(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let answered = Arc::<AtomicUsize>::default();
        let (notes, count, reply) = (Arc::clone(&asked), Arc::clone(&answered), Arc::new(reply));
        let task = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (notes, count, reply) =
                    (Arc::clone(&notes), Arc::clone(&count), Arc::clone(&reply));
                tokio::spawn(async move {
                    let request = read(&mut connection).await;
                    let reply = reply(&request);
                    notes.lock().expect("not poisoned").push(request);
                    answer(&mut connection, reply).await;
                    count.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        Self {
            url,
            asked,
            answered,
            task,
        }
    }

    /// One that lists `fetch_price`, tells no signatures like the reference's, and answers calls like this.
    pub(crate) async fn running(run: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::serving(move |asked| match path(asked) {
            "/v1/actions/run" => run(asked),
            "/v1/actions/list" => Reply::json(&json!(["fetch_price"])),
            _ => not_found(),
        })
        .await
    }

    pub(crate) fn server(&self) -> ActionsServer {
        ActionsServer::new(&self.url)
    }

    /// The requests for this path.
    pub(crate) fn asked(&self, of: &str) -> Vec<Asked> {
        let asked = self.asked.lock().expect("not poisoned");
        let asked = asked.iter().filter(|asked| path(asked) == of);
        asked.cloned().collect()
    }

    /// The bodies of the calls.
    pub(crate) fn calls(&self) -> Vec<Value> {
        let calls = self.asked("/v1/actions/run").into_iter();
        calls.map(|asked| asked.body).collect()
    }

    /// Waits until so many connections have been answered, or closed by the client.
    pub(crate) async fn until_answered(&self, number: usize) {
        while self.answered.load(Ordering::Relaxed) < number {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Stops listening.
    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

pub(crate) fn path(asked: &Asked) -> &str {
    asked.line.split(' ').nth(1).unwrap_or_default()
}

pub(crate) fn not_found() -> Reply {
    Reply::new("404 Not Found", r#"{"detail":"Not Found"}"#)
}

pub(crate) fn success(result: &Value) -> Reply {
    Reply::json(&json!({"status": "success", "result": result}))
}

/// Our own server with these actions, at this URL.
pub(crate) async fn ours(actions: Registry, options: ServerOptions) -> String {
    let dispatcher = ActionDispatcher::builder().registry(actions).build();
    let dispatcher = dispatcher.expect("the actions fit");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve(listener, dispatcher, options, std::future::pending()));
    url
}

/// An action by hand, which answers with what a function makes of its arguments.
pub(crate) fn action<T: serde::Serialize + Send + 'static>(
    name: &'static str,
    code: impl Fn(&Call) -> Result<T, ActionError> + Send + Sync + 'static,
) -> ActionDescriptor {
    let code = move |call: Arc<Call>| {
        let outcome = code(&call);
        async move { outcome }
    };
    ActionDescriptor::new(name, code).expect("it is a name")
}

/// The dispatcher of a program that has only the actions of this server.
pub(crate) async fn dispatcher(server: ActionsServer) -> ActionDispatcher {
    let actions = server.connect().await.expect("it answers");
    let builder = ActionDispatcher::builder().registry(Registry::empty());
    actions.register(builder).build().expect("they fit")
}

/// The outcome of one call.
pub(crate) async fn called(server: ActionsServer, article: &str) -> Result<Value, ActionError> {
    let invocation = Invocation::new().arg("article", article);
    let dispatcher = dispatcher(server).await;
    let result = dispatcher.call("FetchPriceAction", invocation).await;
    result.map(|result| result.return_value)
}

pub(crate) fn config(url: &str, flows: &str) -> Config {
    let yaml = format!("colang_version: \"2.x\"\nactions_server_url: {url}\n");
    parse_config(&yaml, [("main.co", flows)]).expect("it is right")
}

/// A runtime whose only actions of its own are those of the library.
pub(crate) async fn runtime(url: &str, flows: &str) -> Result<Runtime, String> {
    let config = config(url, flows);
    let server = ActionsServer::of(&config).expect("it is named");
    runtime_with(server, config).await
}

pub(crate) async fn runtime_with(server: ActionsServer, config: Config) -> Result<Runtime, String> {
    let actions = server.connect().await.map_err(|error| error.to_string())?;
    let builder = ActionDispatcher::builder();
    let dispatcher = actions.register(builder).build();
    let dispatcher = dispatcher.map_err(|errors| errors.to_string())?;
    let runtime = Runtime::builder(config).dispatcher(dispatcher).build();
    runtime.map_err(|error| error.to_string())
}

/// What flows send in the member `said` of their events.
pub(crate) async fn said(session: &mut Session, events: &[&str]) -> Vec<Value> {
    let events = events.iter().map(|name| Event::new(*name)).collect();
    let sent = session.process_events(events).await.expect("it goes on");
    let said = sent.iter().filter_map(|event| event.value("said"));
    said.cloned().collect()
}
