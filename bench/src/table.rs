//! Instruction counts as they are committed, and how far others may be from them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// By what part a count may differ from the committed one, either way: an improvement that is not written down is lost
/// unseen.
pub const ALLOWED: f64 = 0.02;

/// The count of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// `group/case`.
    pub case: String,
    /// How many connections, arrivals, decisions … it was counted for.
    pub elements: u64,
    /// Instructions of all of them.
    pub instructions: u64,
}

/// All counts of a benchmark.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InstructionCounts(pub Vec<Row>);

/// Why a table could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct InstructionCountsError {
    path: PathBuf,
    source: csv::Error,
}

impl InstructionCounts {
    /// Reads a committed table.
    ///
    /// # Errors
    /// If there is no such file, or it is no such table.
    pub fn read(path: &Path) -> Result<Self, InstructionCountsError> {
        let rows = || -> csv::Result<_> { csv::Reader::from_path(path)?.deserialize().collect() };
        rows().map(Self).map_err(|source| InstructionCountsError { path: path.to_owned(), source })
    }

    /// Writes it to be committed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), InstructionCountsError> {
        let write = || -> csv::Result<()> {
            let mut writer = csv::Writer::from_path(path)?;
            self.0.iter().try_for_each(|row| writer.serialize(row))?;
            Ok(writer.flush()?)
        };
        write().map_err(|source| InstructionCountsError { path: path.to_owned(), source })
    }
}

/// What of the counts is not as committed, a line a case.
pub fn differences(committed: &InstructionCounts, counted: &InstructionCounts) -> Vec<String> {
    let mut known: BTreeMap<&str, &Row> = committed.0.iter().map(|row| (row.case.as_str(), row)).collect();
    let mut found = Vec::new();
    for row in &counted.0 {
        let Some(before) = known.remove(row.case.as_str()) else {
            found.push(format!("{}: counted, but not in the table", row.case));
            continue;
        };
        let (was, is) = (before.each(), row.each());
        let change = is / was - 1.0;
        // Never true of a row that is not one: without elements it is NaN.
        let is_close = (is - was).abs() <= ALLOWED * was;
        if !is_close || before.elements != row.elements {
            found.push(format!(
                "{}: {is:.1} instructions each for {}, committed {was:.1} for {} ({:+.2} %)",
                row.case,
                row.elements,
                before.elements,
                100.0 * change
            ));
        }
    }
    found.extend(known.keys().map(|case| format!("{case}: in the table, but not counted")));
    found
}

impl Row {
    /// Instructions for one element.
    fn each(&self) -> f64 {
        self.instructions as f64 / self.elements as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, u64, u64)]) -> InstructionCounts {
        let row = |&(case, elements, instructions): &(&str, u64, u64)| Row {
            case: case.to_owned(),
            elements,
            instructions,
        };
        InstructionCounts(rows.iter().map(row).collect())
    }

    #[test]
    fn two_per_cent_is_allowed_either_way_and_no_more() {
        let committed = table(&[("a/b", 10, 10_000)]);
        for (count, faults) in [(10_000, 0), (10_200, 0), (9_800, 0), (10_201, 1), (9_799, 1), (10_300, 1)] {
            assert_eq!(differences(&committed, &table(&[("a/b", 10, count)])).len(), faults, "{count}");
        }
    }

    #[test]
    fn case_that_is_missing_on_either_side_is_told() {
        let (with, without) = (table(&[("a/b", 1, 5), ("a/c", 1, 5)]), table(&[("a/b", 1, 5)]));
        assert_eq!(differences(&with, &without), ["a/c: in the table, but not counted"]);
        assert_eq!(differences(&without, &with), ["a/c: counted, but not in the table"]);
    }

    #[test]
    fn other_number_of_elements_is_told_though_each_costs_the_same() {
        let found = differences(&table(&[("a/b", 10, 100)]), &table(&[("a/b", 20, 200)]));
        assert_eq!(found, ["a/b: 10.0 instructions each for 20, committed 10.0 for 10 (+0.00 %)"]);
    }

    #[test]
    fn row_of_zeros_is_a_difference() {
        assert_eq!(differences(&table(&[("a/b", 0, 0)]), &table(&[("a/b", 1, 100)])).len(), 1);
    }

    #[test]
    fn table_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("some.csv");
        let written = table(&[("decision/wlc/16", 1000, 123_456), ("engine/wlc, fcfs", 1, 2)]);
        written.write(&path).expect("space");
        assert_eq!(InstructionCounts::read(&path).expect("what was written"), written);
        assert!(InstructionCounts::read(&folder.path().join("none.csv")).is_err());
    }
}
