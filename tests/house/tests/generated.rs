//! The gRPC code in `action-server/src/rasa/grpc/generated` is what `action-server/proto` gives. `UPDATE_EXPECTED=1` writes it again.
//!
//! The compiler for protobuf is protox, in Rust: nobody needs `protoc`, and users compile neither.

use std::fs;
use std::path::{Path, PathBuf};

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../action-server");

fn generate(into: &Path) {
    fs::create_dir_all(into).expect("the folder can be made");
    let proto = Path::new(SERVER).join("proto");
    let files = ["action_webhook.proto", "health.proto"].map(|name| proto.join(name));
    let mut compiler = protox::Compiler::new([proto]).expect("the folder is there");
    compiler
        .include_imports(true)
        .open_files(files)
        .expect("the files are correct");
    let descriptors = compiler.encode_file_descriptor_set();
    fs::write(into.join("descriptors.bin"), descriptors).expect("it can be written");
    tonic_prost_build::configure()
        .build_client(false)
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .out_dir(into)
        .compile_fds(compiler.file_descriptor_set())
        .expect("the code can be written");
}

fn kept() -> PathBuf {
    Path::new(SERVER).join("src/rasa/grpc/generated")
}

/// Each generated file with the name under which it is kept: not `.rs`, since nobody wrote it.
const FILES: [(&str, &str); 3] = [
    ("action_server_webhook.rs", "action_server_webhook.in"),
    ("grpc.health.v1.rs", "health.in"),
    ("descriptors.bin", "descriptors.bin"),
];

#[test]
fn the_generated_code_is_up_to_date() {
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    generate(&fresh);
    for (name, kept_name) in FILES {
        let fresh = fs::read(fresh.join(name)).expect("it was written");
        let kept = kept().join(kept_name);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&kept, &fresh).expect("it can be written");
        }
        let is_same = fs::read(&kept).is_ok_and(|kept| kept == fresh);
        assert!(
            is_same,
            "{} is not what `proto/` gives; run this test with UPDATE_EXPECTED=1",
            kept.display()
        );
    }
}
