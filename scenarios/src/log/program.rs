//! A log's format, compiled: what stands in a line, from its begin to its end, and what each part means.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::flaw::Flaw;
use super::meaning::{Instant, Meaning};
use super::row::{Columns, LogRow, Target};
use super::said::{Said, Who};
use super::shape::Shape;

/// How a line is read.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    steps: Box<[Step]>,
    /// How many of the steps are needed: what follows the last value that means something is not looked at.
    needed: usize,
    pub(crate) instant: Instant,
}

/// A part of a line.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// This text. Behind a value that ends before it, it is a part of the value's step.
    Literal(Box<str>),
    /// Any number of blanks, perhaps none.
    Blanks,
    /// A value.
    Value(Value),
}

/// A value of a line.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// What the format calls it.
    pub(crate) name: Box<str>,
    /// What it stands for; `None` if it is passed over.
    pub(crate) meaning: Option<Meaning>,
    pub(crate) shape: Shape,
    pub(crate) end: End,
    /// How many bytes of text behind it belong to its end.
    pub(crate) skip: usize,
}

/// Where a value ends.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// Before this byte.
    Byte(u8),
    /// Before this text.
    Text(Box<str>),
    /// Before a quote that no backslash escapes.
    Quote,
    /// Before a blank that does not follow a comma or stand beside a colon: lists are written so.
    List,
    /// In quotes, or up to the next blank.
    MaybeQuoted,
    /// In braces, if it begins with one; else there is nothing, and no blank behind it.
    MaybeBraces,
    /// After this many bytes.
    Width(usize),
    /// With the line.
    Line,
}

/// How much of a line is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Depth {
    /// What means something.
    Needed,
    /// All of it: whether the line is of this format.
    All,
}

impl Program {
    pub(crate) fn new(steps: Vec<Step>, instant: Instant) -> Self {
        let steps = fused(steps);
        let means = |step: &Step| matches!(step, Step::Value(Value { meaning: Some(_), .. }));
        let needed = steps.iter().rposition(means).map_or(0, |last| last + 1);
        Self { steps: steps.into(), needed, instant }
    }

    /// The values that mean something, by what the format calls them.
    pub(crate) fn meant(&self) -> impl Iterator<Item = (&str, &Meaning)> {
        self.values().filter_map(|value| Some((&*value.name, value.meaning.as_ref()?)))
    }

    /// All values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.steps.iter().filter_map(|step| if let Step::Value(value) = step { Some(value) } else { None })
    }

    /// Whether a value has this meaning.
    pub(crate) fn says(&self, is_it: impl Fn(&Meaning) -> bool) -> bool {
        self.meant().any(|(_, meaning)| is_it(meaning))
    }

    /// What a line can say.
    pub(crate) fn columns(&self) -> Columns {
        columns(|is_it| self.says(is_it))
    }

    /// Whether a line has the address of the peer, and not only X-Forwarded-For.
    pub(crate) fn says_peer(&self) -> bool {
        self.says(|meaning| matches!(meaning, Meaning::Client | Meaning::ClientAndPort))
    }

    /// Whether a line is of this format from its begin to its end.
    pub(crate) fn fits(&self, line: &str) -> bool {
        self.flaw(line).is_none()
    }

    /// What of a line is not of this format.
    pub(crate) fn flaw(&self, line: &str) -> Option<Flaw> {
        let mut said = Said::default();
        let run = self.run(line, Depth::All, |value, text| match &value.meaning {
            Some(meaning) => said.put(meaning, Cow::Borrowed(text)),
            None => Ok(()),
        });
        run.and_then(|()| said.row(Who::Forwarded, self.instant)).err()
    }

    /// The row of a line.
    pub(crate) fn parse(&self, line: &str, who: Who) -> Result<LogRow, Flaw> {
        let mut said = Said::default();
        self.run(line, Depth::Needed, |value, text| match &value.meaning {
            Some(meaning) => said.put(meaning, Cow::Borrowed(text)),
            None => Ok(()),
        })?;
        said.row(who, self.instant)
    }

    /// Calls `take` for each value of a line.
    ///
    /// # Errors
    /// If the line is not of this format, or `take` says what it expects instead of a value.
    pub(crate) fn run<'a>(
        &self,
        line: &'a str,
        depth: Depth,
        mut take: impl FnMut(&Value, &'a str) -> Result<(), &'static str>,
    ) -> Result<(), Flaw> {
        let steps = match depth {
            Depth::Needed => &self.steps[..self.needed],
            Depth::All => &self.steps,
        };
        let mut rest = line;
        let mut before: &str = "line";
        for step in steps {
            match step {
                Step::Literal(text) => match begins(rest.as_bytes(), text.as_bytes()) {
                    true => rest = &rest[text.len()..],
                    false => return Err(Flaw::instead(&format!("after {before}"), line, rest, text)),
                },
                Step::Blanks => rest = rest.trim_start_matches([' ', '\t']),
                Step::Value(value) => {
                    let (text, after) = value
                        .end
                        .split(rest)
                        .ok_or_else(|| Flaw::unended(&value.name, line, rest, value.end.lacks()))?;
                    if !value.shape.has(text) {
                        return Err(Flaw::found(&value.name, line, text, value.shape.expected()));
                    }
                    take(value, text).map_err(|expected| Flaw::found(&value.name, line, text, expected))?;
                    rest = &after[value.skip..];
                    before = &value.name;
                }
            }
        }
        if depth == Depth::All && !rest.trim_end().is_empty() {
            return Err(Flaw::found(&format!("after {before}"), line, rest, "the end of the line"));
        }
        Ok(())
    }
}

/// What a format that has some meanings can say.
pub(crate) fn columns(says: impl Fn(&dyn Fn(&Meaning) -> bool) -> bool) -> Columns {
    let has = |is_it: fn(&Meaning) -> bool| says(&is_it);
    let target = if has(|meaning| matches!(meaning, Meaning::Object | Meaning::Request)) {
        Some(Target::Object)
    } else {
        has(|meaning| *meaning == Meaning::Destination).then_some(Target::Destination)
    };
    Columns {
        client_port: has(|meaning| matches!(meaning, Meaning::ClientPort | Meaning::ClientAndPort)),
        target,
        target_port: has(|meaning| *meaning == Meaning::DestinationPort),
        transport: has(|meaning| *meaning == Meaning::Protocol),
        response_bytes: has(|meaning| matches!(meaning, Meaning::Bytes | Meaning::AllBytes)),
        duration: has(|meaning| matches!(meaning, Meaning::Duration(_))),
    }
}

impl End {
    /// The value at the start of `rest`, and what comes behind it; `None` if it does not end.
    fn split<'a>(&self, rest: &'a str) -> Option<(&'a str, &'a str)> {
        let bytes = rest.as_bytes();
        let end = match self {
            Self::Byte(byte) => near(*byte, bytes)?,
            Self::Text(text) => find(text.as_bytes(), bytes)?,
            Self::Quote => quote(bytes)?,
            Self::List => list(bytes),
            Self::Width(width) => *width,
            Self::Line => rest.trim_end().len(),
            Self::MaybeQuoted => {
                if let Some(quoted) = rest.strip_prefix('"') {
                    let end = quote(quoted.as_bytes())?;
                    return Some((&quoted[..end], &quoted[end + 1..]));
                }
                memchr2(b' ', b'\t', bytes).unwrap_or(bytes.len())
            }
            Self::MaybeBraces => {
                if !rest.starts_with('{') {
                    return Some(("", rest));
                }
                let end = memchr(b'}', bytes)? + 1;
                let after = &rest[end..];
                return Some((&rest[..end], after.strip_prefix(' ').unwrap_or(after)));
            }
        };
        Some((rest.get(..end)?, rest.get(end..)?))
    }

    /// What a value that does not end lacks.
    fn lacks(&self) -> String {
        match self {
            Self::Byte(byte) => format!("\"{}\" after it", char::from(*byte)),
            Self::Text(text) => format!("\"{text}\" after it"),
            Self::Quote | Self::MaybeQuoted => "a quote after it".to_owned(),
            Self::MaybeBraces => "a brace after it".to_owned(),
            Self::Width(width) => format!("{width} characters"),
            Self::List | Self::Line => "a value".to_owned(),
        }
    }
}

/// Texts that are looked for to find the end of the value before them are not looked at twice.
fn fused(steps: Vec<Step>) -> Vec<Step> {
    let mut fused: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        match (fused.last_mut(), step) {
            (
                Some(Step::Value(Value { end: End::Byte(_) | End::Text(_), skip, .. })),
                Step::Literal(text),
            ) => {
                *skip = text.len();
            }
            (_, step) => fused.push(step),
        }
    }
    fused
}

/// Where a byte is that is mostly near: words of logs are short.
#[inline]
fn near(byte: u8, bytes: &[u8]) -> Option<usize> {
    const NEAR: usize = 16;
    let head = &bytes[..bytes.len().min(NEAR)];
    head.iter().position(|&found| found == byte).or_else(|| Some(NEAR + memchr(byte, bytes.get(NEAR..)?)?))
}

/// Whether a text of a few bytes is at the start.
#[inline]
fn begins(bytes: &[u8], text: &[u8]) -> bool {
    bytes.len() >= text.len() && bytes.iter().zip(text).all(|(found, expected)| found == expected)
}

/// Where a text of a few bytes begins: most of the places that have its first byte are it.
fn find(text: &[u8], bytes: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    let mut from = 0;
    loop {
        let at = from + near(first, bytes.get(from..)?)?;
        if begins(&bytes[at..], text) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// Where the first quote is that no backslash escapes.
fn quote(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        from = at + 2;
    }
}

/// Where a list ends: `0.010, 0.020 : 0.005` is one.
fn list(bytes: &[u8]) -> usize {
    let mut from = 0;
    while let Some(at) = memchr(b' ', &bytes[from..]) {
        let blank = from + at;
        let goes_on = bytes[..blank].ends_with(b",")
            || bytes[blank..].starts_with(b" : ")
            || (bytes[..blank].ends_with(b" :"));
        if !goes_on {
            return blank;
        }
        from = blank + 1;
    }
    bytes.len()
}
