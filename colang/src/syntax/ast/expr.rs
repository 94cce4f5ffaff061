//! Expressions in the tree.

use crate::source::Span;

use super::{Argument, Ident};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, with the parentheses around it.
    pub span: Span,
}

/// Kinds of expression, with Python's meaning.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `1.5`; always finite.
    Float(f64),
    /// A string without interpolation, escapes resolved.
    Str(String),
    /// A string with `{…}`, in order.
    Format(Vec<FormatPart>),
    /// `..."instruction"`: a value to be generated; inside is a `Str` or a `Format`.
    Generate(Box<Expr>),
    /// `$name`, without `$`.
    Var(String),
    /// A bare name: the variable of a comprehension, else undefined.
    Name(String),
    /// `object.name`
    Attribute {
        /// Left of the dot.
        object: Box<Expr>,
        /// Right of the dot.
        name: Ident,
    },
    /// `object[subscript]`
    Index {
        /// What is indexed.
        object: Box<Expr>,
        /// By what.
        subscript: Box<Subscript>,
    },
    /// `name(arguments)`
    Call {
        /// The function.
        function: Ident,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `object.name(arguments)`
    Method {
        /// Left of the dot.
        object: Box<Expr>,
        /// The method.
        name: Ident,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `-x`, `+x`, `~x`, `not x`
    Unary {
        /// Which.
        op: UnaryOp,
        /// Of what.
        operand: Box<Expr>,
    },
    /// `a + b` and the like.
    Binary {
        /// Which.
        op: BinaryOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `a < b <= c`: each neighbouring pair is compared.
    Compare {
        /// The leftmost.
        first: Box<Expr>,
        /// Operators with their right sides; at least one.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `a and b and c`; at least two.
    And(Vec<Expr>),
    /// `a or b or c`; at least two.
    Or(Vec<Expr>),
    /// `then if test else otherwise`
    Conditional {
        /// The value if true.
        then: Box<Expr>,
        /// The condition.
        test: Box<Expr>,
        /// The value if false.
        otherwise: Box<Expr>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a, b}`; at least one.
    Set(Vec<Expr>),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `{k: v, **d}`
    Dict(Vec<DictItem>),
    /// `[x for y in z if c]` and its kin.
    Comprehension(Box<Comprehension>),
    /// What could not be read; an error was reported.
    Error,
}

/// A part of a string with interpolation.
#[derive(Debug, Clone, PartialEq)]
pub enum FormatPart {
    /// Text, escapes and double braces resolved.
    Text(String),
    /// `{expression}`
    Expr(Expr),
}

/// What stands between `[` and `]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Subscript {
    /// One index.
    Index(Expr),
    /// `lower:upper:step`
    Slice {
        /// Before the first colon.
        lower: Option<Box<Expr>>,
        /// After it.
        upper: Option<Box<Expr>>,
        /// After the second colon.
        step: Option<Box<Expr>>,
    },
    /// Several, separated by commas.
    Tuple(Vec<Subscript>),
}

/// An entry of a dict.
#[derive(Debug, Clone, PartialEq)]
pub enum DictItem {
    /// `key: value`
    Pair(Expr, Expr),
    /// `**dict`
    Spread(Expr),
}

/// A comprehension.
#[derive(Debug, Clone, PartialEq)]
pub struct Comprehension {
    /// What it builds.
    pub kind: ComprehensionKind,
    /// The element; of a dict its key.
    pub element: Expr,
    /// The value, of a dict only.
    pub value: Option<Expr>,
    /// The `for` clauses, outermost first; at least one.
    pub clauses: Vec<ForClause>,
}

/// What a comprehension builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    /// `[…]`
    List,
    /// `{…}`
    Set,
    /// `{… : …}`
    Dict,
    /// `(…)`
    Generator,
}

/// `for a, b in iterable if condition`.
#[derive(Debug, Clone, PartialEq)]
pub struct ForClause {
    /// The names; more than one unpacks.
    pub targets: Vec<Ident>,
    /// What is gone through.
    pub iterable: Expr,
    /// All must hold.
    pub conditions: Vec<Expr>,
}

/// Operators before one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `~`
    Invert,
}

/// Operators between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Modulo,
    /// `@`; has no meaning at run time.
    MatMultiply,
    /// `**`
    Power,
}

/// Comparing operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `==`
    Equal,
    /// `>=`
    GreaterEqual,
    /// `<=`
    LessEqual,
    /// `!=`
    NotEqual,
    /// `<>`; has no meaning at run time.
    LessGreater,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is`
    Is,
    /// `is not`
    IsNot,
}
