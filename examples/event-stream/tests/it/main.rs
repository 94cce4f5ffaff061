//! The program as its users see it: run as a process, by its lines, its exit code and what it tells on stderr.

mod ends;
mod input;
mod limits;
mod program;
mod recorded;
mod stops;
