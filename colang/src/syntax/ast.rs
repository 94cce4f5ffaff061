//! The syntax tree of a Colang source: flows, statements, specs and expressions, each with its [`Span`].
//!
//! Plain owned data. The depth of a tree is limited (see [`crate::syntax::Limits`]), so it is safe to walk it
//! recursively.

mod expr;

use std::sync::Arc;

use crate::source::{SourceId, Span};

pub use expr::{
    BinaryOp, CompareOp, Comprehension, ComprehensionKind, DictItem, Expr, ExprKind, ForClause,
    FormatPart, Subscript, UnaryOp,
};

/// One parsed source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Module {
    /// The source that the spans refer to.
    pub source_id: SourceId,
    /// The whole source; spans are ranges of it.
    pub source: Arc<str>,
    /// The flow definitions, in order.
    pub flows: Vec<Flow>,
    /// The imports, in order.
    pub imports: Vec<Import>,
    /// Whether a line `# meta: exclude from llm` excludes all flows of this source from prompts.
    pub exclude_from_llm: bool,
}

impl Module {
    /// The part of the source at this span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        span.text(&self.source)
    }
}

/// A name and its place. The words of a name are joined by single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name; of a variable without the `$`.
    pub name: String,
    /// Its place; of a variable with the `$`.
    pub span: Span,
}

/// `import a.b` or `import "a/b"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What is imported.
    pub target: ImportTarget,
    /// The whole statement.
    pub span: Span,
}

/// The target of an `import`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportTarget {
    /// `a.b.c`: its parts.
    Package(Vec<String>),
    /// `"path"`, without the quotes.
    Path(String),
}

impl ImportTarget {
    /// The path to search for; the parts are joined by `/`.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Package(parts) => parts.join("/"),
            Self::Path(path) => path.clone(),
        }
    }
}

/// A flow definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The flow's name, which is its id.
    pub name: Ident,
    /// The `@…` lines before it, in order.
    pub decorators: Vec<Decorator>,
    /// Parameters, in order.
    pub parameters: Vec<ParamDef>,
    /// The members after `->`, in order.
    pub return_members: Vec<ParamDef>,
    /// The statements. Empty only if a mistake was reported.
    pub body: Block,
    /// The definition without its comments, from the first decorator to the last statement.
    pub source_text: String,
    /// From the first decorator to the last statement.
    pub span: Span,
    /// The line of the word `flow` (or of the first decorator), from 1.
    pub line: u32,
}

impl Flow {
    /// The first doc string of the body.
    #[must_use]
    pub fn doc_string(&self) -> Option<&str> {
        let mut texts = self.body.iter().filter_map(Stmt::as_doc_string);
        texts.next()
    }
}

/// `@name(arguments)`. The values are literals without interpolation.
#[derive(Debug, Clone, PartialEq)]
pub struct Decorator {
    /// Name without `@`.
    pub name: Ident,
    /// Literal arguments, as written.
    pub arguments: Vec<Argument>,
    /// The whole line.
    pub span: Span,
}

/// A parameter or return member: `$name` or `$name = default`.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamDef {
    /// Name without `$`.
    pub name: Ident,
    /// The default.
    pub default: Option<Expr>,
    /// Name and default.
    pub span: Span,
}

/// The statements of one indentation level.
pub type Block = Vec<Stmt>;

/// One statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// The statement. Of one with blocks, its header line.
    pub span: Span,
    /// Its line, from 1.
    pub line: u32,
}

impl Stmt {
    fn as_doc_string(&self) -> Option<&str> {
        if let StmtKind::DocString(text) = &self.kind {
            return Some(text);
        }
        None
    }
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// `[$x =] [operator] group`.
    SpecOp(SpecOpStmt),
    /// `$x = expression`, `$x += expression`, `$x -= expression`.
    Assign {
        /// The variable.
        target: Ident,
        /// Which assignment.
        op: AssignOp,
        /// The right side; may contain [`ExprKind::Generate`].
        value: Expr,
    },
    /// `(expression)` for its side effect.
    Expr(Expr),
    /// `if`, its `elif`s, its `else`.
    If {
        /// Conditions and bodies, in order; not empty.
        branches: Vec<(Expr, Block)>,
        /// The `else` part.
        otherwise: Option<Block>,
    },
    /// `while condition`.
    While {
        /// The condition.
        test: Expr,
        /// The body.
        body: Block,
    },
    /// `when`, its `or when`s, its `else`.
    When {
        /// The cases, in order; not empty.
        cases: Vec<WhenCase>,
        /// The `else` part.
        otherwise: Option<Block>,
    },
    /// `return [expression]`.
    Return(Option<Expr>),
    /// `abort`.
    Abort,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `pass`.
    Pass,
    /// `log expression`.
    Log(Expr),
    /// `print expression`.
    Print(Expr),
    /// `priority expression`.
    Priority(Expr),
    /// `name:`.
    Label(Ident),
    /// `global $x`.
    Global(Ident),
    /// A single `"""…"""`: no effect.
    DocString(String),
    /// A single `...`: the rest of the flow is generated.
    Generate,
    /// `import` inside a body: no effect.
    Import,
    /// A flow inside a flow: no effect.
    Flow(Box<Flow>),
}

/// Kinds of assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `-=`
    Subtract,
}

/// One case of a `when` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct WhenCase {
    /// What is waited for.
    pub group: SpecGroup,
    /// What runs then.
    pub body: Block,
    /// The header line.
    pub span: Span,
}

/// An operation on specs.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecOpStmt {
    /// The operation; `await` by default.
    pub op: SpecOp,
    /// What it works on.
    pub group: SpecGroup,
    /// `$x` of `$x = await …`.
    pub return_var: Option<Ident>,
}

/// Operations on specs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecOp {
    /// `match`
    Match,
    /// `await`
    Await,
    /// `start`
    Start,
    /// `stop`
    Stop,
    /// `activate`
    Activate,
    /// `deactivate`
    Deactivate,
    /// `send`
    Send,
}

impl SpecOp {
    /// The keyword.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Await => "await",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Send => "send",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "match" => Self::Match,
            "await" => Self::Await,
            "start" => Self::Start,
            "stop" => Self::Stop,
            "activate" => Self::Activate,
            "deactivate" => Self::Deactivate,
            "send" => Self::Send,
            _ => return None,
        })
    }
}

/// Specs joined by `and` and `or`.
#[derive(Debug, Clone, PartialEq)]
pub enum SpecGroup {
    /// One spec.
    Spec(Box<Spec>),
    /// All of them; at least two.
    And(Vec<SpecGroup>),
    /// Any of them; at least two.
    Or(Vec<SpecGroup>),
}

impl SpecGroup {
    /// From the first spec to the last.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Spec(spec) => spec.span,
            Self::And(members) | Self::Or(members) => {
                let first = members.first().map(Self::span).unwrap_or_default();
                members.last().map_or(first, |last| first.to(last.span()))
            }
        }
    }
}

/// A mention of a flow, an action, an event or a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// What is mentioned.
    pub target: SpecTarget,
    /// Its arguments, as written.
    pub arguments: Vec<Argument>,
    /// `.Finished(…)` and the like, in order.
    pub members: Vec<SpecMember>,
    /// `$ref` of `as $ref`.
    pub capture: Option<Ident>,
    /// The whole mention.
    pub span: Span,
}

/// What a spec mentions. The name tells the kind (see [`SpecTarget::named`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpecTarget {
    /// A flow, by name.
    Flow(Ident),
    /// An action, by name.
    Action(Ident),
    /// An event, by name.
    Event(Ident),
    /// `$variable`.
    Reference(Ident),
}

impl SpecTarget {
    /// Tells the kind by the name. A name without upper-case letters is a flow. One that ends in `Action`, and does not begin
    /// with `Start`, `Change` or `Stop`, is an action. All others are events. For a name that
    /// [is caseless](Self::is_caseless), the statement decides.
    #[must_use]
    pub fn named(name: Ident) -> Self {
        let text = &name.name;
        let cased = text.chars().any(char::is_lowercase);
        if cased && !text.chars().any(char::is_uppercase) {
            return Self::Flow(name);
        }
        let is_event = ["Start", "Change", "Stop"]
            .iter()
            .any(|prefix| text.starts_with(prefix));
        if text.ends_with("Action") && !is_event {
            Self::Action(name)
        } else {
            Self::Event(name)
        }
    }

    /// Whether a name has letters, but none with case, as in Chinese.
    ///
    /// ```
    /// use colang::syntax::ast::SpecTarget;
    ///
    /// assert!(SpecTarget::is_caseless("用户打招呼"));
    /// assert!(!SpecTarget::is_caseless("user 打招呼"));
    /// ```
    #[must_use]
    pub fn is_caseless(name: &str) -> bool {
        let has_case = |letter: char| letter.is_lowercase() || letter.is_uppercase();
        name.chars().any(char::is_alphabetic) && !name.chars().any(has_case)
    }

    /// The name or the variable.
    #[must_use]
    pub fn ident(&self) -> &Ident {
        match self {
            Self::Flow(name) | Self::Action(name) | Self::Event(name) | Self::Reference(name) => {
                name
            }
        }
    }
}

/// `.name` or `.name(arguments)` after a spec.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecMember {
    /// The name without the dot.
    pub name: Ident,
    /// Arguments; also empty without parentheses.
    pub arguments: Vec<Argument>,
    /// Dot, name and arguments.
    pub span: Span,
}

/// One argument of a spec, a call or a decorator.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// How it is given.
    pub kind: ArgumentKind,
    /// Its value.
    pub value: Expr,
    /// Name and value.
    pub span: Span,
}

/// How an argument is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentKind {
    /// By position.
    Positional,
    /// `name=…` (or `$name=…` without parentheses); the name without `$`.
    Named(Ident),
    /// `*…`, only in calls.
    Star,
    /// `**…`, only in calls.
    DoubleStar,
}
