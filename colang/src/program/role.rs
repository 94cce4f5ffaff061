//! The role of a flow for the rules about rails.

/// The role of a flow for the rules about rails. It is given by a decorator; a program may also have a
/// [convention](super::Program::with_convention) for flows without one.
///
/// A flow that overrides another one has its role, unless it has its own.
///
/// ```
/// use colang::program::{File, Program, Role};
/// use colang::source::SourceId;
///
/// let source = "@rail(\"output\")\nflow house rules $text\n  pass\n";
/// let parsed = colang::syntax::parse(SourceId(0), source);
/// let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
/// let role = program.flow("house rules").and_then(|flow| flow.role);
/// assert_eq!(role, Some(Role::OutputRail));
/// # Ok::<(), colang::program::ProgramError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `@rail("input")`: decides whether what the user said passes.
    InputRail,
    /// `@rail("output")`: decides whether what the bot is about to say passes. What it says itself is not checked.
    OutputRail,
    /// `@speaks_for("bot")`: only says what the output rails have passed.
    Bot,
    /// `@speaks_for("user")` or `@meta(user_intent=…)`: represents what the user means. Any flow may finish it, such
    /// as one that detects intents.
    User,
}

impl Role {
    /// Whether it decides what passes.
    #[must_use]
    pub fn is_rail(self) -> bool {
        match self {
            Self::InputRail | Self::OutputRail => true,
            Self::Bot | Self::User => false,
        }
    }
}
