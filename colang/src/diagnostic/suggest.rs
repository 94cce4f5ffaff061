//! "Did you mean": the nearest of some known names.

/// The candidate most like `word`, if one is like enough: one change in short words, up to a third of longer ones.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 4 * most)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| (1..=most).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for (row, cells) in rows.iter_mut().enumerate() {
        cells[0] = row;
    }
    rows[0] = (0..=to.len()).collect();
    for row in 1..=from.len() {
        for column in 1..=to.len() {
            let changed = rows[row - 1][column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut best = changed
                .min(rows[row - 1][column] + 1)
                .min(rows[row][column - 1] + 1);
            let swaps = row > 1
                && column > 1
                && from[row - 1] == to[column - 2]
                && from[row - 2] == to[column - 1];
            if swaps {
                best = best.min(rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = best;
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::closest;

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
}
