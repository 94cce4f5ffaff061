//! Equality, hashing and order, as in Python.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, LazyLock};

use super::{Event, Value, ValueError};

impl Value {
    /// The operator `==`: like equality in containers, except that NaN does not equal itself.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        if let (Self::Float(left), Self::Float(right)) = (self, other) {
            return left == right;
        }
        self == other
    }

    /// The operator `is`: the same constant, the same number of the same type, the same string, or the same shared
    /// data.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                Arc::ptr_eq(left, right)
            }
            (Self::Dict(left), Self::Dict(right)) => Arc::ptr_eq(left, right),
            (Self::RailOutcome(left), Self::RailOutcome(right)) => Arc::ptr_eq(left, right),
            (Self::Set(left), Self::Set(right)) => Arc::ptr_eq(left, right),
            (Self::Event(left), Self::Event(right)) => Arc::ptr_eq(left, right),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other) && self == other,
        }
    }

    /// The operators `<`, `>`, `<=`, `>=`; `None` if neither is less and they are not equal (NaN).
    ///
    /// # Errors
    /// If values of these types cannot be ordered.
    pub fn order(&self, other: &Self) -> Result<Option<Ordering>, ValueError> {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => Ok(Some(left.cmp(right))),
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                order_items(left, right)
            }
            (Self::Set(left), Self::Set(right)) => {
                Ok(order_subsets(left.is_subset(right), right.is_subset(left)))
            }
            _ => match (Number::of(self), Number::of(other)) {
                (Some(left), Some(right)) => Ok(left.order(right)),
                _ => Err(ValueError::new(format!(
                    "{} and {} cannot be put in order",
                    self.described(),
                    other.described()
                ))),
            },
        }
    }

    fn rank(&self) -> (u8, &'static str) {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Float(_) => (0, ""),
            Self::Str(_) => (1, ""),
            _ => (2, self.type_name()),
        }
    }
}

/// A total order of all values, for printing sets: numbers, then strings, then the rest by type and printed form.
/// Each value comes with a cell that caches its printed form.
pub(super) fn total_order(
    (left, left_text): (&Value, &OnceCell<String>),
    (right, right_text): (&Value, &OnceCell<String>),
) -> Ordering {
    let text = |value: &Value| value.to_string();
    left.rank().cmp(&right.rank()).then_with(|| {
        left.order(right).ok().flatten().unwrap_or_else(|| {
            let left = left_text.get_or_init(|| text(left));
            left.cmp(right_text.get_or_init(|| text(right)))
        })
    })
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Str(left), Self::Str(right))
            | (Self::Flow(left), Self::Flow(right))
            | (Self::Action(left), Self::Action(right)) => left == right,
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                Arc::ptr_eq(left, right) || left == right
            }
            (Self::Dict(left), Self::Dict(right)) => Arc::ptr_eq(left, right) || left == right,
            (Self::RailOutcome(left), Self::RailOutcome(right)) => {
                Arc::ptr_eq(left, right) || left == right
            }
            (Self::Set(left), Self::Set(right)) => Arc::ptr_eq(left, right) || left == right,
            (Self::Regex(left), Self::Regex(right)) => left == right,
            (Self::Comparison(left), Self::Comparison(right)) => left == right,
            (Self::Event(left), Self::Event(right)) => {
                Arc::ptr_eq(left, right)
                    || (left.name == right.name && left.arguments == right.arguments)
            }
            (Self::Context(left), Self::Context(right)) => left == right,
            _ => match (Number::of(self), Number::of(other)) {
                (Some(left), Some(right)) => left.is_equal(right),
                _ => false,
            },
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::None => state.write_u8(0),
            Self::Bool(_) | Self::Int(_) | Self::Float(_) => hash_number(self, state),
            Self::Str(text) => text.hash(state),
            Self::Flow(uid) | Self::Action(uid) => uid.hash(state),
            Self::Tuple(items) | Self::List(items) => {
                items.iter().for_each(|item| item.hash(state));
            }
            Self::Dict(dict) => dict.len().hash(state),
            Self::RailOutcome(outcome) => outcome.members().len().hash(state),
            Self::Set(set) => set.len().hash(state),
            Self::Regex(regex) => regex.pattern().hash(state),
            Self::Comparison(comparison) => hash_number(&comparison.value(), state),
            Self::Event(event) => hash_event(event, state),
            Self::Context(id) => id.hash(state),
        }
    }
}

/// Hashes the arguments as well, independent of their order: otherwise all events of one name would collide in a set.
fn hash_event<H: Hasher>(event: &Event, state: &mut H) {
    event.name.hash(state);
    let arguments = event.arguments.iter();
    let hashes = arguments.map(|argument| HASHER.hash_one(argument));
    state.write_u64(hashes.fold(0, u64::wrapping_add));
}

static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::default);

fn hash_number<H: Hasher>(value: &Value, state: &mut H) {
    match Number::of(value) {
        Some(Number::Int(value)) => value.hash(state),
        Some(Number::Float(value)) => match whole(value) {
            Some(whole) => whole.hash(state),
            None if value.is_nan() => state.write_u8(1),
            None => value.to_bits().hash(state),
        },
        None => {}
    }
}

#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Float(value) => Some(Self::Float(*value)),
            other => other.as_int().map(Self::Int),
        }
    }

    fn is_equal(self, other: Self) -> bool {
        match (self, other) {
            (Self::Float(left), Self::Float(right)) if left.is_nan() && right.is_nan() => true,
            _ => self.order(other) == Some(Ordering::Equal),
        }
    }

    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            (Self::Int(left), Self::Float(right)) => order_mixed(left, right),
            (Self::Float(left), Self::Int(right)) => {
                order_mixed(right, left).map(Ordering::reverse)
            }
        }
    }
}

/// Compares without rounding the integer.
fn order_mixed(left: i64, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    if right >= TWO_TO_63 {
        return Some(Ordering::Less);
    }
    if right < -TWO_TO_63 {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was checked, and the fraction is looked at below"
    )]
    let floor = right.floor() as i64;
    let fraction = right > right.floor();
    Some(left.cmp(&floor).then(if fraction {
        Ordering::Less
    } else {
        Ordering::Equal
    }))
}

const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// The integer that a float is equal to, if it fits.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first"
)]
pub(crate) fn whole(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && (-TWO_TO_63..TWO_TO_63).contains(&value);
    fits.then_some(value as i64)
}

fn order_items(left: &[Value], right: &[Value]) -> Result<Option<Ordering>, ValueError> {
    match left.iter().zip(right).find(|(left, right)| left != right) {
        Some((left, right)) => left.order(right),
        None => Ok(Some(left.len().cmp(&right.len()))),
    }
}

fn order_subsets(left_in_right: bool, right_in_left: bool) -> Option<Ordering> {
    match (left_in_right, right_in_left) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}
