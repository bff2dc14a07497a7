//! One kind of words in front of a line.

use std::borrow::Cow;

use serde::Deserialize;

use super::super::stamp::{MONTHS, iso};

/// A kind of words in front of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layer {
    /// Docker's JSON files and `journalctl -o json`: the line is a value.
    Json,
    /// `web-1  | `
    Compose,
    /// `[pod/web-5d/nginx] `
    Kubectl,
    /// `2025-12-05T12:00:00.123456789Z stdout F `
    Cri,
    /// RFC 5424.
    Syslog,
    /// RFC 3164, as syslog's and journald's files have it too; its time as it may be.
    OldSyslog,
    /// `2025-12-05T12:00:00.123456789Z `
    Time,
}

/// What is left of a line.
pub(super) struct Peeled<'a> {
    pub(super) text: Cow<'a, str>,
    /// Characters in front.
    pub(super) in_front: usize,
    pub(super) tag: Option<&'a str>,
    /// 0 is stdout, 1 stderr.
    pub(super) stream: Option<usize>,
    /// The rest of the line comes with the next one.
    pub(super) is_cut: bool,
}

impl Layer {
    /// All of them; what is around others first.
    pub(super) const ALL: [Self; 7] =
        [Self::Json, Self::Compose, Self::Kubectl, Self::Cri, Self::Syslog, Self::OldSyslog, Self::Time];

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Json => "JSON of a container or journald",
            Self::Compose => "docker compose names",
            Self::Kubectl => "kubectl names",
            Self::Cri => "container prefix (CRI)",
            Self::Syslog | Self::OldSyslog => "syslog prefix",
            Self::Time => "timestamps",
        }
    }

    /// What is behind the words; `None` if they are not there.
    pub(super) fn peel(self, line: &str) -> Option<Peeled<'_>> {
        let plain = |text| Some(Peeled::new(line, text));
        match self {
            Self::Json => {
                let text = json(line)?;
                Some(Peeled { text, in_front: 0, tag: None, stream: None, is_cut: false })
            }
            Self::Compose => {
                let (name, text) = line.split_once(" | ")?;
                let name = name.trim_end();
                let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
                // A container is called web-1 or web_1; `a | b` is anything.
                let ends =
                    name.ends_with(|c: char| c.is_ascii_digit()) || line[name.len()..].starts_with("  ");
                (begins && ends && name.chars().all(is_name)).then(|| Peeled::new(line, text))
            }
            Self::Kubectl => plain(line.strip_prefix("[pod/")?.split_once("] ")?.1),
            Self::Cri => {
                let text = time(line)?;
                let (stream, text) = match text.strip_prefix("stdout ") {
                    Some(text) => (0, text),
                    None => (1, text.strip_prefix("stderr ")?),
                };
                let (flag, text) = text.split_at_checked(2)?;
                let peeled = Peeled::new(line, text);
                let peeled = Peeled { stream: Some(stream), ..peeled };
                match flag {
                    "F " => Some(peeled),
                    "P " => Some(Peeled { is_cut: true, ..peeled }),
                    _ => None,
                }
            }
            Self::Syslog => {
                let rest = priority(line)?.strip_prefix("1 ")?;
                let rest = if let Some(rest) = rest.strip_prefix("- ") { rest } else { time(rest)? };
                let mut words = rest.splitn(5, ' ');
                let (_host, app) = (words.next()?, words.next()?);
                let data = words.nth(2)?;
                let text = structured_data(data)?;
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                Some(Peeled { tag: Some(app), ..Peeled::new(line, text) })
            }
            Self::OldSyslog => {
                let rest = priority(line).unwrap_or(line);
                let rest = old_time(rest).or_else(|| time(rest))?;
                let (first, behind) = rest.split_once(' ')?;
                let (tag, text) = match first.strip_suffix(':') {
                    Some(tag) => (tag, behind),
                    None => {
                        let (second, behind) = behind.split_once(' ')?;
                        (second.strip_suffix(':')?, behind)
                    }
                };
                let tag = tag.split_once('[').map_or(tag, |(tag, _)| tag);
                Some(Peeled { tag: Some(tag), ..Peeled::new(line, text) })
            }
            Self::Time => plain(time(line)?),
        }
    }
}

impl<'a> Peeled<'a> {
    fn new(line: &str, text: &'a str) -> Self {
        let in_front = line[..line.len() - text.len()].chars().count();
        Self { text: Cow::Borrowed(text), in_front, tag: None, stream: None, is_cut: false }
    }
}

/// What is behind `<134>`.
fn priority(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix('<')?.split_once('>')?;
    ((1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// What is behind a time such as `2025-12-05T12:00:00+0100` and a blank.
fn time(line: &str) -> Option<&str> {
    let (text, rest) = line.split_once(' ')?;
    (text.len() <= 40 && text.as_bytes().get(10) == Some(&b'T') && iso(text).is_some()).then_some(rest)
}

/// What is behind a time such as `Dec  5 12:00:00`, perhaps with a year or decimals, and a blank.
fn old_time(line: &str) -> Option<&str> {
    let (month, rest) = line.split_once(' ')?;
    if !MONTHS.contains(&month) {
        return None;
    }
    let (day, rest) = rest.trim_start_matches(' ').split_once(' ')?;
    let is_number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (mut clock, mut rest) = rest.split_once(' ')?;
    if is_number(clock, 4) {
        (clock, rest) = rest.split_once(' ')?;
    }
    let (whole, decimals) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':');
    let is_clock =
        parts.by_ref().take(3).filter(|part| is_number(part, 2)).count() == 3 && parts.next().is_none();
    (is_number(day, 2) && is_clock && is_number(decimals, 9)).then_some(rest)
}

/// What is behind `-` or `[id name="value"]…` and a blank.
fn structured_data(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some(rest.strip_prefix(' ').unwrap_or(rest));
    }
    let (mut is_inside, mut is_quoted, mut is_escaped) = (false, false, false);
    let end = text.char_indices().find(|&(_, c)| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match c {
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            '"' if is_inside && !was_escaped => is_quoted = !is_quoted,
            '[' if !is_quoted => is_inside = true,
            ']' if !is_quoted => is_inside = false,
            ' ' if !is_inside => return true,
            _ => {}
        }
        false
    });
    let (at, _) = end.filter(|_| text.starts_with('['))?;
    Some(&text[at + 1..])
}

/// The line that is a value of an object.
fn json(line: &str) -> Option<Cow<'_, str>> {
    /// Docker's file has `log` and `stream`, journald `MESSAGE` and its own fields.
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        log: Option<Cow<'a, str>>,
        #[serde(borrow)]
        stream: Option<Cow<'a, str>>,
        #[serde(borrow, rename = "MESSAGE")]
        message: Option<Cow<'a, str>>,
        #[serde(borrow, rename = "__REALTIME_TIMESTAMP")]
        stamp: Option<Cow<'a, str>>,
    }
    if !line.starts_with('{') {
        return None;
    }
    let envelope: Envelope<'_> = serde_json::from_str(line).ok()?;
    let text = match envelope {
        Envelope { log: Some(log), stream: Some(_), .. } => log,
        Envelope { message: Some(message), stamp: Some(_), .. } => message,
        _ => return None,
    };
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\n', '\r'])),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
            Cow::Owned(text)
        }
    })
}
