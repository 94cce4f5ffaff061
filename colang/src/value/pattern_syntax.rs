//! Translates Python's regular expression syntax to that of `fancy_regex`.

/// `\b` between ASCII letters and others.
const ASCII_BOUNDARY: &str =
    "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))";

/// Rewrites what the two dialects interpret differently. What is invalid in both is left for the compiler to refuse.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut translation = Translation {
        rest: pattern,
        out: String::with_capacity(pattern.len() + 8),
        multi_line: has_flag(pattern, 'm'),
        ascii: has_flag(pattern, 'a'),
    };
    while let Some(c) = translation.next() {
        translation.one(c)?;
    }
    Ok(translation.out)
}

/// Whether the flags at the start contain this one.
fn has_flag(pattern: &str, flag: char) -> bool {
    let flags = pattern
        .strip_prefix("(?")
        .and_then(|rest| rest.split_once(')'));
    flags.is_some_and(|(flags, _)| {
        flags.chars().all(|c| c.is_ascii_lowercase()) && flags.contains(flag)
    })
}

struct Translation<'a> {
    rest: &'a str,
    out: String,
    multi_line: bool,
    /// Whether `\w`, `\d`, `\s` and `\b` are restricted to ASCII.
    ascii: bool,
}

impl Translation<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn one(&mut self, c: char) -> Result<(), String> {
        match c {
            '\\' => self.escape(false),
            '[' => self.class(),
            // Python's `$` also matches before a trailing line break.
            '$' if !self.multi_line => {
                self.out.push_str(r"(?=\n?\z)");
                Ok(())
            }
            '{' => {
                self.brace();
                Ok(())
            }
            '(' => {
                self.out.push('(');
                self.flags();
                Ok(())
            }
            c => {
                self.out.push(c);
                Ok(())
            }
        }
    }

    /// `(?u)` is the default, and `(?a)` has already been handled.
    fn flags(&mut self) {
        let Some((flags, rest)) = self
            .rest
            .strip_prefix('?')
            .and_then(|rest| rest.split_once(')'))
        else {
            return;
        };
        if flags.is_empty() || !flags.chars().all(|c| "aimsux".contains(c)) {
            return;
        }
        let kept: String = flags.chars().filter(|c| "imsx".contains(*c)).collect();
        self.out.push_str(if kept.is_empty() { "?:" } else { "?" });
        self.out.push_str(&kept);
        self.out.push(')');
        self.rest = rest;
    }

    /// A brace that does not open a repetition is a literal; `{,n}` means `{0,n}`.
    fn brace(&mut self) {
        let inside = self.rest.split_once('}').map(|(inside, _)| inside);
        let is_count = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        match inside.map(|inside| inside.split_once(',').unwrap_or((inside, "0"))) {
            Some(("", upper)) if is_count(upper) && self.rest.starts_with(',') => {
                self.out.push_str("{0");
            }
            Some((lower, upper)) if !lower.is_empty() && is_count(lower) && is_count(upper) => {
                self.out.push('{');
            }
            _ => self.out.push_str(r"\{"),
        }
    }

    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.starts_with('^') {
            self.next();
            self.out.push('^');
        }
        let mut first = true;
        while let Some(c) = self.next() {
            match c {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                // Python does not know nested classes and class operators.
                '[' | ']' | '&' | '~' => self.out.extend(['\\', c]),
                '-' if self.rest.starts_with('-') => self.out.push_str("\\-"),
                c => self.out.push(c),
            }
            first = false;
        }
        Err("a `[` has no `]`".to_owned())
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let c = self.next().ok_or("it ends with a backslash")?;
        match c {
            'Z' if !in_class => self.out.push_str(r"\z"),
            'A' | 'B' if !in_class => self.out.extend(['\\', c]),
            'b' if !in_class && self.ascii => self.out.push_str(ASCII_BOUNDARY),
            'b' if !in_class => self.out.push_str(r"\b"),
            'b' => self.out.push_str(r"\x08"),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' if self.ascii => self.ascii_class(c),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'a' | 'f' | 'n' | 'r' | 't' | 'v' => {
                self.out.extend(['\\', c]);
            }
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            'U' => self.code(8)?,
            '0'..='7' if in_class || c == '0' || self.is_octal() => self.octal(c)?,
            '1'..='9' => self.back_reference(c),
            c if c.is_ascii_alphanumeric() => return Err(format!("the escape `\\{c}` is unknown")),
            c => self.literal(c),
        }
        Ok(())
    }

    fn ascii_class(&mut self, letter: char) {
        let members = match letter.to_ascii_lowercase() {
            'd' => "0-9",
            's' => r" \t\n\r\f\v",
            _ => "A-Za-z0-9_",
        };
        let not = if letter.is_ascii_uppercase() { "^" } else { "" };
        self.out.push_str(&format!("[{not}{members}]"));
    }

    fn is_octal(&self) -> bool {
        self.rest.len() >= 2
            && self
                .rest
                .bytes()
                .take(2)
                .all(|c| (b'0'..=b'7').contains(&c))
    }

    fn octal(&mut self, first: char) -> Result<(), String> {
        let mut code = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.next();
            code = code * 8 + digit;
        }
        let c = char::from_u32(code)
            .filter(|_| code <= 0o377)
            .ok_or("an octal escape is above `\\377`")?;
        self.literal(c);
        Ok(())
    }

    fn back_reference(&mut self, first: char) {
        self.out.extend(['\\', first]);
        if let Some(second) = self.rest.chars().next().filter(char::is_ascii_digit) {
            self.next();
            self.out.push(second);
        } else if self.rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            self.out.push_str("(?:)");
        }
    }

    fn code(&mut self, digits: usize) -> Result<(), String> {
        let code = self
            .rest
            .get(..digits)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let c = code
            .and_then(char::from_u32)
            .ok_or("a character escape is incomplete or names no character")?;
        self.rest = &self.rest[digits..];
        self.literal(c);
        Ok(())
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>') {
            self.out.push('\\');
        }
        match c {
            c if c.is_ascii_control() || c == ' ' => {
                self.out.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c => self.out.push(c),
        }
    }
}
