//! "Did you mean": the nearest of some known names.

/// `; did you mean `value`?` for a near miss, else nothing.
pub(crate) fn did_you_mean<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest_name(wanted, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// The known name with the fewest letters to change, if that is at most about a third of them. The `Action` that all
/// actions end with does not count.
///
/// ```
/// let known = ["FetchDataAction", "SendMailAction"];
/// assert_eq!(action_sdk::nearest_name("FetchDtaAction", known), Some("FetchDataAction"));
/// assert_eq!(action_sdk::nearest_name("PlayAction", known), None);
/// ```
#[must_use]
pub fn nearest_name<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(wanted);
    let ranked = known.into_iter().map(|name| {
        let letters = letters(name);
        let longest = wanted.len().max(letters.len());
        (distance(&wanted, &letters), longest, name)
    });
    let (distance, longest, name) = ranked.min()?;
    (distance <= 1 + longest / 3 && distance < longest).then_some(name)
}

fn letters(name: &str) -> Vec<char> {
    const LONGEST: usize = 100;
    let stem = name.strip_suffix("Action").unwrap_or(name);
    stem.chars()
        .take(LONGEST)
        .flat_map(char::to_lowercase)
        .collect()
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
}
