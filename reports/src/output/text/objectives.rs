//! What was to hold, and whether it does.

use std::fmt::Write as _;

use crate::estimate::objective::{Judgement, judge};
use crate::estimate::summary::Summary;
use crate::output::quantity::{Scale, fold};
use crate::study::Study;

/// Each objective under each scheduler, a line each.
pub(crate) fn objectives(study: &Study, summary: &Summary, width: usize) -> String {
    let judgements = judge(study, summary);
    if judgements.is_empty() {
        return String::new();
    }
    let mut text = "Objectives, judged by 95 % intervals:\n".to_owned();
    for judgement in &judgements {
        let line = format!(
            "  {:<10} {}, {}: {}",
            judgement.verdict.word(),
            judgement.objective.text,
            judgement.scheduler,
            judgement.words()
        );
        let _ = writeln!(text, "{}", fold(&line, width, 13));
    }
    text
}

impl Judgement<'_> {
    /// What there is, and by how much it is on the right side.
    pub(crate) fn words(&self) -> String {
        let scale = Scale::of(
            self.objective.metric.quantity(),
            self.estimate.iter().map(|estimate| estimate.mean.abs()),
        );
        let found = match self.estimate {
            None => "not resolved by these runs".to_owned(),
            Some(_) => scale.text(self.estimate),
        };
        let margin = self.margin.map_or_else(String::new, |margin| {
            let side = if margin >= 0.0 { "to spare" } else { "too much" };
            let side = if self.objective.below || margin >= 0.0 { side } else { "too little" };
            format!(", {:.1} % {side}", 100.0 * margin.abs())
        });
        format!("{found}{margin}")
    }
}
