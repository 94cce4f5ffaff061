//! Reads request bodies within the limits: size, time, memory, decompressed size, nesting depth.

use crate::admission::{Admission, Room};
use crate::json;
use crate::limits::Limits;
use axum::body::Body;
use axum::http::header::CONTENT_ENCODING;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use flate2::read::ZlibDecoder;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use std::io::Read;
use tokio::time::timeout;

/// A body within the limits, and the memory reserved for it.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    #[allow(dead_code, reason = "held, not read")]
    room: Room,
}

/// Why a body was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooLarge { limit: usize },
    TooSlow,
    CutOff,
    NoRoom,
    UnknownEncoding,
    Corrupt,
    TooDeep { limit: usize },
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::CutOff | Self::Corrupt | Self::TooDeep { .. } => StatusCode::BAD_REQUEST,
            Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::UnknownEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::TooLarge { limit } => format!("the body is longer than {limit} bytes"),
            Self::TooSlow => "the body did not come in time".to_owned(),
            Self::CutOff => "the body was cut off".to_owned(),
            Self::NoRoom => BUSY.to_owned(),
            Self::UnknownEncoding => {
                "the only content encoding that is understood is `deflate` (zlib)".to_owned()
            }
            Self::Corrupt => "the body is not what its content encoding says".to_owned(),
            Self::TooDeep { limit } => format!("the body is nested more than {limit} levels deep"),
        }
    }
}

/// The message for requests that exceed the number of calls or the memory for bodies.
pub(crate) const BUSY: &str = "the server is busy; try again later";

/// Reads and decompresses the body of a request.
///
/// # Errors
/// If it exceeds a limit, or its headers and its content do not match.
pub(crate) async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: &Limits,
    admission: &Admission,
) -> Result<Received, Refusal> {
    let is_compressed = is_compressed(headers)?;
    let mut room = admission.room();
    let collected = timeout(
        limits.body_time,
        collect(body, limits.body_bytes, &mut room),
    );
    let mut bytes = collected.await.map_err(|_| Refusal::TooSlow)??;
    if is_compressed {
        bytes = decompress(&bytes, limits.body_bytes, &mut room).await?;
    }
    if json::is_deeper_than(limits.depth, &bytes) {
        return Err(Refusal::TooDeep {
            limit: limits.depth,
        });
    }
    Ok(Received { bytes, room })
}

fn is_compressed(headers: &HeaderMap) -> Result<bool, Refusal> {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    let Some(encoding) = encodings.next() else {
        return Ok(false);
    };
    let encoding = encoding.to_str().unwrap_or_default().trim();
    match encodings.next() {
        None if encoding.eq_ignore_ascii_case("deflate") => Ok(true),
        None if encoding.is_empty() || encoding.eq_ignore_ascii_case("identity") => Ok(false),
        None | Some(_) => Err(Refusal::UnknownEncoding),
    }
}

async fn collect(mut body: Body, limit: usize, room: &mut Room) -> Result<Bytes, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Refusal::TooLarge { limit });
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::CutOff)?.into_data() else {
            continue;
        };
        if whole.len() + data.len() > limit {
            return Err(Refusal::TooLarge { limit });
        }
        if !room.grow(data.len()) {
            return Err(Refusal::NoRoom);
        }
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

/// How many bytes are decompressed before the task yields to others.
const STEP: usize = 256 * 1024;

async fn decompress(compressed: &[u8], limit: usize, room: &mut Room) -> Result<Bytes, Refusal> {
    let mut reader = ZlibDecoder::new(compressed);
    let mut whole = Vec::new();
    loop {
        let before = whole.len();
        let step = reader.by_ref().take(STEP as u64).read_to_end(&mut whole);
        step.map_err(|_| Refusal::Corrupt)?;
        let grown = whole.len() - before;
        if grown == 0 {
            return Ok(whole.into());
        }
        if whole.len() > limit {
            return Err(Refusal::TooLarge { limit });
        }
        if !room.grow(grown) {
            return Err(Refusal::NoRoom);
        }
        tokio::task::yield_now().await;
    }
}
