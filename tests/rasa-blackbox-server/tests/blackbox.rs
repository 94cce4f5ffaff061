//! Runs the suite in `suite/` against the server, if `BLACKBOX_PYTHON` is a Python with the suite's requirements;
//! `.ci/rasa-blackbox` creates one.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The server, which is stopped at the end of the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    listener
        .local_addr()
        .expect("it has an address")
        .to_string()
}

fn wait_for(address: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "nobody listens on {address}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn every_must_of_the_suite_passes() {
    let Some(python) = std::env::var_os("BLACKBOX_PYTHON") else {
        eprintln!("SKIPPED: no Python for the black-box suite; `.ci/rasa-blackbox` makes one");
        return;
    };
    let [http, grpc, cors, cors_all] = [(); 4].map(|()| free_address());
    let mut server = Command::new(env!("CARGO_BIN_EXE_rasa-blackbox-server"));
    server.env("ACTION_SERVER_STREAM_BARGE_IN_TIMEOUT_SECONDS", "2");
    server.args([
        "--http",
        &http,
        "--grpc",
        &grpc,
        "--cors",
        &cors,
        "--cors-all",
        &cors_all,
    ]);
    let _server = Server(server.spawn().expect("it was built"));
    for address in [&http, &grpc, &cors, &cors_all] {
        wait_for(address);
    }

    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/bb.py");
    let url = |address: &str| format!("http://{address}");
    let mut run = Command::new(python);
    run.arg(suite)
        .args(["--http", &url(&http), "--grpc", &grpc]);
    run.args(["--cors", &url(&cors), "--cors-all", &url(&cors_all)]);
    let status = run.status().expect("Python runs");
    assert!(status.success(), "a case that must pass does not");
}
