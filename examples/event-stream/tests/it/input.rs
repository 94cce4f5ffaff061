//! Input: lines that are not events, long ones, other sources than a file.

use crate::program::{Ran, data, program, quick, run, start};
use action_sdk::serde_json::json;

/// One bad line between two good ones.
#[track_caller]
fn check_skipped(line: impl AsRef<[u8]>, problem: &str) {
    let (before, after) = (quick("before"), quick("after"));
    let input = [before.as_bytes(), line.as_ref(), after.as_bytes()].join(&b'\n');
    let ran = run(&[], input);
    assert_eq!(ran.reports(), [format!("skipped line 2: {problem}")]);
    assert_eq!(ran.total("lines"), "3   1 malformed");
    assert_eq!(ran.of("before")["is_success"], true);
    assert_eq!(ran.of("after")["is_success"], true);
    assert_eq!(ran.code, Some(0));
}

#[track_caller]
fn check_quick(ran: &Ran, runs: usize) {
    assert_eq!(ran.finished.len(), runs, "stderr:\n{}", ran.stderr);
    assert!(ran.finished.iter().all(|event| event["is_success"] == true));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn a_line_that_is_no_json_is_skipped() {
    check_skipped("hello", "it is no JSON from byte 1 on");
    check_skipped(r#"{"type": "Sta"#, "it is no JSON from byte 13 on");
    check_skipped(b"\0", "it is no JSON from byte 1 on");
}

#[test]
fn a_line_that_is_no_object_is_skipped() {
    check_skipped("[]", "an event is a JSON object, found a list");
    check_skipped("17", "an event is a JSON object, found a number");
}

#[test]
fn a_line_without_a_type_is_skipped() {
    let wanted = "an event needs a member `type`; give it one with the event's name";
    check_skipped("{}", wanted);
    let wanted = "the member `type` of an event is its name, a text, found null";
    check_skipped(r#"{"type": null}"#, wanted);
}

#[test]
fn a_line_that_is_no_utf_8_is_skipped() {
    check_skipped(b"{\"type\": \"caf\xe9\"}", "it is no UTF-8 from byte 14 on");
}

#[test]
fn a_start_without_action_uid_is_skipped() {
    check_skipped(
        r#"{"type": "StartQuotePriceAction", "price_cents": 1}"#,
        "`StartQuotePriceAction` has no `action_uid`; give every run a text of its own",
    );
}

#[test]
fn a_line_of_ten_megabytes_is_skipped() {
    let line = start(
        "CleanNameAction",
        "long",
        json!({"name": "n".repeat(10 << 20)}),
    );
    check_skipped(
        line,
        "it has more than 1,048,576 bytes, which no event needs",
    );
}

#[test]
fn deep_nesting_is_skipped() {
    let line = format!(r#"{{"type": "X", "a": {}"#, "[".repeat(500_000));
    check_skipped(line, "it is no JSON from byte 146 on");
}

#[test]
fn strict_makes_a_skipped_line_an_error() {
    assert_eq!(run(&["--strict"], "hello").code, Some(1));
    assert_eq!(run(&["--strict"], quick("a")).code, Some(0));
}

#[test]
fn reads_standard_input() {
    check_quick(&run(&[], quick("a") + "\n"), 1);
    check_quick(&run(&["-"], quick("a") + "\n"), 1);
}

#[test]
fn takes_crlf_empty_lines_and_no_end() {
    let input = format!("{}\r\n\r\n\n{}", quick("a"), quick("b"));
    let ran = run(&[], input);
    check_quick(&ran, 2);
    assert_eq!(ran.total("lines"), "4   2 empty");
}

#[test]
fn nothing_is_a_stream_too() {
    let ran = run(&[], "");
    check_quick(&ran, 0);
    assert_eq!(ran.total("events"), "0");
}

#[test]
fn events_of_others_pass_by() {
    let lines = [
        json!({"type": "StartUtteranceBotAction", "action_uid": "a", "script": "Hi"}),
        json!({"type": "StopGestureBotAction", "action_uid": "b"}),
        json!({"type": "UtteranceUserActionFinished", "final_transcript": "Hi"}),
        json!({"type": "QuotePriceActionFinished", "action_uid": "c"}),
    ];
    let ran = run(&[], lines.map(|line| line.to_string()).join("\n"));
    check_quick(&ran, 0);
    assert_eq!(ran.total("events"), "4   4 others");
}

#[test]
fn each_conversation_has_its_own_variables() {
    let update = |source: &str, locale: &str| {
        json!({"type": "ContextUpdate", "source_uid": source, "data": {"locale": locale}})
            .to_string()
    };
    let greet = |source: &str, action_uid: &str| {
        start(
            "GreetCustomerAction",
            action_uid,
            json!({"source_uid": source}),
        )
    };
    let lines = [
        update("web", "uk"),
        update("app", "de"),
        greet("web", "a"),
        greet("app", "b"),
        greet("kiosk", "c"),
        update("web", "he"),
        greet("web", "d"),
        json!({"type": "PipelineReleased", "source_uid": "web"}).to_string(),
        greet("web", "e"),
    ];
    let ran = run(&[], lines.join("\n"));
    let locales = ["a", "b", "c", "d", "e"].map(|action_uid| &ran.of(action_uid)["return_value"]);
    assert_eq!(locales, ["uk", "de", "en", "he", "en"]);
}

#[track_caller]
fn check_unusable(args: &[&str], error: &str) {
    let ran = run(args, "");
    assert_eq!(ran.stderr, format!("error: {error}\n"));
    assert_eq!(ran.code, Some(2));
    assert!(ran.finished.is_empty());
}

#[test]
fn a_file_that_is_not_there_is_one_line() {
    let problem = "cannot read `no-such.jsonl`: No such file or directory (os error 2)";
    check_unusable(&["no-such.jsonl"], problem);
}

#[cfg(unix)]
#[test]
fn a_directory_is_no_input() {
    let ran = run(&["--quiet", "/"], "");
    assert_eq!(
        ran.stderr,
        "error: cannot read `/`: Is a directory (os error 21)\n"
    );
    assert_eq!(ran.code, Some(2));
}

#[test]
fn the_input_is_not_overwritten() {
    let file = data("recorded.jsonl");
    let before = std::fs::metadata(&file).expect("it is there").len();
    let path = file.to_str().expect("the path is UTF-8");
    let problem = format!("`{path}` is the input, and writing would empty it; name another file");
    check_unusable(&[path, "--output", path], &problem);
    assert_eq!(std::fs::metadata(&file).expect("it is there").len(), before);
}

#[test]
fn an_unknown_option_is_told() {
    let output = program(["--concurency", "4"])
        .output()
        .expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("'--concurrency'"), "{stderr}");
    assert_eq!(output.status.code(), Some(2));
}
