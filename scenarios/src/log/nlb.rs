//! The access log of AWS's Network Load Balancer: its TLS listeners, as its documentation lists the fields.
//!
//! `type version time elb listener client:port destination:port connection_time tls_handshake_time received_bytes sent_bytes …`:
//! `time` is that of the end of the connection, in seconds, and `connection_time` how long it took, in ms. What was asked is
//! `domain_name`, which the client named in its handshake.

use super::flaw::Flaw;
use super::row::{Client, Columns, LogRow, Target, clean};
use super::stamp::{iso, millis};
use super::token::Tokens;

/// What it says.
pub(crate) const COLUMNS: Columns =
    Columns { client_port: true, target: Some(Target::Destination), ..Columns::REQUESTS };

/// Words between the sent bytes and `domain_name`.
const BEFORE_DOMAIN: usize = 6;

/// Reads a line.
pub(crate) fn parse(line: &str) -> Result<LogRow, Flaw> {
    let mut words = Tokens(line);
    let mut word = |part: &'static str, expected: &'static str| {
        words.word().ok_or_else(|| Flaw::new(part, None, expected)).map(|word| (part, expected, word))
    };
    let flaw =
        |(part, expected, word): (&'static str, &'static str, &str)| Flaw::found(part, line, word, expected);
    let kind = word("type", "tls")?;
    if kind.2 != "tls" {
        return Err(flaw(kind));
    }
    word("version", "a version")?;
    let time = word("time", "a time such as 2018-12-20T02:59:40")?;
    let end = iso(time.2).ok_or_else(|| flaw(time))?;
    word("elb", "a name")?;
    word("listener", "a name")?;
    let client = word("client:port", "address:port")?;
    let (address, port) = Client::with_port(client.2).ok_or_else(|| flaw(client))?;
    word("destination:port", "address:port")?;
    let took = word("connection_time", "milliseconds, or -")?;
    let duration = match took.2 {
        "-" => None,
        text => Some(millis(text).ok_or_else(|| flaw(took))?),
    };
    word("tls_handshake_time", "milliseconds, or -")?;
    word("received_bytes", "a number")?;
    let sent = word("sent_bytes", "a number")?;
    let bytes = sent.2.parse().map_err(|_| flaw(sent))?;
    let mut row = LogRow::new(end.at, end.tick, address);
    row.at = row.at.saturating_sub_unsigned(duration.unwrap_or(0));
    row.client_port = Some(port);
    row.duration = duration;
    row.response_bytes = Some(bytes);
    let domain = (0..=BEFORE_DOMAIN).map(|_| words.word()).last().flatten();
    row.target = Some(clean(domain.unwrap_or("-")));
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation's.
    const LINE: &str = r#"tls 2.0 2020-04-01T08:51:42 net/my-network-loadbalancer/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:us-east-2:671290407336:certificate/2a108f19-aded-46b0-8493-c63eb1ef4a99 - ECDHE-RSA-AES128-SHA tlsv12 - my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com h2 h2 "h2","http/1.1" 2020-04-01T08:51:20"#;

    #[test]
    fn the_documentations_example_is_read() {
        let row = parse(LINE).unwrap_or_else(|flaw| panic!("{flaw}"));
        assert_eq!((row.at, row.duration), (1_585_731_101_995_000_000, Some(5_000_000)));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("72.21.218.154", Some(51_341)));
        assert_eq!(row.response_bytes, Some(246));
        assert_eq!(
            row.target.as_deref(),
            Some("my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com")
        );
    }

    #[test]
    fn flaws_name_the_field() {
        for (from, to, part) in [
            ("tls 2.0", "tcp 2.0", "type"),
            ("2020-04-01T08:51:42", "yesterday", "time"),
            (":51341", ":513410", "client:port"),
            (" 5 2 ", " x 2 ", "connection_time"),
            (" 246 ", " -246 ", "sent_bytes"),
        ] {
            assert_eq!(parse(&LINE.replacen(from, to, 1)).expect_err(to).part, part);
        }
    }
}
