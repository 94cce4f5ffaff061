//! Start-up of a program with 10 actions. A program of its own, because the linker brings all actions of a program.

bench::fillers!([a] [a b c d e f g h i j]);

fn main() {
    bench::startup::suite(10).run("startup/10");
}
