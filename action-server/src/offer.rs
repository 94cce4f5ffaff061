//! The actions that a door offers: no system actions, and none with a required parameter that the door cannot fill.

use action_sdk::{ActionDescriptor, ActionDispatcher, ParamKind, Special, nearest_name};

/// The actions of a dispatcher for one protocol.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    dispatcher: ActionDispatcher,
    absent: &'static [Special],
}

/// The result of looking up a name.
pub(crate) enum Found<'a> {
    Action(&'a ActionDescriptor),
    /// The action exists, but requires this special parameter, which the door does not have.
    Needs(Special),
    Nothing,
}

impl Offer {
    /// The actions of NeMo's door.
    pub(crate) fn nemo(dispatcher: ActionDispatcher) -> Self {
        let absent = &[Special::Tracker, Special::Domain, Special::State];
        Self::new(dispatcher, "nemo", absent)
    }

    /// The actions of Rasa's doors.
    pub(crate) fn rasa(dispatcher: ActionDispatcher) -> Self {
        Self::new(dispatcher, "rasa", &[Special::State])
    }

    /// The actions of a dispatcher behind a door that cannot fill the special parameters in `absent`. Logs a warning
    /// for each action that the door cannot offer.
    fn new(dispatcher: ActionDispatcher, door: &'static str, absent: &'static [Special]) -> Self {
        let offer = Self { dispatcher, absent };
        for action in offer
            .dispatcher
            .actions()
            .filter(|action| !action.is_system_action())
        {
            if let Some(parameter) = offer.lacks(action) {
                let (name, origin) = (action.name(), action.origin());
                tracing::warn!(
                    action = name,
                    origin,
                    door,
                    parameter = parameter.name(),
                    "the door cannot offer this action: it has nothing to fill the parameter with; an `Option` lets the action serve this door too"
                );
            }
        }
        offer
    }

    pub(crate) fn dispatcher(&self) -> &ActionDispatcher {
        &self.dispatcher
    }

    /// The actions that can be called with this protocol, sorted by name.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &ActionDescriptor> {
        self.dispatcher
            .actions()
            .filter(|action| !action.is_system_action() && self.lacks(action).is_none())
    }

    /// The aliases of each action, or its name if it has none: Rasa's names are aliases.
    pub(crate) fn rasa_names(&self) -> impl Iterator<Item = &str> {
        self.actions().flat_map(|action| {
            let own = action.aliases().next().is_none().then(|| action.name());
            action.aliases().chain(own)
        })
    }

    /// The offered name that is closest to an unknown one.
    pub(crate) fn suggest(&self, name: &str) -> Option<&str> {
        let names = self.actions().flat_map(|action| {
            let aliases = action.aliases();
            aliases.chain([action.name()])
        });
        nearest_name(name, names)
    }

    pub(crate) fn find(&self, name: &str) -> Found<'_> {
        match self.dispatcher.action(name) {
            Some(action) if !action.is_system_action() => match self.lacks(action) {
                Some(parameter) => Found::Needs(parameter),
                None => Found::Action(action),
            },
            Some(_) | None => Found::Nothing,
        }
    }

    fn lacks(&self, action: &ActionDescriptor) -> Option<Special> {
        let is_needed = |absent: &&Special| {
            let needed = ParamKind::Special {
                which: **absent,
                required: true,
            };
            action.params().iter().any(|param| param.kind() == needed)
        };
        self.absent.iter().find(is_needed).copied()
    }
}
