//! A law of work, as a scenario says it.

use serde_json::Value;

/// A law of work with its parameters in seconds.
pub(super) fn work(service: &Value) -> String {
    let number = |name: &str| service[name].as_f64().unwrap_or(1.0);
    let mean = format!("mean = \"{}s\"\n", number("mean"));
    match service["dist"].as_str() {
        Some("deterministic") => format!("[work.constant]\ntime = \"{}s\"\n", number("mean")),
        Some("erlang") => format!("[work.erlang]\n{mean}shape = {}\n", number("k")),
        Some("hyperexp2") => format!("[work.hyperexponential]\n{mean}scv = {}\n", number("scv")),
        Some("lognormal") => {
            // scv = e^(sigma²) − 1
            let scv = libm::expm1(number("sigma_log") * number("sigma_log"));
            format!("[work.lognormal]\n{mean}scv = {scv}\n")
        }
        Some("weibull") => format!("[work.weibull]\n{mean}shape = {}\n", number("shape")),
        Some("bounded_pareto") => format!(
            "[work.bounded_pareto]\nshape = {}\nlow = \"{}s\"\nhigh = \"{}s\"\n",
            number("alpha"),
            number("low"),
            number("high")
        ),
        _ => format!("[work.exponential]\n{mean}"),
    }
}
