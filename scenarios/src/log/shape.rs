//! What a value looks like, whatever it means: what tells one format from another.

use std::net::IpAddr;

use super::said::address_and_port;

/// What a value must look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// Digits, or `-`.
    Number,
    /// Three digits, or `-`; HAProxy writes -1, others 0 or 000.
    Status,
    /// An address, perhaps with a port.
    Address,
    /// `client:port` of an address or a name.
    Endpoint,
}

impl Shape {
    pub(crate) fn has(self, text: &str) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Any => true,
            Self::Number => text == "-" || digits(text.trim_start_matches(['+', '-'])),
            Self::Status => {
                matches!(text, "-" | "0" | "-1")
                    || text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::Address => is_address(text),
            Self::Endpoint => text
                .rsplit_once(':')
                .is_some_and(|(name, port)| !name.is_empty() && port.parse::<u16>().is_ok()),
        }
    }

    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Number => "a number, or -",
            Self::Status => "three digits",
            Self::Address => "an address",
            Self::Endpoint => "address:port",
        }
    }
}

/// Whether it is an IP address, perhaps in brackets or with a port.
pub(crate) fn is_address(text: &str) -> bool {
    let (address, _) = address_and_port(text);
    let inside = address.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(address);
    let inside = inside.split_once('%').map_or(inside, |(address, _)| address);
    inside.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_tell_values_apart() {
        for (shape, has, has_not) in [
            (Shape::Number, &["12", "-", "+5", "-1"][..], &["1.5", "", "x"][..]),
            (Shape::Status, &["200", "-1", "0", "000", "-"], &["20", "2x0", "1000", ""]),
            (
                Shape::Address,
                &["10.0.0.1", "10.0.0.1:80", "[::1]:80", "::1", "fe80::1%eth0"],
                &["a", "10.0.0", "-"],
            ),
            (Shape::Endpoint, &["10.0.0.1:80", "a:80", "::1:80"], &["10.0.0.1", "a:99999", ":80"]),
        ] {
            assert!(has.iter().all(|text| shape.has(text)), "{shape:?}");
            assert!(!has_not.iter().any(|text| shape.has(text)), "{shape:?}");
        }
    }
}
