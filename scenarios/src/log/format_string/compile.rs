//! Pieces of a format string, put together to a program.

use super::super::clock_text::ClockText;
use super::super::meaning::{Instant, Meaning, Unit};
use super::super::program::{End, Program, Step, Value};
use super::super::said::Who;
use super::super::shape::Shape;
use super::dialect::{Dialect, Says};
use super::piece::{Fault, Piece, Style, Variable};

/// What bytes with their headers are called here.
const ALL_BYTES: &str = "all bytes";

/// Chooses what counts of the variables, and where each ends.
pub(super) fn program(mut pieces: Vec<Piece>, dialect: Dialect, says: Says) -> Result<Program, Fault> {
    trim_end(&mut pieces);
    join_paths(&mut pieces);
    join_ports(&mut pieces);
    choose(&mut pieces);
    let instant = times(&pieces, dialect)?;
    if let Some(unit) = says.unit {
        set_unit(&mut pieces, unit);
    }
    clients(&pieces, dialect, says.who)?;
    let mut steps = Vec::new();
    let mut is_quoted = false;
    for at in 0..pieces.len() {
        match &pieces[at] {
            Piece::Text(text) => {
                is_quoted ^= quotes(text) % 2 == 1;
                steps.push(Step::Literal(text.as_str().into()));
            }
            Piece::Blanks => steps.push(Step::Blanks),
            Piece::Variable(variable) => {
                let end = end(variable, pieces.get(at + 1), is_quoted)?;
                steps.push(Step::Value(Value {
                    name: variable.name.as_str().into(),
                    meaning: variable.role.as_ref().map(|role| role.meaning.clone()),
                    shape: variable.shape,
                    end,
                    skip: 0,
                }));
            }
        }
    }
    Ok(Program::new(steps, instant))
}

/// A line has no end of line in it.
fn trim_end(pieces: &mut Vec<Piece>) {
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        text.truncate(text.trim_end_matches(['\n', '\r', ' ']).len());
        if text.is_empty() {
            pieces.pop();
        }
    }
}

/// `$uri$is_args$args` is one value.
fn join_paths(pieces: &mut Vec<Piece>) {
    let is_path = |piece: &Piece| matches!(piece, Piece::Variable(Variable { style: Style::Path, .. }));
    let mut at = 0;
    while at + 1 < pieces.len() {
        if !is_path(&pieces[at]) || !is_path(&pieces[at + 1]) {
            at += 1;
            continue;
        }
        if let (Piece::Variable(second), Some(Piece::Variable(first))) =
            (pieces.remove(at + 1), pieces.get_mut(at))
        {
            first.name.push_str(&second.name);
        }
    }
}

/// `%ci:%cp` is one value: an IPv6 address has colons of its own.
fn join_ports(pieces: &mut Vec<Piece>) {
    let is = |piece: Option<&Piece>, meaning: &Meaning| matches!(piece, Some(Piece::Variable(Variable { role: Some(role), .. })) if role.meaning == *meaning);
    let is_colon = |piece: Option<&Piece>| matches!(piece, Some(Piece::Text(text)) if text == ":");
    for at in 0..pieces.len().saturating_sub(2) {
        let is_pair = is(pieces.get(at), &Meaning::Client)
            && is_colon(pieces.get(at + 1))
            && is(pieces.get(at + 2), &Meaning::ClientPort);
        if !is_pair {
            continue;
        }
        let port = pieces.drain(at + 1..at + 3).next_back();
        if let (Some(Piece::Variable(port)), Some(Piece::Variable(client))) = (port, pieces.get_mut(at)) {
            client.name = format!("{}:{}", client.name, port.name);
            client.shape = Shape::Endpoint;
            if let Some(role) = &mut client.role {
                role.meaning = Meaning::ClientAndPort;
            }
        }
        return;
    }
}

/// Of several variables for the same thing the one of the highest rank counts, the first of equals. Parts of a time are
/// all needed.
fn choose(pieces: &mut [Piece]) {
    let roles = |pieces: &[Piece]| -> Vec<(usize, &'static str, u8, bool)> {
        let role = |(at, piece): (usize, &Piece)| match piece {
            Piece::Variable(Variable { role: Some(role), .. }) => {
                let is_all = role.meaning == Meaning::AllBytes;
                let kind = if is_all { ALL_BYTES } else { role.meaning.name() };
                Some((at, kind, role.rank, matches!(role.meaning, Meaning::Time(_))))
            }
            _ => None,
        };
        pieces.iter().enumerate().filter_map(role).collect()
    };
    let all = roles(pieces);
    let has_bytes = all.iter().any(|&(_, kind, ..)| kind == Meaning::Bytes.name());
    let has_object = all.iter().any(|&(_, kind, ..)| kind == Meaning::Object.name());
    for &(at, kind, rank, is_time) in &all {
        // A trace has one of the two.
        let is_beaten = has_object && kind == Meaning::Destination.name()
            || has_bytes && kind == ALL_BYTES
            || all.iter().any(|&(other, of, other_rank, _)| {
                of == kind && (other_rank > rank || other_rank == rank && other < at && !is_time)
            });
        if let Piece::Variable(variable) = &mut pieces[at]
            && is_beaten
        {
            variable.role = None;
        }
    }
}

/// The instant of the times, which must tell a day.
fn times(pieces: &[Piece], dialect: Dialect) -> Result<Instant, Fault> {
    let mut instant = None;
    let mut tells_day = false;
    for piece in pieces {
        if let Piece::Variable(Variable { role: Some(role), .. }) = piece
            && let Meaning::Time(format) = &role.meaning
        {
            instant = Some(role.instant);
            tells_day |= match format {
                ClockText::Decimals(_) => false,
                ClockText::Pattern(items) => super::super::calendar::tells_day(items),
                _ => true,
            };
        }
    }
    let expected = match dialect {
        Dialect::Nginx => "a time: $time_local, $time_iso8601 or $msec",
        Dialect::Apache | Dialect::Tomcat => "a time: %t",
        Dialect::Haproxy => "a time: %tr or %t",
        Dialect::Envoy => "a time: %START_TIME%",
        Dialect::Braces => "a time: {time:FORMAT:start} or {time:FORMAT:end}",
    };
    let lacks = || Fault { column: None, found: "no time".to_owned(), expected: expected.to_owned() };
    instant.filter(|_| tells_day).ok_or_else(lacks)
}

fn set_unit(pieces: &mut [Piece], unit: Unit) {
    for piece in pieces {
        if let Piece::Variable(Variable { role: Some(role), .. }) = piece
            && let Meaning::Duration(of) = &mut role.meaning
        {
            *of = unit;
        }
    }
}

fn clients(pieces: &[Piece], dialect: Dialect, who: Who) -> Result<(), Fault> {
    let says = |is_it: fn(&Meaning) -> bool| {
        pieces.iter().any(|piece| {
            matches!(piece, Piece::Variable(Variable { role: Some(role), .. }) if is_it(&role.meaning))
        })
    };
    let has_peer = says(|meaning| matches!(meaning, Meaning::Client | Meaning::ClientAndPort));
    let has_forwarded = says(|meaning| *meaning == Meaning::Forwarded);
    if has_peer || has_forwarded && who == Who::Forwarded {
        return Ok(());
    }
    let expected = match dialect {
        Dialect::Nginx => "the client: $remote_addr",
        Dialect::Apache | Dialect::Tomcat => "the client: %h or %a",
        Dialect::Haproxy => "the client: %ci",
        Dialect::Envoy => "the client: %DOWNSTREAM_REMOTE_ADDRESS%",
        Dialect::Braces => "the client: {client}",
    };
    let forwarded = "; or --client forwarded, which uses X-Forwarded-For";
    let expected = format!("{expected}{}", if has_forwarded { forwarded } else { "" });
    Err(Fault { column: None, found: "no client".to_owned(), expected })
}

/// How many quotes there are that no backslash escapes.
fn quotes(text: &str) -> usize {
    let mut is_escaped = false;
    let is_quote = |byte: &u8| {
        let counts = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        counts
    };
    text.as_bytes().iter().copied().filter(is_quote).count()
}

/// Where a variable ends, by what follows it.
fn end(variable: &Variable, next: Option<&Piece>, is_quoted: bool) -> Result<End, Fault> {
    match variable.style {
        Style::MaybeQuoted => return Ok(End::MaybeQuoted),
        Style::MaybeBraces => return Ok(End::MaybeBraces),
        _ => {}
    }
    let width = match &variable.role {
        Some(role) => match &role.meaning {
            Meaning::Time(format) => format.width(),
            _ => None,
        },
        None => None,
    };
    Ok(match next {
        None => End::Line,
        Some(Piece::Text(text)) if is_quoted && text.starts_with('"') => End::Quote,
        Some(Piece::Text(text)) if variable.style == Style::List && text.starts_with(' ') => End::List,
        Some(Piece::Text(text)) => match text.as_bytes() {
            [byte] => End::Byte(*byte),
            _ => End::Text(text.as_str().into()),
        },
        Some(Piece::Blanks) => End::Byte(b' '),
        Some(Piece::Variable(Variable { style: Style::Path, .. })) => End::Byte(b'/'),
        Some(Piece::Variable(next)) => match width {
            Some(width) => End::Width(width),
            None => {
                let between = format!("text between {} and {}", variable.name, next.name);
                return Err(Fault::new(
                    next.column,
                    &next.name,
                    format!("{between}: it is unclear where one ends"),
                ));
            }
        },
    })
}
