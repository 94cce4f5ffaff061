//! "Did you mean": the known name that is closest to an unknown one.

/// Longer names get no suggestion: someone who wrote one finds the mistake faster than a program does.
const LONGEST: usize = 100;

/// How many suggestions one report makes. Thousands of mistakes most likely have one cause.
const MOST: usize = 50;

/// The suggestions of one report, limited so that their cost is not the number of mistakes times the number of names.
pub(crate) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: MOST }
    }
}

impl Suggestions {
    /// Like [`closest`], but `None` once the limit is reached.
    pub(crate) fn closest<'a>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        closest(word, candidates)
    }
}

/// The candidate closest to `word`, if it is close enough: one edit in short words, up to a third of the letters in
/// longer ones.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if letters.len() > LONGEST {
        return None;
    }
    let most = (letters.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 4 * most)
        .filter_map(|candidate| Some((distance(&letters, candidate, most)?, candidate)))
        .filter(|(distance, _)| *distance > 0)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The number of insertions, deletions, changes and swaps of neighbours between two words; `None` if more than
/// `most`.
///
/// Three rows of the table are enough, and of each only the cells near the diagonal.
fn distance(from: &[char], to: &str, most: usize) -> Option<usize> {
    let to: Vec<char> = to.chars().collect();
    if to.len().abs_diff(from.len()) > most {
        return None;
    }
    let far = most + 1;
    let (mut before, mut above) = (vec![far; to.len() + 1], vec![far; to.len() + 1]);
    for (column, cell) in above.iter_mut().enumerate().take(far) {
        *cell = column;
    }
    for row in 1..=from.len() {
        let mut cells = vec![far; to.len() + 1];
        if row <= most {
            cells[0] = row;
        }
        for column in row.saturating_sub(most).max(1)..=(row + most).min(to.len()) {
            let changed = above[column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let swaps = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            let swapped = if swaps { before[column - 2] + 1 } else { far };
            cells[column] = changed
                .min(above[column] + 1)
                .min(cells[column - 1] + 1)
                .min(swapped)
                .min(far);
        }
        before = std::mem::replace(&mut above, cells);
    }
    Some(above[to.len()]).filter(|distance| *distance <= most)
}

/// The name of an action, from that of a function: `check_facts` is `CheckFactsAction`.
pub(crate) fn action_name(name: &str) -> String {
    match umim::check_action_name(name) {
        Ok(()) => name.to_owned(),
        Err(error) => error.suggestion(),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Suggestions, closest};

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(
            closest(word, ["while", "when", "if", "flow", "user said something"]),
            expected,
            "for {word}"
        );
    }

    #[test]
    fn finds_swapped_letters() {
        check("flwo", Some("flow"));
    }

    #[test]
    fn finds_missing_letters() {
        check("whle", Some("while"));
    }

    #[test]
    fn finds_long_names() {
        check("user siad somthing", Some("user said something"));
    }

    #[test]
    fn leaves_unlike_words_alone() {
        check("banana", None);
    }

    #[test]
    fn leaves_the_same_word_alone() {
        check("flow", None);
    }

    /// A full table, all letters by all letters, would have 10^14 cells.
    #[test]
    fn leaves_very_long_words_alone() {
        let long = "word ".repeat(2_000_000);
        assert_eq!(closest(&long, [&*format!("{long}x"), "flow"]), None);
        assert_eq!(closest("flow", [&*long, "flwo"]), Some("flwo"));
    }

    #[test]
    fn is_as_near_as_the_whole_table_says() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "abcd",
            "badc",
            "acbd",
            "kitten",
            "sitting",
            "user said",
            "usre sadi",
        ];
        for (one, other) in words
            .iter()
            .flat_map(|one| words.map(|other| (*one, other)))
        {
            let letters: Vec<char> = one.chars().collect();
            let whole = super::distance(&letters, other, 20);
            for most in 0..10 {
                let expected = whole.filter(|distance| *distance <= most);
                assert_eq!(
                    super::distance(&letters, other, most),
                    expected,
                    "{one} {other} {most}"
                );
            }
        }
    }

    #[test]
    fn a_report_makes_no_more_than_so_many() {
        let mut suggestions = Suggestions::default();
        let made = (0..10 * MOST).filter_map(|_| suggestions.closest("flwo", ["flow"]));
        assert_eq!(made.count(), MOST);
    }
}
