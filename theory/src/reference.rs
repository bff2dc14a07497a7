//! The known answers: set-ups with a metric, its exact value and where that comes from.
//!
//! Times are in units of the mean service time unless the row says otherwise; here a unit is a second.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

const REFERENCE: &str = include_str!("reference.csv");

/// One known answer.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    /// Which set-up.
    id: String,
    /// The set-up's parameters, as JSON.
    parameters: String,
    metric: String,
    value: f64,
}

/// A set-up with all that is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) id: String,
    pub(crate) parameters: Value,
    pub(crate) answers: Vec<(String, f64)>,
}

impl Reference {
    /// What set-ups of its kind begin with.
    pub(crate) fn family(&self) -> &str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// A parameter that is a number.
    ///
    /// # Panics
    /// If the row has none: the rows are part of the program.
    pub(crate) fn number(&self, name: &str) -> f64 {
        self.parameters[name].as_f64().unwrap_or_else(|| panic!("row {} has a number `{name}`", self.id))
    }

    /// The standard error of an answer that was found by drawing itself; 0 for the others.
    pub(crate) fn error(&self, metric: &str) -> f64 {
        let name = match metric {
            "fraction_entries_changed" => "se_changed",
            "fraction_changed_needlessly" => "se_needless",
            _ => return 0.0,
        };
        self.parameters[name].as_f64().unwrap_or(0.0)
    }

    /// A parameter that is a list of numbers.
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        let list = self.parameters[name].as_array();
        let list = list.unwrap_or_else(|| panic!("row {} has a list `{name}`", self.id));
        list.iter().filter_map(Value::as_f64).collect()
    }
}

/// All set-ups, in the order of their ids.
pub(crate) fn references() -> Vec<Reference> {
    let mut by_id: BTreeMap<String, Reference> = BTreeMap::new();
    for row in csv::Reader::from_reader(REFERENCE.as_bytes()).deserialize() {
        let row: Row = row.expect("the rows are part of the program");
        let parameters = serde_json::from_str(&row.parameters).expect("parameters are JSON");
        let reference = by_id.entry(row.id.clone()).or_insert_with(|| Reference {
            id: row.id,
            parameters,
            answers: Vec::new(),
        });
        reference.answers.push((row.metric, row.value));
    }
    by_id.into_values().collect()
}
