//! `include` and its stricter kin: which files a line brings in, and what is amiss.

use super::files::{Files, Unreadable};
use super::glob::{Found, find};

/// What an `include` takes for an error; plain `include` nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Strictness {
    /// A file that matches and cannot be read (`r`).
    unreadable: bool,
    /// A name without wildcards that is not there (`m`).
    missing: bool,
    /// Wildcards that match nothing (`w`).
    unmatched: bool,
    /// An alternative in braces that matches nothing (`b`).
    alternative: bool,
}

impl Strictness {
    const ALL: Self = Self { unreadable: true, missing: true, unmatched: true, alternative: true };

    fn or(self, other: Self) -> Self {
        Self {
            unreadable: self.unreadable || other.unreadable,
            missing: self.missing || other.missing,
            unmatched: self.unmatched || other.unmatched,
            alternative: self.alternative || other.alternative,
        }
    }

    /// What `include_check` in `global_defs` asks of all that follow.
    pub(super) fn checked(self, words: &[&str]) -> Self {
        let mut checked = self;
        if words.is_empty() {
            return Self::ALL;
        }
        for (number, word) in words.iter().enumerate() {
            let (name, on) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
                (Some(name), _) => (name, false),
                (None, Some(name)) => (name, true),
                (None, None) if number == 0 => {
                    checked = Self { unreadable: true, ..Self::default() };
                    (*word, true)
                }
                (None, None) => continue,
            };
            match name {
                "read" => checked.unreadable = on,
                "match" => checked.missing = on,
                "wildcard_match" => checked.unmatched = on,
                "brace_match" => checked.alternative = on,
                _ => {}
            }
        }
        checked
    }
}

/// A line that includes files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Include<'a> {
    pub(super) pattern: &'a str,
    strictness: Strictness,
}

impl<'a> Include<'a> {
    /// Reads a line; `None` if it includes nothing.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("include")?;
        let kind = rest.chars().next()?;
        let none = Strictness::default();
        let unreadable = Strictness { unreadable: true, ..none };
        let (strictness, rest) = match kind {
            ' ' | '\t' => (none, rest),
            'r' => (unreadable, &rest[1..]),
            'm' => (Strictness { missing: true, ..unreadable }, &rest[1..]),
            'w' => (Strictness { missing: true, unmatched: true, ..unreadable }, &rest[1..]),
            'b' => (Strictness { alternative: true, ..unreadable }, &rest[1..]),
            'a' => (Strictness::ALL, &rest[1..]),
            _ => return None,
        };
        let pattern = rest.trim_matches([' ', '\t']);
        rest.starts_with([' ', '\t']).then_some(Self { pattern, strictness })
    }
}

/// A file that is included, or what is amiss.
pub(super) enum Included {
    /// A path and its text.
    File(String, String),
    /// Something that keepalived skips.
    Passed(String),
    /// Something for which keepalived does not start.
    Refused(String),
}

/// What a line includes, in the order in which keepalived reads it. Relative paths are within `directory`.
pub(super) fn included(
    include: &Include<'_>,
    checked: Strictness,
    directory: &str,
    files: &impl Files,
) -> Vec<Included> {
    let strictness = include.strictness.or(checked);
    let found = find(include.pattern, directory, files);
    let mut included = Vec::new();
    if let Some((refused, why)) = amiss(&found, strictness) {
        included.push(if refused { Included::Refused(why) } else { Included::Passed(why) });
        if refused {
            return included;
        }
    }
    for path in found.paths {
        included.push(match files.text(&path) {
            Ok(text) => Included::File(path, text),
            Err(why @ (Unreadable::Directory | Unreadable::Irregular)) if !strictness.unreadable => {
                Included::Passed(format!("{path} is skipped: {why}"))
            }
            Err(why) => Included::Refused(format!("{path} cannot be read: {why}")),
        });
    }
    included
}

/// What is missing, and whether keepalived refuses it.
fn amiss(found: &Found, strictness: Strictness) -> Option<(bool, String)> {
    let nothing = found.paths.is_empty();
    if nothing && found.is_missing {
        let refused = if found.has_braces { strictness.alternative } else { strictness.missing };
        Some((refused, "there is no such file".to_owned()))
    } else if nothing {
        Some((strictness.unmatched, "no file matches".to_owned()))
    } else {
        found.is_missing.then(|| (strictness.alternative, "not every alternative exists".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_is_known_by_its_word() {
        assert_eq!(
            Include::read("include conf.d/*.conf").map(|include| include.pattern),
            Some("conf.d/*.conf")
        );
        assert_eq!(Include::read("includea  x ").map(|include| include.strictness), Some(Strictness::ALL));
        assert!(Include::read("include").is_none() && Include::read("includes x").is_none());
        assert!(Include::read("include_check").is_none());
    }

    #[test]
    fn include_check_adds_takes_away_and_sets() {
        let none = Strictness::default();
        assert_eq!(none.checked(&[]), Strictness::ALL);
        assert_eq!(Strictness::ALL.checked(&["-read"]), Strictness { unreadable: false, ..Strictness::ALL });
        assert_eq!(none.checked(&["match"]), Strictness { unreadable: true, missing: true, ..none });
    }
}
