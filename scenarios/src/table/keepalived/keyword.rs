//! Keepalived's keywords, by what they mean for decisions.

/// The keywords outside of all blocks that are about IPVS, for suggestions.
pub(super) const TOP: [&str; 3] = ["virtual_server", "virtual_server_group", "global_defs"];

/// The keywords outside of all blocks that have nothing to do with decisions.
pub(super) const PASSED_OVER: [&str; 31] = [
    "SSL",
    "bfd_instance",
    "child_wait_time",
    "config_save_dir",
    "garp_group",
    "instance",
    "interface_up_down_delays",
    "linkbeat_interfaces",
    "linkbeat_use_polling",
    "namespace_with_ipsets",
    "net_namespace",
    "net_namespace_ipvs",
    "nftables",
    "process_names",
    "random_seed",
    "reload_check_config",
    "reload_file",
    "reload_time_file",
    "static_ipaddress",
    "static_routes",
    "static_rules",
    "static_track_group",
    "track_file",
    "tmp_config_directory",
    "umask",
    "use_pid_dir",
    "vrrp_instance",
    "vrrp_script",
    "vrrp_sync_group",
    "vrrp_track_file",
    "vrrp_track_process",
];

/// The names of `global_defs` that begin with `lvs_`.
pub(super) const GLOBAL_LVS: [&str; 11] = [
    "lvs_timeouts",
    "lvs_sync_daemon",
    "lvs_flush",
    "lvs_flush_on_stop",
    "lvs_flush_onstop",
    "lvs_notify_fifo",
    "lvs_notify_fifo_script",
    "lvs_netlink_cmd_rcv_bufs",
    "lvs_netlink_cmd_rcv_bufs_force",
    "lvs_netlink_monitor_rcv_bufs",
    "lvs_netlink_monitor_rcv_bufs_force",
];

/// Health checks, of which those of TCP and HTTP are read.
const CHECKS: [&str; 10] = [
    "TCP_CHECK",
    "HTTP_GET",
    "SSL_GET",
    "MISC_CHECK",
    "DNS_CHECK",
    "UDP_CHECK",
    "SMTP_CHECK",
    "PING_CHECK",
    "BFD_CHECK",
    "FILE_CHECK",
];

/// The numbers of health checks, which may stand outside of them too.
const CHECK_NUMBERS: [&str; 5] = ["delay_loop", "retry", "delay_before_retry", "warmup", "connect_timeout"];

/// What is done when health checks fail, as far as no scenario does it, and why not.
const FAILURES: [(&str, &str); 7] = [
    ("omega", "keepalived never stops in a scenario"),
    ("hysteresis", "a scenario's quorum is lost and found at the same weight"),
    ("quorum_up", "scripts are not run"),
    ("quorum_down", "scripts are not run"),
    ("sorry_server", "sorry servers are not simulated; below a quorum above 1, new connections are refused"),
    ("sorry_server_inhibit", "sorry servers are not simulated"),
    ("sorry_server_lvs_method", "sorry servers are not simulated"),
];

/// Names, messages and scripts, which change no decision.
const NEUTRAL: [&str; 8] = [
    "ha_suspend",
    "smtp_alert",
    "virtualhost",
    "snmp_name",
    "notify_up",
    "notify_down",
    "hashed",
    "nat_mask",
];

/// The keywords of a virtual server that are read.
const SERVICE: [&str; 22] = [
    "lvs_sched",
    "lb_algo",
    "lvs_method",
    "lb_kind",
    "persistence_timeout",
    "persistence_granularity",
    "persistence_engine",
    "protocol",
    "ip_family",
    "ops",
    "sh-port",
    "sh-fallback",
    "mh-port",
    "mh-fallback",
    "flag-1",
    "flag-2",
    "flag-3",
    "weight",
    "real_server",
    "alpha",
    "inhibit_on_failure",
    "quorum",
];

/// The keywords of a real server that are read.
const SERVER: [&str; 7] =
    ["weight", "lvs_method", "lb_kind", "uthreshold", "lthreshold", "inhibit_on_failure", "alpha"];

/// Where a keyword stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Within `virtual_server`.
    Service,
    /// Within `real_server`.
    Server,
}

impl Place {
    /// Keywords for suggestions.
    pub(super) fn keywords(self) -> Vec<&'static str> {
        let read: &[&str] = if self == Self::Service { &SERVICE } else { &SERVER };
        let failures = FAILURES.map(|(name, _)| name);
        [read, &CHECKS, &CHECK_NUMBERS, &failures, &NEUTRAL].concat()
    }
}

/// Whether a keyword is a health check.
pub(super) fn is_check(keyword: &str) -> bool {
    CHECKS.contains(&keyword)
}

/// What is said of a keyword that is not read: why, or nothing for what changes no decision. `None` for one that is not
/// known.
pub(super) fn not_simulated(keyword: &str) -> Option<(&'static str, Option<&'static str>)> {
    let of = |list: &[&'static str]| list.iter().find(|known| **known == keyword).copied();
    let why = |name, why| (name, Some(why));
    let failure = FAILURES.iter().find(|(name, _)| *name == keyword);
    None.or(of(&CHECKS).map(|name| {
        why(name, "this check is left out; TCP_CHECK, HTTP_GET and SSL_GET become [health] of the scenario")
    }))
    .or(failure.map(|&(name, reason)| why(name, reason)))
    .or((keyword == "alpha").then_some(why(
        "alpha",
        "servers are listed from the start here, in the order of the file; keepalived adds them as their checks succeed",
    )))
    .or(of(&NEUTRAL).map(|name| (name, None)))
}
