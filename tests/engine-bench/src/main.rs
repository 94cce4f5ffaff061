//! The speed of the engine compared with the reference: `tests/engine-bench/run` starts it.
//!
//! `cases` prints the cases, `ours CASES` measures them here, `compare OURS REFERENCE` prints the table.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

mod cases;
mod compare;
mod ours;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["cases"] => println!("{}", serde_json::Value::from(cases::all())),
        ["ours", path] => ours::measure(&serde_json::from_str(&fs::read_to_string(path)?)?)?,
        ["compare", ours, reference] => {
            return Ok(compare::print(
                &fs::read_to_string(ours)?,
                &fs::read_to_string(reference)?,
            )?);
        }
        _ => return Err("usage: engine-bench cases | ours CASES | compare OURS REFERENCE".into()),
    }
    Ok(ExitCode::SUCCESS)
}
