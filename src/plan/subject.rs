//! What is planned: a key of a group of servers, or the load; and who may be away.

use ipvslab_reports::plan::PlanUnit;
use ipvslab_scenarios::{Scenario, ServerInfo, Setting};
use ipvslab_schedulers::SchedulerKind;

use crate::args::{self, Varied, Vary};
use crate::exit::{Exit, Failure};
use crate::scenario_file;

/// A load that runs would take too long to settle at.
pub(super) const NEARLY_FULL: f64 = 0.97;
/// From one step of the ladder of loads to the next: a part.
const STEP: f64 = 0.02;
/// The lightest load that is tried, over the file's own.
const LIGHTEST: f64 = 1e-3;
/// The greatest load that is tried where nothing bounds it, over the file's own.
const HEAVIEST: f64 = 1e3;
/// The most members of a group that are taken away one by one under a hash.
const MEMBERS: usize = 16;

/// What is planned.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    what: What,
    pub(super) survive: u32,
    /// Who is away, by case; a case with nobody where all are there.
    pub(super) away: Vec<Away>,
    /// Offered load in erlang of the file.
    offered: f64,
    /// Whether a load of 1 and more cannot last: then such sizes are not run.
    is_bounded: bool,
    /// By server of the file: its group, and what it does per time.
    servers: Vec<(String, f64)>,
    arrivals_per_s: f64,
    /// Slots or cores of a server of the group, as the file has them.
    width: f64,
}

#[derive(Clone, Debug)]
enum What {
    Key(Vary),
    Load { least: i64, most: i64 },
}

/// Servers that are away: how many of which group, and from which end of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Away(Vec<(String, Which)>);

/// Which of a group's servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    /// The last ones, this many.
    Last(usize),
    /// The first ones, this many.
    First(usize),
    /// The one of this place, from 0.
    Member(usize),
}

impl Away {
    /// For people; nothing if nobody is away.
    pub(super) fn words(&self) -> String {
        let one = |(group, which): &(String, Which)| match which {
            Which::Last(1) => format!("one of {group}"),
            Which::Last(count) => format!("{count} of {group}"),
            Which::First(1) => format!("the first of {group}"),
            Which::First(count) => format!("the first {count} of {group}"),
            Which::Member(place) => format!("{group} {}", place + 1),
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    /// Takes them off the list.
    pub(super) fn leave(&self, servers: &mut [ServerInfo]) {
        for (group, which) in &self.0 {
            let members: Vec<usize> = servers
                .iter()
                .enumerate()
                .filter(|(_, info)| info.group == *group)
                .map(|(at, _)| at)
                .collect();
            let gone = match *which {
                Which::Last(count) => &members[members.len().saturating_sub(count)..],
                Which::First(count) => &members[..count.min(members.len())],
                Which::Member(place) => members.get(place..=place).unwrap_or_default(),
            };
            for &at in gone {
                servers[at].server.listed = false;
            }
        }
    }
}

impl Subject {
    /// What the command line asks for.
    pub(super) fn of(scenario: &Scenario, args: &args::Plan) -> Result<Self, Failure> {
        let is_bounded = scenario.is_steady() && !scenario.has_closed_loops() && !scenario.has_caches();
        let what = match (&args.vary, args.load) {
            (Some(vary), _) => What::Key(known(scenario, vary)?),
            (None, true) => {
                let most = if is_bounded { NEARLY_FULL / scenario.utilisation() } else { HEAVIEST };
                // Just below the bound: the ladder descends from there.
                What::Load { least: rung(most), most: rung(LIGHTEST) }
            }
            (None, false) => What::Key(only_group(scenario)?),
        };
        let open = |info: &ServerInfo| {
            let is_open = info.server.listed && info.server.weight.get() > 0;
            (info.group.clone(), if is_open { info.capacity() } else { 0.0 })
        };
        let own = |info: &&ServerInfo| matches!(&what, What::Key(vary) if vary.group == info.group);
        let width = scenario.servers.iter().find(own).map_or(1, |info| info.server.discipline.width());
        Ok(Self {
            width: f64::from(width),
            away: away(scenario, args.survive),
            survive: args.survive,
            what,
            offered: scenario.offered_load(),
            is_bounded,
            servers: scenario.servers.iter().map(open).collect(),
            arrivals_per_s: scenario.arrival_rate(),
        })
    }

    /// The least and the greatest size that may be chosen.
    pub(super) fn among(&self) -> (i64, i64) {
        match &self.what {
            What::Key(vary) => (*vary.among.start(), *vary.among.end()),
            What::Load { least, most } => (*least, *most),
        }
    }

    pub(super) fn unit(&self) -> PlanUnit {
        match &self.what {
            What::Key(Vary { what: Varied::Count, .. }) => PlanUnit::Servers,
            What::Key(Vary { what: Varied::Slots, .. }) => PlanUnit::Slots,
            What::Key(Vary { what: Varied::Cores, .. }) => PlanUnit::Cores,
            What::Key(Vary { what: Varied::Workers, .. }) => PlanUnit::Workers,
            What::Load { .. } => PlanUnit::Load,
        }
    }

    /// What is varied, in a scenario file's words.
    pub(super) fn key(&self) -> String {
        match &self.what {
            What::Key(vary) => format!("servers.{}.{}", vary.group, vary.what.key()),
            What::Load { .. } => "load".to_owned(),
        }
    }

    /// The settings and the factor of the rates that make a size of the file.
    pub(super) fn made(&self, size: i64) -> (Vec<Setting>, f64) {
        match &self.what {
            What::Key(vary) => {
                let key = format!("servers.{}.{}", vary.group, vary.what.key());
                let setting = Setting::new(&key, &size.to_string()).expect("a key of the file");
                (vec![setting], 1.0)
            }
            What::Load { .. } => (Vec::new(), factor(size)),
        }
    }

    /// What a size amounts to: itself, or connections per second.
    pub(super) fn number(&self, size: i64) -> f64 {
        match &self.what {
            What::Key(_) => size as f64,
            What::Load { .. } => self.arrivals_per_s * factor(size),
        }
    }

    /// Offered load over the capacity that is left in the worst case.
    pub(super) fn load_ratio(&self, size: i64) -> f64 {
        let (mut servers, offered) = match &self.what {
            What::Load { .. } => (self.servers.clone(), self.offered * factor(size)),
            What::Key(vary) => {
                let others = self.servers.iter().filter(|(group, _)| *group != vary.group).cloned();
                let own: Vec<f64> = self
                    .servers
                    .iter()
                    .filter(|(group, _)| *group == vary.group)
                    .map(|&(_, does)| does)
                    .collect();
                let each = own.iter().sum::<f64>() / own.len().max(1) as f64;
                let count = if vary.what == Varied::Count { size as usize } else { own.len() };
                let does = match vary.what {
                    Varied::Count | Varied::Workers => each,
                    Varied::Slots | Varied::Cores => each / self.width * size as f64,
                };
                (others.chain(std::iter::repeat_n((vary.group.clone(), does), count)).collect(), self.offered)
            }
        };
        servers.sort_by(|a, b| b.1.total_cmp(&a.1));
        let left: f64 = servers.iter().skip(self.survive as usize).map(|(_, does)| does).sum();
        if left > 0.0 { offered / left } else { f64::INFINITY }
    }

    /// Whether a size cannot hold, without a run.
    pub(super) fn fails_outright(&self, size: i64) -> bool {
        let load = self.load_ratio(size);
        load.is_infinite() || self.is_bounded && load >= NEARLY_FULL
    }

    /// Where to begin without a formula: at four fifths of the capacity.
    pub(super) fn first_guess(&self) -> i64 {
        let (least, most) = self.among();
        let (mut fails, mut holds) = (least - 1, most);
        while holds - fails > 1 {
            let middle = fails + (holds - fails) / 2;
            if self.load_ratio(middle) <= 0.8 { holds = middle } else { fails = middle }
        }
        holds
    }

    /// The group whose key is varied, if one is.
    pub(super) fn varied(&self) -> Option<&Vary> {
        match &self.what {
            What::Key(vary) => Some(vary),
            What::Load { .. } => None,
        }
    }
}

/// What the rates of the file are multiplied by on a rung of the ladder.
fn factor(rung: i64) -> f64 {
    // Multiplied step by step: the same digits on every machine.
    let steps = (0..rung.unsigned_abs()).fold(1.0, |product, _| product * (1.0 + STEP));
    if rung > 0 { 1.0 / steps } else { steps }
}

/// The first rung, from above, on which the factor is at most this one.
fn rung(most: f64) -> i64 {
    let mut rung = 0;
    while factor(rung) > most {
        rung += 1;
    }
    while factor(rung - 1) <= most {
        rung -= 1;
    }
    rung
}

/// The key, if the file has its group and takes its numbers.
fn known(scenario: &Scenario, vary: &Vary) -> Result<Vary, Failure> {
    for end in [vary.among.start(), vary.among.end()] {
        let key = format!("servers.{}.{}", vary.group, vary.what.key());
        let setting = Setting::new(&key, &end.to_string())
            .map_err(|error| Failure::new(Exit::Usage, format!("error: --vary: {error}")))?;
        scenario.changed(&[setting], 1.0).map_err(|problems| scenario_file::failure(&problems))?;
    }
    Ok(vary.clone())
}

/// The number of servers of the only group.
fn only_group(scenario: &Scenario) -> Result<Vary, Failure> {
    let groups = groups(scenario);
    match groups.as_slice() {
        [only] => {
            let most = (4 * scenario.servers.len() as i64).max(64);
            Ok(Vary { group: only.clone(), what: Varied::Count, among: 1..=most })
        }
        several => {
            let message = format!(
                "error: there are several groups of servers: {}\n  help: say which to plan, for example --vary servers.{}.count=1..64",
                several.join(", "),
                several[0]
            );
            Err(Failure::new(Exit::Usage, message))
        }
    }
}

/// The groups, in the order of the file.
fn groups(scenario: &Scenario) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for info in &scenario.servers {
        if !groups.contains(&info.group) {
            groups.push(info.group.clone());
        }
    }
    groups
}

/// Who may be away: every choice of this many servers by group, from the end of it and, where the place in the list
/// matters, from its beginning; under a hash every member of the largest group too.
fn away(scenario: &Scenario, survive: u32) -> Vec<Away> {
    let groups = groups(scenario);
    let members = |group: &String| scenario.servers.iter().filter(|info| info.group == *group).count();
    let hashes = scenario.schedulers.iter().any(|&kind| is_hash(kind));
    let has_places = groups.len() > 1 || hashes;
    let both = |group: &String, count: usize| {
        let first = (has_places && members(group) > count).then_some(Which::First(count));
        [Some(Which::Last(count)), first]
            .into_iter()
            .flatten()
            .map(|which| (group.clone(), which))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<Away> = match survive {
        0 => vec![Away(Vec::new())],
        1 => groups.iter().flat_map(|group| both(group, 1)).map(|one| Away(vec![one])).collect(),
        _ => {
            let mut pairs = Vec::new();
            for (at, group) in groups.iter().enumerate() {
                pairs.extend(both(group, 2).into_iter().map(|two| Away(vec![two])));
                for other in &groups[at + 1..] {
                    pairs.extend(
                        both(group, 1).into_iter().zip(both(other, 1)).map(|(a, b)| Away(vec![a, b])),
                    );
                }
            }
            pairs
        }
    };
    let largest = groups.iter().max_by_key(|group| members(group)).filter(|_| hashes && survive == 1);
    if let Some(largest) = largest {
        let inner = 1..members(largest).min(MEMBERS).saturating_sub(1);
        all.extend(inner.map(|place| Away(vec![(largest.clone(), Which::Member(place))])));
    }
    all
}

/// Whether a scheduler chooses by a hash, so that one server is not as another.
fn is_hash(kind: SchedulerKind) -> bool {
    matches!(kind.name(), "sh" | "mh" | "dh" | "lblc" | "lblcr")
}

/// Whether more servers may be worse than fewer: by hashes, caches, or weights that are capacities.
pub(super) fn may_turn(scenario: &Scenario, kind: SchedulerKind) -> bool {
    is_hash(kind) || matches!(kind.name(), "ovf" | "fo") || scenario.has_caches()
}
