//! All routes as one `axum` router.

use crate::admission::Admission;
use crate::answer::{no_such_method, no_such_path};
use crate::guard::{Guard, guard};
use crate::offer::Offer;
use crate::openapi::{self, Contents};
use crate::options::ServerOptions;
use crate::{nemo, rasa};
use action_sdk::{ActionDispatcher, CancellationToken};
use axum::Router;
use axum::middleware::from_fn_with_state;
use std::sync::Arc;

/// All routes as an `axum` router, for programs that run their own server.
///
/// Options that concern connections (TLS, header limits, number of connections) have no effect here; they apply in
/// [`serve`](crate::serve).
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
    draining_router(dispatcher, options, &CancellationToken::new())
}

/// The router of a server that tells when it begins to stop.
pub(crate) fn draining_router(
    dispatcher: ActionDispatcher,
    options: &ServerOptions,
    draining: &CancellationToken,
) -> Router {
    let limits = &options.limits;
    let admission = Admission::new(limits);
    let mut router = Router::new();
    let rasa = options.rasa.then(|| Offer::rasa(dispatcher.clone()));
    let nemo = options.nemo.then(|| Offer::nemo(dispatcher));
    if let Some(offer) = &rasa {
        let routes = rasa::routes(offer.clone(), limits, &admission, draining);
        router = router.merge(routes);
    }
    if let Some(offer) = &nemo {
        router = router.merge(nemo::routes(offer.clone(), limits, &admission));
    }
    let wants_token = !options.tokens.is_empty();
    router = router.merge(openapi::routes(Contents {
        nemo,
        rasa,
        wants_token,
    }));
    let state = Arc::new(Guard {
        cors: options.cors.clone(),
        tokens: options.tokens.clone(),
    });
    router
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(state, guard))
}
