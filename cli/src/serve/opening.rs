//! Opens the doors that the settings name: addresses are bound, certificates and tokens read.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use action_sdk_action_server::{Limits, ServerOptions, Tls};

use super::door::{Door, Server};
use super::listen;
use crate::outcome::Failure;
use crate::settings::{Settings, seconds};

/// The doors, each with its address bound.
///
/// # Errors
///
/// If a file cannot be used, or an address is in use or open to everybody without leave.
pub(super) fn doors(settings: &Settings) -> Result<Vec<Door>, Failure> {
    let options = actions(settings)?;
    let mut doors = Vec::new();
    for (address, (nemo, rasa)) in addresses(settings) {
        let options = options.clone().nemo(nemo).rasa(rasa);
        let name = match (nemo, rasa) {
            (true, true) => "nemo, rasa",
            (true, false) => "nemo",
            (false, _) => "rasa",
        };
        let server = Server::Actions(Box::new(options));
        doors.push(Door::Address(listen(name, address)?, server));
    }
    match settings.mcp.as_deref() {
        Some("stdio") => doors.push(Door::Stdio(Box::new(tools(settings)?))),
        Some(address) => doors.push(mcp(settings, address)?),
        None => {}
    }
    Ok(doors)
}

/// The addresses of NeMo and Rasa, each with who is served there.
fn addresses(settings: &Settings) -> BTreeMap<&str, (bool, bool)> {
    let mut addresses: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    if let Some(address) = &settings.nemo {
        addresses.entry(address).or_default().0 = true;
    }
    for address in settings.rasa_http.iter().chain(&settings.rasa_grpc) {
        addresses.entry(address).or_default().1 = true;
    }
    addresses
}

fn actions(settings: &Settings) -> Result<ServerOptions, Failure> {
    let mut limits = Limits::new();
    if let Some(calls) = settings.max_calls {
        limits = limits.calls(calls);
    }
    if let Some(connections) = settings.max_connections {
        limits = limits.connections(connections);
    }
    if let Some(bytes) = settings.max_body_bytes {
        limits = limits.body_bytes(bytes);
    }
    if let Some(time) = settings.call_time {
        limits = limits.call_time(seconds(time));
    }
    let options = ServerOptions::new()
        .limits(limits)
        .drain_time(settings.drain_time());
    let tokens = tokens(settings)?.into_iter();
    let options = tokens.fold(options, |options, (name, secret)| {
        options.token(name, secret)
    });
    let options = match settings.open_to_everybody {
        Some(true) => options.open_to_everybody(),
        Some(false) | None => options,
    };
    Ok(match tls(settings)? {
        Some(tls) => options.tls(tls),
        None => options,
    })
}

fn tls(settings: &Settings) -> Result<Option<Tls>, Failure> {
    let (certificate, key) = match (&settings.tls_cert, &settings.tls_key) {
        (Some(certificate), Some(key)) => (read(certificate)?, read(key)?),
        (None, None) if settings.tls_client_ca.is_none() => return Ok(None),
        (Some(_), None) => return Err(Failure::new("`tls-cert` needs `tls-key`")),
        (None, _) => return Err(Failure::new("TLS needs `tls-cert` and `tls-key`")),
    };
    let tls = match &settings.tls_client_ca {
        Some(authorities) => Tls::from_pem_with_clients(&certificate, &key, &read(authorities)?),
        None => Tls::from_pem(&certificate, &key),
    };
    tls.map(Some).map_err(|error| Failure::of(&error))
}

/// The tokens of the file, each with the name of its owner.
fn tokens(settings: &Settings) -> Result<Vec<(String, String)>, Failure> {
    let Some(file) = &settings.token_file else {
        return Ok(Vec::new());
    };
    let text = fs::read_to_string(file).map_err(|error| Failure::file(file, "read", &error))?;
    let mut tokens = Vec::new();
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts = line.split_once(':');
        let parts = parts.map(|(name, secret)| (name.trim(), secret.trim()));
        match parts {
            Some((name, secret)) if !name.is_empty() && !secret.is_empty() => {
                tokens.push((name.to_owned(), secret.to_owned()));
            }
            _ => {
                let file = file.display();
                return Err(Failure::new(format!(
                    "{file}:{number}: a line of a token file is `NAME: SECRET`"
                )));
            }
        }
    }
    match tokens.is_empty() {
        true => Err(Failure::new(format!(
            "`{}` has no tokens; a line of it is `NAME: SECRET`",
            file.display()
        ))),
        false => Ok(tokens),
    }
}

/// The options of MCP.
fn tools(settings: &Settings) -> Result<action_sdk_mcp::Options, Failure> {
    let mut options = action_sdk_mcp::Options::new();
    if let Some(time) = settings.call_time {
        options = options.timeout(seconds(time));
    }
    if let Some(bytes) = settings.max_body_bytes {
        options = options.max_body_bytes(bytes);
    }
    Ok(options)
}

/// MCP over HTTP: without TLS, and with one token.
fn mcp(settings: &Settings, address: &str) -> Result<Door, Failure> {
    if settings.tls_cert.is_some() {
        return Err(Failure::new(
            "MCP is served without TLS: put a proxy with TLS before it, and serve it by a program of its own",
        ));
    }
    let options = tools(settings)?;
    let options = match tokens(settings)?.as_slice() {
        [] => options,
        [(_, secret)] => options.bearer_token(secret.as_str()),
        [_, _, ..] => {
            return Err(Failure::new(
                "MCP takes one token; serve it by a program of its own",
            ));
        }
    };
    let is_open = settings.token_file.is_some() || settings.open_to_everybody == Some(true);
    let listener = listen("mcp", address)?;
    let bound = listener.local_addr().map_err(|error| Failure::of(&error))?;
    if !is_open && !bound.ip().to_canonical().is_loopback() {
        return Err(Failure::new(format!(
            "other machines can reach {bound}, and everybody there could call every action; add `token-file`, listen on 127.0.0.1, or say `open-to-everybody`"
        )));
    }
    let server = Server::Mcp(Box::new(options), settings.drain_time());
    Ok(Door::Address(listener, server))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::file(file, "read", &error))
}
