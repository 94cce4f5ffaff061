//! Names: the tool `read_file` of the server `fs` is `FsReadFileAction`.

/// The name of a tool's action.
pub(super) fn action_name(server: &str, tool: &str) -> String {
    action_sdk::action_name([server, tool])
}

/// Whether an action can be a tool of this server.
pub(super) fn is_of(server: &str, action: &str) -> bool {
    let prefix = action_sdk::action_name([server]);
    let prefix = prefix.strip_suffix("Action").unwrap_or_default();
    action
        .strip_prefix(prefix)
        .is_some_and(|tool| tool.len() > "Action".len())
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
    fn an_action_can_be_of_a_server() {
        assert!(is_of("my-server", "MyServerGetAction"));
        assert!(!is_of("my-server", "MyServerAction"));
        assert!(!is_of("my-server", "OtherGetAction"));
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
