//! Lists, dicts and texts as Python writes them: writing, and reading without evaluating.

use colang::value::{Dict, Value as Inside};
use minijinja::value::{Value, ValueKind};
use serde::Deserialize as _;
use serde_json::{Map, Number, Value as Json};

/// How deeply values may be nested.
const DEPTH: usize = 64;

/// The value as `str()` shows it in Python, nothing if it is none that templates can get from JSON.
pub(super) fn text_of(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if value.is_undefined() {
        return String::new();
    }
    let inside = inside(value, DEPTH);
    inside.map_or_else(|| value.to_string(), |inside| inside.to_string())
}

fn inside(value: &Value, depth: usize) -> Option<Inside> {
    let depth = depth.checked_sub(1)?;
    let items = || -> Option<Vec<Inside>> {
        let items = value.try_iter().ok()?;
        items.map(|item| inside(&item, depth)).collect()
    };
    let kind = value.kind();
    if kind == ValueKind::Map {
        let mut entries = Dict::new();
        for key in value.try_iter().ok()? {
            let entry = inside(&value.get_item(&key).ok()?, depth)?;
            entries.insert(inside(&key, depth)?, entry).ok()?;
        }
        Some(entries.into())
    } else if value.is_tuple() {
        Some(Inside::tuple(items()?))
    } else if matches!(kind, ValueKind::Seq | ValueKind::Iterable) {
        Some(Inside::list(items()?))
    } else {
        Inside::from_json(&Json::deserialize(value).ok()?).ok()
    }
}

/// Reads a Python literal of texts, numbers, `True`, `False`, `None`, lists, tuples and dicts; JSON is one as well.
pub(super) fn read(text: &str) -> Result<Json, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEPTH)?;
    reader.skip_space();
    match reader.rest().chars().next() {
        None => Ok(value),
        Some(found) => Err(reader.wanted("the end", Some(found))),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn wanted(&self, what: &str, found: Option<char>) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        match found {
            Some(found) => {
                format!("wanted {what}, found `{found}` in line {line} of what it gives")
            }
            None => format!("wanted {what}, found the end of what it gives"),
        }
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| format!("it is nested more than {DEPTH} levels deep"))?;
        self.skip_space();
        match self.rest().chars().next() {
            Some('[') => self.items(']', depth).map(|(items, _)| items.into()),
            Some('(') => self
                .items(')', depth)
                .map(|(mut items, commas)| match items.pop() {
                    Some(only) if items.is_empty() && commas == 0 => only,
                    last => {
                        items.extend(last);
                        items.into()
                    }
                }),
            Some('{') => self.dict(depth),
            Some('"' | '\'') => self.texts(),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(),
            found => self.word(found),
        }
    }

    /// The items up to the closing bracket, and how many commas there are.
    fn items(&mut self, end: char, depth: usize) -> Result<(Vec<Json>, usize), String> {
        self.at += 1;
        let (mut items, mut commas) = (Vec::new(), 0);
        while !self.take(end) {
            if items.len() > commas {
                return Err(self.wanted("`,`", self.rest().chars().next()));
            }
            items.push(self.value(depth)?);
            commas += usize::from(self.take(','));
        }
        Ok((items, commas))
    }

    fn dict(&mut self, depth: usize) -> Result<Json, String> {
        self.at += 1;
        let mut entries = Map::new();
        let mut wants_comma = false;
        while !self.take('}') {
            if wants_comma {
                return Err(self.wanted("`,`", self.rest().chars().next()));
            }
            let key = match self.value(depth)? {
                Json::String(key) => key,
                other @ (Json::Null | Json::Bool(_) | Json::Number(_)) => other.to_string(),
                Json::Array(_) | Json::Object(_) => return Err("a key is no text".to_owned()),
            };
            if !self.take(':') {
                return Err(self.wanted("`:`", self.rest().chars().next()));
            }
            let value = self.value(depth)?;
            entries.insert(key, value);
            wants_comma = !self.take(',');
        }
        Ok(Json::Object(entries))
    }

    /// One text, or several beside each other.
    fn texts(&mut self) -> Result<Json, String> {
        let mut text = String::new();
        while self.rest().starts_with(['"', '\'']) {
            self.one_text(&mut text)?;
            self.skip_space();
        }
        Ok(Json::String(text))
    }

    fn one_text(&mut self, text: &mut String) -> Result<(), String> {
        let quote = &self.rest()[..1];
        let quote = match quote.repeat(3) {
            triple if self.rest().starts_with(&triple) => triple,
            _ => quote.to_owned(),
        };
        self.at += quote.len();
        loop {
            if self.rest().starts_with(&quote) {
                self.at += quote.len();
                return Ok(());
            }
            match self.next() {
                Some('\\') => self.escape(text)?,
                Some('\n') if quote.len() == 1 => {
                    return Err(self.wanted("the end of a text", Some('\n')));
                }
                Some(c) => text.push(c),
                None => return Err(self.wanted("the end of a text", None)),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), String> {
        let escaped = self.next();
        let c = match escaped {
            None => return Err(self.wanted("the end of a text", None)),
            Some('\n') => return Ok(()),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('a') => '\x07',
            Some('b') => '\x08',
            Some('f') => '\x0c',
            Some('v') => '\x0b',
            Some(plain @ ('\\' | '\'' | '"')) => plain,
            Some('x') => self.code(2)?,
            Some('u') => self.code(4)?,
            Some('U') => self.code(8)?,
            Some(octal @ '0'..='7') => self.octal(octal),
            Some(unknown) => {
                text.push('\\');
                unknown
            }
        };
        text.push(c);
        Ok(())
    }

    /// A character by its number; the halves of a pair, as JSON writes them, become one.
    fn code(&mut self, digits: usize) -> Result<char, String> {
        let high = self.hex(digits)?;
        if (0xD800..0xDC00).contains(&high) && self.rest().starts_with("\\u") {
            self.at += 2;
            let low = self.hex(4)?;
            let pair = [high, low].map(|half| u16::try_from(half).unwrap_or_default());
            return Ok(char::decode_utf16(pair)
                .next()
                .and_then(Result::ok)
                .unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self, digits: usize) -> Result<u32, String> {
        let code = self.rest().get(..digits);
        let code = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = code.and_then(|code| u32::from_str_radix(code, 16).ok());
        let code = code.ok_or_else(|| format!("wanted {digits} hexadecimal digits after `\\`"))?;
        self.at += digits;
        Ok(code)
    }

    fn octal(&mut self, first: char) -> char {
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some(digit) = self.rest().chars().next().and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.at += 1;
            code = code * 8 + digit;
        }
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn number(&mut self) -> Result<Json, String> {
        let rest = self.rest();
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_');
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let written = rest[..end].replace('_', "");
        let whole = written.parse().ok().map(|whole: i64| Number::from(whole));
        let number = whole.or_else(|| Number::from_f64(written.parse().ok()?));
        let number = number.ok_or_else(|| format!("`{written}` is no number"))?;
        self.at += end;
        Ok(Json::Number(number))
    }

    fn word(&mut self, found: Option<char>) -> Result<Json, String> {
        const WORDS: [(&str, Json); 6] = [
            ("True", Json::Bool(true)),
            ("False", Json::Bool(false)),
            ("None", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
            ("null", Json::Null),
        ];
        let known = WORDS
            .into_iter()
            .find(|(word, _)| self.rest().starts_with(word));
        let (word, value) =
            known.ok_or_else(|| self.wanted("a list, dict, text or number", found))?;
        self.at += word.len();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Json) {
        assert_eq!(read(text).as_ref(), Ok(expected), "for {text}");
    }

    #[track_caller]
    fn check_fails(text: &str, part: &str) {
        let error = read(text).expect_err("no literal");
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn reads_what_python_writes() {
        check(
            r#"[{'type': 'user', "content": 'it\'s {x} \x41\u00e4\n'}, (1,), (2), ()]"#,
            &json!([{"type": "user", "content": "it's {x} Aä\n"}, [1], 2, []]),
        );
        check(
            "[True, False, None, -1, 1.5, 1e3,]",
            &json!([true, false, null, -1, 1.5, 1000.0]),
        );
        check("'a' \"b\"\n'''c'\nd'''", &json!("abc'\nd"));
        check(r"'\101\d'", &json!(r"A\d"));
    }

    #[test]
    fn reads_json() {
        check(
            r#"[{"a": "\ud83d\ude00"}, true, null]"#,
            &json!([{"a": "😀"}, true, null]),
        );
    }

    #[test]
    fn tells_what_is_missing() {
        check_fails("", "found the end");
        check_fails("[1 2]", "wanted `,`, found `2`");
        check_fails("{'a' 1}", "wanted `:`");
        check_fails("'a", "the end of a text");
        check_fails("[] x", "wanted the end");
        check_fails("hello", "a list, dict, text or number");
        check_fails(r"'\xg1'", "hexadecimal");
        check_fails(&"[".repeat(100_000), "levels deep");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[\\[\\](){}'\"\\\\:,xuUN0-9a-f \n-]{0,40}") {
            let read = read(&text);
            proptest::prop_assert!(read.is_ok() || read.is_err_and(|error| !error.is_empty()));
        }
    }
}
