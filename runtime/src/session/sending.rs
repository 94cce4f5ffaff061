//! Sends an event of a flow to its destination: a local action, a timer, or the host.

use std::collections::VecDeque;

use action_sdk::{ActionResult, ActionStart};
use umim::{ActionEventKind, Event};

use super::calls::{Call, Calls, Place, timer};
use super::options::ProcessOptions;
use super::queue::Input;
use super::stamps::Stamps;
use super::starting::Starter;
use crate::shared::Shared;

/// Sends one event.
pub(super) struct Sender<'a> {
    pub(super) shared: &'a Shared,
    pub(super) options: &'a ProcessOptions,
    /// Determines what performs an action.
    pub(super) starter: Starter<'a>,
    /// Gets local actions.
    pub(super) calls: &'a mut Calls,
    /// Gets the events for the host.
    pub(super) outputs: &'a mut VecDeque<Event>,
    /// For events that are created on the way.
    pub(super) stamps: &'a mut Stamps,
}

impl Sender<'_> {
    /// Sends an event to its destination. Returns an immediate report for the flows: that a timer has started, or
    /// that an instant action has ended.
    pub(super) fn send(&mut self, event: Event) -> Option<Input> {
        let kind = event.action_event().map(|name| name.kind());
        if self.shared.performs_timers && event.name() == timer::STOP {
            self.calls
                .remove_timer(event.action_uid().unwrap_or_default());
            return None;
        }
        if kind == Some(ActionEventKind::Stop) && self.stop(&event) && !self.shared.tells_stops {
            return None;
        }
        if kind != Some(ActionEventKind::Start) {
            self.outputs.push_back(event);
            return None;
        }
        match ActionStart::try_from(event) {
            Ok(start) => self.start(start),
            Err(error) => {
                self.outputs.push_back(error.into_event());
                None
            }
        }
    }

    /// Stops a local action; returns whether actions of this name are local.
    fn stop(&mut self, event: &Event) -> bool {
        let Some(name) = event.action_event() else {
            return false;
        };
        let action_uid = event.action_uid().unwrap_or_default();
        let ran_here = self.calls.cancel(name.action(), action_uid);
        ran_here || self.shared.border.performs(name.action())
    }

    fn start(&mut self, start: ActionStart) -> Option<Input> {
        if self.options.instant_actions.contains(start.action_name()) {
            return self.finish_instantly(&start);
        }
        if self.shared.performs_timer(&start) {
            return self.start_timer(start);
        }
        match self.starter.work(&start) {
            Some((work, place)) => {
                let place = match self.options.blocking {
                    true => Place::Foreground,
                    false => place,
                };
                self.calls.push(Call::new(start, place, work));
            }
            None => self.outputs.push_back(start.into()),
        }
        None
    }

    fn start_timer(&mut self, start: ActionStart) -> Option<Input> {
        let started = timer::started(&start);
        let call = match self.starter.is_driven {
            true => Call::timer_elsewhere(start),
            false => Call::timer(start, |_, duration| duration),
        };
        let runs = call.ended().is_none();
        self.calls.push(call);
        self.calls.begin_timers();
        let started = self.shared.stamped(started, self.stamps);
        Input::made_here(&started).ok().filter(|_| runs)
    }

    fn finish_instantly(&mut self, start: &ActionStart) -> Option<Input> {
        let mut finished = start.finished(Ok(ActionResult::default()));
        if start.action_name() == "UtteranceBotAction" {
            let script = start.event().value("script").cloned().unwrap_or_default();
            finished = finished.with("final_script", script);
        }
        let finished = self.shared.stamped(finished, self.stamps);
        let input = Input::made_here(&finished).ok();
        self.outputs.push_back(finished);
        input
    }
}
