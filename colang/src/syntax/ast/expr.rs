//! Expressions of the syntax tree.

use crate::source::Span;

use super::{Argument, Ident};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The kind of expression.
    pub kind: ExprKind,
    /// Its position, including parentheses around it.
    pub span: Span,
}

/// Kinds of expressions, with Python's meaning.
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
    /// `..."instruction"`: a value to be generated; contains a `Str` or a `Format`.
    Generate(Box<Expr>),
    /// `$name`, without `$`.
    Var(String),
    /// A bare name: the variable of a comprehension, otherwise undefined.
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
        /// The object.
        object: Box<Expr>,
        /// The index or slice.
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
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b` and similar.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `a < b <= c`: each neighbouring pair is compared.
    Compare {
        /// The leftmost operand.
        first: Box<Expr>,
        /// Operators with their right operands; not empty.
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
    /// `{a, b}`; not empty.
    Set(Vec<Expr>),
    /// `(a, b)`
    Tuple(Vec<Expr>),
    /// `{k: v, **d}`
    Dict(Vec<DictItem>),
    /// `[x for y in z if c]` and similar.
    Comprehension(Box<Comprehension>),
    /// An expression that could not be parsed; an error was reported.
    Error,
}

/// A part of a string with interpolation.
#[derive(Debug, Clone, PartialEq)]
pub enum FormatPart {
    /// Text, with escapes and double braces resolved.
    Text(String),
    /// `{expression}`
    Expr(Expr),
}

/// The part between `[` and `]`.
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
    /// Several indices, separated by commas.
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
    /// The element; for a dict its key.
    pub element: Expr,
    /// The value, only for a dict.
    pub value: Option<Expr>,
    /// The `for` clauses, outermost first; not empty.
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
    /// The iterable.
    pub iterable: Expr,
    /// The conditions, which must all be true.
    pub conditions: Vec<Expr>,
}

/// Unary operators.
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

/// Binary operators.
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
    /// `@`; not supported at run time.
    MatMultiply,
    /// `**`
    Power,
}

/// Comparison operators.
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
    /// `<>`; not supported at run time.
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
