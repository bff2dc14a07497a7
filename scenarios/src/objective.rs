//! Objectives: `"p99 < 200ms"`, `"refused < 0.1%"`.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{METRIC_KEYS, MetricKey, Quantity};

use crate::quantity::{Duration, Fault};
use crate::quoted::Text;
use crate::suggest::{did_you_mean, listed};

/// What a study is to hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Objective {
    /// The metric, by its key.
    pub metric: &'static str,
    /// Whether the metric is to stay below the limit; above it otherwise.
    pub below: bool,
    /// Microseconds for times, a part for shares (0.001 for 0.1 %), else a number.
    pub limit: f64,
    /// As it was written.
    pub text: String,
    /// Which schedulers are held to it; all without any.
    pub schedulers: Vec<SchedulerKind>,
}

/// Precision at which replications stop.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StopWhen {
    /// The metric, by its key.
    pub metric: &'static str,
    /// Half the width of its interval, over its mean, that is small enough under every scheduler.
    pub relative_half_width: f64,
}

impl Text for &'static MetricKey {
    const KIND: &'static str = "metric";
    const EXAMPLE: &'static str = "p99";

    fn parse(text: &str) -> Result<Self, Fault> {
        let words = || METRIC_KEYS.iter().flat_map(|metric| [Some(metric.key), metric.alias]).flatten();
        let name = text.trim();
        MetricKey::read(name).ok_or_else(|| {
            let fault = Fault::new(format!("one of the metrics {}", listed(words())));
            match did_you_mean(name, words()) {
                Some(help) => fault.help(help),
                None => fault,
            }
        })
    }
}

/// A metric, a relation and a limit.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Requirement {
    pub(crate) metric: &'static MetricKey,
    pub(crate) below: bool,
    pub(crate) limit: f64,
    pub(crate) text: String,
}

impl Text for Requirement {
    const KIND: &'static str = "objective";
    const EXAMPLE: &'static str = "p99 < 200ms";

    fn parse(text: &str) -> Result<Self, Fault> {
        let Some(at) = text.find(['<', '>', '=']) else {
            return Err(Fault::new("a metric, `<` or `>`, and a limit, such as \"p99 < 200ms\""));
        };
        let metric = <&'static MetricKey>::parse(&text[..at])?;
        let relation: String = text[at..].chars().take_while(|c| matches!(c, '<' | '>' | '=')).collect();
        let below = match relation.as_str() {
            "<" => true,
            ">" => false,
            _ => return Err(Fault::new(format!("`<` or `>` after `{}`, found `{relation}`", metric.key))),
        };
        let limit = limit(text[at + relation.len()..].trim(), metric)?;
        Ok(Self { metric, below, limit, text: text.trim().to_owned() })
    }
}

fn limit(text: &str, metric: &MetricKey) -> Result<f64, Fault> {
    let key = metric.key;
    let number = |text: &str| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        text.parse::<f64>().ok().filter(|number| plain && number.is_finite())
    };
    match metric.quantity {
        Quantity::Micros => Duration::parse(text).map(|time| time.nanos() / 1e3).map_err(|fault| Fault {
            expected: format!("{} as the limit of `{key}`", fault.expected),
            ..fault
        }),
        Quantity::Ratio => {
            let part = match text.strip_suffix('%') {
                Some(percent) => number(percent.trim()).map(|percent| percent / 100.0),
                None => number(text).filter(|&part| part == 0.0),
            };
            let fault = || {
                let fault = Fault::new(format!("a limit of `{key}` in per cent, from 0% to 100%"));
                if number(text).is_some() { fault.help(format!("unit needed: `{text}%`?")) } else { fault }
            };
            part.filter(|part| (0.0..=1.0).contains(part)).ok_or_else(fault)
        }
        Quantity::Number => {
            number(text).ok_or_else(|| Fault::new(format!("a number as the limit of `{key}`, without unit")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (&'static str, bool, f64) {
        let found = Requirement::parse(text).expect("an objective");
        (found.metric.key, found.below, found.limit)
    }

    #[test]
    fn objectives_are_read_in_the_units_of_their_metrics() {
        assert_eq!(read("p99 < 200ms"), ("p99", true, 200_000.0));
        assert_eq!(read("refused<0.1%"), ("refused", true, 0.001));
        assert_eq!(read("imbalance < 1.3"), ("max/mean", true, 1.3));
        assert_eq!(read(" jain > 0.95 "), ("jain", false, 0.95));
        assert_eq!(read("failed < 0"), ("failed", true, 0.0));
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let told = |text: &str| {
            let fault = Requirement::parse(text).expect_err(text);
            format!("{} {}", fault.expected, fault.help.unwrap_or_default())
        };
        assert!(told("p98 < 1s").contains("did you mean `p9"), "{}", told("p98 < 1s"));
        assert!(told("p99 < 5").contains("unit"), "{}", told("p99 < 5"));
        assert!(told("refused < 5").contains("`5%`"));
        assert!(told("refused < 101%").contains("100%"));
        assert!(told("p99 <= 5ms").contains("found `<=`"));
        assert!(told("p99").contains("p99 < 200ms"));
        assert!(told("jain > 95%").contains("without unit"));
        assert!(told("slowdown < inf").contains("number"));
    }
}
