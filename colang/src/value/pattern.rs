//! Patterns as values: regular expressions and comparisons.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::pattern_effort::Effort;
use super::{Value, ValueError, pattern_syntax};

/// Backtracking limits of a search, tried one after the other, and the number of steps that each of them costs. The
/// first is enough for nearly all searches.
const TRIES: [(usize, usize); 3] = [(2000, 0), (32_000, 8000), (1_000_000, 250_000)];

/// How much work of a search counts as one step: bytes of the string times positions in the pattern.
const SEARCHED: usize = 64;

/// The same for patterns that may scan the string again from every position: there the square of the length counts.
const AGAIN: usize = 40;

/// For patterns that may look far ahead in vain before they find a match nearby: how many bytes count as one step,
/// for each match.
const FURTHER: usize = 16;

/// Takes steps from the remaining budget, or fails.
pub(crate) type Spend<'a> = &'a mut dyn FnMut(usize) -> Result<(), ValueError>;

/// How large a compiled pattern may be, in bytes and in instructions.
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
    effort: Effort,
    tries: [Try; TRIES.len()],
}

/// The programs compiled for one backtracking limit. Only the first limit is needed by most patterns.
#[derive(Default)]
struct Try {
    any: OnceLock<Option<fancy_regex::Regex>>,
    /// Finds only non-empty matches.
    not_empty: OnceLock<Option<fancy_regex::Regex>>,
}

type Captures<'t> = fancy_regex::Captures<'t, str>;

fn builder(translated: &str, backtracks: usize) -> fancy_regex::RegexBuilder {
    let mut builder = fancy_regex::RegexBuilder::new(translated);
    builder
        .backtrack_limit(backtracks)
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
    /// If it is not a regular expression, or is too large.
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
        let [(backtracks, _), ..] = TRIES;
        let program = builder(&translated, backtracks)
            .build()
            .map_err(|error| refuse(&error))?;
        let tries: [Try; TRIES.len()] = Default::default();
        let _it_is_new = tries[0].any.set(Some(program));
        Ok(Self(Arc::new(Compiled {
            pattern: pattern.into(),
            effort: Effort::of(&translated),
            tries,
        })))
    }

    /// How many steps it costs to compile a pattern.
    pub(crate) fn compiling(pattern: &str) -> usize {
        let translated = pattern_syntax::translate(pattern).unwrap_or_default();
        100 + pattern.len() + Effort::of(&translated).places.saturating_mul(4)
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.0.pattern
    }

    /// Whether it matches somewhere in the string.
    ///
    /// # Errors
    /// If the search takes too many steps.
    pub fn is_match(&self, text: &str) -> Result<bool, ValueError> {
        self.is_match_within(text, &mut |_| Ok(()))
    }

    /// Like [`Self::is_match`], paid from the budget.
    pub(crate) fn is_match_within(&self, text: &str, spend: Spend<'_>) -> Result<bool, ValueError> {
        spend(self.searching(text.len()))?;
        self.attempt(spend, false, |program| program.is_match(text))
    }

    /// All matches that do not overlap, as `re.findall` returns them: strings, or the strings of the group, or tuples
    /// of groups.
    ///
    /// # Errors
    /// If the search takes too many steps, or there are more than `limit` matches.
    pub fn find_all(&self, text: &str, limit: usize) -> Result<Vec<Value>, ValueError> {
        self.find_all_within(text, limit, &mut |_| Ok(()))
    }

    /// Like [`Self::find_all`], paid from the budget.
    pub(crate) fn find_all_within(
        &self,
        text: &str,
        limit: usize,
        spend: Spend<'_>,
    ) -> Result<Vec<Value>, ValueError> {
        spend(2 * self.searching(text.len()))?;
        let mut found = Vec::new();
        let mut next = Some((0, false));
        while let Some((start, after_empty)) = next {
            spend(self.searching_on(text.len() - start))?;
            let Some(captures) = self.search_from(text, start, after_empty, spend)? else {
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

    /// The next match. After an empty match, the next one is not empty or begins further on.
    fn search_from<'t>(
        &self,
        text: &'t str,
        start: usize,
        after_empty: bool,
        spend: Spend<'_>,
    ) -> Result<Option<Captures<'t>>, ValueError> {
        if !after_empty {
            return self.attempt(spend, false, |program| {
                program.captures_from_pos(text, start)
            });
        }
        let here = fancy_regex::RegexInput::new(text)
            .from_pos(start)
            .anchored(true);
        let captures = self.attempt(spend, true, |program| program.captures_input(here.clone()))?;
        if captures.is_some() {
            return Ok(captures);
        }
        match text[start..].chars().next() {
            Some(c) => self.attempt(spend, false, |program| {
                program.captures_from_pos(text, start + c.len_utf8())
            }),
            None => Ok(None),
        }
    }

    /// Searches with increasing backtracking limits.
    fn attempt<T: Default>(
        &self,
        spend: Spend<'_>,
        not_empty: bool,
        search: impl Fn(&fancy_regex::Regex) -> fancy_regex::Result<T>,
    ) -> Result<T, ValueError> {
        let mut last = Ok(T::default());
        for (index, (_, steps)) in TRIES.iter().enumerate() {
            let Some(program) = self.program(index, not_empty) else {
                continue;
            };
            spend(*steps)?;
            last = search(program);
            match &last {
                Err(fancy_regex::Error::RuntimeError(_)) => {}
                Ok(_) | Err(_) => break,
            }
        }
        last.map_err(|error| self.gave_up(&error))
    }

    fn program(&self, index: usize, not_empty: bool) -> Option<&fancy_regex::Regex> {
        let (backtracks, _) = TRIES[index];
        let build = || {
            let translated = pattern_syntax::translate(self.pattern()).ok()?;
            let mut builder = builder(&translated, backtracks);
            builder.find_not_empty(not_empty).build().ok()
        };
        let of_try = &self.0.tries[index];
        let program = if not_empty {
            &of_try.not_empty
        } else {
            &of_try.any
        };
        program.get_or_init(build).as_ref()
    }

    /// How many steps it costs to search a string of this length.
    fn searching(&self, length: usize) -> usize {
        let Effort {
            places,
            looks_around,
            goes_far,
        } = self.0.effort;
        let once = length.saturating_mul(places) / SEARCHED;
        let again = match looks_around && goes_far {
            true => 500 + length.saturating_mul(length) / AGAIN,
            false => 0,
        };
        10 + once.saturating_add(again)
    }

    /// How many steps it costs to continue searching after a match.
    fn searching_on(&self, length: usize) -> usize {
        let Effort {
            looks_around,
            goes_far,
            ..
        } = self.0.effort;
        let own = if looks_around { 500 } else { 2 };
        own + if goes_far { length / FURTHER } else { 0 }
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

/// `less_than(3)` and similar: a condition for the argument of an event.
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

/// The kinds of number to compare with.
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

    /// Whether the comparison is true for a value.
    ///
    /// # Errors
    /// If the value is of another type than the number: integers are not compared with floats.
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
