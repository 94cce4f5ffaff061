//! Bodies of answers, of limited length.

use reqwest::{Error, Response};

/// Why a body cannot be read.
pub(crate) enum Unread {
    /// It is longer than the limit.
    TooLong,
    /// The connection broke, or the time is up.
    Broken(Error),
}

/// A whole body. One that is too long is not read to its end.
///
/// # Errors
///
/// If it is too long, or the connection breaks.
pub(crate) async fn read(mut response: Response, longest: usize) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(Unread::Broken)? {
        if body.len() + piece.len() > longest {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
