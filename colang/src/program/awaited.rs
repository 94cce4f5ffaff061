//! What a flow waits for, if it does nothing else.

use super::names::Name;

/// One of the things that such a flow waits for, such as `user said "hi"`.
///
/// Such flows are how a configuration gives a model examples of what users say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The name of the flow or of the event.
    pub name: Name,
    arguments: Vec<Argument>,
}

/// An argument, and its value if that is a literal string.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument {
    /// `None` if it is positional.
    name: Option<Name>,
    text: Option<Name>,
}

impl Awaited {
    /// A flow or an event without arguments.
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            arguments: Vec::new(),
        }
    }

    /// Adds an argument. Without a name it is positional; without a text it is not a literal string.
    #[must_use]
    pub(crate) fn with(mut self, name: Option<Name>, text: Option<Name>) -> Self {
        self.arguments.push(Argument { name, text });
        self
    }

    /// The first positional argument, if it is a string literal.
    pub fn first_text(&self) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let argument = arguments.find(|argument| argument.name.is_none())?;
        argument.text.as_deref()
    }

    /// The argument with this name, if it is a string literal.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let argument = arguments.find(|argument| argument.name.as_deref() == Some(name))?;
        argument.text.as_deref()
    }
}
