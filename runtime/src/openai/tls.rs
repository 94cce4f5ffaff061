//! Secure connections: the system's root certificates, and the cryptography provider of the program.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::error::OpenAiError;

/// If not `is_needed`, no certificate is accepted, and the system need not have any.
pub(super) fn config(is_needed: bool) -> Result<ClientConfig, OpenAiError> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(OpenAiError::tls)?;
    let config = match is_needed {
        true => config.with_platform_verifier().map_err(OpenAiError::tls)?,
        false => config.with_root_certificates(RootCertStore::empty()),
    };
    Ok(config.with_no_client_auth())
}
