//! A call from its arguments to its answer: the dispatcher, the bare function, and other SDKs.

mod cases;

fn main() {
    cases::suite().run("dispatch");
}
