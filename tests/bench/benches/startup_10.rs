//! Start-up of a program with 10 actions. It is a program of its own, because the linker includes all actions of a
//! program.

bench::fillers!([a] [a b c d e f g h i j]);

fn main() {
    bench::startup::suite(10).run("startup/10");
}
