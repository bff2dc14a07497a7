//! A word at the same place of all lines, and what it looks like in them.

use super::super::duration::has_unit;
use super::super::meaning::Unit;
use super::super::shape::is_address;
use super::sketch::{Kind, Word};

/// Lines after which a number that never changes is no duration.
const ENOUGH: usize = 20;

/// The words at one place.
#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    pub(super) kind: Kind,
    pub(super) values: Vec<&'a str>,
    pub(super) looks: Looks,
}

/// What the words at one place look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Looks {
    /// `-` in all lines.
    Nothing,
    /// Seconds as nginx writes them, with three decimals. In some lines it may be `-` or a list: then it is of an upstream.
    Seconds { always: bool },
    /// A number with two decimals: nginx's `$gzip_ratio`.
    Ratio,
    /// A number with other decimals.
    Decimal,
    /// A whole number.
    Number,
    /// A number with its unit, such as `12ms`.
    WithUnit,
    /// Addresses, or lists of them.
    Addresses,
    /// Addresses with ports, or lists of them.
    Endpoints,
    /// `name=` with a number behind it, perhaps in quotes.
    Labelled,
    /// Anything else.
    Text,
}

impl<'a> Column<'a> {
    pub(super) fn of(words: Vec<Word<'a>>) -> Self {
        let kind = words.first().map_or(Kind::Bare, |word| word.kind);
        let values: Vec<&str> = words.into_iter().map(|word| word.text).collect();
        let looks = looks(&values);
        Self { kind, values, looks }
    }

    /// Whether only nginx writes such a word.
    pub(super) fn is_nginxs(&self) -> bool {
        matches!(self.looks, Looks::Seconds { .. } | Looks::Ratio | Looks::Endpoints)
            || self.labelled_duration() == Some(Unit::Seconds)
    }

    pub(super) fn is_addresses(&self) -> bool {
        matches!(self.looks, Looks::Addresses | Looks::Nothing)
    }

    /// A whole number that may be a duration.
    pub(super) fn is_number(&self) -> bool {
        let is_constant =
            self.values.len() >= ENOUGH && self.values.iter().all(|value| *value == self.values[0]);
        self.looks == Looks::Number && !is_constant
    }

    /// `rt=` of `rt=0.250`, if all have the same.
    pub(super) fn label(&self) -> Option<&'a str> {
        let first = label(self.values.first()?)?;
        self.values.iter().all(|value| label(value) == Some(first)).then_some(first)
    }

    /// The unit of a duration whose name says that it is the request's.
    pub(super) fn labelled_duration(&self) -> Option<Unit> {
        let name = self.label().filter(|_| self.looks == Looks::Labelled)?.trim_end_matches(['=', ':']);
        match name {
            // Names that nginx's users give to $request_time.
            "rt" | "request_time" | "req_time" | "reqtime" | "requesttime" => Some(Unit::Seconds),
            _ => Unit::named(name).filter(|_| self.values.iter().all(|value| is_labelled_number(value))),
        }
    }

    /// Whether its name says that it is X-Forwarded-For.
    pub(super) fn is_labelled_forwarded(&self) -> bool {
        self.label().is_some_and(|label| {
            matches!(
                label.to_ascii_lowercase().trim_end_matches('='),
                "x-forwarded-for" | "xff" | "http_x_forwarded_for"
            )
        })
    }

    /// Thousandths of seconds in each line; lists add up, and `-` is 0.
    pub(super) fn thousandths(&self) -> Vec<u64> {
        let of_item = |item: &str| item.replace('.', "").parse::<u64>().unwrap_or(0);
        self.values.iter().map(|value| items(value).map(of_item).fold(0, u64::saturating_add)).collect()
    }
}

fn looks(values: &[&str]) -> Looks {
    let known: Vec<&str> = values.iter().copied().filter(|value| !matches!(*value, "" | "-")).collect();
    if known.is_empty() {
        return Looks::Nothing;
    }
    let all = |is_it: fn(&str) -> bool| known.iter().all(|value| is_it(value));
    let all_items = |is_it: fn(&str) -> bool| {
        known.iter().all(|value| items(value).all(|item| item == "-" || is_it(item)))
            && known.iter().any(|value| items(value).any(is_it))
    };
    if all_items(|item| decimals(item) == Some(3)) {
        let always = known.len() == values.len() && known.iter().all(|value| decimals(value) == Some(3));
        Looks::Seconds { always }
    } else if all(|value| decimals(value) == Some(2)) {
        Looks::Ratio
    } else if all(|value| decimals(value).is_some()) {
        if all(|value| decimals(value) == Some(0)) { Looks::Number } else { Looks::Decimal }
    } else if all(has_unit) {
        Looks::WithUnit
    } else if all_items(|item| is_address(item) && !has_port(item)) {
        Looks::Addresses
    } else if all_items(|item| is_address(item) || item.starts_with("unix:")) {
        Looks::Endpoints
    } else if known.len() == values.len() && all(|value| label(value).is_some()) {
        Looks::Labelled
    } else {
        Looks::Text
    }
}

/// The items of a list with commas or colons and blanks between them.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(", ").flat_map(|part| part.split(" : ")).flat_map(|part| part.split(',')).map(str::trim)
}

/// How many decimals a number has; `None` if it is none.
fn decimals(value: &str) -> Option<usize> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('.') {
        Some((whole, part)) => (digits(whole) && digits(part)).then_some(part.len()),
        None => digits(value).then_some(0),
    }
}

fn has_port(address: &str) -> bool {
    super::super::said::address_and_port(address).1.is_some()
}

/// A name with its `=` or `:` in front of a value.
fn label(value: &str) -> Option<&str> {
    let end = value.find(['=', ':'])?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_plain = end > 0 && end + 1 < value.len() && value[..end].bytes().all(is_name);
    (is_plain && value.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| &value[..=end])
}

fn is_labelled_number(value: &str) -> bool {
    label(value).is_some_and(|label| decimals(value[label.len()..].trim_matches('"')).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_look_like_what_they_are() {
        for (values, expected) in [
            (&["-", "-"][..], Looks::Nothing),
            (&["0.250", "12.000"], Looks::Seconds { always: true }),
            (&["0.250", "-"], Looks::Seconds { always: false }),
            (&["0.250, 0.001", "0.1 : 0.2", "0.250"], Looks::Text),
            (&["0.250, 0.001 : -", "0.250"], Looks::Seconds { always: false }),
            (&["3.25", "-"], Looks::Ratio),
            (&["0.000123", "1.5"], Looks::Decimal),
            (&["3012", "-", "7"], Looks::Number),
            (&["12ms", "3ms"], Looks::WithUnit),
            (&["203.0.113.9, 10.0.0.1", "-"], Looks::Addresses),
            (&["10.0.0.1:80, 10.0.0.2:80", "unix:/x"], Looks::Endpoints),
            (&["rt=0.250", "rt=\"-\""], Looks::Labelled),
            (&["ms:71198"], Looks::Labelled),
            (&["X-Forwarded-For=\"10.0.0.1, 10.0.0.2\""], Looks::Labelled),
            (&["curl/8.5.0", "-"], Looks::Text),
        ] {
            assert_eq!(looks(values), expected, "{values:?}");
        }
    }
}
