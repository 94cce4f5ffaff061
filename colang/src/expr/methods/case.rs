//! Upper and lower case, and classes of characters.

use std::sync::LazyLock;

use fancy_regex::Regex;

/// The first letter in title case, the rest in lower case.
pub(super) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        title_char(first) + &lower(chars.as_str(), true)
    })
}

/// Every run of letters capitalised.
pub(super) fn title(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut within = false;
    for c in text.chars() {
        if within {
            result.extend(c.to_lowercase());
        } else {
            result += &title_char(c);
        }
        within = is_cased(c);
    }
    result
}

/// Swaps upper and lower case.
pub(super) fn swap_case(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_uppercase() {
            result.extend(c.to_lowercase());
        } else {
            result.extend(c.to_uppercase());
        }
    }
    result
}

/// For case-insensitive comparisons.
pub(super) fn case_fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

fn lower(text: &str, within: bool) -> String {
    // A sigma is only a final one after a letter, and that letter may have been cut off.
    if !within {
        return text.to_lowercase();
    }
    let lowered = format!("a{text}").to_lowercase();
    lowered.get(1..).unwrap_or_default().to_owned()
}

fn title_char(c: char) -> String {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => "ǅ".to_owned(),
        'Ǉ' | 'ǈ' | 'ǉ' => "ǈ".to_owned(),
        'Ǌ' | 'ǋ' | 'ǌ' => "ǋ".to_owned(),
        'Ǳ' | 'ǲ' | 'ǳ' => "ǲ".to_owned(),
        c => {
            let mut upper = c.to_uppercase();
            let first = upper.next().unwrap_or(c);
            std::iter::once(first)
                .chain(upper.flat_map(char::to_lowercase))
                .collect()
        }
    }
}

fn is_cased(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// Whether there are cased letters and all of them have this case.
pub(super) fn is_all(text: &str, wanted: fn(char) -> bool) -> bool {
    let mut cased = text.chars().filter(|c| is_cased(*c)).peekable();
    cased.peek().is_some() && cased.all(wanted)
}

/// Whether every run of letters begins with upper case and continues in lower case.
pub(super) fn is_title(text: &str) -> bool {
    let (mut within, mut any) = (false, false);
    for c in text.chars() {
        match (c.is_lowercase(), is_cased(c)) {
            (true, _) if !within => return false,
            (false, true) if within => return false,
            (_, cased) => {
                within = cased;
                any |= cased;
            }
        }
    }
    any
}

/// Classes of characters, as in Unicode.
#[derive(Debug, Clone, Copy)]
pub(super) enum Class {
    Alpha,
    Decimal,
    Digit,
    Numeric,
    Alnum,
}

impl Class {
    /// Whether the string is not empty and consists of this class only.
    pub(super) fn holds(self, text: &str) -> bool {
        let pattern = match self {
            Self::Alpha => &*ALPHA,
            Self::Decimal => &*DECIMAL,
            Self::Digit => &*DIGIT,
            Self::Numeric => return !text.is_empty() && text.chars().all(char::is_numeric),
            Self::Alnum => {
                let is_part = |c: char| {
                    c.is_ascii_alphanumeric()
                        || c.is_numeric()
                        || Self::Alpha.holds(c.encode_utf8(&mut [0; 4]))
                };
                return !text.is_empty() && text.chars().all(is_part);
            }
        };
        pattern.is_match(text).unwrap_or(false)
    }
}

static ALPHA: LazyLock<Regex> = LazyLock::new(|| class(r"\p{L}"));
static DECIMAL: LazyLock<Regex> = LazyLock::new(|| class(r"\p{Nd}"));
static DIGIT: LazyLock<Regex> = LazyLock::new(|| class(r"\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒"));

fn class(members: &str) -> Regex {
    Regex::new(&format!(r"\A[{members}]+\z")).expect("the classes are constants and tested")
}
