//! rmcp, with a router that is created once and reused.
//!
//! Each call gets a clone of one request context, which is less work than in its own server, which also creates a
//! cancellation token per call. One case creates a new context for each call.

use crate::{ANSWER, ARGUMENTS, REGISTERED, Suite};
use rmcp::handler::server::router::tool::{ToolRoute, ToolRouter};
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, JsonObject, NumberOrString, Tool,
};
use rmcp::service::{RequestContext, serve_directly};
use rmcp::{ErrorData, RoleServer, ServerHandler, object, schemars, tool, tool_router};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct GreetParams {
    a: i64,
    b: String,
}

struct Greeter;

impl ServerHandler for Greeter {}

#[tool_router]
impl Greeter {
    /// Greets.
    #[tool]
    async fn greet(&self, Parameters(GreetParams { a, b }): Parameters<GreetParams>) -> String {
        format!("{b} {a}")
    }
}

/// Everything that is reused across calls.
struct Server {
    greeter: Greeter,
    router: ToolRouter<Greeter>,
    context: RequestContext<RoleServer>,
}

type Outcome = Result<CallToolResponse, ErrorData>;

impl Server {
    async fn call(&self, arguments: JsonObject) -> Outcome {
        self.call_in(self.context.clone(), arguments).await
    }

    async fn call_in(&self, context: RequestContext<RoleServer>, arguments: JsonObject) -> Outcome {
        let request = CallToolRequestParams::new(black_box("greet")).with_arguments(arguments);
        let context = ToolCallContext::new(&self.greeter, request, context);
        self.router.call(context).await
    }

    fn new_context(&self) -> RequestContext<RoleServer> {
        RequestContext::new(NumberOrString::Number(1), self.context.peer.clone())
    }
}

pub(super) fn add_to(suite: &mut Suite) {
    let server = Rc::new(suite.executor().block_on(server()));

    let shared = Rc::clone(&server);
    suite.add("rmcp/literals", answers, async move || {
        shared.call(literals()).await
    });
    let shared = Rc::clone(&server);
    suite.add("rmcp/literals, new context", answers, async move || {
        shared.call_in(shared.new_context(), literals()).await
    });
    let shared = Rc::clone(&server);
    suite.add_prepared("rmcp/map", answers, map, async move |map| {
        shared.call(map).await
    });
    suite.add("rmcp/text", says, async move || {
        let outcome = server.call(map()).await;
        outcome.map(|response| serde_json::to_string(&result(response)))
    });
}

fn literals() -> JsonObject {
    object!({"a": black_box(5), "b": black_box("hello")})
}

fn map() -> JsonObject {
    serde_json::from_str(black_box(ARGUMENTS)).expect("it is an object")
}

fn result(response: CallToolResponse) -> Option<CallToolResult> {
    if let CallToolResponse::Complete(result) = response {
        return Some(result);
    }
    None
}

fn answers(outcome: &Outcome) -> bool {
    let Ok(CallToolResponse::Complete(result)) = outcome else {
        return false;
    };
    let text = result.content.first().and_then(|content| content.as_text());
    result.is_error != Some(true) && text.is_some_and(|text| text.text == ANSWER)
}

fn says(outcome: &Result<serde_json::Result<String>, ErrorData>) -> bool {
    matches!(outcome, Ok(Ok(text)) if text.contains(ANSWER))
}

/// A context needs a peer, and only a server has one: this server is started and never used.
async fn server() -> Server {
    let (transport, _other_end) = tokio::io::duplex(64);
    let running = serve_directly::<RoleServer, _, _, _, _>(Greeter, transport, None);
    let context = RequestContext::new(NumberOrString::Number(1), running.peer().clone());
    let mut router = Greeter::tool_router();
    for index in 1..REGISTERED {
        let tool = Tool::new(format!("filler_{index}"), "Greets.", Arc::default());
        router.add_route(ToolRoute::new(tool, Greeter::greet));
    }
    Server {
        greeter: Greeter,
        router,
        context,
    }
}
