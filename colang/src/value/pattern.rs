//! Patterns as values: regular expressions and comparisons.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{Value, ValueError, pattern_syntax};

/// How often a search may step back before it is given up.
const BACKTRACKS: usize = 1_000_000;

/// How large a compiled pattern may be, in bytes, and in instructions.
const COMPILED_BYTES: usize = 10 << 20;
const COMPILED_INSTRUCTIONS: usize = 100_000;

/// How long a pattern may be, in bytes.
const PATTERN_BYTES: usize = 20_000;

/// A compiled regular expression in Python's dialect.
///
/// ```
/// use colang::value::Regex;
///
/// let regex = Regex::new(r"(?i)^he(?!n)\w+$")?;
/// assert!(regex.is_match("Hello")?);
/// assert!(!regex.is_match("hence")?);
/// # Ok::<(), colang::value::ValueError>(())
/// ```
#[derive(Clone)]
pub struct Regex(Arc<Compiled>);

struct Compiled {
    pattern: Box<str>,
    program: fancy_regex::Regex,
    /// The same, but only for matches that are not empty; needed by few.
    not_empty: OnceLock<Option<fancy_regex::Regex>>,
}

type Captures<'t> = fancy_regex::Captures<'t, str>;

fn builder(translated: &str) -> fancy_regex::RegexBuilder {
    let mut builder = fancy_regex::RegexBuilder::new(translated);
    builder
        .backtrack_limit(BACKTRACKS)
        .delegate_size_limit(COMPILED_BYTES)
        .max_prog_size(COMPILED_INSTRUCTIONS);
    builder
}

fn told(captures: &Captures<'_>) -> Value {
    let group = |index| Value::from(captures.get(index).map_or("", |group| group.as_str()));
    match captures.len() {
        1 => group(0),
        2 => group(1),
        groups => Value::tuple((1..groups).map(group)),
    }
}

impl Regex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// If it is not a regular expression, or too large a one.
    pub fn new(pattern: &str) -> Result<Self, ValueError> {
        let refuse = |reason: &dyn fmt::Display| {
            ValueError::new(format!(
                "`{}` is not a regular expression: {reason}",
                shortened(pattern)
            ))
        };
        if pattern.len() > PATTERN_BYTES {
            return Err(refuse(&format_args!(
                "it is longer than {PATTERN_BYTES} bytes"
            )));
        }
        let translated = pattern_syntax::translate(pattern).map_err(|reason| refuse(&reason))?;
        let program = builder(&translated)
            .build()
            .map_err(|error| refuse(&error))?;
        Ok(Self(Arc::new(Compiled {
            pattern: pattern.into(),
            program,
            not_empty: OnceLock::new(),
        })))
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.0.pattern
    }

    /// Whether it matches somewhere in the text.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn is_match(&self, text: &str) -> Result<bool, ValueError> {
        self.0
            .program
            .is_match(text)
            .map_err(|error| self.gave_up(&error))
    }

    /// All matches that do not overlap, as `re.findall` tells them: texts, or those of the group, or tuples of groups.
    ///
    /// # Errors
    /// If the search takes too many steps, or there are more than `limit` matches.
    pub fn find_all(&self, text: &str, limit: usize) -> Result<Vec<Value>, ValueError> {
        let mut found = Vec::new();
        let mut next = Some((0, false));
        while let Some((start, after_empty)) = next {
            let Some(captures) = self.search_from(text, start, after_empty)? else {
                break;
            };
            if found.len() == limit {
                return Err(ValueError::new(format!(
                    "there are more than {limit} matches"
                )));
            }
            let whole = captures
                .get(0)
                .map_or(text.len()..text.len(), |whole| whole.range());
            found.push(told(&captures));
            next = Some((whole.end, whole.is_empty()));
        }
        Ok(found)
    }

    /// The next match. Behind an empty one it is not empty, or further on.
    fn search_from<'t>(
        &self,
        text: &'t str,
        start: usize,
        after_empty: bool,
    ) -> Result<Option<Captures<'t>>, ValueError> {
        let gave_up = |error| self.gave_up(&error);
        if !after_empty {
            return self
                .0
                .program
                .captures_from_pos(text, start)
                .map_err(gave_up);
        }
        if let Some(program) = self.0.not_empty.get_or_init(|| self.compile_not_empty()) {
            let here = fancy_regex::RegexInput::new(text)
                .from_pos(start)
                .anchored(true);
            if let Some(captures) = program.captures_input(here).map_err(gave_up)? {
                return Ok(Some(captures));
            }
        }
        match text[start..].chars().next() {
            Some(c) => self
                .0
                .program
                .captures_from_pos(text, start + c.len_utf8())
                .map_err(gave_up),
            None => Ok(None),
        }
    }

    fn compile_not_empty(&self) -> Option<fancy_regex::Regex> {
        let translated = pattern_syntax::translate(self.pattern()).ok()?;
        builder(&translated).find_not_empty(true).build().ok()
    }

    fn gave_up(&self, error: &fancy_regex::Error) -> ValueError {
        ValueError::new(format!(
            "searching for `{}` was given up: {error}",
            shortened(self.pattern())
        ))
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.pattern() == other.pattern()
    }
}

impl Eq for Regex {}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.pattern().hash(state);
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Regex({:?})", self.pattern())
    }
}

fn shortened(pattern: &str) -> String {
    pattern.chars().take(100).collect()
}

/// How a [`Comparison`] compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Comparator {
    /// `less_than`
    #[serde(rename = "<")]
    Less,
    /// `equal_less_than`
    #[serde(rename = "<=")]
    LessEqual,
    /// `greater_than`
    #[serde(rename = ">")]
    Greater,
    /// `equal_greater_than`
    #[serde(rename = ">=")]
    GreaterEqual,
    /// `not_equal_to`
    #[serde(rename = "!=")]
    NotEqual,
}

impl Comparator {
    /// The function that makes such a comparison.
    #[must_use]
    pub const fn function(self) -> &'static str {
        match self {
            Self::Less => "less_than",
            Self::LessEqual => "equal_less_than",
            Self::Greater => "greater_than",
            Self::GreaterEqual => "equal_greater_than",
            Self::NotEqual => "not_equal_to",
        }
    }
}

/// `less_than(3)` and its kin: what the argument of an event is compared with.
///
/// ```
/// use colang::value::{Comparator, Comparison, Value};
///
/// let below_three = Comparison::new(Comparator::Less, Value::from(3))?;
/// assert!(below_three.holds(&Value::from(2))?);
/// assert!(below_three.holds(&Value::from(2.5)).is_err());
/// # Ok::<(), colang::value::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    comparator: Comparator,
    reference: Reference,
}

/// The kinds of number that something can be compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reference {
    Bool(bool),
    Int(i64),
    Float(f64),
}

impl Comparison {
    /// A comparison with a number.
    ///
    /// # Errors
    /// If `value` is not a number.
    pub fn new(comparator: Comparator, value: Value) -> Result<Self, ValueError> {
        let reference = match value {
            Value::Bool(value) => Reference::Bool(value),
            Value::Int(value) => Reference::Int(value),
            Value::Float(value) => Reference::Float(value),
            other => {
                return Err(ValueError::new(format!(
                    "`{}` takes a number, not {}",
                    comparator.function(),
                    other.described()
                )));
            }
        };
        Ok(Self {
            comparator,
            reference,
        })
    }

    /// How it compares.
    #[must_use]
    pub fn comparator(&self) -> Comparator {
        self.comparator
    }

    /// The number it compares with.
    #[must_use]
    pub fn value(&self) -> Value {
        match self.reference {
            Reference::Bool(value) => Value::Bool(value),
            Reference::Int(value) => Value::Int(value),
            Reference::Float(value) => Value::Float(value),
        }
    }

    /// Whether a value stands in this relation to the number.
    ///
    /// # Errors
    /// If the value is of another type than the number: whole numbers are not compared with floats.
    pub fn holds(&self, value: &Value) -> Result<bool, ValueError> {
        if !self.takes(value) {
            return Err(ValueError::new(format!(
                "{} was compared with {}: both must be of one type",
                value.described(),
                self.value().described()
            )));
        }
        let reference = self.value();
        let order = value.order(&reference)?;
        Ok(match self.comparator {
            Comparator::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Comparator::LessEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Comparator::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Comparator::GreaterEqual => order.is_some_and(std::cmp::Ordering::is_ge),
            Comparator::NotEqual => !value.equals(&reference),
        })
    }

    fn takes(&self, value: &Value) -> bool {
        match self.reference {
            Reference::Bool(_) => matches!(value, Value::Bool(_)),
            Reference::Int(_) => matches!(value, Value::Int(_) | Value::Bool(_)),
            Reference::Float(_) => matches!(value, Value::Float(_)),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.comparator.function(), self.value())
    }
}
