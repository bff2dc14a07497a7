//! This program under callgrind.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

use crate::table::{InstructionCounts, Row};

/// The function that is counted, in two spellings: of two options for the same pattern, callgrind 3.19 takes the first only.
const COUNTED: &str = "*counted_region*";
/// Each call of it has a file of its own.
const DUMPED: &str = "ipvslab_bench::stopwatch::counted_region*";

/// Why there are no counts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CountError {
    /// It is not there.
    #[error("valgrind cannot be started ({0}): install it (apt-get install valgrind)")]
    Start(io::Error),
    /// The program failed under it.
    #[error("the benchmark failed under valgrind: {0}")]
    Failed(String),
    /// The output is not what it should be.
    #[error("callgrind's output is not as expected: {0}")]
    Output(String),
    /// A file could not be had.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Starts this program again, with other arguments and under callgrind. It announces each case in a line of its own; callgrind
/// writes a file for each call of the counted region.
pub(crate) fn count(arguments: &[&str]) -> Result<InstructionCounts, CountError> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("counts");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={DUMPED}"))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(CountError::Start)?;
    if !run.status.success() {
        return Err(CountError::Failed(String::from_utf8_lossy(&run.stderr).into_owned()));
    }
    let announced = String::from_utf8_lossy(&run.stdout);
    let row =
        |(number, line): (usize, &str)| row(line, &folder.path().join(format!("counts.{}", number + 1)));
    announced.lines().enumerate().map(row).collect::<Result<_, _>>().map(InstructionCounts)
}

/// A case unchanged announced, with the count of its file.
fn row(announced: &str, file: &Path) -> Result<Row, CountError> {
    let unexpected = |what: &str| CountError::Output(format!("{}: {what}", file.display()));
    let case = announced.rsplit_once(',').and_then(|(case, elements)| Some((case, elements.parse().ok()?)));
    let (case, elements) = case.ok_or_else(|| unexpected("no case was announced for it"))?;
    let text = fs::read_to_string(file)?;
    let instructions = total(&text).filter(|&count| count > 0).ok_or_else(|| unexpected("no count in it"))?;
    Ok(Row { case: case.to_owned(), elements, instructions })
}

/// The first number after `totals:`, the instructions that were read.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("totals:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn total_is_read_as_callgrind_writes_it() {
        assert_eq!(total("version: 1\nevents: Ir\nfn=(1) a\n16 400\n\ntotals: 400\n"), Some(400));
        assert_eq!(total("events: Ir\n"), None);
    }

    #[test]
    fn count_without_a_file_is_an_error() {
        assert!(matches!(row("a/b,10", Path::new("no/such/file")), Err(CountError::Io(_))));
    }
}
