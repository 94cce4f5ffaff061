//! The same action through every door, without Python.

use action_sdk::prelude::*;
use every_door::doors;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const FOUND: &str = "Parcel 17 is in Jaffa.";

fn dispatcher() -> ActionDispatcher {
    ActionDispatcher::builder()
        .build()
        .expect("the action fits")
}

/// The addresses of the two servers.
async fn opened() -> (String, String) {
    let bind = || TcpListener::bind("127.0.0.1:0");
    let (actions, tools) = (bind().await.expect("a port"), bind().await.expect("a port"));
    let address = |listener: &TcpListener| listener.local_addr().expect("it is bound").to_string();
    let addresses = (address(&actions), address(&tools));
    tokio::spawn(doors::open(dispatcher(), actions, tools));
    addresses
}

/// The answer to a `POST` of JSON.
async fn posted(address: &str, path: &str, body: &Value) -> Value {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let request = head + &body;
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("it has a head");
    let start = body.find('{').expect("it is JSON");
    let end = body.rfind('}').expect("it is JSON");
    serde_json::from_str(&body[start..=end]).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[tokio::test]
async fn a_flow() {
    let said = doors::ask_the_flow(dispatcher())
        .await
        .expect("it is right");
    assert_eq!(said, FOUND);
}

#[tokio::test]
async fn nemo_guardrails() {
    let (actions, _) = opened().await;
    let call = json!({"action_name": "FindParcelAction", "action_parameters": {"number": 17}});
    let answer = posted(&actions, "/v1/actions/run", &call).await;
    assert_eq!(
        (&answer["status"], &answer["result"]),
        (&json!("success"), &json!(FOUND))
    );
}

#[tokio::test]
async fn rasa_over_http() {
    let (actions, _) = opened().await;
    let tracker = json!({"sender_id": "me", "slots": {"number": 17}});
    let call = json!({"next_action": "action_find_parcel", "tracker": tracker});
    let answer = posted(&actions, "/webhook", &call).await;
    assert_eq!(answer["responses"][0]["text"], FOUND);
}

#[tokio::test]
async fn an_mcp_client() {
    let (_, tools) = opened().await;
    let params = json!({"name": "find_parcel", "arguments": {"number": 17}});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let answer = posted(&tools, "/mcp", &call).await;
    assert_eq!(answer["result"]["structuredContent"]["result"], FOUND);
}

/// A field of a protobuf message whose value has a length.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).expect("it is short");
    assert!(length < 128, "it needs one byte");
    [&[number << 3 | 2, length], value].concat()
}

/// `WebhookRequest { next_action, tracker: Tracker { sender_id, slots: Struct { number: 17 } } }` in a frame of gRPC.
fn webhook_request() -> Vec<u8> {
    let number = [&[2 << 3 | 1_u8], 17_f64.to_le_bytes().as_slice()].concat();
    let slot = [field(1, b"number"), field(2, &number)].concat();
    let tracker = [field(1, b"me"), field(2, &field(1, &slot))].concat();
    let message = [field(1, b"action_find_parcel"), field(3, &tracker)].concat();
    let length = u32::try_from(message.len()).expect("it is short");
    [&[0], length.to_be_bytes().as_slice(), &message].concat()
}

#[tokio::test]
async fn rasa_over_grpc() {
    let (actions, _) = opened().await;
    let stream = TcpStream::connect(&actions).await.expect("it listens");
    let (requests, connection) = h2::client::handshake(stream)
        .await
        .expect("it speaks HTTP/2");
    tokio::spawn(connection);
    let url = format!("http://{actions}/action_server_webhook.ActionService/Webhook");
    let request = axum::http::Request::post(url)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .expect("it is a request");
    let mut requests = requests.ready().await.expect("it is open");
    let (response, mut body) = requests.send_request(request, false).expect("it is sent");
    body.send_data(webhook_request().into(), true)
        .expect("it is sent");
    let mut answer = response.await.expect("it answers").into_body();
    let mut bytes = Vec::new();
    while let Some(data) = answer.data().await {
        bytes.extend_from_slice(&data.expect("it comes"));
    }
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(FOUND), "{text}");
}
