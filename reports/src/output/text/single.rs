//! `run` as text: one scheduler, number by number and real server by real server.

use std::fmt::Write as _;

use crate::estimate::confidence::Estimate;
use crate::estimate::summary::{SchedulerSummary, ServerSummary, Summary};
use crate::number::{MISSING, plain};
use crate::output::caveats::{self, LEGEND};
use crate::output::quantity::{Scale, fold};
use crate::output::table::{Column, render};
use crate::output::text::heading::heading;
use crate::output::text::objectives::objectives;
use crate::run::metric::{Metric, Shown};
use crate::run::metrics::{DirectorUse, Reactions};
use crate::study::Study;

/// With more servers than this, groups are shown by their least, mean and greatest.
const SHOWN_SERVERS: usize = 32;

/// One number of a server: its column and how it is shown.
type Field = (&'static str, Scale, fn(&ServerSummary) -> Option<f64>);

/// Shown where there are caches.
const HITS: Field = ("hits %", Scale::PER_CENT, |server| server.hit_ratio.map(|hits| hits.mean));

const FIELDS: [Field; 9] = [
    ("assigned", Scale::PLAIN, |server| Some(server.assigned)),
    ("share %", Scale::PER_CENT, |server| server.share_ratio.map(|share| share.mean)),
    ("share/weight", Scale::PLAIN, |server| server.relative_share.map(|share| share.mean)),
    ("busy %", Scale::PER_CENT, |server| server.utilisation_ratio.map(|busy| busy.mean)),
    ("in system", Scale::PLAIN, |server| server.in_system_mean.map(|level| level.mean)),
    ("active", Scale::PLAIN, |server| server.active_mean),
    ("peak active", Scale::PLAIN, |server| Some(f64::from(server.active_peak))),
    ("peak total", Scale::PLAIN, |server| Some(f64::from(server.total_peak))),
    ("refused", Scale::PLAIN, |server| Some(server.refused_backlog)),
];

/// Each scheduler of a study in depth, for a terminal of `width` columns.
pub fn in_depth_text(study: &Study, summary: &Summary, width: usize) -> String {
    let mut text = heading(study, width);
    for scheduler in &summary.schedulers {
        let _ = writeln!(text, "{}, {}", scheduler.scheduler, scheduler.scheduler.full_name());
        text.push_str(&metrics(scheduler));
        text.push('\n');
        let servers = if study.servers.len() > SHOWN_SERVERS {
            by_group(study, scheduler, width)
        } else {
            by_server(study, scheduler, width)
        };
        text.push_str(&servers);
        text.push('\n');
    }
    text.push_str(&objectives(study, summary, width));
    let mut said = vec![format!(
        "{LEGEND} Of each real server: means over the replications, and peaks of all of them; share/weight is 1 where \
             connections follow the weights."
    )];
    if study.servers.iter().any(|server| server.mean_weight != f64::from(server.weight)) {
        said.push(
            "Weights change during the run; shares are compared with their mean over the window.".to_owned(),
        );
    }
    said.extend(caveats::of(study, summary));
    for note in said {
        let _ = writeln!(text, "{}", fold(&format!("* {note}"), width, 2));
    }
    text
}

fn metrics(scheduler: &SchedulerSummary) -> String {
    let mut text = String::new();
    for metric in in_order() {
        let estimate = scheduler.estimate(metric);
        if metric.info().shown == Shown::WhereKnown && estimate.is_none() {
            continue;
        }
        let label = match metric {
            Metric::Failed if scheduler.reactions.is_some() => "failed for any reason",
            metric => metric.info().label,
        };
        let scale = Scale::of(metric.quantity(), estimate.into_iter().map(|Estimate { mean, .. }| mean));
        let shown = match estimate {
            None => scheduler.parts(metric, scale).0,
            estimate => scale.text(estimate),
        };
        let _ = writeln!(text, "{label:>24}  {shown}");
    }
    let _ = writeln!(text, "{:>24}  {}", "table entries, peak", scheduler.table_entries_peak);
    let counts = format!(
        "{} in all replications; no server for {}, {} met a full backlog, {} cut off",
        scheduler.arrived, scheduler.refused_no_server, scheduler.refused_backlog, scheduler.lost
    );
    let heading = if scheduler.reactions.is_some() { "requests" } else { "connections" };
    let _ = writeln!(text, "{heading:>24}  {counts}");
    if let Some(sums) = scheduler.reactions {
        text.push_str(&reactions(sums));
    }
    if let Some(DirectorUse { packets_in, packets_out, bytes_in, bytes_out, .. }) = scheduler.carried {
        let counts = format!("{packets_in} in ({bytes_in} bytes), {packets_out} out ({bytes_out} bytes)");
        let _ = writeln!(text, "{:>24}  {counts}", "packets");
    }
    text
}

/// Metrics in the order they are read: a sum after its parts.
fn in_order() -> impl Iterator<Item = Metric> {
    let others = Metric::ALL.into_iter().filter(|&metric| metric != Metric::Failed);
    others.flat_map(|metric| [Some(metric), (metric == Metric::TimedOut).then_some(Metric::Failed)]).flatten()
}

/// What clients that react did, in counts.
fn reactions(sums: Reactions) -> String {
    let cut_off = format!("{} were reset, {} lost their server", sums.failed_reset, sums.failed_gone);
    let in_time =
        format!("{} got no answer, {} missed their deadline", sums.failed_no_answer, sums.failed_deadline);
    let work = format!(
        "{} attempts, {} SYN retransmissions, {} served after abandonment, {} failed servers taken out of service",
        sums.attempts, sums.syns_again, sums.served_in_vain, sums.detections
    );
    [("cut off", cut_off), ("timed out", in_time), ("in total", work)]
        .map(|(label, line)| format!("{label:>24}  {line}\n"))
        .concat()
}

/// The columns that a scheduler's servers have numbers for.
fn fields(scheduler: &SchedulerSummary) -> impl Iterator<Item = Field> {
    let has_caches = scheduler.servers.iter().any(|server| server.hit_ratio.is_some());
    FIELDS.into_iter().chain(has_caches.then_some(HITS))
}

fn by_server(study: &Study, scheduler: &SchedulerSummary, width: usize) -> String {
    let names = study.servers.iter().map(|server| server.name.clone()).collect();
    let weights = study.servers.iter().map(|server| plain(server.mean_weight)).collect();
    let shares = study.weight_shares().into_iter().map(|share| Scale::PER_CENT.value(share)).collect();
    let leading = [
        Column::words("server", names),
        Column::numbers("weight", weights),
        Column::numbers("weight %", shares),
    ];
    let column = |(heading, scale, value): Field| {
        let cells = scheduler.servers.iter().map(|server| scale.value(value(server))).collect();
        vec![Column::numbers(heading, cells)]
    };
    let columns: Vec<_> = fields(scheduler).map(column).collect();
    render(&leading, &columns, width)
}

fn by_group(study: &Study, scheduler: &SchedulerSummary, width: usize) -> String {
    let groups = study.groups();
    let repeated = |name: &str, count: usize| [format!("{name} ({count})"), String::new(), String::new()];
    let names = groups.iter().flat_map(|(name, members)| repeated(name, members.len())).collect();
    let kinds = groups.iter().flat_map(|_| ["least", "mean", "greatest"].map(str::to_owned)).collect();
    let leading = [Column::words("group", names), Column::words("", kinds)];
    let weights = groups.iter().flat_map(|(_, members)| {
        spread(Scale::PLAIN, members.iter().map(|&number| Some(study.servers[number].mean_weight)))
    });
    let shares = study.weight_shares();
    let shares = groups
        .iter()
        .flat_map(|(_, members)| spread(Scale::PER_CENT, members.iter().map(|&number| shares[number])));
    let mut columns = vec![vec![
        Column::numbers("weight", weights.collect()),
        Column::numbers("weight %", shares.collect()),
    ]];
    columns.extend(fields(scheduler).map(|(heading, scale, value)| {
        let cells = groups.iter().flat_map(|(_, members)| {
            spread(scale, members.iter().map(|&number| value(&scheduler.servers[number])))
        });
        vec![Column::numbers(heading, cells.collect())]
    }));
    render(&leading, &columns, width)
}

/// Least, mean and greatest of what is known.
fn spread(scale: Scale, values: impl Iterator<Item = Option<f64>>) -> [String; 3] {
    let known: Vec<f64> = values.flatten().collect();
    if known.is_empty() {
        return [MISSING; 3].map(str::to_owned);
    }
    let least = known.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    [least, mean, greatest].map(|value| scale.value(Some(value)))
}
