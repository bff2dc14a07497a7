//! Whose format strings there are.

use super::super::meaning::Unit;
use super::super::said::Who;

/// Whose format strings they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// `$remote_addr [$time_local]`
    Nginx,
    /// `%h %t %>s %D`
    Apache,
    /// As Apache's, with units of its own.
    Tomcat,
    /// `%ci:%cp [%tr] %ft`
    Haproxy,
    /// `[%START_TIME%] %DURATION%`
    Envoy,
    /// `{client} [{time:clf:start}] {duration:ms}`
    Braces,
}

impl Dialect {
    /// Whose it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Apache => "Apache",
            Self::Tomcat => "Tomcat",
            Self::Haproxy => "HAProxy",
            Self::Envoy => "Envoy",
            Self::Braces => "ipvslab",
        }
    }
}

/// What a format string leaves open and a flag says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Says {
    /// Whose format it is; `None` goes by its looks.
    pub dialect: Option<Dialect>,
    /// The unit of its durations; `None` goes by their variables.
    pub unit: Option<Unit>,
    /// Which address is the client.
    pub who: Who,
}
