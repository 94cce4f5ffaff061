//! Arguments of functions and methods, bound to parameters like in Python.

use std::sync::Arc;

use crate::value::{Value, ValueError};

/// The arguments of a call.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(Arc<str>, Value)>,
}

impl Args {
    /// All values, positional and named.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        let named = self.named.iter().map(|(_, value)| value);
        self.positional.iter().chain(named)
    }

    /// The values of the parameters, of which the first `required` are mandatory.
    pub(super) fn bind<const N: usize>(
        self,
        callee: &str,
        parameters: [&str; N],
        required: usize,
    ) -> Result<[Option<Value>; N], ValueError> {
        let given = self.positional.len();
        if given > N {
            return Err(ValueError::new(format!(
                "`{callee}` takes at most {N} arguments, not {given}"
            )));
        }
        let mut bound = [const { None }; N];
        for (slot, value) in bound.iter_mut().zip(self.positional) {
            *slot = Some(value);
        }
        for (name, value) in self.named {
            let place = parameters.iter().position(|parameter| **parameter == *name);
            match place.map(|place| &mut bound[place]) {
                Some(slot @ None) => *slot = Some(value),
                Some(Some(_)) => {
                    return Err(ValueError::new(format!(
                        "`{callee}` was given `{name}` twice"
                    )));
                }
                None => {
                    return Err(ValueError::new(format!(
                        "`{callee}` has no parameter `{name}`"
                    )));
                }
            }
        }
        match bound.iter().take(required).position(Option::is_none) {
            None => Ok(bound),
            Some(missing) => Err(ValueError::new(format!(
                "`{callee}` needs its argument `{}`",
                parameters[missing]
            ))),
        }
    }

    /// Checks that there are no arguments.
    pub(super) fn none(self, callee: &str) -> Result<(), ValueError> {
        self.bind(callee, [], 0).map(|[]| ())
    }

    /// Checks that there is exactly one argument.
    pub(super) fn one(self, callee: &str, parameter: &str) -> Result<Value, ValueError> {
        let [value] = self.bind(callee, [parameter], 1)?;
        Ok(value.unwrap_or_default())
    }
}

/// A string argument.
pub(super) fn text<'a>(callee: &str, value: &'a Value) -> Result<&'a str, ValueError> {
    value.as_str().ok_or_else(|| wrong(callee, "a str", value))
}

/// An integer argument; `True` and `False` count.
pub(super) fn whole(callee: &str, value: &Value) -> Result<i64, ValueError> {
    value.as_int().ok_or_else(|| wrong(callee, "an int", value))
}

pub(super) fn wrong(callee: &str, wanted: &str, found: &Value) -> ValueError {
    ValueError::new(format!(
        "`{callee}` takes {wanted}, not {}",
        found.described()
    ))
}
