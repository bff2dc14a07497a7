//! What is printed on stdout.

use clap::ValueEnum;

/// What is printed of anything but a study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs: everything, with a schema version
    Json,
    /// For spreadsheets: a line a scheduler
    Csv,
}

/// What is printed of a study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum StudyFormat {
    /// For people
    Table,
    /// For programs: everything, with a schema version
    Json,
    /// For spreadsheets: a line a scheduler
    Csv,
    /// For a pull request
    Markdown,
    /// For continuous integration: the objectives as JUnit XML
    Junit,
}
