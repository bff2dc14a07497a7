//! The formats that are read, and what each is called.

use std::fmt;

/// What a log is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// Apache's common, combined and vhost_combined, perhaps with %D at the end.
    Apache,
    /// nginx's combined, perhaps with $request_time behind.
    Nginx,
    /// HAProxy's `option httplog`.
    HaproxyHttp,
    /// HAProxy's `option tcplog`.
    HaproxyTcp,
    /// The access log of AWS's Classic Load Balancer.
    Elb,
    /// The access log of AWS's Application Load Balancer.
    Alb,
    /// Zeek's conn.log with tabs.
    Zeek,
    /// Zeek's conn.log as JSON.
    ZeekJson,
    /// Envoy's access log as JSON.
    Envoy,
    /// Packets: pcap or pcapng.
    Pcap,
    /// What `ipvslab trace convert` writes.
    Trace,
}

impl Format {
    /// All of them, the most telling first.
    pub const ALL: [Self; 11] = [
        Self::Pcap,
        Self::Trace,
        Self::Zeek,
        Self::ZeekJson,
        Self::Envoy,
        Self::Alb,
        Self::Elb,
        Self::HaproxyHttp,
        Self::HaproxyTcp,
        Self::Apache,
        Self::Nginx,
    ];

    /// What `--from` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Apache => "apache",
            Self::Nginx => "nginx",
            Self::HaproxyHttp => "haproxy-http",
            Self::HaproxyTcp => "haproxy-tcp",
            Self::Elb => "elb",
            Self::Alb => "alb",
            Self::Zeek => "zeek",
            Self::ZeekJson => "zeek-json",
            Self::Envoy => "envoy",
            Self::Pcap => "pcap",
            Self::Trace => "trace",
        }
    }

    /// The format that `--from` calls so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Apache => "a common or combined log of Apache",
            Self::Nginx => "a combined log of nginx",
            Self::HaproxyHttp => "an HTTP log of HAProxy",
            Self::HaproxyTcp => "a TCP log of HAProxy",
            Self::Elb => "an access log of an AWS Classic Load Balancer",
            Self::Alb => "an access log of an AWS Application Load Balancer",
            Self::Zeek => "a conn.log of Zeek",
            Self::ZeekJson => "a conn.log of Zeek in JSON",
            Self::Envoy => "an access log of Envoy in JSON",
            Self::Pcap => "a packet capture",
            Self::Trace => "a trace of ipvslab",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
