//! "Did you mean": the known name that is closest to an unknown one.

/// `; did you mean `value`?` if there is a close name, otherwise empty.
pub(crate) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest_name(wanted, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// Longer names get no suggestion and are not compared.
const LONGEST: usize = 100;

/// The known name with the smallest edit distance, if at most about a third of the letters differ. The suffix
/// `Action`, which all actions have, does not count. Names of more than a hundred letters get no suggestion.
///
/// ```
/// let known = ["FetchDataAction", "SendMailAction"];
/// assert_eq!(action_sdk::nearest_name("FetchDtaAction", known), Some("FetchDataAction"));
/// assert_eq!(action_sdk::nearest_name("PlayAction", known), None);
/// ```
#[must_use]
pub fn nearest_name<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(wanted)?;
    let ranked = known.into_iter().filter_map(|name| {
        let letters = letters(name)?;
        let longest = wanted.len().max(letters.len());
        let most = (1 + longest / 3).min(longest.checked_sub(1)?);
        Some((distance(&wanted, &letters, most)?, longest, name))
    });
    ranked.min().map(|(_, _, name)| name)
}

fn letters(name: &str) -> Option<Vec<char>> {
    let stem = name.strip_suffix("Action").unwrap_or(name);
    let letters = stem.chars().flat_map(char::to_lowercase);
    let letters: Vec<char> = letters.take(LONGEST + 1).collect();
    (letters.len() <= LONGEST).then_some(letters)
}

/// `None` if it is more than `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
        row.iter().min().filter(|least| **least <= most)?;
    }
    row.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, expected: Option<&str>) {
        let known = ["CustomTestAction", "FetchDataAction", "value", "limit"];
        assert_eq!(nearest_name(wanted, known), expected, "for {wanted}");
    }

    #[test]
    fn finds_a_slip_of_the_finger() {
        check("CustomTstAction", Some("CustomTestAction"));
        check("vlaue", Some("value"));
        check("LIMIT", Some("limit"));
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        check("SendMailAction", None);
        check("XyzAction", None);
        check("", None);
        check("x", None);
        check("äöü", None);
    }

    /// A full table, all letters by all letters, would have 10^14 cells.
    #[test]
    fn stays_silent_about_very_long_names() {
        let long = "name".repeat(2_500_000);
        check(&long, None);
        assert_eq!(nearest_name(&format!("{long}x"), [&*long]), None);
        assert_eq!(nearest_name("vlaue", [&*long, "value"]), Some("value"));
    }
}
