//! Keepalived's keywords: which there are in which block, and which begin a block of their own. As of 2.2.7; 2.3.4 has one more,
//! `tls_compliant`.

/// A block of the file, by what its keywords mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// Outside of all blocks.
    Top,
    /// `virtual_server`.
    Service,
    /// `real_server`.
    Server,
    /// A health check.
    Check(Check),
    /// `url` of HTTP_GET and SSL_GET.
    Url,
    /// `host` of SMTP_CHECK.
    Host,
    /// A block whose lines are no keywords, or that is not about IPVS.
    Other,
}

/// A kind of health check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Check {
    Tcp,
    Http,
    Ssl,
    Smtp,
    Dns,
    Misc,
    Udp,
    Ping,
    Bfd,
    File,
}

impl Check {
    const ALL: [(&'static str, Self); 10] = [
        ("TCP_CHECK", Self::Tcp),
        ("HTTP_GET", Self::Http),
        ("SSL_GET", Self::Ssl),
        ("SMTP_CHECK", Self::Smtp),
        ("DNS_CHECK", Self::Dns),
        ("MISC_CHECK", Self::Misc),
        ("UDP_CHECK", Self::Udp),
        ("PING_CHECK", Self::Ping),
        ("BFD_CHECK", Self::Bfd),
        ("FILE_CHECK", Self::File),
    ];

    /// The check of this keyword.
    pub(super) fn of(keyword: &str) -> Option<Self> {
        Self::ALL.iter().find(|(name, _)| *name == keyword).map(|&(_, check)| check)
    }

    /// Its keyword.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|&&(_, check)| check == self).map_or("", |&(name, _)| name)
    }

    fn keywords(self) -> Vec<&'static str> {
        match self {
            Self::Tcp | Self::Ping => [&CONNECTION[..], &TIMES].concat(),
            Self::Http | Self::Ssl => [&CONNECTION[..], &TIMES, &HTTP].concat(),
            Self::Smtp => [&CONNECTION[..], &TIMES, &["helo_name", "host"]].concat(),
            Self::Dns => [&CONNECTION[..], &TIMES, &["type", "name"]].concat(),
            Self::Udp => [&CONNECTION[..], &TIMES, &UDP].concat(),
            Self::Misc => [&TIMES[..], &["misc_path", "misc_timeout", "misc_dynamic", "user"]].concat(),
            Self::Bfd => vec!["name", "alpha"],
            Self::File => vec!["track_file", "weight"],
        }
    }
}

/// The keywords outside of all blocks that begin one.
const TOP_BLOCKS: [&str; 18] = [
    "virtual_server",
    "virtual_server_group",
    "global_defs",
    "SSL",
    "bfd_instance",
    "garp_group",
    "interface_up_down_delays",
    "linkbeat_interfaces",
    "static_ipaddress",
    "static_routes",
    "static_rules",
    "track_file",
    "track_group",
    "vrrp_instance",
    "vrrp_script",
    "vrrp_sync_group",
    "vrrp_track_file",
    "vrrp_track_process",
];

/// Those that stand within no other block: where one does, a brace is missing before it.
const ONLY_TOP: [&str; 7] = [
    "virtual_server",
    "virtual_server_group",
    "global_defs",
    "bfd_instance",
    "vrrp_instance",
    "vrrp_script",
    "vrrp_sync_group",
];

/// The keywords outside of all blocks that are lines.
const TOP_LINES: [&str; 7] = [
    "child_wait_time",
    "instance",
    "linkbeat_use_polling",
    "namespace_with_ipsets",
    "net_namespace",
    "net_namespace_ipvs",
    "use_pid_dir",
];

const SERVICE: [&str; 39] = [
    "lb_algo",
    "lb_kind",
    "lvs_sched",
    "lvs_method",
    "protocol",
    "real_server",
    "delay_loop",
    "persistence_timeout",
    "persistence_granularity",
    "persistence_engine",
    "ip_family",
    "ops",
    "hashed",
    "flag-1",
    "flag-2",
    "flag-3",
    "sh-port",
    "sh-fallback",
    "mh-port",
    "mh-fallback",
    "weight",
    "quorum",
    "quorum_up",
    "quorum_down",
    "hysteresis",
    "alpha",
    "omega",
    "inhibit_on_failure",
    "retry",
    "delay_before_retry",
    "warmup",
    "connect_timeout",
    "sorry_server",
    "sorry_server_inhibit",
    "sorry_server_lvs_method",
    "ha_suspend",
    "smtp_alert",
    "virtualhost",
    "snmp_name",
];

const SERVER: [&str; 15] = [
    "weight",
    "lvs_method",
    "uthreshold",
    "lthreshold",
    "inhibit_on_failure",
    "notify_up",
    "notify_down",
    "alpha",
    "retry",
    "delay_before_retry",
    "warmup",
    "connect_timeout",
    "delay_loop",
    "smtp_alert",
    "virtualhost",
];

/// What all checks that open a connection have.
const CONNECTION: [&str; 7] =
    ["connect_ip", "connect_port", "bindto", "bind_port", "bind_if", "connect_timeout", "fwmark"];

/// What all checks have that are made again and again.
const TIMES: [&str; 6] = ["retry", "delay_before_retry", "warmup", "delay_loop", "alpha", "log_all_failures"];

const HTTP: [&str; 7] =
    ["nb_get_retry", "virtualhost", "http_protocol", "enable_sni", "fast_recovery", "tls_compliant", "url"];

const UDP: [&str; 4] = ["payload", "require_reply", "min_reply_length", "max_reply_length"];

const URL: [&str; 10] = [
    "path",
    "digest",
    "status_code",
    "virtualhost",
    "regex",
    "regex_no_match",
    "regex_options",
    "regex_min_offset",
    "regex_max_offset",
    "regex_stack",
];

/// The names of `global_defs` that are about IPVS.
pub(super) const GLOBAL: [&str; 11] = [
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

impl Level {
    /// The keywords that this block knows.
    pub(super) fn keywords(self) -> Vec<&'static str> {
        match self {
            Self::Top => [&TOP_BLOCKS[..], &TOP_LINES].concat(),
            Self::Service => SERVICE.to_vec(),
            Self::Server => [&SERVER[..], &["snmp_name"], &Check::ALL.map(|(name, _)| name)].concat(),
            Self::Check(check) => check.keywords(),
            Self::Url => URL.to_vec(),
            Self::Host => [&CONNECTION[..], &TIMES].concat(),
            Self::Other => Vec::new(),
        }
    }

    /// Whether this block knows a keyword; one whose lines are no keywords knows all.
    pub(super) fn knows(self, keyword: &str) -> bool {
        self == Self::Other || self.keywords().contains(&keyword)
    }

    /// The block that a keyword begins here.
    pub(super) fn opens(self, keyword: &str) -> Option<Self> {
        match (self, keyword) {
            (Self::Top, "virtual_server") => Some(Self::Service),
            (Self::Top, keyword) => TOP_BLOCKS.contains(&keyword).then_some(Self::Other),
            (Self::Service, "real_server") => Some(Self::Server),
            (Self::Server, keyword) => Check::of(keyword).map(Self::Check),
            (Self::Check(Check::Http | Check::Ssl), "url") => Some(Self::Url),
            (Self::Check(Check::Smtp), "host") => Some(Self::Host),
            _ => None,
        }
    }

    /// Whether a keyword that this block does not know would begin a block in `outer`, so that a brace is missing here.
    pub(super) fn ends_before(self, keyword: &str, outer: Self) -> bool {
        match (self, outer) {
            (_, Self::Top) => ONLY_TOP.contains(&keyword),
            (Self::Other, _) => false,
            (_, outer) => !self.knows(keyword) && outer.opens(keyword).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_known_where_they_begin() {
        let levels =
            [Level::Top, Level::Service, Level::Server, Level::Check(Check::Http), Level::Check(Check::Smtp)];
        let opened = levels
            .iter()
            .flat_map(|level| level.keywords().into_iter().filter(|word| level.opens(word).is_some()));
        assert_eq!(opened.count(), TOP_BLOCKS.len() + 1 + 10 + 1 + 1);
    }

    #[test]
    fn a_block_ends_before_one_that_cannot_be_in_it() {
        assert!(Level::Server.ends_before("real_server", Level::Service));
        assert!(Level::Check(Check::Tcp).ends_before("TCP_CHECK", Level::Server));
        assert!(Level::Other.ends_before("virtual_server", Level::Top));
        assert!(!Level::Other.ends_before("track_file", Level::Top), "vrrp_instance has one too");
        assert!(!Level::Server.ends_before("weight", Level::Service), "both know it, and it is no block");
    }
}
