//! The special parameters, which a host fills by name, and sets of them, which declare what is read.

use crate::error::{ActionError, ActionErrorKind};
use std::fmt;

/// A special parameter. A host fills it by its name; all of them are described in the table of
/// [`#[action]`](macro@crate::action#parameters).
///
/// ```
/// use action_sdk::Special;
///
/// assert_eq!(Special::LlmTaskManager.name(), "llm_task_manager");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Special {
    /// `context`: the global variables of the flows.
    Context,
    /// `events`: the recent history.
    Events,
    /// `config`: the configuration.
    Config,
    /// `llm`: the model.
    Llm,
    /// `llm_task_manager`: renders prompts.
    LlmTaskManager,
    /// `state`: the state of the Colang conversation.
    State,
    /// `tracker`: Rasa's tracker.
    Tracker,
    /// `domain`: Rasa's domain.
    Domain,
    /// `dispatcher`: takes messages for the user.
    Dispatcher,
    /// `cancel`: cancelled with the call.
    Cancel,
}

impl Special {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 10] = [
        Self::Context,
        Self::Events,
        Self::Config,
        Self::Llm,
        Self::LlmTaskManager,
        Self::State,
        Self::Tracker,
        Self::Domain,
        Self::Dispatcher,
        Self::Cancel,
    ];

    /// The name of such a parameter in a function's signature.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Events => "events",
            Self::Config => "config",
            Self::Llm => "llm",
            Self::LlmTaskManager => "llm_task_manager",
            Self::State => "state",
            Self::Tracker => "tracker",
            Self::Domain => "domain",
            Self::Dispatcher => "dispatcher",
            Self::Cancel => "cancel",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of special parameters: what an [`ActionParam`](crate::ActionParam), a [`CallHook`](crate::CallHook) or an
/// action built by hand reads of a [`Call`](crate::Call).
///
/// Hosts only provide what is declared. If anything else is read, the call fails with an error that names it.
///
/// ```
/// use action_sdk::{Needs, Special};
///
/// const NEEDS: Needs = Needs::of(&[Special::Context, Special::Events]);
/// assert!(NEEDS.contains(Special::Events));
/// assert_eq!(format!("{NEEDS:?}"), "{context, events}");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs(u16);

impl Needs {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// What a closure may read as a hook. It cannot declare anything, so this is everything that is available before
    /// and after a call at little cost.
    pub(crate) const OF_HOOK_CLOSURES: Self =
        Self::of(&Special::ALL).without(&[Special::State, Special::Cancel]);

    /// What a closure may read as an action, unless it declares something else.
    pub(crate) const OF_ACTION_CLOSURES: Self = Self::of(&Special::ALL).without(&[Special::State]);

    /// These special parameters.
    #[must_use]
    pub const fn of(specials: &[Special]) -> Self {
        let (mut needs, mut rest) = (0, specials);
        while let [first, more @ ..] = rest {
            needs |= first.bit();
            rest = more;
        }
        Self(needs)
    }

    const fn without(self, specials: &[Special]) -> Self {
        Self(self.0 & !Self::of(specials).0)
    }

    /// These and those.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether it contains this one.
    #[must_use]
    pub const fn contains(self, special: Special) -> bool {
        self.0 & special.bit() != 0
    }

    /// The special parameters, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Special> {
        Special::ALL
            .into_iter()
            .filter(move |special| self.contains(*special))
    }
}

impl fmt::Debug for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Special::name).collect();
        write!(f, "{{{}}}", names.join(", "))
    }
}

/// The origin of an undeclared read.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    /// The parameter of that name.
    Parameter(&'static str),
    /// A hook.
    Hook,
    /// The action, while it runs.
    Action,
}

/// The error of a call in which this was read.
#[cold]
pub(crate) fn undeclared(special: Special, reader: Reader) -> ActionError {
    let (who, remedy) = match reader {
        Reader::Parameter(name) => (
            format!("parameter `{name}` reads"),
            format!(
                "add `const NEEDS: Needs = Needs::of(&[Special::{special:?}]);` to the `ActionParam` of its type"
            ),
        ),
        Reader::Hook => (
            "a hook reads".to_owned(),
            format!("let its `CallHook::needs` return `Needs::of(&[Special::{special:?}])`"),
        ),
        Reader::Action => (
            "it reads".to_owned(),
            format!(
                "an action made by hand declares it with `.with_needs(Needs::of(&[Special::{special:?}]))`, a type of parameters as `ActionParam::NEEDS`"
            ),
        ),
    };
    let message = format!("{who} the special parameter `{special}` without declaring it; {remedy}");
    let error = ActionError::new(ActionErrorKind::Undeclared, message);
    match reader {
        Reader::Parameter(name) => error.with_parameter(name),
        Reader::Hook | Reader::Action => error,
    }
}
