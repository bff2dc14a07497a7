//! Which clients persistence takes for one (`ipvsadm -M`): an IPv4 mask, or the length of an IPv6 prefix.
//!
//! The kernel takes any IPv4 mask; only those with all ones in front mean a network, and only these are taken here.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;

use ipvslab_sim::ipv4_mask;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::quantity::Fault;
use crate::quoted::Text;

const EXPECTED: &str = "an IPv4 mask such as \"255.255.255.0\", or the length of an IPv6 prefix such as 64";

/// A netmask as it is written. Both count leading bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Netmask {
    /// `"255.255.255.0"`: of IPv4, 0 to 32 bits.
    Mask(u8),
    /// `64`: of IPv6, 1 to 128 bits.
    Prefix(u8),
}

/// The length of the prefix that an IPv4 mask stands for; `None` if a one follows a zero.
pub(crate) fn prefix_of(mask: Ipv4Addr) -> Option<u8> {
    let bits = u32::from(mask);
    (bits.leading_ones() == bits.count_ones()).then_some(bits.count_ones() as u8)
}

impl Text for Netmask {
    const KIND: &'static str = "netmask";
    const EXAMPLE: &'static str = "255.255.255.0";

    fn parse(text: &str) -> Result<Self, Fault> {
        if let Ok(mask) = text.parse() {
            let fault = || {
                Fault::new("a mask with all ones in front").help(
                    "the kernel takes others too, which join clients of different networks; they are not modelled",
                )
            };
            return prefix_of(mask).map(Self::Mask).ok_or_else(fault);
        }
        let length =
            text.strip_prefix('/').unwrap_or(text).parse::<u8>().ok().filter(|&length| length <= 128);
        Err(match length {
            Some(length) if length <= 32 => Fault::new(EXPECTED)
                .help(format!("IPv4: netmask = \"{}\"; IPv6: netmask = {length}", ipv4_mask(length))),
            Some(length) => Fault::new(EXPECTED).help(format!("netmask = {length}")),
            None => Fault::new(EXPECTED),
        })
    }
}

impl<'de> Deserialize<'de> for Netmask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Netmask;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Netmask, E> {
        Netmask::parse(text).map_err(|fault| E::custom(fault.expected))
    }

    fn visit_i64<E: de::Error>(self, length: i64) -> Result<Netmask, E> {
        match u8::try_from(length) {
            Ok(length @ 1..=128) => Ok(Netmask::Prefix(length)),
            _ => Err(E::custom(EXPECTED)),
        }
    }
}

impl JsonSchema for Netmask {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Self::KIND.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer"],
            "x-text": Self::KIND,
            "minimum": 1,
            "maximum": 128,
            "examples": [Self::EXAMPLE, 64],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_as_long_as_its_ones() {
        for prefix in 0..=32 {
            let text = ipv4_mask(prefix).to_string();
            assert_eq!(Netmask::parse(&text), Ok(Netmask::Mask(prefix)), "{text}");
        }
        assert_eq!(ipv4_mask(24), Ipv4Addr::new(255, 255, 255, 0));
    }

    #[test]
    fn a_mask_with_holes_is_refused() {
        for text in ["255.0.255.0", "0.0.0.255", "255.255.255.253"] {
            let fault = Netmask::parse(text).expect_err(text);
            assert_eq!(fault.expected, "a mask with all ones in front");
        }
    }

    #[test]
    fn lengths_as_text_are_refused_with_what_to_write() {
        let help = |text: &str| Netmask::parse(text).expect_err(text).help;
        assert_eq!(help("24").as_deref(), Some("IPv4: netmask = \"255.255.255.0\"; IPv6: netmask = 24"));
        assert_eq!(help("/64").as_deref(), Some("netmask = 64"));
        assert_eq!(help("wide"), None);
        assert_eq!(help("129"), None);
    }
}
