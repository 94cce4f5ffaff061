//! Starts local actions: what performs them, and what they may read.

use std::sync::Arc;

use action_sdk::contain::Contained;
use action_sdk::{ActionStart, CallScope, Invocation, Special};
use colang::state::State;
use futures_core::future::BoxFuture;
use tracing::Instrument;

use super::calls::{Outcome, Place, Work};
use super::history::History;
use super::identity::Identity;
use crate::convert;
use crate::shared::Shared;

/// Determines the work of a call. Only reads the conversation.
#[derive(Clone, Copy)]
pub(super) struct Starter<'a> {
    pub(super) shared: &'a Shared,
    pub(super) identity: &'a Identity,
    /// The state of the flows, for actions that use it.
    pub(super) state: &'a Arc<State>,
    /// The latest events, for actions that use them.
    pub(super) history: &'a History,
    /// Whether someone else performs the actions.
    pub(super) is_driven: bool,
}

impl Starter<'_> {
    /// The work of a local action, and its place according to its author; `None` if the host performs the action.
    pub(super) fn work(&self, start: &ActionStart) -> Option<(Work, Place)> {
        let Some(action) = self.shared.dispatcher.action(start.action_name()) else {
            let mut intrinsics = self.shared.intrinsics.iter();
            let own = intrinsics.find(|own| own.action() == start.action_name())?;
            return Some((Work::Engine(*own), Place::Foreground));
        };
        let is_async = action.execute_async() && !self.shared.disable_async_execution;
        let place = match is_async {
            true => Place::Background,
            false => Place::Foreground,
        };
        let work = match self.is_driven {
            true => Work::Elsewhere,
            false => Work::Future(Contained::new(self.future(start, place))),
        };
        Some((work, place))
    }

    /// The call of an action, with the span of its conversation if it may outlive the cycle.
    pub(super) fn future(&self, start: &ActionStart, place: Place) -> BoxFuture<'static, Outcome> {
        let invocation = Invocation::new()
            .args(start.arguments())
            .scope(self.scope(start));
        let dispatcher = self.shared.dispatcher.clone();
        let name = start.action_name().to_owned();
        let future = async move { dispatcher.call(&name, invocation).await };
        match place {
            Place::Background => Box::pin(future.instrument(self.identity.span_alone())),
            Place::Foreground => Box::pin(future),
        }
    }

    /// The scope of a call: what the action and the hooks around it declare to read.
    fn scope(&self, start: &ActionStart) -> CallScope {
        let needs = self.shared.dispatcher.needs(start.action_name());
        let mut scope = self
            .identity
            .caller()
            .with_config(Arc::clone(&self.shared.rails))
            .with_action_uid(start.action_uid());
        if needs.contains(Special::Context) && !self.state.globals().is_empty() {
            scope = scope.with_context(convert::to_context(self.state.globals()));
        }
        if needs.contains(Special::Events) {
            scope = scope.with_events_from(self.history.recent());
        }
        let tasks = self.shared.llm_task_manager.as_ref();
        if let Some(tasks) = tasks.filter(|_| needs.contains(Special::LlmTaskManager)) {
            scope = scope.with_llm_task_manager(tasks.clone());
        }
        if needs.contains(Special::State) {
            scope = scope.with_state(Arc::clone(self.state));
        }
        scope
    }
}
