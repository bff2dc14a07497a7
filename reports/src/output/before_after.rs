//! Two studies compared, written down.

use ipvslab_sim::Quantity;
use std::fmt::Write as _;

use crate::error::ReportError;
use crate::estimate::before_after::{Alike, BeforeAfter, Changed};
use crate::estimate::confidence::Estimate;
use crate::number::{MISSING, plain, signed};
use crate::output::json::written;
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};

impl BeforeAfter {
    /// For a terminal of `width` columns.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for what in &self.unlike {
            let _ = writeln!(text, "{}", fold(&format!("differs: {what}"), width, 2));
        }
        let words = |each: fn(&Changed) -> String| self.changes.iter().map(each).collect::<Vec<String>>();
        let columns = [
            Column::words("scheduler", words(|changed| changed.scheduler.to_string())),
            Column::words("metric", words(|changed| changed.metric.words().to_owned())),
        ];
        let measured = [
            Column::words("before", words(|changed| shown(changed, changed.before))),
            Column::words("after", words(|changed| shown(changed, changed.after))),
            Column::words("change", words(Changed::relative)),
            Column::words("verdict", words(|changed| changed.change.word().to_owned())),
        ];
        text.push_str(&render(&columns, &[measured.to_vec()], width));
        let how = match self.pairing {
            Alike::Arrivals => "replication by replication: same arrivals",
            Alike::Times => "replication by replication: same times of arrivals, other work or clients",
            Alike::Nothing => "as independent samples, since their arrivals differ",
        };
        let note = format!(
            "* Compared {how}; 95 % intervals for all {} comparisons together. Worse or better: beyond chance, and by more than \
             {} %. Undecided: a change beyond that is not ruled out.",
            self.changes.len(),
            plain(100.0 * self.tolerance)
        );
        let _ = writeln!(text, "\n{}", fold(&note, width, 2));
        if self.one_day {
            let note = "* One day over and over: the differences are those of that day, and nothing says how another would be.";
            let _ = writeln!(text, "{}", fold(note, width, 2));
        }
        text
    }

    /// In Markdown, for a pull request.
    pub fn markdown(&self) -> String {
        let mut text =
            "| scheduler | metric | before | after | change | verdict |\n|---|---|--:|--:|--:|---|\n"
                .to_owned();
        for changed in &self.changes {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} | {} |",
                changed.scheduler,
                changed.metric.words(),
                shown(changed, changed.before),
                shown(changed, changed.after),
                changed.relative(),
                changed.change.word()
            );
        }
        text
    }

    /// As JSON.
    ///
    /// # Errors
    /// If the numbers do not fit into JSON, which would be a fault of ours.
    pub fn json(&self) -> Result<String, ReportError> {
        written(self)
    }
}

impl Changed {
    /// The difference over the value before, in per cent; of parts, in percentage points.
    fn relative(&self) -> String {
        let Some((difference, before)) = self.difference.zip(self.before) else { return MISSING.to_owned() };
        let (by, unit) = match self.metric.quantity() {
            Quantity::Ratio => (0.01, "pp"),
            _ if before.mean != 0.0 => (before.mean.abs() / 100.0, "%"),
            _ => return MISSING.to_owned(),
        };
        let width = difference.interval.map_or_else(String::new, |ends| {
            format!(" ({} to {})", signed(ends.low / by), signed(ends.high / by))
        });
        format!("{}{width} {unit}", signed(difference.mean / by))
    }
}

fn shown(changed: &Changed, estimate: Option<Estimate>) -> String {
    let scale = Scale::of(changed.metric.quantity(), estimate.iter().map(|estimate| estimate.mean.abs()));
    scale.text(estimate)
}
