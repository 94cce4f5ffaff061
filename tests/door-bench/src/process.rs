//! A server as a process of its own: how soon it answers, what it costs.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// A running server, ended when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    /// How long it took until the first answer.
    pub(crate) start: Duration,
}

/// How to start a server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Bare,
    RasaHttp,
    RasaGrpc,
    Nemo,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "action-sdk",
            Self::Bare => "bare handler",
            Self::RasaHttp => "rasa-sdk",
            Self::RasaGrpc => "rasa-sdk, gRPC",
            Self::Nemo => "nemoguardrails",
        }
    }

    fn command(self, python: &Path, port: u16) -> Result<Command, Box<dyn Error>> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let port = port.to_string();
        let mut command = match self {
            Self::Ours | Self::Bare => {
                let mut command = Command::new(std::env::current_exe()?);
                let which = if self == Self::Ours { "ours" } else { "bare" };
                command.args([which, &format!("127.0.0.1:{port}")]);
                command
            }
            Self::RasaHttp | Self::RasaGrpc => {
                let mut command = Command::new(python.join("python"));
                command.args([
                    "-m",
                    "rasa_sdk",
                    "--actions",
                    "rasa_actions",
                    "--port",
                    &port,
                ]);
                if self == Self::RasaGrpc {
                    command.arg("--grpc");
                }
                command
            }
            Self::Nemo => {
                let mut command = Command::new(python.join("nemoguardrails"));
                command.args(["actions-server", "--port", &port]);
                command
            }
        };
        command
            .current_dir(scripts)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command)
    }

    /// Whether the server has answered. rasa-sdk's gRPC is taken for ready when it accepts connections.
    async fn is_ready(self, address: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            return false;
        };
        if self == Self::RasaGrpc {
            return true;
        }
        let path = if self == Self::Nemo {
            "/v1/actions/list"
        } else {
            "/health"
        };
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let _ = stream.write_all(request.as_bytes()).await;
        let _ = stream.read_to_end(&mut answer).await;
        answer.starts_with(b"HTTP/1.1 200")
    }
}

impl Server {
    /// Starts a server and waits for its first answer.
    pub(crate) async fn start(kind: Kind, python: &Path) -> Result<Self, Box<dyn Error>> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let address = format!("127.0.0.1:{port}");
        let mut command = kind.command(python, port)?;
        let begun = Instant::now();
        let child = command.spawn()?;
        let mut server = Self {
            child,
            address,
            start: Duration::ZERO,
        };
        while !kind.is_ready(&server.address).await {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{} ended: {status}", kind.name()).into());
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(format!("{} does not answer", kind.name()).into());
            }
            sleep(Duration::from_millis(1)).await;
        }
        server.start = begun.elapsed();
        Ok(server)
    }

    /// The CPU time of the process and its descendants so far.
    pub(crate) fn cpu(&self) -> Duration {
        let ticks = family(self.child.id())
            .into_iter()
            .filter_map(ticks)
            .sum::<u64>();
        Duration::from_millis(ticks * 10)
    }

    /// The memory of the process and its descendants, in kB; what they share is counted once.
    pub(crate) fn memory(&self) -> u64 {
        family(self.child.id()).into_iter().filter_map(memory).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for pid in family(self.child.id()).into_iter().rev() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        let _ = self.child.wait();
    }
}

/// The fields of a process after its name.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').map(str::to_owned).collect())
}

/// User and system time in ticks of 10 ms.
fn ticks(pid: u32) -> Option<u64> {
    let stat = stat(pid)?;
    Some(stat.get(11)?.parse::<u64>().ok()? + stat.get(12)?.parse::<u64>().ok()?)
}

fn memory(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// A process and its descendants.
fn family(pid: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let parents: Vec<(u32, u32)> = all
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, stat(pid)?.get(1)?.parse().ok()?))
        })
        .collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        let children = parents.iter().filter(|(_, of)| *of == parent);
        family.extend(children.map(|(pid, _)| *pid));
        at += 1;
    }
    family
}
