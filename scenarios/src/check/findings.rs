//! What is found wrong or odd in a file, as it is checked.

use crate::problem::Problem;

/// What is collected on the way.
pub(super) struct Findings {
    pub(super) list: Vec<Problem>,
    pub(super) empty_trace: bool,
    pub(super) unreadable: Vec<String>,
}

impl Findings {
    pub(super) fn report(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Whether the table at `path`, or one of its `fields`, is in the file but could not be read.
    pub(super) fn was_unreadable(&self, path: &str, fields: &[&str]) -> bool {
        let is_field = |key: &str| {
            let field = key.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
            key == path || field.is_some_and(|field| fields.contains(&field))
        };
        self.unreadable.iter().any(|key| is_field(key))
    }
}
