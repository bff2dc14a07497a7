//! What a scenario may have, each feature as the lines that ask for it.

/// A key with dots, and its value in TOML. `faults` and `timeline` are lists, to which a line adds one entry.
pub(super) type Line = (&'static str, &'static str);

/// Something that a scenario may have.
pub(super) struct Feature {
    pub(super) name: &'static str,
    /// What asks for it.
    pub(super) own: &'static [Line],
    /// What it needs to make a difference: an occasion. Gives way to what another feature asks for.
    pub(super) needs: &'static [Line],
}

const fn feature(name: &'static str, own: &'static [Line], needs: &'static [Line]) -> Feature {
    Feature { name, own, needs }
}

const CRASH: Line = ("faults", r#"at = "1s", kind = "crash", server = "web-1", lasting = "1400ms""#);
const RESET: Line = ("faults", r#"at = "1500ms", kind = "reset", server = "web-2", lasting = "500ms""#);
const HANG: Line = ("faults", r#"at = "1200ms", kind = "hang", server = "web-3", lasting = "1500ms""#);
const SLOW: Line =
    ("faults", r#"at = "2500ms", kind = "slow", server = "web-1", speed = 0.3, lasting = "1s""#);
const COLD: Line = ("faults", r#"at = "2507ms", kind = "failover", every = "301ms", count = 5"#);
const SYNCHRONISED: Line =
    ("faults", r#"at = "2207ms", kind = "failover", sync = true, every = "211ms", count = 7"#);
const DOWN: Line = ("faults", r#"at = "2600ms", kind = "director-down", director = 3, lasting = "600ms""#);
const ADD: Line = ("timeline", r#"at = "1700ms", add = { server = "new", weight = 10 }"#);
const REMOVE: Line = ("timeline", r#"at = "2300ms", remove = "web-2""#);
const QUIESCE: Line = ("timeline", r#"at = "1350ms", quiesce = "web-3""#);
const THREE: Line = ("directors.count", "3");
const BY_CONNECTION: Line = ("directors.by", r#""connection""#);
const FEW_CLIENTS: Line = ("clients.uniform.count", "20");
const FEW_PORTS: Line = ("clients.uniform.ports", "2");
const UDP: Line = ("service.protocol", r#""udp""#);
const SIZES: &[Line] =
    &[("sizes.request.constant.size", r#""500B""#), ("sizes.response.exponential.mean", r#""20kB""#)];
const DEADLINE: Line = ("patience.deadline", r#""1200ms""#);
const REQUESTS: &[Line] =
    &[("requests.count", "2"), ("requests.idle", r#"{ exponential = { mean = "200ms" } }"#)];

/// All features, in the order of the matrix.
pub(super) const ALL: &[Feature] = &[
    feature("network", &[("network.client", r#""4ms""#), ("network.server", r#""1ms""#)], &[]),
    feature("network.back", &[("network.back", r#""9ms""#)], &[("service.forwarding", r#""gate""#)]),
    feature("director", &[("director.packets", r#""6k/s""#)], SIZES),
    feature("sizes", SIZES, &[]),
    feature("directors", &[THREE, BY_CONNECTION], &[]),
    feature("fault crash", &[CRASH], &[]),
    feature("fault reset", &[RESET], &[]),
    feature("fault hang", &[HANG], &[]),
    feature("fault slow", &[SLOW], &[]),
    feature("fault failover", &[COLD], &[]),
    feature("failover sync", &[SYNCHRONISED], &[]),
    feature("director-down, plain", &[DOWN, ("directors.hash", r#""plain""#)], &[THREE, BY_CONNECTION]),
    feature(
        "director-down, resilient",
        &[DOWN, ("directors.hash", r#""resilient""#)],
        &[THREE, BY_CONNECTION],
    ),
    feature("timeline add", &[ADD], &[]),
    feature("timeline remove", &[REMOVE], &[]),
    feature("timeline quiesce", &[QUIESCE], &[]),
    feature("deadline", &[DEADLINE], &[HANG]),
    feature("cancel", &[("patience.cancel", "true")], &[DEADLINE, HANG]),
    feature("retries", &[("patience.retries", "2")], &[RESET]),
    feature("connect_timeout", &[("patience.connect_timeout", r#""1100ms""#)], &[CRASH]),
    feature("syn_retries", &[("patience.syn_retries", "0")], &[CRASH]),
    feature(
        "health tcp",
        &[("health.check", r#""tcp""#), ("health.delay_loop", r#""200ms""#)],
        &[CRASH, ("health.connect_timeout", r#""100ms""#), ("health.delay_before_retry", r#""50ms""#)],
    ),
    feature(
        "health http",
        &[("health.check", r#""http""#), ("health.delay_loop", r#""200ms""#)],
        &[HANG, ("health.connect_timeout", r#""100ms""#), ("health.delay_before_retry", r#""50ms""#)],
    ),
    feature("controller", &[("controller.every", r#""250ms""#)], &[]),
    feature("newcomers", &[("newcomers.ramp", r#""800ms""#)], &[ADD]),
    feature("slow_start", &[("servers.slow_start", r#"{ ramp = "1500ms" }"#)], &[ADD]),
    feature("pauses", &[("servers.pauses", r#"{ every = "500ms", lasting = "50ms" }"#)], &[]),
    feature("overflow drop", &[("servers.overflow", r#""drop""#)], &[("servers.backlog", "0")]),
    feature(
        "cache",
        &[("servers.cache", r#"{ objects = 3, hit = "1ms", miss = "5ms" }"#)],
        &[("service.fwmark", "1"), ("destinations", r#"{ zipf = { count = 10, exponent = 1.5 } }"#)],
    ),
    feature("requests", REQUESTS, &[]),
    feature("keepalive", &[("requests.keepalive", r#""150ms""#)], REQUESTS),
    feature(
        "closed",
        &[("arrivals", r#"{ closed = { users = 25, think = { exponential = { mean = "200ms" } } } }"#)],
        &[],
    ),
    feature("classes, services", &[("classes", "2")], &[]),
    feature("ports", &[FEW_PORTS], &[FEW_CLIENTS]),
    feature("persistent", &[("service.persistent", r#""1s""#)], &[("clients.uniform.count", "150")]),
    feature(
        "timeouts 0s",
        &[
            ("service.timeouts.time_wait", r#""0s""#),
            ("service.timeouts.fin_wait", r#""0s""#),
            ("service.timeouts.close", r#""0s""#),
            ("service.timeouts.udp", r#""0s""#),
        ],
        &[],
    ),
    feature(
        "expire_nodest_conn",
        &[("service.sysctl.expire_nodest_conn", "1")],
        &[
            FEW_CLIENTS,
            FEW_PORTS,
            REMOVE,
            ("service.sysctl.conn_reuse_mode", "0"),
            ("service.timeouts.udp", r#""1s""#),
        ],
    ),
    feature("sloppy_tcp", &[("service.sysctl.sloppy_tcp", "1")], &[HANG, COLD]),
    feature("drop_packet", &[("service.sysctl.drop_packet", "3")], &[]),
    feature(
        "secure_tcp",
        &[("service.sysctl.secure_tcp", "3")],
        &[CRASH, ("service.forwarding", r#""gate""#)],
    ),
    feature("udp", &[UDP], &[]),
    feature("one_packet", &[("service.one_packet", "true")], &[UDP]),
    feature("masq", &[("service.forwarding", r#""masq""#)], &[("service.forwarding", r#""gate""#)]),
    feature("gate", &[("service.forwarding", r#""gate""#)], &[]),
    feature("tunnel", &[("service.forwarding", r#""tunnel""#)], &[]),
    feature("jsq", &[("service.baselines", r#"["jsq"]"#)], &[]),
    feature("least-work", &[("service.baselines", r#"["least-work"]"#)], &[]),
    feature("random", &[("service.baselines", r#"["random"]"#)], &[]),
];
