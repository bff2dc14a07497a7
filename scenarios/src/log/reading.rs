//! What of a line was taken for what, in one line for people.

use std::borrow::Cow;

use super::line::Line;
use super::meaning::{Instant, Meaning};
use super::parser::Parser;
use super::program::Depth;
use super::row::{LogRow, Target};
use super::shape::Shape;
use crate::suggest::printable;

/// The most numbers that are named as not read.
const MOST_UNREAD: usize = 8;

/// What `parser` takes of `line`: `client 192.0.2.7, end 05/Dec/2025:12:00:00 +0100, …; not read: 5300`. `None` if it is no row.
pub(crate) fn of_line(parser: &Parser, line: &str) -> Option<String> {
    let Ok(Line::Row(row)) = parser.clone().parse(line) else { return None };
    let mut taken = Taken::default();
    match parser {
        Parser::Program(program, _) => {
            let mut see = |depth| {
                taken = Taken::default();
                program.run(line, depth, |value, text| {
                    match &value.meaning {
                        Some(meaning) => taken.put(meaning, &value.name, text, program.instant),
                        None if value.shape == Shape::Status => {}
                        None => taken.pass(text),
                    }
                    Ok(())
                })
            };
            // What follows the last value that means something may be cut.
            if see(Depth::All).is_err() {
                see(Depth::Needed).ok()?;
            }
        }
        Parser::Json(lines) => lines
            .run(line, |meaning, name, text, _| {
                taken.put(meaning, name, &text, lines.mapping.instant);
                Ok(())
            })
            .ok()?,
        Parser::Table(table) => table
            .run(line, |meaning, name, text, _| {
                taken.put(meaning, name, &text, table.mapping.instant);
                Ok(())
            })
            .ok()?,
        Parser::W3c(log) => log
            .run(line, |name, meaning, text| {
                taken.put(meaning, name, &text, Instant::End);
                Ok(())
            })
            .ok()?,
        _ => taken.of_row(&row, parser),
    }
    Some(taken.written())
}

/// What was seen of a line.
#[derive(Default)]
struct Taken {
    read: Vec<String>,
    unread: Vec<String>,
}

impl Taken {
    fn put(&mut self, meaning: &Meaning, name: &str, text: &str, instant: Instant) {
        let what = match meaning {
            Meaning::Time(_) => instant.name(),
            meaning => meaning.name(),
        };
        let text = printable(text, 60);
        let text = if text.contains(' ') && !matches!(meaning, Meaning::Time(_)) {
            format!("\"{text}\"")
        } else {
            text
        };
        self.read.push(match meaning {
            Meaning::Duration(unit) => {
                let unit = if text.ends_with(|c: char| c.is_ascii_alphabetic()) {
                    String::new()
                } else {
                    format!(" {}", unit.name())
                };
                format!("{what} {text}{unit} ({})", printable(name, 60))
            }
            _ => format!("{what} {text}"),
        });
    }

    /// A value that is passed over: said if it is a number, which might have been meant.
    fn pass(&mut self, text: &str) {
        let is_number = text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number && self.unread.len() < MOST_UNREAD {
            self.unread.push(text.to_owned());
        }
    }

    /// Of a parser that says no more.
    fn of_row(&mut self, row: &LogRow, parser: &Parser) {
        self.read.push(format!("client {}", printable(&row.client.to_string(), 60)));
        if let (Some(target), Some(kind)) = (&row.target, parser.columns().target) {
            let what = if kind == Target::Object { "object" } else { "destination" };
            self.read.push(format!("{what} {}", printable(target, 60)));
        }
        if let Some(bytes) = row.response_bytes {
            self.read.push(format!("bytes {bytes}"));
        }
        if let Some(duration) = row.duration {
            self.read.push(format!("duration {} s", duration as f64 / 1e9));
        }
    }

    fn written(self) -> String {
        let read = self.read.join(", ");
        let unread = if self.unread.is_empty() {
            Cow::Borrowed("")
        } else {
            Cow::Owned(format!("; not read: {}", self.unread.join(", ")))
        };
        format!("{read}{unread}")
    }
}
