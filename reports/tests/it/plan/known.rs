//! Rows with known answers, computed elsewhere with other programs.

use serde_json::Value;

/// A row.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) family: String,
    pub(super) parameters: Value,
    value: String,
}

impl Known {
    /// A parameter that is a number.
    pub(super) fn number(&self, name: &str) -> f64 {
        self.parameters[name].as_f64().unwrap_or_else(|| panic!("{}: {name}", self.id))
    }

    /// A parameter that is a text.
    pub(super) fn text(&self, name: &str) -> &str {
        self.parameters[name].as_str().unwrap_or_else(|| panic!("{}: {name}", self.id))
    }

    /// The answer.
    pub(super) fn value(&self) -> f64 {
        self.value.parse().unwrap_or_else(|_| panic!("{}: {}", self.id, self.value))
    }
}

/// All of them.
pub(super) fn rows() -> Vec<Known> {
    let mut reader = csv::Reader::from_reader(include_bytes!("known.csv").as_slice());
    let row = |record: csv::StringRecord| Known {
        id: record[0].to_owned(),
        family: record[1].to_owned(),
        parameters: serde_json::from_str(&record[3]).expect("JSON"),
        value: record[5].to_owned(),
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}
