//! The command line: on which addresses to serve.

/// The addresses, each with its flag.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) http: Option<String>,
    pub(crate) grpc: Option<String>,
    pub(crate) cors: Option<String>,
    pub(crate) cors_all: Option<String>,
}

const USAGE: &str =
    "usage: rasa-blackbox-server [--http ADDR] [--grpc ADDR] [--cors ADDR] [--cors-all ADDR]";

impl Arguments {
    pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut read = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(flag) = arguments.next() {
            let place = match flag.as_str() {
                "--http" => &mut read.http,
                "--grpc" => &mut read.grpc,
                "--cors" => &mut read.cors,
                "--cors-all" => &mut read.cors_all,
                _ => return Err(format!("`{flag}` is no flag; {USAGE}")),
            };
            let address = arguments.next();
            *place = Some(address.ok_or_else(|| format!("`{flag}` needs an address; {USAGE}"))?);
        }
        let addresses = [&read.http, &read.grpc, &read.cors, &read.cors_all];
        match addresses.iter().any(|address| address.is_some()) {
            true => Ok(read),
            false => Err(USAGE.to_owned()),
        }
    }
}
