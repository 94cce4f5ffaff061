//! The program as its users see it: run as a process, checking its lines, its exit code and stderr.

mod ends;
mod input;
mod limits;
mod program;
mod recorded;
mod stops;
