//! A validation's files in the `--out` directory.

use ipvslab_reports::validation_artifacts;

use super::page;
use super::verdict::Validation;
use crate::exit::Failure;
use crate::files;
use crate::output::Output;

/// Writes the files and publishes the directory.
pub(crate) fn write(output: Output, validation: &Validation, names: &[String]) -> Result<(), Failure> {
    output.write("validation.json", &format!("{}\n", validation.json()))?;
    output.write("connections.csv", &validation.shares_csv(names))?;
    output.write("checkpoints.csv", &validation.checkpoints_csv(names))?;
    files::write(output, validation_artifacts(&page::report(validation, names)))
}
