//! The rows of the vectors, and what is read of their inputs.

use serde_json::Value;

const VECTORS: &str = include_str!("vectors.csv");

/// One row.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) inputs: Value,
    pub(super) expected: Value,
}

impl Row {
    pub(super) fn number(&self, key: &str) -> u64 {
        self.inputs[key].as_u64().unwrap_or_else(|| panic!("{}: no number {key}", self.id))
    }

    pub(super) fn small(&self, key: &str) -> u32 {
        u32::try_from(self.number(key)).expect("a number of 32 bits")
    }

    pub(super) fn text(&self, key: &str) -> &str {
        self.inputs[key].as_str().unwrap_or_else(|| panic!("{}: no text {key}", self.id))
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        self.inputs[key].as_bool().unwrap_or_else(|| panic!("{}: no flag {key}", self.id))
    }

    pub(super) fn numbers(&self, key: &str) -> Vec<u64> {
        let list = self.inputs[key].as_array().unwrap_or_else(|| panic!("{}: no list {key}", self.id));
        list.iter().map(|value| value.as_u64().expect("a number")).collect()
    }

    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        let list = self.inputs[key].as_array().unwrap_or_else(|| panic!("{}: no list {key}", self.id));
        list.iter().map(|value| value.as_str().expect("a text")).collect()
    }

    /// Numbers as 32 bits.
    pub(super) fn small_numbers(&self, key: &str) -> Vec<u32> {
        self.numbers(key).into_iter().map(|number| u32::try_from(number).expect("32 bits")).collect()
    }
}

/// All of them.
pub(super) fn all() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(VECTORS.as_bytes());
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row of the vectors");
            let json = |column: usize| serde_json::from_str(&record[column]).expect("JSON in a cell");
            let (id, rule) = (record[0].to_owned(), record[1].to_owned());
            Row { id, rule, inputs: json(2), expected: json(3) }
        })
        .collect()
}
