//! Ranks texts by their similarity to a question: those that share its rarer words come first.
//!
//! A replacement for embeddings that needs no model: BM25 (Robertson and Zaragoza, 2009) on whole words.

use std::collections::{BTreeMap, HashMap};

/// The usual BM25 parameters for the repetition of words and the length of a text.
const REPETITION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// The words of a question, each with its index.
struct Words(HashMap<String, usize>);

/// The words of a question in a text.
struct Found {
    /// How often each word occurs, by index.
    counts: BTreeMap<usize, usize>,
    /// The number of all words.
    length: usize,
}

/// The indices of the texts that share words with the question, the most similar first.
pub(super) fn most_similar(question: &str, texts: &[&str]) -> Vec<usize> {
    let question = Words::of(question);
    let texts: Vec<_> = texts.iter().map(|text| question.found_in(text)).collect();
    let weights = question.weights(&texts);
    let lengths = texts.iter().map(|text| text.length).sum();
    let average = ratio(lengths, texts.len().max(1)).max(1.0);
    let scores = texts.iter().map(|text| text.score(&weights, average));
    let mut scored: Vec<_> = scores
        .enumerate()
        .filter(|(_, score)| *score > 0.0)
        .collect();
    scored.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scored.into_iter().map(|(place, _)| place).collect()
}

impl Words {
    fn of(question: &str) -> Self {
        let mut places = HashMap::new();
        each_word(question, |word| {
            let next = places.len();
            if !places.contains_key(word) {
                places.insert(word.to_owned(), next);
            }
        });
        Self(places)
    }

    fn found_in(&self, text: &str) -> Found {
        let (mut counts, mut length) = (BTreeMap::new(), 0);
        each_word(text, |word| {
            length += 1;
            if let Some(place) = self.0.get(word) {
                *counts.entry(*place).or_default() += 1;
            }
        });
        Found { counts, length }
    }

    /// The weight of each word: the fewer texts have it, the higher.
    fn weights(&self, texts: &[Found]) -> Vec<f64> {
        let mut with = vec![0; self.0.len()];
        for place in texts.iter().flat_map(|text| text.counts.keys()) {
            with[*place] += 1;
        }
        let weight = |with| (without_zero(texts.len() - with) / without_zero(with)).ln_1p();
        with.into_iter().map(weight).collect()
    }
}

impl Found {
    fn score(&self, weights: &[f64], average: f64) -> f64 {
        let length = 1.0 - LENGTH + LENGTH * ratio(self.length, 1) / average;
        let worth = |(place, count): (&usize, &usize)| {
            let count = ratio(*count, 1);
            weights[*place] * count * (REPETITION + 1.0) / (count + REPETITION * length)
        };
        self.counts.iter().map(worth).sum()
    }
}

/// Calls a function for each word, in lower case.
fn each_word(text: &str, mut take: impl FnMut(&str)) {
    let mut small = String::new();
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| !word.is_empty()) {
        if word.is_ascii() {
            small.clear();
            small.push_str(word);
            small.make_ascii_lowercase();
        } else {
            small = word.to_lowercase();
        }
        take(&small);
    }
}

fn without_zero(count: usize) -> f64 {
    ratio(count, 1) + 0.5
}

/// Counts are far below 2^53.
#[expect(clippy::cast_precision_loss)]
fn ratio(count: usize, of: usize) -> f64 {
    count as f64 / of as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(question: &str, texts: &[&str], expected: &[usize]) {
        assert_eq!(most_similar(question, texts), expected, "for {question:?}");
    }

    #[test]
    fn texts_with_the_rare_words_come_first() {
        let texts = ["the cat sat on the mat", "the price of the tea", "the tea"];
        check("what is the price of tea?", &texts, &[1, 2, 0]);
    }

    #[test]
    fn case_and_punctuation_do_not_matter() {
        check("TEA!", &["coffee", "(tea)"], &[1]);
    }

    #[test]
    fn texts_without_a_common_word_are_left_out() {
        check("juice", &["coffee", "tea"], &[]);
        check("", &["coffee"], &[]);
        check("juice", &[], &[]);
        check("juice", &["", " "], &[]);
    }

    #[test]
    fn words_of_other_scripts_count() {
        check("ÄRGER", &["kaffee", "der Ärger"], &[1]);
        check("ΟΔΟΣ", &["οδος"], &[0]);
    }

    #[test]
    fn texts_with_the_same_words_are_equals_whatever_their_order() {
        let words: Vec<_> = (0..100).map(|n| format!("w{n}")).collect();
        let there = words.join(" ");
        let back = words.iter().rev().cloned().collect::<Vec<_>>().join(" ");
        for _ in 0..20 {
            check(&there, &[&back, &there, "w1 x", &back], &[0, 1, 3, 2]);
        }
    }

    #[test]
    fn of_equals_the_first_comes_first() {
        check("tea", &["tea", "tea", "coffee"], &[0, 1]);
    }
}
