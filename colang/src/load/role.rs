//! How the decorators of a flow say what it is to the rules about rails.

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Mistake, Role};
use crate::source::SourceId;
use crate::syntax::ast::{ArgumentKind, Decorator, ExprKind, Flow};

/// A decorator that gives a role, and the roles by its argument.
struct Giving {
    decorator: &'static str,
    roles: [(&'static str, Role); 2],
}

const GIVING: [Giving; 2] = [
    Giving {
        decorator: "rail",
        roles: [("input", Role::InputRail), ("output", Role::OutputRail)],
    },
    Giving {
        decorator: "speaks_for",
        roles: [("bot", Role::Bot), ("user", Role::User)],
    },
];

impl Role {
    /// Whether a decorator of this name gives a role.
    ///
    /// ```
    /// assert!(colang::program::Role::is_given_by("rail"));
    /// assert!(!colang::program::Role::is_given_by("loop"));
    /// ```
    #[must_use]
    pub fn is_given_by(decorator: &str) -> bool {
        GIVING.iter().any(|one| one.decorator == decorator)
    }
}

/// The role that the decorators of a flow give it.
///
/// # Errors
///
/// If a decorator has another argument than those it knows, or if two of them give a role.
pub(super) fn role(flow: &Flow, source: SourceId) -> Result<Option<Role>, Mistake> {
    let mut role = None;
    for decorator in &flow.decorators {
        let Some(giving) = GIVING.iter().find(|one| one.gives(decorator)) else {
            continue;
        };
        if role.is_some() {
            return Err(second(decorator, source));
        }
        role = Some(giving.role(decorator, source)?);
    }
    Ok(role.or_else(|| is_user_intent(flow).then_some(Role::User)))
}

/// Whether a line of the source is a decorator that gives a role. It changes nothing in what the flow is lowered to.
pub(super) fn is_decorator(line: &str) -> bool {
    let name = line.strip_prefix('@').and_then(|rest| rest.split_once('('));
    name.is_some_and(|(name, _)| Role::is_given_by(name))
}

impl Giving {
    fn gives(&self, decorator: &Decorator) -> bool {
        decorator.name.name == self.decorator
    }

    fn role(&self, decorator: &Decorator, source: SourceId) -> Result<Role, Mistake> {
        let word = only_word(decorator);
        let known = self.roles.iter().find(|(known, _)| Some(*known) == word);
        known.map(|(_, role)| *role).ok_or_else(|| {
            let [(first, _), (second, _)] = self.roles;
            let name = self.decorator;
            let message = format!("`@{name}` takes one of two words");
            let mistake =
                Diagnostic::error(Code::InvalidDecorator, source, decorator.span, message);
            let help = format!("write `@{name}(\"{first}\")` or `@{name}(\"{second}\")`");
            Box::new(mistake.with_help(help))
        })
    }
}

/// The string that is the only argument.
fn only_word(decorator: &Decorator) -> Option<&str> {
    let [argument] = &decorator.arguments[..] else {
        return None;
    };
    if argument.kind != ArgumentKind::Positional {
        return None;
    }
    if let ExprKind::Str(word) = &argument.value.kind {
        return Some(word);
    }
    None
}

fn second(decorator: &Decorator, source: SourceId) -> Mistake {
    let message = "a flow has one role, and this is the second".to_owned();
    let mistake = Diagnostic::error(Code::InvalidDecorator, source, decorator.span, message);
    Box::new(mistake.with_help("keep one of `@rail(…)` and `@speaks_for(…)`"))
}

fn is_user_intent(flow: &Flow) -> bool {
    let metas = flow.decorators.iter().filter(|at| at.name.name == "meta");
    let mut arguments = metas.flat_map(|meta| &meta.arguments);
    arguments.any(|argument| match &argument.kind {
        ArgumentKind::Named(name) => name.name == "user_intent",
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => false,
    })
}
