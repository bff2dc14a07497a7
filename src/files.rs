//! What a directory of results gets.

use ipvslab_reports::{Artifact, ReportError};

use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Fills the directory and publishes it.
pub(crate) fn write(output: Output, artifacts: impl Iterator<Item = Artifact>) -> Result<(), Failure> {
    for (name, contents) in artifacts {
        output.write(name, &contents.map_err(failure)?)?;
    }
    output.publish()
}

/// A picture or a table that cannot be made is a fault of ours.
pub(crate) fn failure(error: ReportError) -> Failure {
    Failure::new(Exit::Internal, format!("error: {error}"))
}
