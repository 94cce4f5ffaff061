//! Which of several texts speak of the same things as a question: those that share its rarer words.
//!
//! A stand-in for embeddings that needs no model: BM25 (Robertson and Zaragoza, 2009) over whole words.

use std::collections::{HashMap, HashSet};

/// How much the repetition of a word counts, and the length of a text: the usual values.
const REPETITION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// The places of the texts that have words in common with the question, best first.
pub(super) fn most_similar(question: &str, texts: &[&str]) -> Vec<usize> {
    let texts: Vec<_> = texts.iter().map(|text| words(text)).collect();
    let question: HashSet<_> = words(question).into_iter().collect();
    let weights = weights(&question, &texts);
    let lengths: usize = texts.iter().map(Vec::len).sum();
    let average = ratio(lengths, texts.len().max(1)).max(1.0);
    let scores = texts.iter().map(|text| score(text, &weights, average));
    let mut scored: Vec<_> = scores
        .enumerate()
        .filter(|(_, score)| *score > 0.0)
        .collect();
    scored.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    scored.into_iter().map(|(place, _)| place).collect()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// What each word of the question is worth: the more, the fewer texts have it.
fn weights<'a>(question: &'a HashSet<String>, texts: &[Vec<String>]) -> HashMap<&'a str, f64> {
    let weight = |word: &'a String| {
        let with = texts.iter().filter(|text| text.contains(word)).count();
        let without = texts.len() - with;
        let rarity = (without_zero(without) / without_zero(with)).ln_1p();
        (word.as_str(), rarity)
    };
    question.iter().map(weight).collect()
}

fn without_zero(count: usize) -> f64 {
    ratio(count, 1) + 0.5
}

fn score(text: &[String], weights: &HashMap<&str, f64>, average: f64) -> f64 {
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for word in text {
        *counts.entry(word).or_default() += 1.0;
    }
    let length = 1.0 - LENGTH + LENGTH * ratio(text.len(), 1) / average;
    let worth = |(word, weight): (&&str, &f64)| {
        let count = counts.get(word).copied().unwrap_or_default();
        weight * count * (REPETITION + 1.0) / (count + REPETITION * length)
    };
    weights.iter().map(worth).sum()
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
    fn of_equals_the_first_comes_first() {
        check("tea", &["tea", "tea", "coffee"], &[0, 1]);
    }
}
