//! What all clients of other servers share: connections, TLS, addresses, limits, and what may be shown of a failure.

mod address;
mod body;
mod failure;
mod shown;
mod tls;
mod wait;

pub(crate) use address::{is_here, shown};
pub(crate) use body::{Unread, read};
pub(crate) use failure::causes;
pub(crate) use shown::{escaped, shortened};
#[cfg(feature = "remote")]
pub(crate) use tls::Identity;
pub(crate) use tls::{Trust, config as tls};
pub(crate) use wait::{chosen, share};

use std::error::Error;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};
use rustls::ClientConfig;

const USER_AGENT: &str = concat!("action-sdk-runtime/", env!("CARGO_PKG_VERSION"));

/// Why no client can be set up.
pub(crate) type Unfit = Box<dyn Error + Send + Sync>;

/// A client for one server. Redirects are not followed, since they could take keys elsewhere; a server on this machine
/// is asked without a proxy.
pub(crate) fn client(base: &Url, tls: ClientConfig) -> ClientBuilder {
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        .redirect(Policy::none());
    match is_here(base) {
        true => client.no_proxy(),
        false => client,
    }
}
