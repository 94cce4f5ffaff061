//! `${NAME}` in a server's settings: the environment variable of that name, so that files need no secrets.

/// The string with every `${NAME}` and `${NAME:-default}` replaced.
///
/// # Errors
///
/// The first name that is not set and has no default.
pub(super) fn expand(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inside, after)) = after.split_once('}') else {
            break;
        };
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let value = variable(name).or_else(|| default.map(ToOwned::to_owned));
        let value = value.ok_or_else(|| format!("the environment variable `{name}` is not set"))?;
        expanded.push_str(before);
        expanded.push_str(&value);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        let found = expand(text, |name| (name == "TOKEN").then(|| "s3cret".to_owned()));
        assert_eq!(
            found.as_deref().map_err(String::as_str),
            expected,
            "for {text}"
        );
    }

    #[test]
    fn variables_are_replaced() {
        check("Bearer ${TOKEN}!", Ok("Bearer s3cret!"));
        check("${TOKEN}${TOKEN}", Ok("s3crets3cret"));
    }

    #[test]
    fn a_default_stands_in() {
        check("${HOST:-localhost}", Ok("localhost"));
        check("${TOKEN:-none}", Ok("s3cret"));
    }

    #[test]
    fn what_is_not_set_is_named() {
        check("${HOST}", Err("the environment variable `HOST` is not set"));
    }

    #[test]
    fn other_text_stays() {
        check("$5 {a} ${", Ok("$5 {a} ${"));
    }
}
