//! One service of a table, by what people call it.

use ipvslab_sim::{Protocol, Reached, ServiceKey};
use thiserror::Error;

use super::{Service, Table};
use crate::suggest::{listed, printable};

/// Why no service could be chosen. The names in it choose one each.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ChoiceError {
    /// None was named, and there are several.
    #[error("the table has {} services, but a scenario is about one", names.len())]
    Several {
        /// All of them.
        names: Vec<String>,
    },
    /// None has this name.
    #[error("there is no service `{wanted}`; there are {}", listed(names.iter().map(String::as_str)))]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// All that there are.
        names: Vec<String>,
    },
    /// Several have this name.
    #[error("`{wanted}` matches several: {}", listed(names.iter().map(String::as_str)))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// Those that have it.
        names: Vec<String>,
    },
}

impl ChoiceError {
    /// Names that choose one service each.
    pub fn names(&self) -> &[String] {
        let (Self::Several { names } | Self::Unknown { names, .. } | Self::Ambiguous { names, .. }) = self;
        names
    }
}

/// The service called `wanted`: `10.0.0.1:80`, with `udp:` in front where that is not enough, or `fwmark 7`, with `IPv6`
/// behind it for a service of IPv6. `None` means the only one.
///
/// # Errors
/// If that is not exactly one.
pub fn choose<'a>(table: &'a Table, wanted: Option<&str>) -> Result<&'a Service, ChoiceError> {
    let names = |services: &[&Service]| services.iter().map(|service| name(service, table)).collect();
    let all: Vec<&Service> = table.services.iter().collect();
    let Some(wanted) = wanted else {
        return match all.as_slice() {
            [only] => Ok(only),
            _ => Err(ChoiceError::Several { names: names(&all) }),
        };
    };
    let meant = wanted.trim().to_ascii_lowercase();
    let is_meant = |service: &&Service| {
        let long = long_name(service.key);
        long == meant || short_name(service.key) == meant
    };
    let found: Vec<&Service> = all.iter().copied().filter(is_meant).collect();
    let wanted = printable(wanted, 60);
    match found.as_slice() {
        [only] => Ok(only),
        [] => Err(ChoiceError::Unknown { wanted, names: names(&all) }),
        several => Err(ChoiceError::Ambiguous { wanted, names: names(several) }),
    }
}

/// The shortest name that chooses this service alone.
fn name(service: &Service, table: &Table) -> String {
    let short = short_name(service.key);
    let same = table.services.iter().filter(|other| short_name(other.key) == short).count();
    if same == 1 { short } else { long_name(service.key) }
}

/// Without the protocol.
fn short_name(key: ServiceKey) -> String {
    match key.reached {
        Reached::Address(address) => address.to_string(),
        Reached::Mark { ipv6: false, mark } => format!("fwmark {mark}"),
        Reached::Mark { ipv6: true, mark } => format!("fwmark {mark} ipv6"),
    }
}

fn long_name(key: ServiceKey) -> String {
    let protocol = match key.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Sctp => "sctp",
    };
    match key.reached {
        Reached::Address(address) => format!("{protocol}:{address}"),
        Reached::Mark { .. } => short_name(key),
    }
}
