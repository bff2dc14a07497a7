//! Envoy's access log as JSON. Its keys are the administrator's choice; read are those of Envoy's and Istio's defaults.
//!
//! `start_time` is the arrival, `duration` is in milliseconds, `bytes_sent` goes to the client. The object is `authority`
//! and `path`. The client is the peer of the connection: `downstream_direct_remote_address` if it is there, else
//! `downstream_remote_address`, which Envoy may have taken from X-Forwarded-For (`use_remote_address`).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::text;
use super::parser::Flaw;
use super::row::{Client, Columns, LogRow, clean};
use super::stamp::{iso, millis};

/// A line.
#[derive(Debug, Deserialize)]
pub(crate) struct EnvoyLog<'a> {
    #[serde(borrow)]
    start_time: Option<&'a RawValue>,
    #[serde(borrow)]
    downstream_direct_remote_address: Option<&'a RawValue>,
    #[serde(borrow)]
    downstream_remote_address: Option<&'a RawValue>,
    #[serde(borrow, alias = ":authority")]
    authority: Option<&'a RawValue>,
    #[serde(borrow, alias = ":path")]
    path: Option<&'a RawValue>,
    #[serde(borrow)]
    bytes_sent: Option<&'a RawValue>,
    #[serde(borrow)]
    duration: Option<&'a RawValue>,
}

impl EnvoyLog<'_> {
    pub(crate) const COLUMNS: Columns = Columns { client_port: true, ..Columns::REQUESTS };

    pub(crate) fn parse(line: &str) -> Result<LogRow, Flaw> {
        let entry: EnvoyLog<'_> =
            serde_json::from_str(line).map_err(|_| Flaw::new("line", line, "a JSON object"))?;
        let time = text(entry.start_time);
        let time = time.as_deref().and_then(iso).ok_or_else(|| {
            Flaw::new("start_time", time.as_deref(), "a time such as 2024-05-01T12:00:00.123Z")
        })?;
        let client = text(entry.downstream_direct_remote_address).or(text(entry.downstream_remote_address));
        let (client, port) = client
            .as_deref()
            .and_then(Client::with_port)
            .ok_or_else(|| Flaw::new("downstream_remote_address", client.as_deref(), "address:port"))?;
        let mut row = LogRow::new(time.at, time.tick, client);
        row.client_port = Some(port);
        let authority = text(entry.authority).unwrap_or_default();
        let path = text(entry.path).unwrap_or_default();
        row.target = Some(clean(&format!("{authority}{path}")));
        if let Some(bytes) = text(entry.bytes_sent) {
            let sent = bytes.parse().map_err(|_| Flaw::new("bytes_sent", &*bytes, "a number"))?;
            row.response_bytes = Some(sent);
        }
        if let Some(duration) = text(entry.duration) {
            let nanos = millis(&duration).ok_or_else(|| Flaw::new("duration", &*duration, "milliseconds"))?;
            row.duration = Some(nanos);
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"authority":"shop.example.com","bytes_received":0,"bytes_sent":178,"downstream_local_address":"10.0.0.5:8080","downstream_remote_address":"10.0.35.28:44126","duration":"5","method":"GET","path":"/cart?id=7","response_code":200,"start_time":"2020-11-25T21:26:18.409Z","upstream_host":null,"x_forwarded_for":"203.0.113.9"}"#;

    #[test]
    fn istios_keys_are_read() {
        let row = EnvoyLog::parse(LINE).expect("a line");
        assert_eq!((row.at, row.duration), (1_606_339_578_409_000_000, Some(5_000_000)));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("10.0.35.28", Some(44_126)));
        assert_eq!(row.target.as_deref(), Some("shop.example.com/cart?id=7"));
        assert_eq!(row.response_bytes, Some(178));
    }

    #[test]
    fn the_direct_peer_goes_before_the_forwarded_one() {
        let line = LINE.replace('{', r#"{"downstream_direct_remote_address":"10.0.0.9:1","#);
        assert_eq!(EnvoyLog::parse(&line).expect("a line").client.to_string(), "10.0.0.9");
    }

    #[test]
    fn flaws_name_the_key() {
        for (from, to, part) in [
            ("21:26", "2126", "start_time"),
            ("10.0.35.28:44126", "-", "downstream_remote_address"),
            ("178", "-178", "bytes_sent"),
            ("\"5\"", "\"5 ms\"", "duration"),
            ("\"method\"", "method", "line"),
        ] {
            assert_eq!(EnvoyLog::parse(&LINE.replace(from, to)).expect_err("a flaw").part, part);
        }
    }
}
