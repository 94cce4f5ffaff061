//! What is measured, and the table.

use crate::load::{Request, load};
use crate::payload;
use crate::process::{Kind, Server};
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

const CONNECTIONS: [usize; 3] = [1, 16, 256];

/// One row of the table.
struct Row {
    cpu: f64,
    calls: f64,
    times: Vec<Duration>,
}

/// What is asked of which servers. The first one is ours.
struct Case {
    name: &'static str,
    request: Request,
    others: &'static [Kind],
}

const WEBHOOK: &str = "/action_server_webhook.ActionService/Webhook";

fn case(name: &'static str, request: Request, others: &'static [Kind]) -> Case {
    Case {
        name,
        request,
        others,
    }
}

fn over_http() -> [Case; 4] {
    const PEERS: &[Kind] = &[Kind::Bare, Kind::RasaHttp];
    let webhook = |action, is_full| Request::Http {
        path: "/webhook",
        body: payload::webhook(action, is_full),
    };
    let run = Request::Http {
        path: "/v1/actions/run",
        body: payload::run(),
    };
    [
        case("webhook, trivial", webhook("greet", false), PEERS),
        case("webhook, full", webhook("greet", true), PEERS),
        case("webhook, full, all read", webhook("survey", true), &[]),
        case("actions/run", run, &[Kind::Bare, Kind::Nemo]),
    ]
}

fn over_grpc() -> [Case; 4] {
    const PEERS: &[Kind] = &[Kind::Bare, Kind::RasaGrpc];
    let message = |action, is_full| Request::Grpc {
        path: WEBHOOK,
        body: payload::message(action, is_full),
    };
    let first = Request::FirstChunk {
        body: payload::message("stream", true),
    };
    [
        case("gRPC, trivial", message("greet", false), PEERS),
        case("gRPC, full", message("greet", true), PEERS),
        case("gRPC, full, all read", message("survey", true), &[]),
        case("gRPC, full, to first chunk", first, &[Kind::RasaGrpc]),
    ]
}

/// Measures everything and prints it.
#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
pub(crate) async fn all(python: &Path) -> Result<(), Box<dyn Error>> {
    println!("| case | server | connections | CPU per call | of ours | calls/s | p50 | p99 |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for case in over_http().into_iter().chain(over_grpc()) {
        let mut ours = Vec::new();
        for kind in [Kind::Ours].iter().chain(case.others) {
            for line in beside(&case, *kind, &mut ours, python).await? {
                println!("{line}");
            }
        }
    }
    println!("\n| server | start to first answer | memory at rest |");
    println!("| --- | --- | --- |");
    for kind in [
        Kind::Ours,
        Kind::Bare,
        Kind::RasaHttp,
        Kind::RasaGrpc,
        Kind::Nemo,
    ] {
        let (start, memory) = at_rest(kind, python).await?;
        let (start, memory) = (start.as_secs_f64() * 1e3, memory as f64 / 1000.0);
        println!("| {} | {start:.1} ms | {memory:.1} MB |", kind.name());
    }
    Ok(())
}

/// Measures one server. The CPU time of ours is kept, so that the others can be told beside it.
async fn beside(
    case: &Case,
    kind: Kind,
    ours: &mut Vec<f64>,
    python: &Path,
) -> Result<Vec<String>, Box<dyn Error>> {
    let server = Server::start(kind, python).await?;
    let (name, server_name) = (case.name, kind.name());
    let mut lines = Vec::new();
    for (at, connections) in CONNECTIONS.into_iter().enumerate() {
        let row = measured(&server, &case.request, connections).await;
        let row = row.map_err(|error| format!("{name}, {server_name}: {error}"))?;
        if kind == Kind::Ours {
            ours.push(row.cpu);
        }
        let (cpu, times, calls) = (row.cpu * 1e6, row.cpu / ours[at], row.calls);
        let (p50, p99) = (shown(&row.times, 50), shown(&row.times, 99));
        lines.push(format!(
            "| {name} | {server_name} | {connections} | {cpu:.0} µs | {times:.2} | {calls:.0} | {p50} | {p99} |"
        ));
    }
    Ok(lines)
}

fn seconds() -> f64 {
    let seconds = std::env::var("DOOR_BENCH_SECONDS").ok();
    seconds
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(3.0)
}

async fn measured(
    server: &Server,
    request: &Request,
    connections: usize,
) -> Result<Row, Box<dyn Error + Send + Sync>> {
    let time = Duration::from_secs_f64(seconds());
    load(&server.address, request, connections, time / 10).await?;
    let before = server.cpu();
    let begun = Instant::now();
    let times = load(&server.address, request, connections, time).await?;
    let elapsed = begun.elapsed();
    let cpu = (server.cpu() - before).as_secs_f64() / times.len() as f64;
    Ok(Row {
        cpu,
        calls: times.len() as f64 / elapsed.as_secs_f64(),
        times,
    })
}

fn shown(times: &[Duration], percent: usize) -> String {
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    let time = times.get(at).copied().unwrap_or_default();
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// The median of five starts, and the memory after the last one.
async fn at_rest(kind: Kind, python: &Path) -> Result<(Duration, u64), Box<dyn Error>> {
    let mut starts = Vec::new();
    let mut memory = 0;
    for _ in 0..5 {
        let server = Server::start(kind, python).await?;
        starts.push(server.start);
        memory = server.memory();
    }
    starts.sort_unstable();
    Ok((starts[2], memory))
}
