//! Every decision compared: connections by server, as the model gives them by itself and as the kernel gave them.

use super::pairs::{Pair, PairPanel, Pairs};
use super::picture::Caption;
use crate::error::ReportError;
use crate::validation::report::AgreementPanel;

/// Connections by server in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn agreement_svg(title: &str, panels: &[AgreementPanel]) -> Result<String, ReportError> {
    let first = panels.first().map_or("", |panel| panel.kernel.as_str());
    let is_one_kernel = panels.iter().all(|panel| panel.kernel == first);
    let title = format!("Decisions of model and kernel – {title}");
    let mut subtitle =
        "Connections given to each server, the model deciding by itself. Each panel has its own scale."
            .to_owned();
    if is_one_kernel && !first.is_empty() {
        subtitle.push_str(&format!(" Kernel {first}."));
    }
    let caption = Caption { picture: "agreement of model and kernel", title: &title, subtitle: &subtitle };
    let panel = |panel| PairPanel { heading: heading(panel, is_one_kernel), pairs: pairs(panel) };
    Pairs { panels: panels.iter().map(panel).collect(), unit: "", amount: "Connections" }.draw(&caption)
}

fn heading(panel: &AgreementPanel, is_one_kernel: bool) -> String {
    let kernel = if is_one_kernel { String::new() } else { format!(", kernel {}", panel.kernel) };
    let differ = match (panel.decisions, panel.differ) {
        (0, _) => "no decisions".to_owned(),
        (decisions, None) => format!("{decisions} decisions, model by its law"),
        (1, Some(0)) => "1 decision, the same".to_owned(),
        (decisions, Some(0)) => format!("{decisions} decisions, all the same"),
        (1, Some(_)) => "1 decision, which differs".to_owned(),
        (decisions, Some(1)) => format!("{decisions} decisions, 1 differs"),
        (decisions, Some(differ)) => format!("{decisions} decisions, {differ} differ"),
    };
    format!("{}{kernel}: {differ}", panel.scheduler)
}

fn pairs(panel: &AgreementPanel) -> Vec<Pair<'_>> {
    let servers = panel.servers.iter();
    servers
        .map(|(name, model, kernel)| Pair { name, model: Some(*model as f64), kernel: Some(*kernel as f64) })
        .collect()
}
