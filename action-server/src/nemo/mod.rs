//! The door for NeMo Guardrails: the actions server protocol of nemoguardrails 0.24.1, extended by results of any JSON
//! type, by the reason of a failure, and by descriptions of the actions.

mod request;

use crate::admission::Admission;
use crate::answer;
use crate::body::{self, BUSY};
use crate::describe::description;
use crate::limits::Limits;
use crate::offer::{Found, Offer};
use crate::reason;
use crate::tokens::Caller;
use action_sdk::rasa::Message;
use action_sdk::serde_json::{Value, json};
use action_sdk::{
    ActionDescriptor, ActionError, ActionErrorKind, ActionResult, CallScope, Context, Invocation,
    Special,
};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::routing::{get, post};
use request::{Problem, RunRequest};
use serde::Serialize;
use std::sync::Arc;

/// The state that all routes share.
struct Door {
    offer: Offer,
    limits: Limits,
    admission: Admission,
}

/// The outcome of a call. The reference has the first two members; the others are ours, and are left out if empty.
#[derive(Serialize)]
struct RunAnswer<'a> {
    status: &'static str,
    result: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    responses: &'a [Message],
}

/// The routes of this protocol.
pub(crate) fn routes(offer: Offer, limits: &Limits, admission: &Admission) -> Router {
    let door = Arc::new(Door {
        offer,
        limits: limits.clone(),
        admission: admission.clone(),
    });
    Router::new()
        .route("/v1/actions/run", post(run))
        .route("/v1/actions/list", get(list))
        .route("/v1/actions/{name}", get(describe))
        .route("/v1/health", get(health))
        .with_state(door)
}

/// The same answer as that of nemoguardrails' chat server.
async fn health() -> Response<Body> {
    let mut response = answer::json(StatusCode::OK, &json!({"status": "pass"}));
    let health = HeaderValue::from_static("application/health+json");
    response.headers_mut().insert(CONTENT_TYPE, health);
    response
}

async fn list(State(door): State<Arc<Door>>) -> Response<Body> {
    let names: Vec<&str> = door.offer.actions().map(ActionDescriptor::name).collect();
    answer::json(StatusCode::OK, &names)
}

async fn describe(
    State(door): State<Arc<Door>>,
    name: Result<Path<String>, PathRejection>,
) -> Response<Body> {
    let Ok(Path(name)) = name else {
        return refused(StatusCode::NOT_FOUND, "the name in the path is not UTF-8");
    };
    match door.offer.find(&name) {
        Found::Action(action) => answer::json(StatusCode::OK, &description(action)),
        Found::Needs(parameter) => {
            let error = door.lacking(&name, parameter);
            refused(StatusCode::NOT_FOUND, error.message())
        }
        Found::Nothing => refused(StatusCode::NOT_FOUND, &door.unknown(&name)),
    }
}

async fn run(State(door): State<Arc<Door>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        let sentence = "the header `Content-Type` must be `application/json`";
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence);
    }
    if !door.admission.is_open() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    }
    let received = body::read(&parts.headers, body, &door.limits, &door.admission).await;
    let received = match received {
        Ok(received) => received,
        Err(refusal) => return refused(refusal.status(), &refusal.sentence()),
    };
    let Some(_place) = door.admission.place() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, BUSY);
    };
    match RunRequest::read(&received.bytes) {
        Ok(request) => door.answer(request, parts.extensions.get()).await,
        Err(problem) => unprocessable(&problem),
    }
}

/// Requiring this type keeps web pages of other origins out: browsers send it only after a preflight.
fn is_json(headers: &HeaderMap) -> bool {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = essence
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    let subtype = essence.trim().to_ascii_lowercase();
    let subtype = subtype.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

fn refused(status: StatusCode, sentence: &str) -> Response<Body> {
    answer::json(status, &json!({ "detail": sentence }))
}

/// The same shape as the errors of FastAPI, which the reference uses.
fn unprocessable(problem: &Problem) -> Response<Body> {
    let Problem {
        kind,
        member,
        sentence,
    } = problem;
    let place: Vec<&str> = ["body"].into_iter().chain(*member).collect();
    let detail = json!([{"type": kind, "loc": place, "msg": sentence}]);
    answer::json(
        StatusCode::UNPROCESSABLE_ENTITY,
        &json!({ "detail": detail }),
    )
}

impl Door {
    async fn answer(&self, request: RunRequest, caller: Option<&Caller>) -> Response<Body> {
        let outcome = match self.offer.find(&request.action) {
            Found::Action(_) | Found::Nothing => self.call(request, caller).await,
            Found::Needs(parameter) => Err(self.lacking(&request.action, parameter)),
        };
        match outcome {
            Ok(result) => succeeded(&result),
            Err(error) => failed(&error),
        }
    }

    async fn call(
        &self,
        request: RunRequest,
        caller: Option<&Caller>,
    ) -> Result<ActionResult, ActionError> {
        let RunRequest {
            action,
            parameters,
            context,
        } = request;
        let dispatcher = self.offer.dispatcher();
        if dispatcher
            .action(&action)
            .is_some_and(ActionDescriptor::is_system_action)
        {
            let sentence = "it is a system action, which runs where the flow runs";
            return Err(ActionError::new(ActionErrorKind::NotFound, sentence).with_action(action));
        }
        let mut scope = CallScope::new();
        if !context.is_empty() {
            scope = scope.with_context(Context::from(context));
        }
        if let Some(time) = self.limits.call_time {
            scope = scope.with_timeout(time);
        }
        if let Some(caller) = caller {
            scope = scope.with_extension(caller.clone());
        }
        let invocation = Invocation::new().args(parameters).scope(scope);
        dispatcher.call(&action, invocation).await
    }

    #[cold]
    fn unknown(&self, name: &str) -> String {
        let near = self.offer.suggest(name);
        let hint = near.map(|near| format!("; did you mean `{near}`?"));
        let hint = hint.unwrap_or_else(|| "; `/v1/actions/list` lists all".to_owned());
        format!("no action of this name can be called{hint}")
    }

    #[cold]
    fn lacking(&self, action: &str, parameter: Special) -> ActionError {
        let sentence = format!("it needs `{parameter}`, which nobody has who calls this way");
        ActionError::new(ActionErrorKind::NotFound, sentence).with_action(action)
    }
}

fn succeeded(result: &ActionResult) -> Response<Body> {
    if !result.context_updates().is_empty() || !result.events().is_empty() {
        tracing::warn!(
            "events and context updates beside a result are dropped: whoever calls this way takes the result alone"
        );
    }
    let answer = RunAnswer {
        status: "success",
        result: &result.return_value,
        failure_kind: None,
        failure_reason: None,
        failure_parameter: None,
        responses: result.responses(),
    };
    answer::json(StatusCode::OK, &answer)
}

fn failed(error: &ActionError) -> Response<Body> {
    let answer = RunAnswer {
        status: "failed",
        result: &Value::Null,
        failure_kind: Some(error.kind().as_str()),
        failure_reason: Some(reason::told(error)),
        failure_parameter: error.parameter(),
        responses: &[],
    };
    answer::json(StatusCode::OK, &answer)
}
