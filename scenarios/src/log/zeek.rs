//! Zeek's conn.log (its manual, *conn.log*), as a table with a `#fields` line or as JSON.
//!
//! `ts` is the first packet, `duration` is to the last one, and lines are written when connections are over, so they are out
//! of order. `-` in the table, a missing key in JSON: unknown. Connections that are neither TCP nor UDP are left out.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::flaw::Flaw;
use super::json::text;
use super::line::Line;
use super::row::{Client, Columns, LogRow, Target, Transport, clean};
use super::stamp::{iso, seconds, unix};

/// Both have the same.
pub(crate) const COLUMNS: Columns = Columns {
    client_port: true,
    target: Some(Target::Destination),
    target_port: true,
    transport: true,
    response_bytes: true,
    duration: true,
};

/// The names of what is read, in the order of [`Fields`].
const NAMES: [&str; 8] =
    ["ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "duration", "resp_bytes"];

/// The values of [`NAMES`].
type Fields<'a> = [Option<Cow<'a, str>>; 8];

/// A table, as its first lines describe it.
#[derive(Clone, Debug)]
pub(crate) struct ZeekTable {
    separator: char,
    unset: String,
    /// Where the columns of [`NAMES`] are; `None` before the `#fields` line.
    places: Option<[Option<usize>; 8]>,
}

impl Default for ZeekTable {
    fn default() -> Self {
        Self { separator: '\t', unset: "-".to_owned(), places: None }
    }
}

impl ZeekTable {
    pub(crate) fn parse(&mut self, line: &str) -> Result<Line, Flaw> {
        if let Some(directive) = line.strip_prefix('#') {
            return self.directive(directive).map(|()| Line::Comment);
        }
        let places = self
            .places
            .as_ref()
            .ok_or_else(|| Flaw::new("line", line, "a #fields line that names the columns before it"))?;
        let mut fields = Fields::default();
        for (at, field) in line.split(self.separator).enumerate() {
            if let Some(name) = places.iter().position(|&place| place == Some(at))
                && field != self.unset
            {
                fields[name] = Some(Cow::Borrowed(field));
            }
        }
        row(&fields)
    }

    fn directive(&mut self, directive: &str) -> Result<(), Flaw> {
        const KNOWN: [&str; 8] =
            ["separator", "set_separator", "empty_field", "unset_field", "path", "open", "close", "types"];
        if let Some(separator) = directive.strip_prefix("separator ") {
            let code = separator.strip_prefix("\\x").and_then(|code| u8::from_str_radix(code, 16).ok());
            let code = code.filter(u8::is_ascii).map(char::from);
            self.separator =
                code.ok_or_else(|| Flaw::new("#separator", separator, "a code such as \\x09"))?;
            return Ok(());
        }
        let mut words = directive.split(self.separator);
        match (words.next().unwrap_or_default(), words.clone().next()) {
            ("path", Some(path)) if path != "conn" => {
                Err(Flaw::new("#path", path, "conn: the log of connections"))
            }
            ("unset_field", Some(unset)) => {
                unset.clone_into(&mut self.unset);
                Ok(())
            }
            ("fields", _) => {
                let names: Vec<&str> = words.collect();
                let places = NAMES.map(|name| names.iter().position(|found| *found == name));
                for (name, place) in NAMES.iter().zip(places).take(6) {
                    if place.is_none() {
                        return Err(Flaw::new("#fields", directive, *name));
                    }
                }
                self.places = Some(places);
                Ok(())
            }
            (name, _) if KNOWN.contains(&name) => Ok(()),
            (name, _) => Err(Flaw::new("line", name, "one of Zeek's #-lines")),
        }
    }
}

/// A line of JSON.
#[derive(Debug, Deserialize)]
pub(crate) struct ZeekJson<'a> {
    #[serde(borrow)]
    ts: Option<&'a RawValue>,
    #[serde(borrow, rename = "id.orig_h")]
    client: Option<&'a RawValue>,
    #[serde(borrow, rename = "id.orig_p")]
    client_port: Option<&'a RawValue>,
    #[serde(borrow, rename = "id.resp_h")]
    target: Option<&'a RawValue>,
    #[serde(borrow, rename = "id.resp_p")]
    target_port: Option<&'a RawValue>,
    #[serde(borrow)]
    proto: Option<&'a RawValue>,
    #[serde(borrow)]
    duration: Option<&'a RawValue>,
    #[serde(borrow)]
    resp_bytes: Option<&'a RawValue>,
}

impl ZeekJson<'_> {
    pub(crate) fn parse(line: &str) -> Result<Line, Flaw> {
        let entry: ZeekJson<'_> =
            serde_json::from_str(line).map_err(|_| Flaw::new("line", line, "a JSON object"))?;
        row(&[
            text(entry.ts),
            text(entry.client),
            text(entry.client_port),
            text(entry.target),
            text(entry.target_port),
            text(entry.proto),
            text(entry.duration),
            text(entry.resp_bytes),
        ])
    }
}

fn row(fields: &Fields<'_>) -> Result<Line, Flaw> {
    let [ts, client, client_port, target, target_port, proto, duration, bytes] =
        fields.each_ref().map(|field| field.as_deref());
    let time = ts.and_then(|ts| unix(ts).or_else(|| iso(ts)));
    let time = time
        .ok_or_else(|| Flaw::new("ts", ts, "seconds since 1970, or a time such as 2024-05-01T12:00:00.1Z"))?;
    let transport = match proto {
        Some("tcp") => Transport::Tcp,
        Some("udp") => Transport::Udp,
        Some(_) => return Ok(Line::Foreign),
        None => return Err(Flaw::new("proto", None, "tcp, udp or another protocol")),
    };
    let address = client.and_then(Client::read);
    let port = |name, field: Option<&str>| {
        let port = field.and_then(|port| port.parse::<u16>().ok());
        port.ok_or_else(|| Flaw::new(name, field, "a port, 0 to 65535"))
    };
    let address = address.ok_or_else(|| Flaw::new("id.orig_h", client, "an address"))?;
    let mut row = LogRow::new(time.at, time.tick, address);
    row.client_port = Some(port("id.orig_p", client_port)?);
    row.target = Some(clean(target.ok_or_else(|| Flaw::new("id.resp_h", None, "an address"))?));
    row.target_port = Some(port("id.resp_p", target_port)?);
    row.transport = Some(transport);
    row.duration = match duration {
        Some(text) => Some(seconds(text).ok_or_else(|| Flaw::new("duration", text, "seconds"))?),
        None => None,
    };
    row.response_bytes = match bytes {
        Some(text) => Some(text.parse().map_err(|_| Flaw::new("resp_bytes", text, "a number"))?),
        None => None,
    };
    Ok(Line::Row(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state";

    fn table() -> ZeekTable {
        let mut table = ZeekTable::default();
        for line in ["#separator \\x09", "#set_separator\t,", "#unset_field\t-", "#path\tconn", FIELDS] {
            assert_eq!(table.parse(line), Ok(Line::Comment));
        }
        table
    }

    #[test]
    fn a_table_is_read_by_its_names() {
        let line = "1591367999.305988\tCMdzit1AMNsmfAIiQc\t192.168.4.76\t36844\t192.168.4.1\t53\tudp\tdns\t0.066852\t62\t141\tSF";
        let Ok(Line::Row(row)) = table().parse(line) else { panic!("{line}") };
        assert_eq!((row.at, row.duration), (1_591_367_999_305_988_000, Some(66_852_000)));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("192.168.4.76", Some(36_844)));
        assert_eq!((row.target.as_deref(), row.target_port), (Some("192.168.4.1"), Some(53)));
        assert_eq!((row.transport, row.response_bytes), (Some(Transport::Udp), Some(141)));
        let unset = line.replace("0.066852\t62\t141", "-\t-\t-");
        let Ok(Line::Row(row)) = table().parse(&unset) else { panic!("{unset}") };
        assert_eq!((row.duration, row.response_bytes), (None, None));
        assert_eq!(table().parse(&line.replace("udp", "icmp")), Ok(Line::Foreign));
    }

    #[test]
    fn another_log_of_zeek_is_refused_by_its_name() {
        assert_eq!(table().parse("#path\tdns").expect_err("another log").part, "#path");
        assert_eq!(table().parse("#fields\tts\tuid").expect_err("no addresses").expected, "id.orig_h");
        assert_eq!(ZeekTable::default().parse("1\t2").expect_err("no header").part, "line");
    }

    #[test]
    fn json_is_the_same() {
        let line = r#"{"ts":1591367999.305988,"uid":"C","id.orig_h":"192.168.4.76","id.orig_p":36844,"id.resp_h":"192.168.4.1","id.resp_p":53,"proto":"udp","duration":0.066852,"resp_bytes":141}"#;
        let Ok(Line::Row(row)) = ZeekJson::parse(line) else { panic!("{line}") };
        assert_eq!((row.at, row.target_port), (1_591_367_999_305_988_000, Some(53)));
        let Ok(Line::Row(stamped)) =
            ZeekJson::parse(&line.replace("1591367999.305988", "\"2020-06-05T14:39:59.305988Z\""))
        else {
            panic!("a time in words");
        };
        assert_eq!(stamped.at, row.at);
    }
}
