//! The codes of diagnostics, each explained where it is defined.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The kind of mistake that a diagnostic reports. The meaning of a code (`co0101`) never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code that is printed in this way.
            ///
            /// ```
            /// use colang::diagnostic::Code;
            ///
            /// assert_eq!(Code::parse("co0301"), Some(Code::UnknownFlow));
            /// assert_eq!(Code::parse("co9999"), None);
            /// ```
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

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
    /// A number that is not written in Colang's syntax, or is too large.
    InvalidNumber = "co0003",
    /// An invalid escape sequence.
    InvalidEscape = "co0004",
    /// A line that is dedented to a column where no block begins.
    UnknownIndentation = "co0005",
    /// A line that is indented although no block begins.
    UnexpectedIndentation = "co0006",
    /// A header without an indented body.
    MissingBody = "co0007",
    /// A bracket that is not closed, or closes nothing.
    UnbalancedBracket = "co0008",
    /// Brackets, blocks or operators nested too deeply.
    TooDeep = "co0009",
    /// A source that is too large for 32-bit offsets.
    TooLarge = "co0010",
    /// Too many mistakes; the rest is not listed.
    TooMany = "co0011",
    /// Unexpected token: something else was expected here.
    Unexpected = "co0101",
    /// A statement outside of every flow.
    OutsideFlow = "co0102",
    /// A flow header that cannot be read.
    InvalidFlowHeader = "co0103",
    /// An assignment to something that is not a plain variable, or with an unknown operator.
    InvalidAssignment = "co0104",
    /// A positional argument after a named one.
    PositionalAfterNamed = "co0105",
    /// A decorator that is not followed by a flow, or has an argument that is not a literal.
    InvalidDecorator = "co0106",
    /// An `import` of an unknown form.
    InvalidImport = "co0107",
    /// A part of a statement without the statement it belongs to, such as `else` without `if`.
    MissingHeader = "co0108",
    /// A name without `$` where a variable is required.
    BareName = "co0109",
    /// The text between the braces of a string is not an expression.
    InvalidInterpolation = "co0110",
    /// A name that is given twice where it may be given once.
    Duplicate = "co0111",
    /// A statement without effect, or one that probably means something else.
    Suspicious = "co0112",
    /// A word or a form of Colang 1 or of another language.
    ForeignForm = "co0113",
    /// A flow whose name begins with a keyword.
    KeywordAsFlowName = "co0201",
    /// Two flows with the same name, or two that override the same flow.
    DuplicateFlow = "co0202",
    /// An `@override` of a flow that does not exist.
    NothingToOverride = "co0203",
    /// A keyword that cannot be used with what follows it, such as `match` with a flow.
    WrongTarget = "co0204",
    /// A statement that Colang 2 does not have, or not in this form.
    Unsupported = "co0205",
    /// A group that expands to too many combinations.
    TooManyCombinations = "co0206",
    /// An expression that can be parsed, but has no meaning.
    InvalidExpression = "co0207",
    /// There is no flow `main`.
    MissingMain = "co0208",
    /// A call of a flow that is not defined. It may still be added while a conversation runs.
    UnknownFlow = "co0301",
    /// An argument that matches no parameter of the flow.
    UnknownParameter = "co0302",
    /// `break` or `continue` outside of a loop.
    OutsideLoop = "co0303",
    /// A member that flows or actions do not have.
    UnknownMember = "co0304",
    /// A call of an unknown function.
    UnknownFunction = "co0305",
    /// A call of a method that no type of value has.
    UnknownMethod = "co0306",
    /// A variable that is read before anything sets it.
    UnsetVariable = "co0307",
    /// A global variable that is read and that nothing sets.
    UnsetGlobal = "co0308",
    /// A statement that is never reached.
    Unreachable = "co0309",
    /// A flow that nothing uses.
    UnusedFlow = "co0310",
    /// An event that is waited for and that nobody sends.
    NeverSent = "co0311",
    /// An action that nobody provides.
    UnknownAction = "co0401",
    /// An argument that an action does not take, or too many positional ones.
    UnknownArgument = "co0402",
    /// An argument that an action needs and is not given.
    MissingArgument = "co0403",
    /// An argument of a type that an action does not read.
    WrongArgument = "co0404",
    /// A question to a language model where there is none.
    MissingModel = "co0405",
    /// A check with a prompt that the configuration does not have.
    MissingPrompt = "co0406",
    /// A check whose result blocks nothing.
    FailsOpen = "co0407",
    /// A flow that looks like a rail, and that nothing runs.
    RailNotRun = "co0408",
    /// A setting that does not exist.
    UnknownSetting = "co0501",
    /// A setting with a value of another type, or out of range.
    WrongSetting = "co0502",
    /// A setting that must be there and is not.
    MissingSetting = "co0503",
    /// A setting that has no effect here.
    UnusedSetting = "co0504",
    /// A version of Colang that is not run here.
    WrongVersion = "co0505",
    /// Two files that set the same setting to different values.
    ConflictingSettings = "co0506",
    /// A settings file that is not YAML, or not a table of settings.
    InvalidYaml = "co0507",
    /// An entry of a list of rails that cannot be run as one.
    WrongRail = "co0508",
    /// A prompt for a task that does not exist.
    UnknownTask = "co0509",
    /// A template that cannot be compiled, or an output parser that does not exist.
    InvalidTemplate = "co0510",
    /// A variable in a template that nothing fills, or one that is needed and missing.
    UnknownTemplateVariable = "co0511",
    /// A placeholder in a string that is not a template.
    NotATemplate = "co0512",
    /// A file that cannot be read.
    UnreadableFile = "co0601",
    /// A file that is skipped.
    SkippedFile = "co0602",
    /// A comment `# allow(…)` with an unknown code.
    UnknownAllow = "co0603",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
