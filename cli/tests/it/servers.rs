//! `serve`: doors, settings, and how it ends.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command};

use crate::harness::{Folder, ended};

/// A server that is running, and the addresses that it has told.
struct Server {
    child: Child,
    addresses: Vec<String>,
    log: Lines<BufReader<ChildStderr>>,
}

impl Server {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = folder.command(&[&["serve"], arguments].concat());
        let mut child = child.spawn().expect("it starts");
        let stderr = child.stderr.take().expect("an output");
        let doors = arguments.iter().filter(|flag| flag.ends_with(":0")).count();
        let mut log = BufReader::new(stderr).lines();
        let lines = log.by_ref().map_while(Result::ok);
        let addresses = lines.filter_map(|line| {
            let (_, address) = line.split_once("address=")?;
            Some(address.trim().to_owned())
        });
        let addresses = addresses.take(doors).collect();
        Self {
            child,
            addresses,
            log,
        }
    }

    /// Waits for a line with this.
    fn wait_for(&mut self, part: &str) {
        let mut lines = self.log.by_ref().map_while(Result::ok);
        assert!(lines.any(|line| line.contains(part)), "no {part:?}");
    }

    /// The answer to a request, with its status line.
    fn ask(&self, door: usize, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.addresses[door]).expect("it listens");
        let request = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it takes it");
        let mut answer = String::new();
        // A connection that breaks has no answer.
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[cfg(unix)]
    fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.expect("there is a `kill`").success());
        self.child.wait().expect("it ends").code()
    }
}

#[cfg(unix)]
#[test]
fn doors_answer_until_the_server_is_terminated() {
    let folder = Folder::with([]);
    let server = Server::start(
        &folder,
        &["--nemo", "127.0.0.1:0", "--health", "127.0.0.1:0"],
    );
    assert!(server.ask(0, "GET /v1/health").starts_with("HTTP/1.1 200"));
    assert!(server.ask(0, "GET /webhook").starts_with("HTTP/1.1 404"));
    assert!(server.ask(1, "GET /readyz").ends_with("ready"));
    assert!(server.ask(1, "GET /livez").ends_with("alive"));
    assert_eq!(server.terminate(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_server_goes_on_when_its_settings_have_changed() {
    let flows = ("bot/main.co", "flow main\n  match Start()\n");
    let folder = Folder::with([flows, ("bot/config.yml", "colang_version: \"2.x\"\n")]);
    let flags = [
        "bot",
        "--watch",
        "--nemo",
        "127.0.0.1:0",
        "--health",
        "127.0.0.1:0",
    ];
    let mut server = Server::start(&folder, &flags);
    folder.write("bot/config.yml", "models: [");
    server.wait_for("the change is not taken");
    folder.write("bot/config.yml", "colang_version: \"2.x\"\n");
    server.wait_for("the settings have changed");
    // One that connects while the server is exchanged may have to ask again.
    let mut answers = (0..100).map(|_| server.ask(0, "GET /v1/health"));
    assert!(answers.any(|answer| answer.starts_with("HTTP/1.1 200")));
    assert!(server.ask(1, "GET /readyz").ends_with("ready"));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_port_in_use_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has one").to_string();
    let folder = Folder::with([]);
    for door in ["--nemo", "--rasa-http", "--rasa-grpc", "--mcp", "--health"] {
        let run = folder.run(&["serve", "-q", door, &address]);
        run.refused(&format!("`{address}` cannot be listened on for"));
    }
}

#[test]
fn a_missing_certificate_is_refused() {
    let folder = Folder::with([("cert.pem", "none")]);
    let door = ["serve", "-q", "--nemo", "127.0.0.1:0"];
    let run = |more: &[&str]| folder.run(&[&door, more].concat());
    run(&["--tls-cert", "cert.pem"]).refused("`tls-cert` needs `tls-key`");
    run(&["--tls-cert", "no.pem", "--tls-key", "no.key"]).refused("`no.pem` cannot be read");
    run(&["--tls-cert", "cert.pem", "--tls-key", "cert.pem"]).refused("certificate");
}

#[test]
fn tokens_are_read_from_a_file() {
    let folder = Folder::with([("tokens", "# nobody\n"), ("bad", "secret\n")]);
    let door = ["serve", "-q", "--nemo", "127.0.0.1:0", "--token-file"];
    let run = |file| folder.run(&[&door[..], &[file]].concat());
    run("tokens").refused("has no tokens");
    run("bad").refused("bad:1: a line of a token file is `NAME: SECRET`");
    run("missing").refused("`missing` cannot be read");
}

#[test]
fn other_machines_need_a_token() {
    let folder = Folder::with([]);
    let run = folder.run(&["serve", "-q", "--nemo", "0.0.0.0:0"]);
    run.refused("everybody there could call every action");
    let run = folder.run(&["serve", "-q", "--mcp", "0.0.0.0:0"]);
    run.refused("everybody there could call every action");
}

#[test]
fn no_door_is_refused() {
    Folder::with([])
        .run(&["serve"])
        .refused("there is no door to serve");
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let file = "nemo = \"a:1\"\nrasa-http = \"a:2\"\nmcp = \"a:3\"\n";
    let folder = Folder::with([("serve.toml", file)]);
    let arguments = [
        "serve",
        "--config",
        "serve.toml",
        "--print-config",
        "--nemo",
        "c:1",
    ];
    let mut command = folder.command(&arguments);
    command
        .env("ACTION_SDK_NEMO", "b:1")
        .env("ACTION_SDK_RASA_HTTP", "b:2");
    let run = ended(command.output().expect("it runs")).code(0);
    let run = run
        .out_has("nemo = \"c:1\"\n")
        .out_has("rasa-http = \"b:2\"\n");
    run.out_has("mcp = \"a:3\"\n");
}

#[test]
fn a_settings_file_with_mistakes_is_refused() {
    let folder = Folder::with([("serve.toml", "mcp = \"stdio\"\nnemmo = \"a:1\"\n")]);
    let run = folder.run(&["serve", "--config", "serve.toml"]);
    run.refused("serve.toml:2: unknown field `nemmo`");
    let run = folder.run(&["serve", "--config", "none.toml"]);
    run.refused("`none.toml` cannot be read");
}

#[test]
fn mcp_is_served_on_the_standard_streams() {
    let folder = Folder::with([]);
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
    let run = folder.type_in(&["serve", "--mcp", "stdio"], &format!("{hello}\n"));
    run.code(0).out_has("\"serverInfo\"");
}
