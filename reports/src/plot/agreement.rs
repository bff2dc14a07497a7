//! Every decision compared: connections by server, as the model gives them by itself and as the kernel gave them.

use super::pairs::{PLACES, Pair, Pairs, keys};
use super::panels::{Panel, Panels};
use super::picture::Caption;
use crate::error::ReportError;
use crate::validation::report::AgreementPanel;

/// Connections by server in the model and in the kernel, a panel for each scheduler.
///
/// # Errors
/// If plotters fails, which would be a fault of ours.
pub fn agreement_svg(title: &str, panels: &[AgreementPanel]) -> Result<String, ReportError> {
    agreement(title, panels).file()
}

pub(crate) fn agreement<'a>(title: &str, panels: &[AgreementPanel]) -> Panels<'a> {
    let first = panels.first().map_or("", |panel| panel.kernel.as_str());
    let is_one_kernel = panels.iter().all(|panel| panel.kernel == first);
    let mut subtitle =
        "Connections given to each server, the model deciding by itself. Each panel has its own scale."
            .to_owned();
    if is_one_kernel && !first.is_empty() {
        subtitle.push_str(&format!(" Kernel {first}."));
    }
    let most = panels.iter().map(|panel| panel.servers.len()).max().unwrap_or(0);
    if most > PLACES {
        let merged = most.div_ceil(PLACES);
        subtitle
            .push_str(&format!(" Each place is the server of {merged} neighbours whose sides differ most."));
    }
    let panel = |panel: &AgreementPanel| Panel {
        scheduler: None,
        heading: heading(panel, is_one_kernel),
        paint: Box::new(Pairs { pairs: pairs(panel), unit: "", amount: "Connections" }),
    };
    Panels {
        caption: Caption {
            picture: "agreement of model and kernel",
            title: "Decisions of model and kernel".to_owned(),
            of: title.to_owned(),
            subtitle,
        },
        axis: String::new(),
        keys: keys(),
        list: panels.iter().map(panel).collect(),
        rows: Vec::new(),
        footer: Vec::new(),
    }
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

fn pairs(panel: &AgreementPanel) -> Vec<Pair> {
    let servers = panel.servers.iter();
    servers
        .map(|(name, model, kernel)| Pair {
            name: name.clone(),
            model: Some(*model as f64),
            kernel: Some(*kernel as f64),
        })
        .collect()
}
