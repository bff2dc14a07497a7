//! Health checks as a scenario writes them.

use std::fmt::{self, Write as _};

use ipvslab_schedulers::Span;
use ipvslab_sim::{Asks, BelowQuorum, HealthCheck};

/// keepalived's own numbers, which are those of a scenario without any: `check_api.c` and `check_data.c` of 2.2.
pub(super) const DEFAULT: HealthCheck = HealthCheck {
    asks: Asks::Connection,
    delay_loop: Span::from_secs(60),
    connect_timeout: Span::from_secs(5),
    retry: 1,
    delay_before_retry: Span::from_secs(1),
    warm_up: Span::from_secs(60),
    inhibit_on_failure: false,
    quorum: 0,
    below_quorum: BelowQuorum::GoOn,
};

/// The section `[health]`.
pub(super) struct Section<'a>(pub(super) &'a HealthCheck);

impl fmt::Display for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("# They find nothing until [[faults]] says what breaks.\n[health]\n")?;
        keys(self.0).iter().try_for_each(|(name, value)| writeln!(f, "{name} = {value}"))
    }
}

/// The keys with their values, all of them but those that say nothing.
pub(super) fn keys(health: &HealthCheck) -> Vec<(&'static str, String)> {
    let asks = match health.asks {
        Asks::Connection => "\"tcp\"",
        Asks::Answer => "\"http\"",
    };
    let mut keys = vec![
        ("check", asks.to_owned()),
        ("delay_loop", time(health.delay_loop)),
        ("connect_timeout", time(health.connect_timeout)),
        ("retry", health.retry.to_string()),
        ("delay_before_retry", time(health.delay_before_retry)),
        ("warmup", time(health.warm_up)),
    ];
    if health.inhibit_on_failure {
        keys.push(("inhibit_on_failure", "true".to_owned()));
    }
    if health.quorum > 0 {
        keys.push(("quorum", health.quorum.to_string()));
    }
    if health.below_quorum == BelowQuorum::Close {
        keys.push(("below_quorum", "\"close\"".to_owned()));
    }
    keys
}

fn time(span: Span) -> String {
    let mut text = String::new();
    write!(text, "\"{}s\"", span.as_secs_f64()).expect("memory");
    text
}
