//! An action and the hooks around it must declare what they read of a call; a session provides exactly that.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk::{ActionParam, Call, CallHook, Needs, Special};

use crate::actions::Ends;
use crate::support::{builder, check, check_with};

/// What a custom parameter finds in the call.
struct Found {
    events: bool,
    variable: bool,
    state: bool,
    tasks: bool,
}

impl<'a> ActionParam<'a> for Found {
    const NEEDS: Needs = Needs::of(&[
        Special::Context,
        Special::Events,
        Special::State,
        Special::LlmTaskManager,
    ]);

    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self {
            events: !call.events().is_empty(),
            variable: call.context().value("user").is_some(),
            state: call.state().is_some(),
            tasks: call.llm_task_manager().is_some(),
        })
    }
}

#[action]
async fn find_all(found: Found) -> bool {
    found.events && found.variable && found.state && found.tasks
}

/// Reads the state without declaring it.
struct Secretive(bool);

impl<'a> ActionParam<'a> for Secretive {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.state().is_some()))
    }
}

#[action]
async fn find_in_secret(found: Secretive) -> bool {
    found.0
}

/// Records how many events have happened when an action starts.
#[derive(Clone, Default)]
struct Audit(Arc<Mutex<Vec<usize>>>);

impl CallHook for Audit {
    fn needs(&self) -> Needs {
        Needs::of(&[Special::Events])
    }

    fn after(&self, call: &Call, _: Result<&ActionResult, &ActionError>, _: Duration) {
        self.0
            .lock()
            .expect("nobody panics here")
            .push(call.events().len());
    }
}

#[test]
fn a_parameter_of_a_users_own_gets_what_it_declares() {
    let flows = "flow main\n  global $user\n  $user = \"Ada\"\n  match Go()\n  $found = await FindAllAction()\n  send Out(found=$found)\n  match Never()\n";
    check(flows, &["Go"], &["Out found=true"]);
}

#[test]
fn what_it_does_not_declare_is_an_error_that_says_how_to() {
    let flows = "flow main\n  match Go()\n  start FindInSecretAction() as $secret\n  match $secret.Finished() as $end\n  send Out(why=$end.failure_reason)\n  match Never()\n";
    let why = "action `FindInSecretAction`: parameter `found` reads the special parameter `state` without declaring it; add `const NEEDS: Needs = Needs::of(&[Special::State]);` to the `ActionParam` of its type";
    check(flows, &["Go"], &[&format!("Out why={why:?}")]);
}

#[test]
fn a_hook_gets_what_it_declares_around_every_action() {
    let audit = Audit::default();
    let dispatcher = ActionDispatcher::builder()
        .resource(Ends::default())
        .hook(audit.clone());
    let flows = "flow main\n  match Go()\n  $sum = await AddAction(a=1, b=2)\n  send Out(sum=$sum)\n  match Never()\n";
    let runtime = builder(flows).dispatcher(dispatcher.build().expect("a dispatcher"));
    check_with(
        &runtime.build().expect("a runtime"),
        &["Go"],
        &["Out sum=3"],
    );
    let seen = audit.0.lock().expect("nobody panics here").clone();
    assert!(
        matches!(seen.as_slice(), [events] if *events > 0),
        "{seen:?}"
    );
}

#[test]
fn an_action_made_by_hand_gets_the_state_when_it_declares_it() {
    let read = |call: Arc<Call>| async move { Ok::<_, ActionError>(call.state().is_some()) };
    let read = ActionDescriptor::new("ReadStateAction", read).expect("the name is right");
    let flows = "flow main\n  match Go()\n  $read = await ReadStateAction()\n  send Out(read=$read)\n  match Never()\n";
    let dispatcher = ActionDispatcher::builder()
        .resource(Ends::default())
        .register(read.with_needs(Needs::of(&[Special::State])));
    let runtime = builder(flows).dispatcher(dispatcher.build().expect("a dispatcher"));
    check_with(
        &runtime.build().expect("a runtime"),
        &["Go"],
        &["Out read=true"],
    );
}
