//! A validation's files in the `--out` directory.

use ipvslab_reports::{AgreementPanel, agreement_svg};

use super::verdict::Validation;
use crate::exit::{Exit, Failure};
use crate::output::Output;

/// Writes the files and publishes the directory.
pub(crate) fn write(output: Output, validation: &Validation, names: &[String]) -> Result<(), Failure> {
    output.write("validation.json", &format!("{}\n", validation.json()))?;
    output.write("connections.csv", &validation.shares_csv(names))?;
    output.write("checkpoints.csv", &validation.checkpoints_csv(names))?;
    let picture = agreement_svg(&validation.title, &panels(validation, names))
        .map_err(|error| Failure::new(Exit::Internal, format!("error: {error}")))?;
    output.write("agreement.svg", &picture)?;
    output.publish()
}

fn panels(validation: &Validation, names: &[String]) -> Vec<AgreementPanel> {
    let panel = |(on, row, comparison): (
        &super::verdict::OnKernel,
        &super::verdict::Row,
        &ipvslab_live::Comparison,
    )| {
        let server = |(number, share): (usize, &ipvslab_live::Share)| {
            let name = names.get(number).cloned().unwrap_or_else(|| (number + 1).to_string());
            (name, share.model, share.kernel)
        };
        AgreementPanel {
            scheduler: row.kind,
            kernel: on.name(),
            decisions: comparison.decisions,
            differ: comparison.free_running.as_ref().map(|mode| mode.decisions_differ),
            servers: comparison.shares.iter().enumerate().map(server).collect(),
        }
    };
    validation.compared().map(panel).collect()
}
