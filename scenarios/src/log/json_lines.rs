//! Logs with a JSON object a line, by a mapping of their fields.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::flaw::Flaw;
use super::json::{text, values};
use super::line::Line;
use super::mapping::Mapping;
use super::meaning::Meaning;
use super::said::{Said, Who};

/// Reads such lines.
#[derive(Clone, Debug)]
pub(crate) struct JsonLines {
    pub(crate) mapping: Mapping,
    who: Who,
}

impl JsonLines {
    pub(crate) fn new(mapping: Mapping, who: Who) -> Self {
        Self { mapping, who }
    }

    /// Reads a line. An object that says neither who asked nor for what is no request: servers tell of themselves in the same
    /// file.
    pub(crate) fn parse(&self, line: &str) -> Result<Line, Flaw> {
        let mut said = Said::default();
        self.run(line, said.fields_of(line))?;
        if said.is_nobodys() {
            return Ok(Line::NoRequest);
        }
        said.row(self.who, self.mapping.instant).map(Line::Row)
    }

    /// Calls `take` with what each field means, its name, its text, and how it stands in the line.
    pub(crate) fn run<'a>(
        &self,
        line: &'a str,
        mut take: impl FnMut(&Meaning, &str, Cow<'a, str>, &'a str) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let paths: Vec<&str> =
            self.mapping.fields.iter().flat_map(|field| &field.names).map(|name| &**name).collect();
        let found = values(line, &paths).map_err(|error| {
            let flaw = Flaw::new("line", line, "a JSON object");
            Flaw { column: Some(error.column().max(1)), ..flaw }
        })?;
        let mut found = found.into_iter();
        for field in &self.mapping.fields {
            let mut value = None;
            for name in &field.names {
                // All are taken, so that those of the next field come next.
                let raw = found.next().flatten();
                if value.is_none()
                    && let Some(text) = text(raw)
                {
                    value = Some((name, text, raw.map_or("", RawValue::get)));
                }
            }
            if let Some((name, text, raw)) = value {
                take(&field.meaning, name, text, raw)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::LogRow;
    use super::*;

    fn reader(mapping: &str) -> JsonLines {
        JsonLines::new(mapping.parse().unwrap_or_else(|error| panic!("{error}")), Who::Peer)
    }

    fn row(reader: &JsonLines, line: &str) -> LogRow {
        match reader.parse(line) {
            Ok(Line::Row(row)) => row,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn fields_are_read_by_their_mapping() {
        let reader = reader(
            "time=@timestamp:iso8601:end,client=ip|remote.addr,host=host,object=request,bytes=sent,duration=took:s",
        );
        let line = r#"{"@timestamp":"2024-05-01T12:00:01+00:00","remote":{"addr":"192.0.2.7:4000"},"ip":"-","host":"www.example.org","request":"GET /say\"hi\" HTTP/1.1","sent":"5000","took":0.25}"#;
        let row = row(&reader, line);
        assert_eq!((row.at, row.duration), (1_714_564_800_750_000_000, Some(250_000_000)));
        assert_eq!((row.client.to_string().as_str(), row.client_port), ("192.0.2.7", None));
        assert_eq!(
            (row.target.as_deref(), row.response_bytes),
            (Some("www.example.org/say\"hi\""), Some(5_000))
        );
    }

    #[test]
    fn flaws_name_the_field_and_the_column() {
        let reader = reader("time=t:unix_s:end,client=c,object=o,duration=d:ms");
        assert_eq!(reader.parse(r#"{"t":1.0,"msg":"started"}"#), Ok(Line::NoRequest));
        for (line, part, column) in [
            (r#"{"t":1.0,"c":"a","d":"5 ms"}"#, "d", Some(22)),
            (r#"{"t":"x","c":"a"}"#, "t", Some(6)),
            (r#"{"c":"a"}"#, "time", None),
            (r#"{"t":1.0,"o":"/a"}"#, "client", None),
            (r#"{"t":1.0,"#, "line", Some(9)),
        ] {
            let flaw = reader.parse(line).expect_err(line);
            assert_eq!((&*flaw.part, flaw.column), (part, column), "{line}: {flaw}");
        }
    }
}
