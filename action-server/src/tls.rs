//! TLS: rustls with ring, 1.2 and 1.3.

use std::fmt;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// The certificate and key of a server, and optionally the authorities for client certificates.
///
/// ```no_run
/// use action_sdk_action_server::{ServerOptions, Tls};
///
/// let tls = Tls::from_pem(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
/// let options = ServerOptions::new().tls(tls);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    wants_clients: bool,
}

impl Tls {
    /// A certificate chain, the server's certificate first, and its private key, both as PEM.
    ///
    /// # Errors
    /// If there is no certificate or no key, or they do not match.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        Self::build(certificates, key, None)
    }

    /// The same, and requires clients to have a certificate issued by one of these authorities.
    ///
    /// # Errors
    /// If there is no certificate or no key, or they do not match.
    pub fn from_pem_with_clients(
        certificates: &[u8],
        key: &[u8],
        authorities: &[u8],
    ) -> Result<Self, TlsError> {
        Self::build(certificates, key, Some(authorities))
    }

    fn build(
        certificates: &[u8],
        key: &[u8],
        authorities: Option<&[u8]>,
    ) -> Result<Self, TlsError> {
        let chain = read_certificates(certificates, "certificate of the server")?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| TlsError(format!("the key cannot be read as PEM: {error}")))?;
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError(error.to_string()))?;
        let builder = match authorities {
            Some(authorities) => {
                let roots = Arc::new(roots(authorities)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| TlsError(error.to_string()))?,
                )
            }
            None => builder.with_no_client_auth(),
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|error| TlsError(format!("certificate and key do not fit: {error}")))?;
        #[cfg(feature = "grpc")]
        config.alpn_protocols.push(b"h2".to_vec());
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(Self {
            config: Arc::new(config),
            wants_clients: authorities.is_some(),
        })
    }

    pub(crate) fn wants_clients(&self) -> bool {
        self.wants_clients
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

fn read_certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read =
        read.map_err(|error| TlsError(format!("the {what} cannot be read as PEM: {error}")))?;
    match read.is_empty() {
        true => Err(TlsError(format!(
            "there is no {what} in the text; it begins with `-----BEGIN CERTIFICATE-----`"
        ))),
        false => Ok(read),
    }
}

fn roots(authorities: &[u8]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(authorities, "certificate of an authority")? {
        roots
            .add(certificate)
            .map_err(|error| TlsError(error.to_string()))?;
    }
    Ok(roots)
}

/// Does not show the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("wants_clients", &self.wants_clients)
            .finish_non_exhaustive()
    }
}

/// A certificate or key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsError(String);

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsError {}
