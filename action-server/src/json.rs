//! JSON as Python writes it. The nesting depth is checked before parsing, the last of two members with the same name
//! counts, and what strict parsers refuse (`NaN`, lone surrogates) is replaced.

use bytes::Bytes;
use memchr::memchr2;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Whether lists and objects are nested deeper than `levels`. Only looks at brackets outside of strings.
pub(crate) fn is_deeper_than(levels: usize, text: &[u8]) -> bool {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => at = end_of_string(text, at),
            _ => {}
        }
        if depth > levels {
            return true;
        }
        at += 1;
    }
    false
}

/// The index of the quote that ends the string starting at `start`, or the end of the text.
fn end_of_string(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if text[at] == b'"' {
            return at;
        }
        at += 2;
    }
    text.len()
}

/// Parses a text whose depth has been checked.
///
/// # Errors
/// If it is not JSON, or does not fit the type.
pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    reader.disable_recursion_limit();
    let value = T::deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// Parses a text whose depth has been checked. If it is not strict JSON, tries again with what [`as_strict`] makes of
/// it.
///
/// # Errors
/// If neither is JSON, or it does not fit the type.
pub(crate) fn read_either<T: for<'a> Deserialize<'a>>(text: &[u8]) -> Result<T, serde_json::Error> {
    read(text).or_else(|error| read(&as_strict(text)).map_err(|_| error))
}

/// Parses a part of a request whose syntax was checked with the whole. Logs an error and returns the default if that
/// fails all the same.
pub(crate) fn decoded<T: Default + for<'a> Deserialize<'a>>(text: &[u8], what: &'static str) -> T {
    read_either(text).unwrap_or_else(|error| {
        tracing::error!(%error, what, "a part of the request cannot be read and counts as empty");
        T::default()
    })
}

/// Replaces what Python writes and JSON does not allow: `NaN`, infinities and numbers too large for a double become
/// `null`, lone surrogates become U+FFFD.
pub(crate) fn as_strict(text: &[u8]) -> Bytes {
    let mut strict = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = &text[at..];
        if *byte == b'"' {
            let end = (end_of_string(text, at) + 1).min(text.len());
            push_string(&text[at..end], &mut strict);
            at = end;
        } else if let Some(word) = WORDS.iter().find(|word| rest.starts_with(word)) {
            strict.extend_from_slice(b"null");
            at += word.len();
        } else if byte.is_ascii_digit() || *byte == b'-' {
            let number = number(rest);
            strict.extend_from_slice(if is_finite(number) { number } else { b"null" });
            at += number.len();
        } else {
            strict.push(*byte);
            at += 1;
        }
    }
    strict.into()
}

/// The number at the start of the text.
fn number(text: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let end = text.iter().position(|byte| !is_part(byte));
    &text[..end.unwrap_or(text.len())]
}

fn is_finite(number: &[u8]) -> bool {
    let number = std::str::from_utf8(number).ok();
    let number = number.and_then(|number| number.parse::<f64>().ok());
    number.is_none_or(f64::is_finite)
}

/// All words that Python writes for numbers that are not finite.
const WORDS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

fn push_string(string: &[u8], strict: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = string.get(at) {
        let length = match escape(&string[at..]) {
            Some(0xD800..=0xDBFF) if is_low(&string[at + 6..]) => 12,
            Some(0xD800..=0xDFFF) => {
                strict.extend_from_slice("\u{FFFD}".as_bytes());
                at += 6;
                continue;
            }
            Some(_) => 6,
            None if *byte == b'\\' => 2,
            None => 1,
        };
        let end = (at + length).min(string.len());
        strict.extend_from_slice(&string[at..end]);
        at = end;
    }
}

fn is_low(text: &[u8]) -> bool {
    matches!(escape(text), Some(0xDC00..=0xDFFF))
}

/// The code unit of a `\u` escape at the start of the text.
fn escape(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

/// The members of an object, unparsed. The last of two members with the same name counts.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The unparsed value of a member; `None` if it is missing or `null`.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        let mut found = self.0.iter().rev().filter(|(known, _)| known == name);
        let text = found.next()?.1.get();
        (text != "null").then_some(text)
    }

    /// The value of a string member; `None` if it is missing, `null` or not a string.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        read_either(self.text(name)?.as_bytes()).ok()
    }

    /// All names and unparsed values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(name, value)| (&**name, value.get()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Members)
    }
}

/// A name, borrowed unless it contains escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn check_depth(text: &str, expected: usize) {
        let depth = (0..10).find(|levels| !is_deeper_than(*levels, text.as_bytes()));
        assert_eq!(depth, Some(expected), "for {text}");
    }

    #[test]
    fn brackets_count_and_those_in_strings_do_not() {
        check_depth("7", 0);
        check_depth("[[], {}, [[]]]", 3);
        check_depth(r#"{"a[[": "[[\"[[\\", "b": [1]}"#, 2);
        check_depth(r#"["[\\"]"#, 1);
        check_depth(r#"["[[["#, 1);
        check_depth("]]]]", 0);
    }

    #[track_caller]
    fn check_strict(text: &str, expected: &str) {
        assert_eq!(as_strict(text.as_bytes()), expected, "for {text}");
    }

    #[test]
    fn words_outside_of_strings_become_null() {
        check_strict(
            r#"{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN"}"#,
            r#"{"a":null,"b":[null,null],"c":"NaN"}"#,
        );
    }

    #[test]
    fn numbers_beyond_a_double_become_null() {
        check_strict(
            "[1e999,-1e999,1.5e300,-7,123456789012345678901]",
            "[null,null,1.5e300,-7,123456789012345678901]",
        );
    }

    #[test]
    fn half_a_pair_becomes_the_replacement_character() {
        check_strict(r#""\ud83d\ude00""#, r#""\ud83d\ude00""#);
        check_strict(r#""\ud83d""#, "\"\u{FFFD}\"");
        check_strict(r#""\ude00x""#, "\"\u{FFFD}x\"");
        check_strict(r#""\ud83d\ud83d\ude00""#, "\"\u{FFFD}\\ud83d\\ude00\"");
        check_strict(r#""\\ud83d""#, r#""\\ud83d""#);
    }

    #[test]
    fn what_is_cut_off_stays_cut_off() {
        for text in ["\"", "\"\\", "\"\\u", "\"\\ud83", "{\"a\":\"", "Na", "-"] {
            check_strict(text, text);
        }
    }

    #[test]
    fn the_last_of_two_members_counts() {
        let members: Members = read(br#"{"a": 1, "\u0061": [2], "b": null}"#).expect("it is JSON");
        assert_eq!(members.text("a"), Some("[2]"));
        assert_eq!((members.text("b"), members.text("c")), (None, None));
    }

    #[test]
    fn what_is_deep_but_allowed_is_read() {
        let text = format!("{}{}", "[".repeat(250), "]".repeat(250));
        assert!(read::<Value>(text.as_bytes()).is_ok());
        assert!(!is_deeper_than(250, text.as_bytes()) && is_deeper_than(249, text.as_bytes()));
    }

    #[test]
    fn strict_and_other_texts_are_read() {
        assert_eq!(
            read_either::<Value>(b"[NaN]").expect("as Python has it"),
            json!([null])
        );
        assert!(read_either::<Value>(b"[nan]").is_err());
        assert!(read::<Value>(b"[] []").is_err());
    }
}
