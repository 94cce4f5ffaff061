//! The functions of the language and their names. Their implementation is in `builtins`, their cost in `cost`.

use crate::value::Comparator;

/// A function of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Len,
    List,
    Tuple,
    Dict,
    Set,
    Str,
    Int,
    Float,
    Rand,
    RandInt,
    Regex,
    Search,
    FindAll,
    Uid,
    PrettyStr,
    Escape,
    IsInt,
    IsFloat,
    IsBool,
    IsStr,
    IsRegex,
    Type,
    Compare(Comparator),
    FlowsInfo,
}

impl Function {
    /// The function of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let mut functions = FUNCTIONS.iter();
        let (_, function) = functions.find(|(known, _)| *known == name)?;
        Some(*function)
    }

    /// Whether its first argument is a regular expression.
    pub(super) const fn takes_pattern(self) -> bool {
        matches!(self, Self::Regex | Self::Search | Self::FindAll)
    }
}

const FUNCTIONS: &[(&str, Function)] = &[
    ("len", Function::Len),
    ("list", Function::List),
    ("tuple", Function::Tuple),
    ("dict", Function::Dict),
    ("set", Function::Set),
    ("str", Function::Str),
    ("int", Function::Int),
    ("float", Function::Float),
    ("rand", Function::Rand),
    ("randint", Function::RandInt),
    ("regex", Function::Regex),
    ("search", Function::Search),
    ("find_all", Function::FindAll),
    ("uid", Function::Uid),
    ("pretty_str", Function::PrettyStr),
    ("escape", Function::Escape),
    ("is_int", Function::IsInt),
    ("is_float", Function::IsFloat),
    ("is_bool", Function::IsBool),
    ("is_str", Function::IsStr),
    ("is_regex", Function::IsRegex),
    ("type", Function::Type),
    ("less_than", Function::Compare(Comparator::Less)),
    ("equal_less_than", Function::Compare(Comparator::LessEqual)),
    ("greater_than", Function::Compare(Comparator::Greater)),
    (
        "equal_greater_than",
        Function::Compare(Comparator::GreaterEqual),
    ),
    ("not_equal_to", Function::Compare(Comparator::NotEqual)),
    ("flows_info", Function::FlowsInfo),
];

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// A suggestion for an unknown name.
pub(super) fn hint(name: &str) -> String {
    let folded = name.replace('_', "").to_lowercase();
    let similar = FUNCTIONS
        .iter()
        .map(|(known, _)| known)
        .find(|known| known.replace('_', "") == folded);
    similar
        .map(|known| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}
