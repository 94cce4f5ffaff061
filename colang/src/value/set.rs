//! Sets of hashable values.

use std::cell::OnceCell;
use std::convert::Infallible;

use indexmap::IndexSet;

use super::compare::total_order;
use super::dict::hashable;
use super::{Value, ValueError, sorted};

/// A set, with Python's rules for elements.
///
/// ```
/// use colang::value::{Set, Value};
///
/// let set = Set::from_values([Value::from(2), Value::from(1), Value::from(2.0)])?;
/// assert_eq!(Value::from(set).to_string(), "{1, 2}");
/// # Ok::<(), colang::value::ValueError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Set(IndexSet<Value>); // Invariant: all elements are hashable.

impl Set {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A set of these values.
    ///
    /// # Errors
    /// If one of them is not hashable.
    pub fn from_values(values: impl IntoIterator<Item = Value>) -> Result<Self, ValueError> {
        let mut set = Self::new();
        for value in values {
            set.insert(value)?;
        }
        Ok(set)
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it contains an equal element.
    ///
    /// # Errors
    /// If the value is not hashable.
    pub fn contains(&self, value: &Value) -> Result<bool, ValueError> {
        Ok(self.0.contains(hashable(value)?))
    }

    /// Adds an element; returns whether it is new.
    ///
    /// # Errors
    /// If the value is not hashable.
    pub fn insert(&mut self, value: Value) -> Result<bool, ValueError> {
        hashable(&value)?;
        Ok(self.0.insert(value))
    }

    /// Removes an element; returns whether it was there.
    ///
    /// # Errors
    /// If the value is not hashable.
    pub fn remove(&mut self, value: &Value) -> Result<bool, ValueError> {
        Ok(self.0.shift_remove(hashable(value)?))
    }

    /// Removes the first element.
    pub fn pop_first(&mut self) -> Option<Value> {
        self.0.shift_remove_index(0)
    }

    /// Removes all elements.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The elements, in the order of insertion.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.0.iter()
    }

    /// The elements in an order that does not depend on their insertion: numbers, strings, then others.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Value> {
        // Values without an order of their own are compared by their printed form, which is cached here.
        let texts: Vec<OnceCell<String>> = vec![OnceCell::new(); self.0.len()];
        let elements: Vec<_> = self.0.iter().zip(&texts).collect();
        let is_less = |left: &(&Value, &OnceCell<String>), right: &(&Value, &OnceCell<String>)| {
            Ok::<_, Infallible>(total_order(*left, *right).is_lt())
        };
        let Ok(elements) = sorted(elements, is_less);
        elements.into_iter().map(|(element, _)| element).collect()
    }

    /// The element that equals this value.
    pub(crate) fn get(&self, value: &Value) -> Option<&Value> {
        self.0.get(value).filter(|_| value.is_hashable())
    }

    /// The elements that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The elements that are in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The elements that are only in this one.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// The elements that are in exactly one of them.
    #[must_use]
    pub fn symmetric_difference(&self, other: &Self) -> Self {
        Self(self.0.symmetric_difference(&other.0).cloned().collect())
    }

    /// Whether the other contains all elements of this one.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
