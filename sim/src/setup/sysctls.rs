//! The sysctls of `net.ipv4.vs` that change decisions.

use core::fmt;
use core::str::FromStr;

use ipvslab_schedulers::Span;

/// One of the sysctls.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Sysctl {
    /// 1: a SYN for an entry in TIME_WAIT or CLOSE is scheduled anew; 2 or 3: for one in FIN_WAIT too.
    ConnReuseMode,
    /// 1: entries of a server that is gone are ended, and a SYN for a quiesced one is scheduled anew.
    ExpireNodestConn,
    /// 1: templates of quiesced servers no longer count.
    ExpireQuiescentTemplate,
    /// 1: a TCP packet without SYN may make an entry.
    SloppyTcp,
    /// 1: an SCTP packet without INIT may make an entry.
    SloppySctp,
    /// 3: entries that look useless are dropped, part of the table at a time. 1 and 2 go by free memory, of which the
    /// model has plenty: they are as 0. So it is with [`DropPacket`](Self::DropPacket) and [`SecureTcp`](Self::SecureTcp).
    DropEntry,
    /// 3: every `am_droprate`-th packet that would be scheduled is dropped.
    DropPacket,
    /// See [`DropPacket`](Self::DropPacket).
    AmDroprate,
    /// 3: half-open connections need more than an ACK.
    SecureTcp,
    /// Seconds after which lblc forgets an address.
    LblcExpiration,
    /// Seconds after which lblcr shrinks a set.
    LblcrExpiration,
}

impl Sysctl {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::ConnReuseMode,
        Self::ExpireNodestConn,
        Self::ExpireQuiescentTemplate,
        Self::SloppyTcp,
        Self::SloppySctp,
        Self::DropEntry,
        Self::DropPacket,
        Self::AmDroprate,
        Self::SecureTcp,
        Self::LblcExpiration,
        Self::LblcrExpiration,
    ];

    /// Its name below `net.ipv4.vs`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConnReuseMode => "conn_reuse_mode",
            Self::ExpireNodestConn => "expire_nodest_conn",
            Self::ExpireQuiescentTemplate => "expire_quiescent_template",
            Self::SloppyTcp => "sloppy_tcp",
            Self::SloppySctp => "sloppy_sctp",
            Self::DropEntry => "drop_entry",
            Self::DropPacket => "drop_packet",
            Self::AmDroprate => "am_droprate",
            Self::SecureTcp => "secure_tcp",
            Self::LblcExpiration => "lblc_expiration",
            Self::LblcrExpiration => "lblcr_expiration",
        }
    }
}

impl fmt::Display for Sysctl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No sysctl that changes a decision has this name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownSysctl;

impl FromStr for Sysctl {
    type Err = UnknownSysctl;
    fn from_str(name: &str) -> Result<Self, UnknownSysctl> {
        Self::ALL.into_iter().find(|sysctl| sysctl.name() == name).ok_or(UnknownSysctl)
    }
}

/// Their values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Sysctls {
    /// See [`Sysctl::ConnReuseMode`].
    pub conn_reuse_mode: u32,
    /// See [`Sysctl::ExpireNodestConn`].
    pub expire_nodest_conn: u32,
    /// See [`Sysctl::ExpireQuiescentTemplate`].
    pub expire_quiescent_template: u32,
    /// See [`Sysctl::SloppyTcp`].
    pub sloppy_tcp: u32,
    /// See [`Sysctl::SloppySctp`].
    pub sloppy_sctp: u32,
    /// See [`Sysctl::DropEntry`].
    pub drop_entry: u32,
    /// See [`Sysctl::DropPacket`].
    pub drop_packet: u32,
    /// See [`Sysctl::AmDroprate`].
    pub am_droprate: u32,
    /// See [`Sysctl::SecureTcp`].
    pub secure_tcp: u32,
    /// See [`Sysctl::LblcExpiration`].
    pub lblc_expiration_s: u32,
    /// See [`Sysctl::LblcrExpiration`].
    pub lblcr_expiration_s: u32,
}

impl Default for Sysctls {
    /// The kernel's own.
    fn default() -> Self {
        Self {
            conn_reuse_mode: 1,
            expire_nodest_conn: 0,
            expire_quiescent_template: 0,
            sloppy_tcp: 0,
            sloppy_sctp: 0,
            drop_entry: 0,
            drop_packet: 0,
            am_droprate: 10,
            secure_tcp: 0,
            lblc_expiration_s: 86_400,
            lblcr_expiration_s: 86_400,
        }
    }
}

impl Sysctls {
    /// Reads one.
    pub fn get(&self, sysctl: Sysctl) -> u32 {
        match sysctl {
            Sysctl::ConnReuseMode => self.conn_reuse_mode,
            Sysctl::ExpireNodestConn => self.expire_nodest_conn,
            Sysctl::ExpireQuiescentTemplate => self.expire_quiescent_template,
            Sysctl::SloppyTcp => self.sloppy_tcp,
            Sysctl::SloppySctp => self.sloppy_sctp,
            Sysctl::DropEntry => self.drop_entry,
            Sysctl::DropPacket => self.drop_packet,
            Sysctl::AmDroprate => self.am_droprate,
            Sysctl::SecureTcp => self.secure_tcp,
            Sysctl::LblcExpiration => self.lblc_expiration_s,
            Sysctl::LblcrExpiration => self.lblcr_expiration_s,
        }
    }

    /// Those that differ from the kernel's own, with their values.
    pub fn changed(&self) -> impl Iterator<Item = (Sysctl, u32)> + '_ {
        let own = Self::default();
        let values = Sysctl::ALL.into_iter().map(|sysctl| (sysctl, self.get(sysctl)));
        values.filter(move |&(sysctl, value)| value != own.get(sysctl))
    }

    /// Writes one.
    pub fn set(&mut self, sysctl: Sysctl, value: u32) {
        *match sysctl {
            Sysctl::ConnReuseMode => &mut self.conn_reuse_mode,
            Sysctl::ExpireNodestConn => &mut self.expire_nodest_conn,
            Sysctl::ExpireQuiescentTemplate => &mut self.expire_quiescent_template,
            Sysctl::SloppyTcp => &mut self.sloppy_tcp,
            Sysctl::SloppySctp => &mut self.sloppy_sctp,
            Sysctl::DropEntry => &mut self.drop_entry,
            Sysctl::DropPacket => &mut self.drop_packet,
            Sysctl::AmDroprate => &mut self.am_droprate,
            Sysctl::SecureTcp => &mut self.secure_tcp,
            Sysctl::LblcExpiration => &mut self.lblc_expiration_s,
            Sysctl::LblcrExpiration => &mut self.lblcr_expiration_s,
        } = value;
    }

    /// How long lblc and lblcr remember.
    pub fn locality_expiration(&self) -> [Span; 2] {
        [self.lblc_expiration_s, self.lblcr_expiration_s].map(|secs| Span::from_secs(secs.into()))
    }
}
