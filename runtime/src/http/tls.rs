//! Secure connections: whom to trust, and the cryptography provider of the program.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::Unfit;

/// Whose certificates are accepted.
pub(crate) enum Trust {
    /// Nobody's: the connection is not secure, and the system need not have any certificates.
    Nobody,
    /// Those of the authorities that the system trusts.
    System,
    /// Those of these authorities.
    #[cfg_attr(
        not(feature = "remote"),
        expect(dead_code, reason = "only clients of actions servers use it")
    )]
    Only(RootCertStore),
}

/// The certificate that this client shows.
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

/// # Errors
///
/// If the system has no root certificates, or TLS cannot be set up.
pub(crate) fn config(trust: Trust, identity: Option<Identity>) -> Result<ClientConfig, Unfit> {
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(ring::default_provider()));
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = match trust {
        Trust::Nobody => config.with_root_certificates(RootCertStore::empty()),
        Trust::System => config.with_platform_verifier()?,
        Trust::Only(roots) => config.with_root_certificates(roots),
    };
    Ok(match identity {
        Some(Identity { chain, key }) => config.with_client_auth_cert(chain, key)?,
        None => config.with_no_client_auth(),
    })
}
