//! All doors as one `axum` router.

use crate::admission::Admission;
use crate::guard::{Guard, guard, no_such_method, no_such_path};
use crate::options::ServerOptions;
use crate::{nemo, rasa};
use action_sdk::ActionDispatcher;
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// The doors as a router of `axum`, for a program that has a server of its own.
///
/// What counts only for whole connections (TLS, the time for headers, how many connections) is then the program's
/// affair; [`serve`](crate::serve) takes care of it.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk_action_server::{ServerOptions, router};
///
/// let dispatcher = ActionDispatcher::builder().build()?;
/// let app: axum::Router = router(dispatcher, &ServerOptions::new());
/// # Ok::<(), action_sdk::BuildErrors>(())
/// ```
pub fn router(dispatcher: ActionDispatcher, options: &ServerOptions) -> Router {
    let limits = &options.limits;
    let admission = Admission::new(limits);
    let mut router = Router::new();
    if options.rasa {
        router = router.merge(rasa::routes(dispatcher.clone(), limits, &admission));
    }
    if options.nemo {
        router = router.merge(nemo::routes(dispatcher, limits, &admission));
    }
    let state = Arc::new(Guard {
        cors: options.cors.clone(),
        tokens: options.tokens.clone(),
    });
    router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(state, guard))
}
