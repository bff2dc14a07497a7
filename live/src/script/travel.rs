//! How words of other crates travel: by the names and numbers that everybody knows them by.

use ipvslab_schedulers::SchedulerKind;
use ipvslab_sim::{Forwarding, Protocol, SctpEvent, Sysctl};

/// Makes a module with `serialize` and `deserialize` for a word that travels as another.
macro_rules! travels {
    ($module:ident, $word:ty, $as:ty, $to:expr, $from:expr) => {
        pub(super) mod $module {
            use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

            #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
            pub(in crate::script) fn serialize<S: Serializer>(
                word: &$word,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                let travels: fn(&$word) -> $as = $to;
                travels(word).serialize(to)
            }

            pub(in crate::script) fn deserialize<'de, D: Deserializer<'de>>(
                from: D,
            ) -> Result<$word, D::Error> {
                let arrives: fn(&$as) -> Option<$word> = $from;
                let travelled = <$as>::deserialize(from)?;
                arrives(&travelled).ok_or_else(|| {
                    D::Error::custom(format!("no {} is called {travelled}", stringify!($word)))
                })
            }
        }
    };
}

travels!(kind, super::SchedulerKind, String, |kind| kind.name().to_owned(), |name| name.parse().ok());
travels!(sysctl, super::Sysctl, String, |sysctl| sysctl.name().to_owned(), |name| name.parse().ok());
travels!(protocol, super::Protocol, u8, super::protocol_number, super::protocol_of);
travels!(forwarding, super::Forwarding, char, super::letter, super::method_of);
travels!(sctp, super::SctpEvent, u8, |event| event.chunk_type(), |chunk| super::SctpEvent::ALL
    .into_iter()
    .find(|event| event.chunk_type() == *chunk));

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn protocol_number(protocol: &Protocol) -> u8 {
    match protocol {
        Protocol::Tcp => 6,
        Protocol::Udp => 17,
        Protocol::Sctp => 132,
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn protocol_of(number: &u8) -> Option<Protocol> {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp]
        .into_iter()
        .find(|protocol| protocol_number(protocol) == *number)
}

/// ipvsadm's letter.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn letter(method: &Forwarding) -> char {
    match method {
        Forwarding::Masquerade => 'm',
        Forwarding::DirectRoute => 'g',
        Forwarding::Tunnel => 'i',
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn method_of(found: &char) -> Option<Forwarding> {
    [Forwarding::Masquerade, Forwarding::DirectRoute, Forwarding::Tunnel]
        .into_iter()
        .find(|method| letter(method) == *found)
}
