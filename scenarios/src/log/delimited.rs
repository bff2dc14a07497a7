//! Tables: logs with a row a line and the names of the columns in the first one, with commas, tabs, semicolons or bars between
//! the fields, by a mapping of their columns. If all columns of the mapping are numbers, there are no names.

use std::borrow::Cow;

use super::flaw::Flaw;
use super::line::Line;
use super::mapping::Mapping;
use super::meaning::Meaning;
use super::said::{Said, Who};

/// What may stand between fields.
const DELIMITERS: [char; 4] = ['\t', ',', ';', '|'];

/// Reads such lines.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) mapping: Mapping,
    who: Who,
    /// Known after the first line.
    columns: Option<Places>,
}

/// Where the fields of the mapping are.
#[derive(Clone, Debug)]
struct Places {
    delimiter: char,
    /// Of each field of the mapping.
    places: Vec<Vec<usize>>,
}

impl Table {
    pub(crate) fn new(mapping: Mapping, who: Who) -> Self {
        Self { mapping, who, columns: None }
    }

    /// Reads a line; the first one has the names.
    pub(crate) fn parse(&mut self, line: &str) -> Result<Line, Flaw> {
        if self.columns.is_none() {
            let has_names =
                !self.mapping.fields.iter().flat_map(|field| &field.names).all(|name| is_number(name));
            self.columns = Some(if has_names { self.named(line)? } else { self.numbered(line) });
            if has_names {
                return Ok(Line::Comment);
            }
        }
        let mut said = Said::default();
        self.run(line, said.fields_of(line))?;
        said.row(self.who, self.mapping.instant).map(Line::Row)
    }

    /// Calls `take` with what each field means, its name, its text, and how it stands in the line.
    pub(crate) fn run<'a>(
        &self,
        line: &'a str,
        mut take: impl FnMut(&Meaning, &str, Cow<'a, str>, &'a str) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let Some(columns) = &self.columns else { return Ok(()) };
        let fields: Vec<Piece<'a>> =
            fields(line, columns.delimiter).collect::<Option<_>>().ok_or_else(|| {
                Flaw::new("line", line, "a quote at the end of each field that begins with one")
            })?;
        for (field, places) in self.mapping.fields.iter().zip(&columns.places) {
            let found = field.names.iter().zip(places).find_map(|(name, &at)| {
                let piece = fields.get(at)?;
                (!matches!(&*piece.text, "" | "-")).then_some((name, piece))
            });
            if let Some((name, piece)) = found {
                take(&field.meaning, name, piece.text.clone(), piece.raw)?;
            }
        }
        Ok(())
    }

    fn named(&self, header: &str) -> Result<Places, Flaw> {
        let mut nearest: Option<(usize, Flaw)> = None;
        for delimiter in DELIMITERS {
            let names: Vec<Piece<'_>> = fields(header, delimiter).flatten().collect();
            let place = |name: &str| names.iter().position(|piece| piece.text.trim() == name);
            let mut places = Vec::new();
            let mut found = 0;
            let mut missing = None;
            for field in &self.mapping.fields {
                let of_field: Vec<usize> = field.names.iter().filter_map(|name| place(name)).collect();
                if of_field.len() < field.names.len() {
                    missing = missing.or_else(|| field.names.iter().find(|name| place(name).is_none()));
                }
                found += of_field.len();
                places.push(of_field);
            }
            let Some(missing) = missing else { return Ok(Places { delimiter, places }) };
            if nearest.as_ref().is_none_or(|&(most, _)| found > most || names.len() > 1 && most == 0) {
                let names: Vec<&str> = names.iter().map(|piece| piece.text.trim()).collect();
                let near = crate::suggest::did_you_mean(missing, names.iter().copied());
                let near = near.map_or(String::new(), |near| format!("; {near}"));
                let flaw =
                    Flaw::new("columns", Some(&*names.join(", ")), format!("{missing} among them{near}"));
                nearest = Some((found, flaw));
            }
        }
        Err(nearest.expect("there are delimiters").1)
    }

    fn numbered(&self, line: &str) -> Places {
        let most = DELIMITERS
            .into_iter()
            .max_by_key(|&delimiter| (line.matches(delimiter).count(), delimiter == ','));
        let at = |name: &str| {
            name.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).unwrap_or(usize::MAX)
        };
        let places =
            self.mapping.fields.iter().map(|field| field.names.iter().map(|name| at(name)).collect());
        Places { delimiter: most.unwrap_or(','), places: places.collect() }
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// A field, and how it stands in its line.
#[derive(Clone, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) text: Cow<'a, str>,
    raw: &'a str,
}

/// The fields of a line; `None` for one who2e quote does not end.
pub(crate) fn fields(line: &str, delimiter: char) -> impl Iterator<Item = Option<Piece<'_>>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some(quoted) = text.strip_prefix('"') else {
            let (field, after) =
                text.split_once(delimiter).map_or((text, None), |(field, after)| (field, Some(after)));
            rest = after;
            return Some(Some(Piece { text: Cow::Borrowed(field.trim()), raw: field }));
        };
        let mut from = 0;
        let end = loop {
            match quoted[from..].find('"') {
                None => return Some(None),
                Some(at) if quoted[from + at + 1..].starts_with('"') => from += at + 2,
                Some(at) => break from + at,
            }
        };
        let (inside, behind) = (&quoted[..end], &quoted[end + 1..]);
        rest = behind.split_once(delimiter).map(|(_, after)| after);
        let text = if inside.contains('"') {
            Cow::Owned(inside.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(inside)
        };
        Some(Some(Piece { text, raw: inside }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(mapping: &str, lines: &[&str]) -> Result<Vec<String>, Flaw> {
        let mut table = Table::new(mapping.parse().unwrap_or_else(|error| panic!("{error}")), Who::Peer);
        let mut rows = Vec::new();
        for line in lines {
            if let Line::Row(row) = table.parse(line)? {
                rows.push(format!(
                    "{} {} {:?} {:?}",
                    row.at / 1_000_000,
                    row.client,
                    row.target,
                    row.duration
                ));
            }
        }
        Ok(rows)
    }

    #[test]
    fn the_delimiter_is_that_of_the_names() {
        let mapping = "time=when:iso8601:start,client=who,object=what,duration=took:ms";
        let row = r#"1714564800000 192.0.2.7 Some("/a,\"b\"") Some(250000000)"#;
        for lines in [
            ["when,who,what,took", "2024-05-01 12:00:00,192.0.2.7,\"/a,\"\"b\"\"\",250"],
            ["who\twhat\twhen\ttook", "192.0.2.7\t/a,\"b\"\t2024-05-01 12:00:00\t250"],
            ["\"when\"; who ;what;took;more", "2024-05-01 12:00:00;192.0.2.7;/a,\"b\";250;"],
        ] {
            assert_eq!(table(mapping, &lines), Ok(vec![row.to_owned()]), "{lines:?}");
        }
    }

    #[test]
    fn columns_are_numbers_where_there_are_no_names() {
        let rows = table("time=2:unix_s:start,client=1", &["192.0.2.7,1.5", "192.0.2.8,2.5"]);
        assert_eq!(rows.expect("two rows").len(), 2);
    }

    #[test]
    fn flaws_name_the_column() {
        let mapping = "time=when:iso8601:start,client=who";
        let flaw = table(mapping, &["when,who2", "x"]).expect_err("no such column");
        assert_eq!(
            flaw.to_string(),
            "columns: found \"when, who2\", expected who among them; did you mean `who2`?"
        );
        let flaw = table(mapping, &["when,who", "soon,a"]).expect_err("no time");
        assert_eq!((&*flaw.part, flaw.column), ("when", Some(1)));
        let flaw = table(mapping, &["when,who", "\"2024-05-01 12:00:00,a"]).expect_err("an open quote");
        assert!(flaw.expected.contains("quote"), "{flaw}");
    }
}
