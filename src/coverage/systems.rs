//! The systems whose truths are known.

use ipvslab_reports::Metric;

use Metric::{ResponseMean as Mean, ResponseP95 as P95, ResponseP99 as P99};

/// A queue, how it is studied, and what is true of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct System {
    /// What it is called.
    pub(super) name: &'static str,
    /// Offered load over capacity.
    pub(super) load: f64,
    /// How many connections come in the window of a replication.
    pub(super) window: u32,
    slots: u32,
    /// The law of work, of mean 1 s, as a scenario has it.
    work: &'static str,
    /// Seconds.
    pub(super) truths: &'static [(Metric, f64)],
    /// Ends when half the width of a metric's interval is this part of it.
    pub(super) stop_at: Option<(Metric, f64)>,
    /// Windows are too short on purpose: the study has to say so.
    pub(super) is_short: bool,
    /// Whether an objective is set to the true p99.
    is_judged: bool,
    /// Whether it is one of the few that are run every day.
    is_fast: bool,
}

const EXPONENTIAL: &str = "[work.exponential]\nmean = \"1s\"\n";
const HYPEREXPONENTIAL: &str = "[work.hyperexponential]\nmean = \"1s\"\nscv = 4.0\n";
const LOGNORMAL: &str = "[work.lognormal]\nmean = \"1s\"\nscv = 4.0\n";
const WEIBULL: &str = "[work.weibull]\nmean = \"1s\"\nshape = 0.5\n";

/// M/M/1: exponential response times. M/M/8: Erlang C. Hyperexponential work: two poles. Others: Pollaczek and Khinchine for means,
/// the geometric compound by Fourier transforms for quantiles (four digits).
pub(super) fn systems(fast: bool) -> Vec<System> {
    let mm1_8: &[(Metric, f64)] = &[(Mean, 5.0), (P95, 14.978_661), (P99, 23.025_851)];
    let mh2_8: &[(Metric, f64)] = &[(Mean, 11.0), (P95, 38.494_106), (P99, 61.210_321)];
    let one = |name, work, load, window, truths| System {
        name,
        load,
        window,
        slots: 1,
        work,
        truths,
        stop_at: None,
        is_short: false,
        is_judged: false,
        is_fast: false,
    };
    let mm1 = |load, window, truths| one("M/M/1", EXPONENTIAL, load, window, truths);
    let mm8 = |load, window, truths| System { slots: 8, ..one("M/M/8", EXPONENTIAL, load, window, truths) };
    let mh2 = |load, window, truths| one("M/H2/1, scv 4", HYPEREXPONENTIAL, load, window, truths);
    let lognormal = |load, window, truths| one("M/G/1, lognormal, scv 4", LOGNORMAL, load, window, truths);
    let weibull = |load, window, truths| one("M/G/1, Weibull, shape ½", WEIBULL, load, window, truths);
    let daily = |system: System| System { is_fast: true, ..system };
    let judged = |system: System| System { is_judged: true, ..system };
    let stopped = |system: System, metric, part| System { stop_at: Some((metric, part)), ..system };
    let all = vec![
        daily(mm1(0.5, 5_000, &[(Mean, 2.0), (P95, 5.991_464_5), (P99, 9.210_340_4)])),
        daily(judged(mm1(0.8, 20_000, mm1_8))),
        judged(mm1(0.9, 80_000, &[(Mean, 10.0), (P95, 29.957_323), (P99, 46.051_702)])),
        daily(System { is_short: true, ..mm1(0.9, 2_000, &[(P99, 46.051_702)]) }),
        daily(mm8(0.5, 20_000, &[(Mean, 1.014_761), (P95, 3.015_220_2), (P99, 4.624_660_3)])),
        mm8(0.8, 50_000, &[(Mean, 1.286_028_1), (P95, 3.508_442_6), (P99, 5.152_181_6)]),
        mm8(0.9, 100_000, &[(Mean, 1.876_916_2), (P95, 4.925_146_8), (P99, 7.087_347_4)]),
        daily(mh2(0.5, 10_000, &[(Mean, 3.5), (P95, 14.980_284), (P99, 25.860_726)])),
        mh2(0.8, 50_000, mh2_8),
        mh2(0.9, 200_000, &[(Mean, 23.5), (P95, 76.185_767), (P99, 118.930_33)]),
        daily(lognormal(0.5, 20_000, &[(Mean, 3.5), (P95, 14.069)])),
        lognormal(0.8, 50_000, &[(Mean, 11.0)]),
        lognormal(0.9, 200_000, &[(Mean, 23.5), (P95, 81.22)]),
        weibull(0.5, 20_000, &[(Mean, 4.0)]),
        weibull(0.8, 50_000, &[(Mean, 13.0)]),
        weibull(0.9, 200_000, &[(Mean, 28.0), (P95, 91.689)]),
        stopped(mm1(0.8, 20_000, mm1_8), P99, 0.05),
        stopped(mm1(0.8, 20_000, mm1_8), Mean, 0.03),
        stopped(mh2(0.8, 50_000, mh2_8), P95, 0.05),
    ];
    all.into_iter().filter(|system| system.is_fast || !fast).collect()
}

impl System {
    /// As a scenario file.
    pub(super) fn text(&self) -> String {
        let rate = self.load * f64::from(self.slots);
        let window = f64::from(self.window) / rate;
        let warm_up = window / 10.0;
        let require = |&(metric, truth): &(Metric, f64)| {
            (self.is_judged && metric == P99)
                .then(|| format!("[[objectives]]\nrequire = \"p99 < {truth}s\"\n"))
        };
        let objectives: String = self.truths.iter().filter_map(require).collect();
        let stop_when = self.stop_at.map_or_else(String::new, |(metric, part)| {
            let key = metric.key();
            format!("stop_when = {{ metric = \"{key}\", relative_half_width = {part:?} }}\n")
        });
        format!(
            "title = \"{}\"\n[run]\nduration = \"{}s\"\nwarm_up = \"{warm_up}s\"\nreplications = 20\n{stop_when}\
             [service]\naddress = \"192.0.2.1:80\"\nschedulers = [\"rr\"]\n\
             [[servers]]\nname = \"server\"\nslots = {}\n[arrivals.poisson]\nrate = \"{rate}/s\"\n{}{objectives}",
            self.name,
            window + warm_up,
            self.slots,
            self.work
        )
    }
}
