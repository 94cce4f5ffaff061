//! Colang 2: the language and the state machine, as a pure function with memory.
//!
//! It has no async code, no clock and no randomness of its own, and prints nothing: time and a seed are passed in,
//! and everything that is meant for the outside is returned as data.
//!
//! ```
//! use colang::machine::Machine;
//! use colang::program::{File, Program};
//! use colang::source::SourceId;
//! use colang::state::Output;
//! use colang::value::Event;
//! use umim::Timestamp;
//!
//! let source = "flow main\n  match Hello() as $event\n  send Answer(text=\"hi {$event.name}\")\n  match Never()\n";
//! let parsed = colang::syntax::parse(SourceId(0), source);
//! assert!(!parsed.has_errors());
//! let program = Program::new(&[File { name: "main.co", module: &parsed.module }])?;
//! let machine = Machine::new(program)?;
//!
//! let (mut state, now) = (machine.start(7), Timestamp::from_micros(0));
//! machine.begin(&mut state, now);
//! machine.run_to_completion(&mut state, Event::new("Hello"), now);
//! let outputs = machine.take_outputs(&mut state);
//! assert!(matches!(&outputs[..], [Output::Event(answer, _)] if answer.arguments["text"] == "hi Hello".into()));
//! # Ok::<(), colang::program::ProgramError>(())
//! ```

pub mod diagnostic;
pub mod expr;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "any token may come; most are treated alike"
)]
mod format;
mod load;
mod lower;
pub mod machine;
mod map;
pub mod program;
pub mod source;
pub mod state;
pub mod syntax;
pub mod value;

pub use format::format;
