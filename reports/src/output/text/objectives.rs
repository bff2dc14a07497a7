//! What was to hold, and whether it does.

use std::fmt::Write as _;

use ipvslab_sim::Quantity;

use crate::estimate::objective::{Judgement, Verdict, judge};
use crate::estimate::summary::Summary;
use crate::output::quantity::{Scale, fold};
use crate::statistics::beyond::Beyond;
use crate::study::Study;

/// Each objective under each scheduler, a line each.
pub(crate) fn objectives(study: &Study, summary: &Summary, width: usize) -> String {
    let judgements = judge(study, summary);
    if judgements.is_empty() {
        return String::new();
    }
    let mut text = "Objectives, each verdict wrong in at most 2.5 % of studies:\n".to_owned();
    for judgement in &judgements {
        let line = format!(
            "  {:<10} {}, {}: {}",
            judgement.word(),
            judgement.objective.text,
            judgement.scheduler,
            judgement.words()
        );
        let _ = writeln!(text, "{}", fold(&line, width, 13));
    }
    text
}

impl Judgement<'_> {
    /// The verdict in a word or a few.
    pub(crate) fn word(&self) -> &'static str {
        match self.on_this_day {
            None => self.verdict.word(),
            Some(true) => "held on this day",
            Some(false) => "not held on this day",
        }
    }

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
        let beyond = self.beyond.map_or_else(String::new, |beyond| self.part_beyond(&beyond));
        let needed = match (self.verdict, self.on_this_day, self.needed) {
            (Verdict::Undecided, None, Some(needed)) => format!("; about {needed} replications would decide"),
            _ => String::new(),
        };
        format!("{found}{margin}{beyond}{needed}")
    }

    /// The part of connections that decides about a quantile.
    fn part_beyond(&self, beyond: &Beyond) -> String {
        let limit = Scale::of(Quantity::Micros, [self.objective.limit].into_iter());
        let ends = beyond.interval.filter(|_| self.on_this_day.is_none());
        let ends = ends.map_or_else(String::new, |ends| {
            let [low, high] = [ends.low, ends.high].map(|end| Scale::PER_CENT.value(Some(end)));
            format!(" ({low} to {high})")
        });
        let longer = if self.objective.below { "or longer" } else { "and longer" };
        format!(
            "; {}{ends} % take {} {} {longer}",
            Scale::PER_CENT.value(Some(beyond.part)),
            limit.value(Some(self.objective.limit)),
            limit.unit
        )
    }
}
