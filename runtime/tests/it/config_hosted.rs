//! Settings that only a host can put into effect: MCP servers, and an actions server.

use action_sdk::ActionDispatcher;
use action_sdk_runtime::{Problem, Runtime, parse_config};

use crate::actions::Ends;

const MAIN: &str = "flow main\n  match Never()\n";

fn lines<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> String {
    let lines: Vec<_> = problems.into_iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The mistakes in the settings of a server `fs`.
#[track_caller]
fn check_mistakes(server: &str, expected: &str) {
    let yaml = format!("mcp_servers:\n  fs: {server}\n");
    let error = parse_config(&yaml, [("main.co", MAIN)]).expect_err("it is wrong");
    assert_eq!(lines(error.problems()), expected);
}

#[test]
fn a_setting_of_a_server_with_a_wrong_type_has_its_path_and_place() {
    check_mistakes(
        "{command: npx, args: files}",
        "config.yml:2:28: `mcp_servers.fs.args`: a list is expected, and this is a string; write it as in `args: [-y, some-server]`",
    );
    check_mistakes(
        "{command: npx, env: {PORT: 80}}",
        "config.yml:2:34: `mcp_servers.fs.env.PORT`: a string is expected, and this is the number 80; write it as in `env: {TOKEN: \"${TOKEN}\"}`",
    );
    check_mistakes(
        "npx",
        "config.yml:2:7: `mcp_servers.fs`: a table of settings, each as `name: value` is expected, and this is a string; write it as in `mcp_servers: {files: {command: npx, args: [-y, some-server]}}`",
    );
}

#[test]
fn a_server_must_say_where_it_is() {
    check_mistakes(
        "{timeout: 5}",
        "config.yml:2:7: `mcp_servers.fs`: it needs a `command` to start or a `url`",
    );
    check_mistakes(
        "{command: npx, url: \"https://example.org\"}",
        "config.yml:2:7: `mcp_servers.fs`: it has a `command` and a `url`; give one of them",
    );
    check_mistakes(
        "{command: npx, timeout: -1}",
        "config.yml:2:7: `mcp_servers.fs`: its `timeout` is no time; give a number of seconds",
    );
}

#[test]
fn an_unknown_setting_of_a_server_is_told_with_what_was_meant() {
    let yaml = "mcp_servers:\n  fs: {comand: npx, command: npx, type: stdio}\n";
    let config = parse_config(yaml, [("main.co", MAIN)]).expect("it can be used");
    assert_eq!(
        lines(config.warnings()),
        "config.yml:2:8: there is no setting `mcp_servers.fs.comand`; did you mean `command`?",
    );
}

const SERVERS: &str = "\
actions_server_url: http://localhost:8001
mcp_servers:
  fs: {command: npx}
  search: {url: \"https://example.org/mcp\"}
  old: {command: npx, disabled: true}
";

#[track_caller]
fn check_warnings(in_effect: &[&str], expected: &[&str]) {
    let config = parse_config(SERVERS, [("main.co", MAIN)]).expect("it can be used");
    let linked = ActionDispatcher::builder().resource(Ends::default());
    let builder = in_effect
        .iter()
        .fold(linked, |builder, setting| builder.with_in_effect(*setting));
    let dispatcher = builder.build().expect("they fit");
    let report = Runtime::builder(config).dispatcher(dispatcher).check();
    let report = report.expect("the actions fit");
    let paths: Vec<_> = report.warnings().filter_map(Problem::path).collect();
    assert_eq!(paths, expected);
}

#[test]
fn servers_that_no_host_connects_are_told() {
    check_warnings(
        &[],
        &["actions_server_url", "mcp_servers.fs", "mcp_servers.search"],
    );
}

#[test]
fn servers_that_are_connected_are_not() {
    check_warnings(
        &["actions_server_url", "mcp_servers.fs"],
        &["mcp_servers.search"],
    );
}
