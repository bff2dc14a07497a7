//! A script and what came of it, for people: what there was, what happened, what the kernel did, where the model parts.

use std::fmt::Write as _;

use ipvslab_schedulers::KernelProfile;

use super::world::{Follows, World};
use crate::log::Log;
use crate::model::{describe, named, only_in};
use crate::script::{Action, Reached, Script, Settings};

/// Tells a script that was played, event by event, the kernel's part and, where it differs, the model's (free-running).
/// `numbers` are the events' names.
///
/// # Panics
/// If the log is of another script.
pub fn story(script: &Script, numbers: &[usize], log: &Log, profile: KernelProfile) -> String {
    let model = World::new(script, log, profile, Follows::Itself).run();
    let mut text = tables(script);
    let mut jiffies = 0;
    let mut checkpoints = model.checkpoints.iter();
    for (place, event) in script.events.iter().enumerate() {
        jiffies += u64::from(log.jiffies[place]);
        let _ = write!(
            text,
            "  {:>5}  {:>12.3} s  {}",
            numbers[place],
            jiffies as f64 / f64::from(log.kernel.hz),
            describe(script, place)
        );
        match event.action {
            Action::Packet { .. } => {
                let kernel = log.outcomes[place];
                let _ = write!(text, ": {}", named(kernel));
                if let Some(model) = model.outcomes[place].filter(|&model| model != kernel) {
                    let _ = write!(text, "   <- model: {}", named(model));
                }
            }
            Action::Checkpoint => {
                if let Some(look) = checkpoints.next().filter(|look| look.kernel != look.model) {
                    let _ = write!(
                        text,
                        "\n           kernel: {}\n           model:  {}",
                        only_in(&look.kernel, &look.model),
                        only_in(&look.model, &look.kernel)
                    );
                }
            }
            _ => {}
        }
        text.push('\n');
    }
    text
}

/// The services and servers that the script's events are about, and the settings.
fn tables(script: &Script) -> String {
    let mut text = String::new();
    for (sysctl, value) in &script.sysctls {
        let _ = writeln!(text, "  at first {sysctl} = {value}");
    }
    if script.timeouts_s != [0; 3] {
        let _ = writeln!(text, "  at first timeouts {:?} s", script.timeouts_s);
    }
    for (place, service) in script.services.iter().enumerate() {
        let reached = match service.reached {
            Reached::Address(at) => format!("{:?} {at}", service.protocol),
            Reached::Fwmark { mark, port, ipv6 } => {
                format!("mark {mark} (port {port}, {})", if ipv6 { "IPv6" } else { "IPv4" })
            }
        };
        let absent = |listed: bool| if listed { "" } else { ", not there at first" };
        let _ = writeln!(
            text,
            "  service {place}: {reached}, {}{}",
            settings(&service.settings),
            absent(service.listed)
        );
        for (number, server) in script.servers.iter().enumerate() {
            if usize::from(server.service) == place {
                let _ = writeln!(
                    text,
                    "    server {number}: {} {:?}, weight {}, thresholds {:?}{}",
                    server.endpoint,
                    server.forwarding,
                    server.weight,
                    server.thresholds,
                    absent(server.listed)
                );
            }
        }
    }
    text
}

fn settings(settings: &Settings) -> String {
    let mut text = settings.scheduler.to_string();
    for (set, flag) in
        [(settings.fallback, "fallback"), (settings.hash_port, "port"), (settings.one_packet, "one-packet")]
    {
        if set {
            let _ = write!(text, ", {flag}");
        }
    }
    if let Some(persistent) = settings.persistent {
        let _ = write!(text, ", persistent {} s /{}", persistent.timeout_s, persistent.prefix);
    }
    text
}
