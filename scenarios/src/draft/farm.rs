//! A whole scenario for a trace: what the trace does not say is made up, marked, and large enough to carry it.

use std::fmt::Write as _;

use super::workload::{Draft, DraftError, Workload, quoted, rounded, span};

/// How many servers are made up.
const SERVERS: u64 = 4;
/// The load that they have in the trace's busiest minute.
const LOAD: f64 = 0.7;
/// The most slots of a server.
const MOST_SLOTS: f64 = 1e6;

/// The text of a scenario that plays the trace of `draft`.
///
/// # Errors
/// If the trace makes no workload.
pub fn scenario(draft: &Draft<'_>) -> Result<String, DraftError> {
    let ipv6 = draft.is_ipv6()?;
    let facts = draft.facts;
    let has_destinations = facts.columns.target.is_some();
    let Workload { text: workload, mean_work_s, is_random } = draft.workload(has_destinations, ipv6)?;
    let peak = facts.peak_per_s() * mean_work_s;
    let slots = (peak / LOAD / SERVERS as f64).ceil().clamp(1.0, MOST_SLOTS);
    let mut text = String::new();
    let mut put = |line: &str| writeln!(text, "{line}").expect("memory");
    put(&format!(
        "# Drafted from the trace {}. Everything the trace does not say is a placeholder, and marked `made up`.",
        draft.file
    ));
    put(
        "# Times, rates and the like have units: \"250ms\", \"10min\", \"2000/s\". Every key: docs/scenario-format.md.\n",
    );
    put(&format!("title = {}\n", quoted(&format!("The clients of {}", draft.file))));
    put("[run]");
    put(&format!("# duration: the trace's, {}", span(facts.seconds())));
    let warm_up = (facts.longest as f64 / 1e9).min(facts.seconds() / 10.0);
    if warm_up >= 1e-3 {
        put(&format!(
            "warm_up = \"{}ms\"           # made up: excluded at the start, where a log lacks what was already running",
            (warm_up * 1e3).floor()
        ));
    }
    put(if is_random {
        "replications = 5           # each with other times within a tick"
    } else {
        "replications = 1           # nothing is random: everything is from the trace"
    });
    put("\n[service]");
    if has_destinations {
        put(
            "fwmark = 1                 # made up: by mark, so that dh, lblc, lblcr and caches see the objects; with an",
        );
        put(
            "                           # `address = \"10.0.0.1:80\"` instead, leave out [destinations.trace]",
        );
    } else if ipv6 {
        put("address = \"[2001:db8::1]:80\"  # made up");
    } else {
        put("address = \"10.0.0.1:80\"    # made up");
    }
    if draft.is_udp() {
        put("protocol = \"udp\"");
    }
    put("forwarding = \"masq\"        # made up: masq | gate | tunnel");
    let lists = if has_destinations { ", \"lblc\", \"lblcr\", \"dh\"" } else { "" };
    put(&format!("schedulers = [\"rr\", \"lc\", \"wlc\", \"sed\", \"nq\", \"sh\", \"mh\"{lists}]\n"));
    put(&format!(
        "# Made up: the servers. They are busy to at most 70 % in the trace's busiest minute ({} requests a second, each {} ms",
        rounded(facts.peak_per_s()),
        rounded(mean_work_s * 1e3)
    ));
    put("# of work on average). Replace them with your own.");
    put(&format!("[[servers]]\nname = \"web\"\ncount = {SERVERS}\nweight = 1\nslots = {slots}"));
    put("# cores = 8                # instead of slots: the processor is shared\n");
    text.push_str(&workload);
    Ok(text)
}
