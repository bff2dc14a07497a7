//! `--set KEY=VALUE`: what a command line says otherwise than a scenario file.
//!
//! Settings change the parsed file before anything is checked, so that a value from the command line gets the messages that
//! the same value gets in the file, with its own place. A key is a path of the file, in TOML's dotted form. An element of a
//! list is named by its `name`; one without a name by its number, from 0 as in messages.

use std::fmt;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::problem::Problem;
use crate::sources::Sources;
use crate::suggest::{listed, nearest, printable};

/// A key and its value, as a line of TOML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    line: String,
    /// How many parts the key has.
    depth: usize,
}

/// Why a text is no setting.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingError {
    /// There is no `=`, or nothing before it.
    #[error("`{0}` is no KEY=VALUE, such as servers.web.count=6")]
    NoKey(String),
    /// What stands before the `=` is no dotted key.
    #[error("`{0}` is no key: expected names with dots between them, such as servers.web.count")]
    Key(String),
    /// It has several lines.
    #[error("a setting is one line")]
    Lines,
}

impl Setting {
    /// A value for a key. `value` is TOML; what is no TOML is a text: `50ms` stands for `"50ms"`.
    ///
    /// # Errors
    /// If `key` is no key, or one of them has several lines.
    pub fn new(key: &str, value: &str) -> Result<Self, SettingError> {
        if key.contains(['\n', '\r']) || value.contains(['\n', '\r']) {
            return Err(SettingError::Lines);
        }
        let (key, value) = (key.trim(), value.trim());
        let line = |value: &str| format!("{key}={value}");
        // With a value that is certainly one, only the key can be wrong.
        let depth = depth(&line("0")).ok_or_else(|| SettingError::Key(printable(key, 60)))?;
        let as_written = line(value);
        let as_text = || line(&toml::Value::String(value.to_owned()).to_string());
        let line = if DeTable::parse(&as_written).is_ok() { as_written } else { as_text() };
        Ok(Self { line, depth })
    }
}

impl FromStr for Setting {
    type Err = SettingError;

    fn from_str(text: &str) -> Result<Self, SettingError> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Self::new(key, value),
            _ => Err(SettingError::NoKey(printable(text, 60))),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// How many parts the key of a line has, if the line is sound and has one key.
fn depth(line: &str) -> Option<usize> {
    let table = DeTable::parse(line).ok()?.into_inner();
    let mut depth = 0;
    let mut inner = Some(&table);
    while let Some(table) = inner {
        let value = table.values().next()?.get_ref();
        depth += 1;
        inner = value.as_table();
    }
    Some(depth)
}

/// Settings as texts that places can point into.
pub(crate) struct Lines<'s> {
    settings: &'s [Setting],
    /// Each line after as many blanks as texts come before it, so that what is parsed of it has its place among all.
    padded: Vec<String>,
}

impl<'s> Lines<'s> {
    /// Adds the settings to the texts.
    pub(crate) fn new(settings: &'s [Setting], sources: &mut Sources) -> Self {
        let pad = |setting: &Setting| {
            let start = sources.add("--set", &setting.line);
            format!("{:start$}{}", "", setting.line)
        };
        Self { settings, padded: settings.iter().map(pad).collect() }
    }

    /// Changes the file, one setting after the other. Returns what has no place in it.
    pub(crate) fn apply<'a>(&'a self, file: &mut DeTable<'a>) -> Vec<Problem> {
        let of = |(setting, line): (&Setting, &'a String)| {
            let parsed = DeTable::parse(line).expect("a setting is sound TOML").into_inner();
            table(file, parsed, setting.depth, "")
        };
        self.settings.iter().zip(&self.padded).filter_map(of).collect()
    }
}

/// Puts the only value of `from`, whose key has `depth` more parts, into a table. Returns why that cannot be.
fn table<'a>(into: &mut DeTable<'a>, from: DeTable<'a>, depth: usize, path: &str) -> Option<Problem> {
    let (key, value) = from.into_iter().next().expect("a setting has one key");
    let name = key.get_ref().clone().into_owned();
    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
    if depth == 1 {
        into.remove(name.as_str());
        into.insert(key, value);
        return None;
    }
    let place = key.span();
    let found =
        into.entry(key).or_insert_with(|| Spanned::new(place.clone(), DeValue::Table(DeTable::new())));
    let DeValue::Table(rest) = value.into_inner() else { unreachable!("the key has more parts") };
    match found.get_mut() {
        DeValue::Table(inner) => table(inner, rest, depth - 1, &path),
        DeValue::Array(elements) => element(elements, rest, depth - 1, &path),
        _ => Some(Problem::error(path, "a value has no keys").at(&place)),
    }
}

/// As [`table`], into the element of a list that the key names.
fn element<'a>(elements: &mut DeArray<'a>, from: DeTable<'a>, depth: usize, path: &str) -> Option<Problem> {
    let (key, value) = from.into_iter().next().expect("a setting has one key");
    let place = key.span();
    let Some(number) = position(elements, key.get_ref()) else {
        return Some(unknown_element(elements, path, key.get_ref()).at(&place));
    };
    let path = format!("{path}[{number}]");
    match (elements.as_mut()[number].get_mut(), value.into_inner()) {
        (DeValue::Table(inner), DeValue::Table(rest)) if depth > 1 => table(inner, rest, depth - 1, &path),
        _ => {
            let problem = Problem::error(path, "a whole element of a list cannot be set");
            Some(problem.at(&place).help("name one of its keys"))
        }
    }
}

/// Which element of a list a key names.
fn position(elements: &DeArray<'_>, key: &str) -> Option<usize> {
    let named = elements.iter().position(|element| name(element.get_ref()) == Some(key));
    named.or_else(|| key.parse().ok().filter(|&number| number < elements.len()))
}

/// No element is called so.
fn unknown_element(elements: &DeArray<'_>, path: &str, key: &str) -> Problem {
    let names: Vec<&str> = elements.iter().filter_map(|element| name(element.get_ref())).collect();
    let problem = Problem::error(path, format!("nothing in this list is called `{}`", printable(key, 60)));
    let help = match (nearest(key, names.iter().copied()), elements.len()) {
        (Some(near), _) => format!("did you mean `{near}`? there are {}", listed(names)),
        (None, count) if names.is_empty() => {
            format!("its elements have no names; they are numbered from 0 to {}", count.saturating_sub(1))
        }
        (None, _) => format!("there are {}", listed(names)),
    };
    problem.help(help)
}

/// What an element of a list is called.
fn name<'t>(element: &'t DeValue<'_>) -> Option<&'t str> {
    match element.as_table()?.get("name")?.get_ref() {
        DeValue::String(name) => Some(name.as_ref()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_toml_is_a_text() {
        let line = |text: &str| text.parse::<Setting>().map(|setting| setting.to_string());
        assert_eq!(line("servers.web.count=6"), Ok("servers.web.count=6".to_owned()));
        assert_eq!(line("work.lognormal.mean = 50ms"), Ok("work.lognormal.mean=\"50ms\"".to_owned()));
        assert_eq!(line("title='a = b'"), Ok("title='a = b'".to_owned()));
        assert_eq!(line("title=say \"so\""), Ok("title='say \"so\"'".to_owned()));
    }

    #[test]
    fn what_is_no_setting_is_said() {
        let told = |text: &str| text.parse::<Setting>().expect_err(text);
        assert!(matches!(told("servers.web.count"), SettingError::NoKey(_)));
        assert!(matches!(told(" = 3"), SettingError::NoKey(_)));
        assert!(matches!(told("servers[0].count=3"), SettingError::Key(_)));
        assert_eq!(told("title=\"a\"\nrun.seed=2"), SettingError::Lines);
    }
}
