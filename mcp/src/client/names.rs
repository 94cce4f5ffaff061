//! Names: the tool `read_file` of the server `fs` is `FsReadFileAction`.

/// The name of a tool's action.
pub(super) fn action_name(server: &str, tool: &str) -> String {
    let words = [server, tool]
        .into_iter()
        .flat_map(|name| name.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + "Action"
}

/// The exact name of a tool, as an alias of its action.
pub(super) fn alias(server: &str, tool: &str) -> String {
    format!("{server}.{tool}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(server: &str, tool: &str, expected: &str) {
        assert_eq!(action_name(server, tool), expected, "for {server}.{tool}");
    }

    #[test]
    fn words_begin_with_a_capital() {
        check("fs", "read_file", "FsReadFileAction");
        check("my-server", "get.user/name", "MyServerGetUserNameAction");
    }

    #[test]
    fn capitals_stay() {
        check("GitHub", "listPRs", "GitHubListPRsAction");
    }

    #[test]
    fn letters_of_other_scripts_are_left_out() {
        check("fs", "файл_read", "FsReadAction");
    }
}
