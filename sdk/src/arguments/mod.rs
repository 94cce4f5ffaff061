//! The arguments of one call: a short list of names and values, bound to an action's parameters before it runs.

mod typed;

pub(crate) use typed::{argument, context_variable, rest};

use crate::action::{ParamDescriptor, ordinary};
use crate::depth::{is_shallow, take_apart, too_deep};
use crate::error::{ActionError, ActionErrorKind};
use crate::shown::shortened;
use crate::suggest::nearest_name;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Names and values in the order in which they were given. Calls have few, so a list is faster than a map.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Arguments {
    given: Vec<(Cow<'static, str>, Value)>,
    /// Boxed, since calls are moved often and this is very rare.
    too_deep: Option<Box<TooDeep>>,
}

/// The names of arguments that were nested too deeply to be kept.
#[derive(Debug, Clone, Default, PartialEq)]
struct TooDeep(Vec<Cow<'static, str>>);

impl Arguments {
    /// Sets an argument; the last value given for a name wins.
    pub(crate) fn set(&mut self, name: Cow<'static, str>, value: Value) {
        if !is_shallow(&value) {
            return self.refuse(name, value);
        }
        self.accept(&name);
        match self.given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.given.push((name, value)),
        }
    }

    /// Adds the members of a JSON object, which may be many.
    pub(crate) fn extend(&mut self, map: Map<String, Value>) {
        let names = self.given.iter().map(|(name, _)| name.clone());
        let places: HashMap<_, usize> = names.zip(0..).collect();
        for (name, value) in map {
            if !is_shallow(&value) {
                self.refuse(Cow::Owned(name), value);
                continue;
            }
            self.accept(&name);
            match places.get(name.as_str()) {
                Some(place) => self.given[*place].1 = value,
                None => self.given.push((Cow::Owned(name), value)),
            }
        }
    }

    #[cold]
    fn refuse(&mut self, name: Cow<'static, str>, value: Value) {
        take_apart(value);
        self.too_deep.get_or_insert_default().0.push(name);
    }

    /// Forgets that the name had a value that was refused.
    fn accept(&mut self, name: &str) {
        if let Some(too_deep) = &mut self.too_deep {
            too_deep.0.retain(|deep| deep != name);
        }
    }

    /// The first free positional index.
    pub(crate) fn free_place(&self) -> usize {
        let too_deep = self.too_deep.iter().flat_map(|too_deep| &too_deep.0);
        let names = self.given.iter().map(|(name, _)| name).chain(too_deep);
        let taken: HashSet<usize> = names.filter_map(|name| position(name)).collect();
        (0..)
            .find(|place| !taken.contains(place))
            .unwrap_or_default()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.given
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let given = self.given.iter();
        given.map(|(name, value)| (name.as_ref(), value))
    }

    /// Gives positional arguments (`$0`, `$1`, …) the names of the ordinary parameters, in order, and refuses unknown
    /// arguments.
    pub(crate) fn bind(
        &mut self,
        params: &[ParamDescriptor],
        accepts_any: bool,
    ) -> Result<(), ActionError> {
        if let Some(name) = self
            .too_deep
            .as_ref()
            .and_then(|too_deep| too_deep.0.first())
        {
            return Err(nested_too_deeply(name));
        }
        if self
            .given
            .iter()
            .all(|(name, _)| ordinary(params).any(|param| param.name == *name))
        {
            return Ok(());
        }
        if params.is_empty() && accepts_any {
            return Ok(());
        }
        self.name_positional(params)?;
        match accepts_any {
            true => Ok(()),
            false => self.refuse_unknown(params),
        }
    }

    fn name_positional(&mut self, params: &[ParamDescriptor]) -> Result<(), ActionError> {
        for index in 0..self.given.len() {
            let Some(place) = position(&self.given[index].0) else {
                continue;
            };
            let Some(param) = ordinary(params).nth(place) else {
                continue;
            };
            if self.value(&param.name).is_some() {
                return Err(given_twice(&param.name, place));
            }
            self.given[index].0 = param.name.clone();
        }
        Ok(())
    }

    fn refuse_unknown(&self, params: &[ParamDescriptor]) -> Result<(), ActionError> {
        let known = |name: &str| ordinary(params).any(|param| param.name == name);
        match self.given.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(unknown(name, params)),
            None => Ok(()),
        }
    }
}

/// The index in `$0`, `$1`, …
fn position(name: &str) -> Option<usize> {
    let digits = name.strip_prefix('$')?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

#[cold]
fn nested_too_deeply(name: &str) -> ActionError {
    let name = shortened(name);
    let message = format!("argument `{name}` cannot be taken: {}", too_deep());
    ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name)
}

#[cold]
fn given_twice(name: &str, place: usize) -> ActionError {
    let message =
        format!("argument `{name}` is given twice, by name and as positional argument `${place}`");
    ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name)
}

#[cold]
fn unknown(name: &str, params: &[ParamDescriptor]) -> ActionError {
    let known: Vec<&str> = ordinary(params).map(ParamDescriptor::name).collect();
    let takes = match known.as_slice() {
        [] => "it takes none".to_owned(),
        names => format!(
            "it takes {}",
            names
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let message = match position(name) {
        Some(place) => format!(
            "there is no parameter for positional argument number {}; {takes}",
            place + 1
        ),
        None => format!(
            "unknown argument `{}`{}; {takes}",
            shortened(name),
            meant(name, &known)
        ),
    };
    ActionError::new(ActionErrorKind::UnknownArgument, message).with_parameter(shortened(name))
}

fn meant(name: &str, known: &[&str]) -> String {
    let near = nearest_name(name, known.iter().copied());
    near.map(|near| format!(" (did you mean `{near}`?)"))
        .unwrap_or_default()
}
