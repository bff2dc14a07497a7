//! A validation's files in the `--out` directory.

use ipvslab_reports::{AgreementPanel, agreement_residuals_svg, agreement_svg, validation_html};

use super::page;
use super::verdict::Validation;
use crate::exit::Failure;
use crate::files::failure;
use crate::output::Output;

/// Writes the files and publishes the directory.
pub(crate) fn write(output: Output, validation: &Validation, names: &[String]) -> Result<(), Failure> {
    output.write("validation.json", &format!("{}\n", validation.json()))?;
    output.write("connections.csv", &validation.shares_csv(names))?;
    output.write("checkpoints.csv", &validation.checkpoints_csv(names))?;
    let report = page::report(validation, names);
    let panels: Vec<AgreementPanel> = report.rows.iter().map(|row| row.panel.clone()).collect();
    output.write("agreement.svg", &agreement_svg(&report.title, &panels).map_err(failure)?)?;
    output.write("residuals.svg", &agreement_residuals_svg(&report.title, &panels).map_err(failure)?)?;
    output.write("report.html", &validation_html(&report).map_err(failure)?)?;
    output.publish()
}
