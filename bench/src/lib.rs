//! Benchmarks with two clocks. Criterion measures wall time, which differs from machine to machine and from minute to minute;
//! callgrind counts instructions, which hardly do, so that `./check` can compare them with a committed table.
//!
//! A benchmark is a function that gives its cases to a [`Stopwatch`], and a `main` that calls [`measure`]:
//!
//! ```no_run
//! use ipvslab_bench::{Stopwatch, Criterion, Work, measure};
//!
//! fn cases(stopwatch: &mut Stopwatch) {
//!     let numbers: Vec<u64> = (0..1000).collect();
//!     let work = Work { elements: numbers.len() as u64, calls: 10 };
//!     stopwatch.repeated("sums/1000", work, || numbers.iter().sum::<u64>());
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     measure("sums", Criterion::default, cases)
//! }
//! ```
//!
//! `cargo bench --bench sums` then prints times; with `-- --instructions`, it counts, and compares the counts with
//! `benches/sums.csv` of the same package. With `BLESS=1` it writes that file.

#![forbid(unsafe_code)]

mod callgrind;
mod stopwatch;
mod table;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

pub use criterion::Criterion;
pub use stopwatch::{Stopwatch, Work};
pub use table::{ALLOWED, InstructionCounts, InstructionCountsError, Row, differences};

/// What callgrind's counts are compared with is asked for by this argument.
const INSTRUCTIONS: &str = "--instructions";
/// The same program under callgrind is started with this one.
const COUNTED: &str = "--counted";

/// Runs the cases of the benchmark `name` by the clock that the command line asks for.
pub fn measure(name: &str, criterion: fn() -> Criterion, cases: fn(&mut Stopwatch)) -> ExitCode {
    let asked = |flag: &str| env::args().any(|argument| argument == flag);
    if asked(COUNTED) {
        cases(&mut Stopwatch::counting());
    } else if asked(INSTRUCTIONS) {
        return compare(name);
    } else {
        let mut stopwatch = Stopwatch::wall(criterion().configure_from_args());
        cases(&mut stopwatch);
        stopwatch.end();
    }
    ExitCode::SUCCESS
}

/// InstructionCounts, and compares with the table of this benchmark or writes it anew. Cargo starts benchmarks in their package's folder.
fn compare(name: &str) -> ExitCode {
    let path = PathBuf::from("benches").join(name).with_extension("csv");
    let compared = || -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let counted = callgrind::count(&[COUNTED])?;
        if env::var_os("BLESS").is_some() {
            counted.write(&path)?;
            println!("{name}: wrote {} counts", counted.0.len());
            return Ok(Vec::new());
        }
        let found = differences(&InstructionCounts::read(&path)?, &counted);
        println!("{name}: {} counts, {} beyond {} %", counted.0.len(), found.len(), 100.0 * ALLOWED);
        Ok(found)
    };
    match compared() {
        Ok(found) if found.is_empty() => ExitCode::SUCCESS,
        Ok(found) => {
            found.iter().for_each(|line| eprintln!("  {line}"));
            eprintln!(
                "If that is meant: BLESS=1 cargo bench --bench {name} -- {INSTRUCTIONS}, and say why in the commit."
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}
