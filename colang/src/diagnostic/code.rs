//! The codes of mistakes, each explained where it is defined.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Which mistake a diagnostic speaks of; its text (`co0101`) never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as it is printed.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// A character that has no meaning in Colang.
    UnknownCharacter = "co0001",
    /// A string that does not end on its line, or a long string that does not end at all.
    UnterminatedString = "co0002",
    /// A number that is not written as Colang writes numbers, or is too large.
    InvalidNumber = "co0003",
    /// An escape sequence that is not one.
    InvalidEscape = "co0004",
    /// A line that goes back to a column where no block begins.
    UnknownIndentation = "co0005",
    /// A line that is indented although no block begins.
    UnexpectedIndentation = "co0006",
    /// A header without an indented body.
    MissingBody = "co0007",
    /// A bracket that is not closed, or closes nothing.
    UnbalancedBracket = "co0008",
    /// Brackets, blocks or operators nested too deeply.
    TooDeep = "co0009",
    /// A source too large to be addressed.
    TooLarge = "co0010",
    /// So many mistakes that the rest is not listed.
    TooMany = "co0011",
    /// Something else was expected here.
    Unexpected = "co0101",
    /// A statement that stands outside of every flow.
    OutsideFlow = "co0102",
    /// A flow header that cannot be read.
    InvalidFlowHeader = "co0103",
    /// An assignment to something that is not a plain variable, or with an unknown operator.
    InvalidAssignment = "co0104",
    /// A positional argument after a named one.
    PositionalAfterNamed = "co0105",
    /// A decorator that decorates no flow, or an argument of one that is not a literal.
    InvalidDecorator = "co0106",
    /// An `import` of an unknown form.
    InvalidImport = "co0107",
    /// A part of a statement without the statement it belongs to: `else` without `if`.
    MissingHeader = "co0108",
    /// A name without `$` where only a variable can stand.
    BareName = "co0109",
    /// What stands in the braces of a string is not an expression.
    InvalidInterpolation = "co0110",
    /// The same name twice where it may stand once.
    Duplicate = "co0111",
    /// A statement without effect, or one that probably means something else.
    Suspicious = "co0112",
    /// A word or a form of Colang 1 or of another language.
    ForeignForm = "co0113",
    /// A flow whose name begins with a keyword.
    KeywordAsFlowName = "co0201",
    /// Two flows of one name, or two that override it.
    DuplicateFlow = "co0202",
    /// An `@override` where there is no flow of that name.
    NothingToOverride = "co0203",
    /// A keyword that cannot be used on what it stands before: `match` on a flow.
    WrongTarget = "co0204",
    /// A statement that Colang 2 does not have, or not in this form.
    Unsupported = "co0205",
    /// A group that comes to too many combinations.
    TooManyCombinations = "co0206",
    /// An expression that can be read, but means nothing.
    InvalidExpression = "co0207",
    /// There is no flow `main`.
    MissingMain = "co0208",
    /// A flow that is not defined, unless it is added while a conversation runs.
    UnknownFlow = "co0301",
    /// An argument for which the flow has no parameter.
    UnknownParameter = "co0302",
    /// `break` or `continue` without a loop.
    OutsideLoop = "co0303",
    /// A member that flows, or actions, do not have.
    UnknownMember = "co0304",
    /// A call of a function that the language does not have.
    UnknownFunction = "co0305",
    /// A call of a method that no value has.
    UnknownMethod = "co0306",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
