//! Start-up of a program with 100 actions. It is a program of its own, because the linker includes all actions of a
//! program.

bench::fillers!([a b c d e f g h i j] [a b c d e f g h i j]);

fn main() {
    bench::startup::suite(100).run("startup/100");
}
