//! What is printed on stdout.

use clap::ValueEnum;

/// What is printed of anything but a study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs: everything, with a schema version
    Json,
    /// For spreadsheets: one row per scheduler
    Csv,
}

/// What is printed of a study.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum StudyFormat {
    /// For people
    Table,
    /// For programs: everything, with a schema version
    Json,
    /// For spreadsheets: one row per scheduler
    Csv,
    /// For a pull request
    Markdown,
    /// For continuous integration: the objectives as JUnit XML
    Junit,
}

/// What is printed of two studies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum PairFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}

/// What `check` prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people, with the lines
    Text,
    /// One JSON object per problem and line
    Json,
    /// Annotations of GitHub Actions
    Github,
}
