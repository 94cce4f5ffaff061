//! How streamed answers are parsed.

use action_sdk::llm::{LlmChunk, LlmErrorKind, LlmFinishReason, LlmUsage};
use serde_json::{Value, json};

use crate::server::{Reply, Server, answer_of, block_on, drain, streamed};

const WHOLE: &str = concat!(
    ": a comment\n\n",
    "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm.\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{\"content\":\"Grüß\"}}]}\r\n\r\n",
    "data:{\"choices\":[{\"delta\":{\"content\":\" dich\"}}]}\n\n",
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
    "data: [DONE]\n\n",
);

fn events(pieces: &[Value]) -> String {
    let lines = pieces.iter().map(|piece| format!("data: {piece}\n\n"));
    lines.collect()
}

fn delta(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta}]})
}

fn finished(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

/// The chunks, and the error at the end.
fn read(reply: Reply) -> (Vec<LlmChunk>, Option<(LlmErrorKind, String)>) {
    let mut chunks = Vec::new();
    for chunk in streamed(reply) {
        match chunk {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => return (chunks, Some((error.kind(), error.message().to_owned()))),
        }
    }
    (chunks, None)
}

fn text(chunks: &[LlmChunk]) -> String {
    chunks.iter().map(|chunk| chunk.text.as_str()).collect()
}

#[track_caller]
fn check_whole(pieces: impl IntoIterator<Item = &'static [u8]>) {
    let (chunks, error) = read(Reply::pieces(pieces));
    assert_eq!(error, None);
    assert_eq!(text(&chunks), "Grüß dich");
    let [first, reasoning, .., finish, usage] = &chunks[..] else {
        panic!("too few chunks: {chunks:?}");
    };
    assert_eq!(
        (first.request_id.as_deref(), first.model.as_deref()),
        (Some("c"), Some("m"))
    );
    assert_eq!(reasoning.reasoning.as_deref(), Some("Hm."));
    assert_eq!(finish.finish_reason, Some(LlmFinishReason::Stop));
    assert_eq!(usage.usage, Some(LlmUsage::new(3, 2)));
}

/// Checks the text that arrived, and the error after it.
#[track_caller]
fn check_broken(body: &str, came: &str, kind: LlmErrorKind, message: &str) {
    let (chunks, error) = read(Reply::pieces([body.as_bytes()]));
    assert_eq!(text(&chunks), came, "for {body}");
    assert_eq!(error, Some((kind, message.to_owned())), "for {body}");
}

#[track_caller]
fn check_calls(body: &str, expected: Value) {
    let (chunks, error) = read(Reply::pieces([body.as_bytes()]));
    assert_eq!(error, None);
    let calls: Vec<Value> = chunks
        .into_iter()
        .flat_map(|chunk| chunk.tool_calls)
        .collect();
    assert_eq!(Value::from(calls), expected);
}

fn call(pieces: &[Value]) -> Vec<Value> {
    let pieces = pieces.iter();
    pieces
        .map(|piece| delta(json!({"tool_calls": [piece]})))
        .collect()
}

#[test]
fn an_answer_in_one_piece() {
    check_whole([WHOLE.as_bytes()]);
}

#[test]
fn an_answer_in_pieces_of_any_length() {
    for length in [1, 2, 7, 64] {
        check_whole(WHOLE.as_bytes().chunks(length));
    }
}

#[test]
fn a_stream_is_asked_for_with_its_usage() {
    for (usage, expected) in [(true, json!({"include_usage": true})), (false, Value::Null)] {
        let body = block_on(async {
            let server = Server::answering([Reply::pieces([WHOLE.as_bytes()])]).await;
            let model = server
                .model()
                .usage_in_streams(usage)
                .build()
                .expect("a model");
            drain(&model).await;
            server.asked().remove(0).body
        });
        assert_eq!(
            (&body["stream"], &body["stream_options"]),
            (&json!(true), &expected)
        );
    }
}

#[test]
fn the_last_event_may_lack_its_empty_line() {
    let body = events(&[delta(json!({"content": "Yes."})), finished("stop")]);
    let (chunks, error) = read(Reply::pieces([body.trim_end().as_bytes()]));
    assert_eq!((text(&chunks).as_str(), error), ("Yes.", None));
}

#[test]
fn what_follows_the_end_is_not_read() {
    let body = format!("{WHOLE}data: nonsense\n\n");
    let (chunks, error) = read(Reply::pieces([body.as_bytes()]));
    assert_eq!((text(&chunks).as_str(), error), ("Grüß dich", None));
}

#[test]
fn a_whole_answer_is_one_chunk() {
    let (chunks, error) = read(Reply::json(&answer_of("Yes.")));
    assert_eq!(error, None);
    assert_eq!((chunks.len(), text(&chunks).as_str()), (1, "Yes."));
}

#[test]
fn the_pieces_of_calls_are_put_together() {
    let pieces = call(&[
        json!({"index": 0, "id": "a", "type": "function", "function": {"name": "weigh", "arguments": ""}}),
        json!({"index": 0, "function": {"arguments": "{\"kg\""}}),
        json!({"index": 1, "id": "b", "function": {"name": "ship", "arguments": "{}"}}),
        json!({"index": 0, "function": {"arguments": ":3}"}}),
    ]);
    let body = events(&pieces) + &events(&[finished("tool_calls")]) + "data: [DONE]\n\n";
    let expected = json!([
        {"id": "a", "type": "function", "function": {"name": "weigh", "arguments": "{\"kg\":3}"}},
        {"id": "b", "type": "function", "function": {"name": "ship", "arguments": "{}"}},
    ]);
    check_calls(&body, expected);
}

/// A tool call as in an answer that is not streamed.
fn whole_call(id: &str, name: &str, arguments: &str) -> Value {
    json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}})
}

#[test]
fn a_new_id_begins_a_new_call() {
    for [first, second] in [[json!(0), json!(0)], [Value::Null, Value::Null]] {
        let pieces = call(&[
            json!({"index": first, "id": "a", "function": {"name": "weigh", "arguments": "{\"kg\""}}),
            json!({"index": first, "function": {"arguments": ":3}"}}),
            json!({"index": second, "id": "b", "function": {"name": "ship", "arguments": "{}"}}),
        ]);
        let body = events(&pieces) + &events(&[finished("tool_calls")]);
        let expected = [
            whole_call("a", "weigh", "{\"kg\":3}"),
            whole_call("b", "ship", "{}"),
        ];
        check_calls(&body, json!(expected));
    }
}

#[test]
fn several_calls_come_in_one_piece() {
    let calls = json!([
        {"id": "a", "function": {"name": "weigh", "arguments": "{}"}},
        {"id": "b", "function": {"name": "ship", "arguments": {"to": "x"}}},
    ]);
    let body = events(&[delta(json!({"tool_calls": calls})), finished("tool_calls")]);
    let expected = [
        whole_call("a", "weigh", "{}"),
        whole_call("b", "ship", "{\"to\":\"x\"}"),
    ];
    check_calls(&body, json!(expected));
}

#[test]
fn a_name_begins_a_call_where_nothing_else_tells() {
    let pieces = call(&[
        json!({"function": {"name": "weigh", "arguments": "{}"}}),
        json!({"function": {"name": "ship", "arguments": ""}}),
        json!({"function": {"arguments": "{}"}}),
    ]);
    let body = events(&pieces) + &events(&[finished("tool_calls")]);
    check_calls(
        &body,
        json!([whole_call("", "weigh", "{}"), whole_call("", "ship", "{}")]),
    );
}

#[test]
fn an_id_may_come_again_or_late() {
    let pieces = call(&[
        json!({"index": 0, "function": {"name": "weigh", "arguments": "{"}}),
        json!({"index": 0, "id": "a", "function": {"arguments": "}"}}),
        json!({"index": 1, "id": "b", "function": {"name": "ship", "arguments": "{"}}),
        json!({"index": 1, "id": "b", "function": {"name": "ship", "arguments": "}"}}),
    ]);
    let body = events(&pieces) + &events(&[finished("tool_calls")]);
    check_calls(
        &body,
        json!([
            whole_call("a", "weigh", "{}"),
            whole_call("b", "ship", "{}")
        ]),
    );
}

#[test]
fn half_an_answer_with_an_end_is_none() {
    let half = [delta(json!({"content": "Ye"}))];
    let called = call(&[json!({"id": "a", "function": {"name": "weigh", "arguments": "{}"}})]);
    for (pieces, came) in [(&half[..], "Ye"), (&called, ""), (&[], "")] {
        let body = events(pieces) + "data: [DONE]\n\n";
        check_broken(&body, came, LlmErrorKind::Failed, "the answer broke off");
    }
}

#[test]
fn an_error_counts_in_any_field_and_event() {
    let too_long = r#"{"code":400,"message":"the request exceeds the available context size","type":"invalid_request_error"}"#;
    let said = events(&[delta(json!({"content": "Ye"}))]);
    for (error, kind, message) in [
        (
            format!("error: {too_long}\n\n"),
            LlmErrorKind::ContextTooLong,
            "the request exceeds the available context size",
        ),
        (
            format!("{too_long}\n\n"),
            LlmErrorKind::ContextTooLong,
            "the request exceeds the available context size",
        ),
        (
            "event: error\ndata: {\"message\": \"overloaded\", \"code\": 503}\n\n".to_owned(),
            LlmErrorKind::Failed,
            "overloaded",
        ),
        (
            "event: error\ndata: it is full\n\n".to_owned(),
            LlmErrorKind::Other,
            "it is full",
        ),
        (
            "data: {\"error\":{\"message\":\"quota exceeded\"}}\n\n".to_owned(),
            LlmErrorKind::Other,
            "quota exceeded",
        ),
        (
            "data: {\"object\":\"error\",\"message\":\"bad\"}\n\n".to_owned(),
            LlmErrorKind::Other,
            "bad",
        ),
        (
            "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}\n\n".to_owned(),
            LlmErrorKind::Failed,
            "it ended its answer with an error",
        ),
    ] {
        let error = error + "data: [DONE]\n\n";
        check_broken(&error, "", kind, message);
        check_broken(&format!("{said}{error}"), "Ye", kind, message);
    }
}

#[test]
fn signs_of_life_tell_nothing() {
    let rest = events(&[delta(json!({"content": "Yes."})), finished("stop")]);
    for sign in [
        ": OPENROUTER PROCESSING\n\n",
        "data: : OPENROUTER PROCESSING\n\n",
        "event: ping\ndata: ping\n\n",
        "event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n",
        "data:\n\ndata: \n\n",
        "\u{feff}x-trace: 1\n",
    ] {
        let (chunks, error) = read(Reply::pieces([format!("{sign}{rest}").as_bytes()]));
        assert_eq!(
            (text(&chunks).as_str(), error),
            ("Yes.", None),
            "for {sign}"
        );
    }
}

#[test]
fn thoughts_are_no_part_of_the_text() {
    let pieces =
        ["<th", "ink>Hm", ".</think", ">\n", "\nYes."].map(|text| delta(json!({"content": text})));
    let (chunks, error) = read(Reply::pieces([(events(&pieces)
        + &events(&[finished("stop")]))
        .as_bytes()]));
    let reasoning: String = chunks
        .iter()
        .filter_map(|chunk| chunk.reasoning.as_deref())
        .collect();
    assert_eq!(
        (text(&chunks).as_str(), reasoning.trim(), error),
        ("Yes.", "Hm.", None)
    );
}

#[test]
fn an_answer_without_text_is_an_error() {
    for (piece, reason, kind) in [
        (json!({"content": ""}), "stop", LlmErrorKind::Empty),
        (
            json!({"reasoning_content": "Hm."}),
            "stop",
            LlmErrorKind::Empty,
        ),
        (
            json!({"content": "<think>Hm."}),
            "length",
            LlmErrorKind::OutOfTokens,
        ),
        (json!({}), "content_filter", LlmErrorKind::Refused),
        (
            json!({"refusal": "I can't."}),
            "stop",
            LlmErrorKind::Refused,
        ),
    ] {
        let (chunks, error) = read(Reply::pieces([
            events(&[delta(piece), finished(reason)]).as_bytes()
        ]));
        assert_eq!(
            (text(&chunks).as_str(), error.map(|(kind, _)| kind)),
            ("", Some(kind))
        );
    }
}

#[test]
fn pieces_of_a_wrong_type_tell_nothing() {
    let odd = [
        json!({"choices": 3}),
        json!(null),
        json!([]),
        delta(json!("x")),
        delta(json!({"tool_calls": [7, null]})),
    ];
    let body = events(&odd) + &events(&[delta(json!({"content": "Yes."})), finished("stop")]);
    let (chunks, error) = read(Reply::pieces([body.as_bytes()]));
    assert_eq!((text(&chunks).as_str(), error), ("Yes.", None));
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    let body = events(&[delta(json!({"content": "Ye"}))]);
    check_broken(&body, "Ye", LlmErrorKind::Failed, "the answer broke off");
    check_broken("", "", LlmErrorKind::Failed, "the answer broke off");
}

#[test]
fn an_event_that_breaks_off_is_an_error() {
    let body = events(&[delta(json!({"content": "Ye"}))]) + "data: {\"choices\":[{\"del";
    let message = "a piece of it is no JSON: {\"choices\":[{\"del";
    check_broken(&body, "Ye", LlmErrorKind::InvalidResponse, message);
}

#[test]
fn a_page_is_no_stream() {
    let reply = Reply::new("200 OK\r\ncontent-type: text/html", "<html>\nhello</html>");
    let message = "it is no JSON: <html> hello</html>".to_owned();
    assert_eq!(
        read(reply),
        (Vec::new(), Some((LlmErrorKind::InvalidResponse, message)))
    );
}

#[test]
fn a_text_is_no_stream() {
    let message = "it is no stream of events: hello there";
    check_broken("hello there\n", "", LlmErrorKind::InvalidResponse, message);
}

#[test]
fn an_error_can_come_in_a_stream() {
    let wrong = json!({"error": {"type": "rate_limit_error", "message": "slow down"}});
    let body = events(&[delta(json!({"content": "Ye"})), wrong]);
    check_broken(
        &body,
        "Ye",
        LlmErrorKind::RateLimited { retry_after: None },
        "slow down",
    );
    let wrong = json!({"error": {"code": 503, "message": "overloaded"}});
    check_broken(&events(&[wrong]), "", LlmErrorKind::Failed, "overloaded");
    let wrong = json!({"error": "strange"});
    check_broken(&events(&[wrong]), "", LlmErrorKind::Other, "strange");
}

#[test]
fn a_stream_can_be_refused() {
    let reply = Reply::new("401 Unauthorized", r#"{"error": {"message": "wrong key"}}"#);
    let (chunks, error) = read(reply);
    assert_eq!(
        (chunks, error),
        (
            Vec::new(),
            Some((LlmErrorKind::Authentication, "wrong key".to_owned()))
        )
    );
}

#[test]
fn a_stream_without_end_is_cut_off() {
    let piece = events(&[delta(json!({"content": "a".repeat(100_000)}))]);
    let (_, error) = read(Reply::pieces(vec![piece.as_bytes(); 100]));
    let message = "it is longer than 8388608 bytes".to_owned();
    assert_eq!(error, Some((LlmErrorKind::InvalidResponse, message)));
}

#[test]
fn a_dropped_stream_closes_its_connection() {
    let body = events(&[delta(json!({"content": "Ye"}))]);
    block_on(async {
        let server = Server::answering([Reply::pieces([body.as_bytes()]).held()]).await;
        let model = server.model().build().expect("a model");
        let llm: &dyn action_sdk::Llm = &model;
        let mut chunks = llm.chunks("ice?");
        let first = chunks.next().await.expect("a chunk").expect("a chunk");
        assert_eq!(first.text, "Ye");
        drop(chunks);
        server.task.await.expect("the server sees the end");
    });
}
