//! What a flow waits for that does nothing else.

use super::element::Name;

/// One of the things that such a flow waits for: `user said "hi"`.
///
/// Questions to a model are asked with it: it is how a configuration gives examples of what users say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// The name of the flow or of the event.
    pub name: Name,
    arguments: Vec<Argument>,
}

/// An argument and the string that it is, if it is written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument {
    /// None if it is positional.
    name: Option<Name>,
    text: Option<Name>,
}

impl Awaited {
    /// A flow or an event that is given nothing yet.
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            arguments: Vec::new(),
        }
    }

    /// Adds an argument; one without a name is positional, one without a text is no literal string.
    #[must_use]
    pub(crate) fn with(mut self, name: Option<Name>, text: Option<Name>) -> Self {
        self.arguments.push(Argument { name, text });
        self
    }

    /// The first positional argument, if it is a literal string.
    pub fn first_text(&self) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let argument = arguments.find(|argument| argument.name.is_none())?;
        argument.text.as_deref()
    }

    /// The argument with this name, if it is a literal string.
    pub fn text(&self, name: &str) -> Option<&str> {
        let mut arguments = self.arguments.iter();
        let argument = arguments.find(|argument| argument.name.as_deref() == Some(name))?;
        argument.text.as_deref()
    }
}
