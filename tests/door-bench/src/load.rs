//! Clients that ask as fast as they are answered, each on a connection of its own.

use bytes::{Bytes, BytesMut};
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

/// What is asked.
#[derive(Clone)]
pub(crate) enum Request {
    Http {
        path: &'static str,
        body: Vec<u8>,
    },
    Grpc {
        path: &'static str,
        body: Bytes,
    },
    /// Counts the time until the first chunk.
    FirstChunk {
        body: Bytes,
    },
}

/// The times of all calls, sorted.
pub(crate) async fn load(
    address: &str,
    request: &Request,
    connections: usize,
    time: Duration,
) -> Result<Vec<Duration>, Failure> {
    let end = Instant::now() + time;
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.clone());
        clients.spawn(async move {
            match request {
                Request::Http { path, body } => http(&address, path, &body, end).await,
                Request::Grpc { path, body } => grpc(&address, path, &body, end, false).await,
                Request::FirstChunk { body } => {
                    let path = "/action_server_webhook.ActionService/WebhookStream";
                    grpc(&address, path, &body, end, true).await
                }
            }
        });
    }
    let mut all = Vec::new();
    while let Some(times) = clients.join_next().await {
        all.extend(times??);
    }
    all.sort_unstable();
    Ok(all)
}

async fn http(
    address: &str,
    path: &str,
    body: &[u8],
    end: Instant,
) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    let mut read = BytesMut::with_capacity(16 * 1024);
    let mut times = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        stream.write_all(&request).await?;
        answer(&mut stream, &mut read).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Reads one answer, which must be a success.
async fn answer(stream: &mut TcpStream, read: &mut BytesMut) -> Result<(), Failure> {
    loop {
        let length = length(read)?;
        if let Some(length) = length.filter(|length| read.len() >= *length) {
            let _ = read.split_to(length);
            return Ok(());
        }
        if stream.read_buf(read).await? == 0 {
            return Err("the server hung up".into());
        }
    }
}

/// The length of an answer, as soon as its head has been read.
fn length(read: &[u8]) -> Result<Option<usize>, Failure> {
    let Some(head) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&read[..head])?.to_ascii_lowercase();
    if !text.starts_with("http/1.1 200") {
        return Err(String::from_utf8_lossy(read).into());
    }
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = line.ok_or("an answer without a length")?.trim().parse()?;
    Ok(Some(head + 4 + length))
}

async fn grpc(
    address: &str,
    path: &str,
    body: &Bytes,
    end: Instant,
    is_first_chunk: bool,
) -> Result<Vec<Duration>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut builder = h2::client::Builder::new();
    builder
        .initial_window_size(1 << 20)
        .initial_connection_window_size(1 << 24);
    let (mut requests, connection) = builder.handshake(stream).await?;
    let driver = tokio::spawn(connection);
    let mut times = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        let request = axum::http::Request::post(format!("http://{address}{path}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(())?;
        requests = requests.ready().await?;
        let (response, mut send) = requests.send_request(request, false)?;
        send.send_data(body.clone(), true)?;
        let first = messages(response, is_first_chunk).await?;
        times.push(first.unwrap_or_else(Instant::now) - begun);
    }
    driver.abort();
    Ok(times)
}

/// Reads a whole answer. Returns when its first chunk came, if that is of interest.
async fn messages(
    response: h2::client::ResponseFuture,
    is_first_chunk: bool,
) -> Result<Option<Instant>, Failure> {
    let mut body = response.await?.into_body();
    let mut first = None;
    let mut read = BytesMut::new();
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        read.extend_from_slice(&data);
        if is_first_chunk && first.is_none() && has_chunk(&read) {
            first = Some(Instant::now());
        }
    }
    let trailers = body.trailers().await?.ok_or("an answer without a status")?;
    match trailers
        .get("grpc-status")
        .map(axum::http::HeaderValue::as_bytes)
    {
        Some(b"0") => Ok(first),
        _ => Err(format!("{trailers:?}").into()),
    }
}

/// Whether a chunk is among the messages; it follows the start of the stream, and is the second field.
fn has_chunk(read: &[u8]) -> bool {
    const CHUNK: u8 = (2 << 3) | 2;
    let mut rest = read;
    while let Some((header, body)) = rest.split_at_checked(5) {
        let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]) as usize;
        match body.split_at_checked(length) {
            Some((message, _)) if message.first() == Some(&CHUNK) => return true,
            Some((_, next)) => rest = next,
            None => return false,
        }
    }
    false
}
