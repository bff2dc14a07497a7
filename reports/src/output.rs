//! A study written down: text for a terminal, tables and JSON for programs, Markdown and JUnit for reviewers of a change.

pub(crate) mod answer;
pub(crate) mod before_after;
pub(crate) mod caveats;
pub(crate) mod cells;
pub(crate) mod classes;
pub(crate) mod columns;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod json_best;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod quantity;
pub(crate) mod table;
pub(crate) mod text;
