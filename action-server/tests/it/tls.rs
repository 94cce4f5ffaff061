//! TLS, with and without client certificates.
//!
//! The certificates in `tests/data/` are only for these tests; they are valid for a hundred years, and the key of their
//! authority was deleted.

use crate::h2_client::{Grpc, HEALTH_CHECK, proto};
use action_sdk::prelude::*;
use action_sdk_action_server::{ServerOptions, Tls, serve};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const AUTHORITY: &[u8] = include_bytes!("../data/ca.pem");
const SERVER: &[u8] = include_bytes!("../data/server.pem");
const SERVER_KEY: &[u8] = include_bytes!("../data/server.key");
const CLIENT: &[u8] = include_bytes!("../data/client.pem");
const CLIENT_KEY: &[u8] = include_bytes!("../data/client.key");

async fn start(address: &str, tls: Tls) -> SocketAddr {
    let dispatcher = ActionDispatcher::builder()
        .build()
        .expect("there is nothing to miss");
    let listener = TcpListener::bind(address).await.expect("there is a port");
    let port = listener.local_addr().expect("it has an address").port();
    let options = ServerOptions::new().tls(tls);
    tokio::spawn(serve(listener, dispatcher, options, std::future::pending()));
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn client(shows_certificate: bool) -> TlsConnector {
    client_with(shows_certificate, &[])
}

/// A client that offers these protocols.
fn client_with(shows_certificate: bool, protocols: &[&[u8]]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(AUTHORITY).expect("it is one");
    roots.add(authority).expect("it is one");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots);
    let mut config = match shows_certificate {
        true => {
            let chain = vec![CertificateDer::from_pem_slice(CLIENT).expect("it is one")];
            let key = PrivateKeyDer::from_pem_slice(CLIENT_KEY).expect("it is one");
            builder.with_client_auth_cert(chain, key).expect("they fit")
        }
        false => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

/// The first line of the response; empty if the connection failed.
async fn asked(address: SocketAddr, client: TlsConnector) -> String {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("it is a name");
    let mut answer = Vec::new();
    if let Ok(mut stream) = client.connect(name, stream).await {
        let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(request).await;
        let _ = stream.read_to_end(&mut answer).await;
    }
    let answer = String::from_utf8(answer).expect("it is UTF-8");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_server_shows_its_certificate() {
    let tls = Tls::from_pem(SERVER, SERVER_KEY).expect("they fit");
    let address = start("127.0.0.1:0", tls).await;
    assert_eq!(asked(address, client(false)).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_server_that_asks_for_certificates_takes_nobody_without() {
    let tls = Tls::from_pem_with_clients(SERVER, SERVER_KEY, AUTHORITY).expect("they fit");
    let address = start("0.0.0.0:0", tls).await;
    assert_eq!(asked(address, client(true)).await, "HTTP/1.1 200 OK");
    assert_eq!(asked(address, client(false)).await, "");
}

/// The status of a call over gRPC; `None` if the server did not let the client in.
async fn called(address: SocketAddr, client: TlsConnector) -> Option<u32> {
    let stream = TcpStream::connect(address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("it is a name");
    let stream = client.connect(name, stream).await.ok()?;
    let mut client = Grpc::try_over(stream).await?;
    let mut reply = client
        .try_open(HEALTH_CHECK, &proto::Empty::default())
        .await?;
    Some(reply.status().await)
}

#[tokio::test]
async fn grpc_is_served_over_tls() {
    let tls = Tls::from_pem(SERVER, SERVER_KEY).expect("they fit");
    let address = start("127.0.0.1:0", tls).await;
    assert_eq!(called(address, client_with(false, &[b"h2"])).await, Some(0));
}

#[tokio::test]
async fn grpc_is_served_to_those_with_a_certificate_alone() {
    let tls = Tls::from_pem_with_clients(SERVER, SERVER_KEY, AUTHORITY).expect("they fit");
    let address = start("0.0.0.0:0", tls).await;
    assert_eq!(called(address, client_with(true, &[b"h2"])).await, Some(0));
    assert_eq!(called(address, client_with(false, &[b"h2"])).await, None);
}

#[tokio::test]
async fn a_client_of_tls_that_falls_silent_harms_nobody() {
    let tls = Tls::from_pem(SERVER, SERVER_KEY).expect("they fit");
    let address = start("127.0.0.1:0", tls).await;
    let mut silent = TcpStream::connect(address).await.expect("it listens");
    silent
        .write_all(b"\x16\x03\x01\x02\x00\x01")
        .await
        .expect("it is read");
    assert_eq!(asked(address, client(false)).await, "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn whoever_speaks_no_tls_harms_nobody() {
    let tls = Tls::from_pem(SERVER, SERVER_KEY).expect("they fit");
    let address = start("127.0.0.1:0", tls).await;
    let mut plain = TcpStream::connect(address).await.expect("it listens");
    plain
        .write_all(b"GET /health HTTP/1.1\r\n\r\n")
        .await
        .expect("it is read");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"));
    assert_eq!(asked(address, client(false)).await, "HTTP/1.1 200 OK");
}

#[track_caller]
fn check(certificates: &[u8], key: &[u8], part: &str) {
    let error = Tls::from_pem(certificates, key)
        .expect_err("it cannot be used")
        .to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn what_cannot_be_used_says_why() {
    check(b"", SERVER_KEY, "no certificate of the server");
    check(SERVER, b"", "the key cannot be read");
    check(SERVER, CLIENT_KEY, "do not fit");
}
