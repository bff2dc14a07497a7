//! Patterns of paths, as glob(7) has them, with braces: `conf.d/*.conf`, `lb[12].conf`, `{web,dns}.conf`.

use super::files::Files;

/// The most alternatives of one pattern's braces.
const MOST_ALTERNATIVES: usize = 1000;

/// What a pattern found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Found {
    /// The paths, in the order of glob(3): each alternative of the braces sorted by itself.
    pub(super) paths: Vec<String>,
    /// Whether a name without wildcards is missing, or a directory that was to be searched.
    pub(super) is_missing: bool,
    /// Whether there are wildcards.
    pub(super) has_wildcards: bool,
    /// Whether there are braces.
    pub(super) has_braces: bool,
}

/// Looks for the paths that match; relative ones are within `directory`.
pub(super) fn find(pattern: &str, directory: &str, files: &impl Files) -> Found {
    let mut found = Found::default();
    let alternatives = alternatives(pattern);
    found.has_braces = alternatives.len() > 1;
    for alternative in alternatives {
        let from = if alternative.starts_with('/') { "" } else { directory };
        let wild = alternative.split('/').any(is_wild);
        found.has_wildcards |= wild;
        let mut paths = vec![from.to_owned()];
        let parts = alternative.strip_prefix('/').unwrap_or(&alternative).split('/');
        let is_absolute = alternative.starts_with('/');
        for (depth, part) in parts.enumerate() {
            let root = is_absolute && depth == 0;
            paths =
                paths.iter().flat_map(|path| step(path, part, root, files, &mut found.is_missing)).collect();
        }
        if !wild {
            paths.retain(|path| files.exists(path));
            found.is_missing |= paths.is_empty();
        }
        paths.sort_unstable();
        found.paths.extend(paths);
    }
    found
}

/// The paths of one part below `path`.
fn step(path: &str, part: &str, root: bool, files: &impl Files, is_missing: &mut bool) -> Vec<String> {
    let join = |name: &str| match path {
        "" if root => format!("/{name}"),
        "" => name.to_owned(),
        path => format!("{}/{name}", path.trim_end_matches('/')),
    };
    if !is_wild(part) {
        let path = join(&unescaped(part));
        return vec![path];
    }
    let directory = if path.is_empty() && root { "/" } else { path };
    let Some(names) = files.names(if directory.is_empty() { "." } else { directory }) else {
        *is_missing = true;
        return Vec::new();
    };
    let pattern: Vec<char> = part.chars().collect();
    let fits = |name: &&String| {
        (part.starts_with('.') || !name.starts_with('.'))
            && matches(&pattern, &name.chars().collect::<Vec<char>>())
    };
    names.iter().filter(fits).map(|name| join(name)).filter(|path| files.exists(path)).collect()
}

fn is_wild(part: &str) -> bool {
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

fn unescaped(part: &str) -> String {
    let mut text = String::new();
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    text
}

/// The patterns that braces stand for, in their order; a brace that is not closed is a character.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        match first_braces(&pattern) {
            Some((before, inner, after)) if open.len() + done.len() + inner.len() <= MOST_ALTERNATIVES => {
                open.extend(inner.iter().rev().map(|part| format!("{before}{part}{after}")));
            }
            _ => done.push(pattern),
        }
    }
    done
}

/// What is before the first pair of braces, the parts between them, and what is behind.
fn first_braces(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    let mut at = 0;
    while at < pattern.len() {
        match pattern.as_bytes()[at] {
            b'\\' => at += 1,
            b'{' if !pattern[at..].starts_with("{}") => {
                if let Some((parts, end)) = parts(pattern, at + 1) {
                    return Some((&pattern[..at], parts, &pattern[end..]));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The parts from `start` to the closing brace, and where that ends.
fn parts(pattern: &str, start: usize) -> Option<(Vec<&str>, usize)> {
    let (mut parts, mut begin, mut depth) = (Vec::new(), start, 0);
    let mut at = start;
    while at < pattern.len() {
        match pattern.as_bytes()[at] {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'}' => {
                parts.push(&pattern[begin..at]);
                return Some((parts, at + 1));
            }
            b',' if depth == 0 => {
                parts.push(&pattern[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a name matches, by trying the last `*` anew whenever what follows it does not fit.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    loop {
        if pattern.get(p) == Some(&'*') {
            p += 1;
            star = Some((p, n));
            continue;
        }
        let fits = match (pattern.get(p), name.get(n)) {
            (None, None) => return true,
            (Some(_), Some(&c)) => one(&pattern[p..], c),
            _ => None,
        };
        match (fits, star) {
            (Some(len), _) => (p, n) = (p + len, n + 1),
            (None, Some((after, from))) if from < name.len() => {
                star = Some((after, from + 1));
                (p, n) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

/// How much of the pattern stands for this character; `None` if it does not begin with it.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern[0] {
        '?' => Some(1),
        '\\' => (pattern.get(1) == Some(&c)).then_some(2),
        '[' => match class(pattern, c) {
            Some((true, len)) => Some(len),
            Some((false, _)) => None,
            None => (c == '[').then_some(1),
        },
        other => (other == c).then_some(1),
    }
}

/// Whether `[…]` has the character, and how long it is; `None` if it is not closed.
fn class(pattern: &[char], c: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.get(1), Some('!' | '^'));
    let first = if negated { 2 } else { 1 };
    let end = (first + 1..pattern.len()).find(|&at| pattern[at] == ']')?;
    let (mut at, mut has) = (first, false);
    while at < end {
        if at + 2 < end && pattern[at + 1] == '-' {
            has |= (pattern[at]..=pattern[at + 2]).contains(&c);
            at += 3;
        } else {
            has |= pattern[at] == c;
            at += 1;
        }
    }
    Some((has != negated, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, name: &str) -> bool {
        matches(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
    }

    #[test]
    fn wildcards_match_as_glob_says() {
        for (pattern, name) in [
            ("*.conf", "web.conf"),
            ("*", ""),
            ("a*b*c", "axxbxbxc"),
            ("lb[12].conf", "lb1.conf"),
            ("lb[!12].conf", "lb3.conf"),
            ("lb[0-9].conf", "lb7.conf"),
            ("[]]x", "]x"),
            ("a?c", "aéc"),
            (r"a\*", "a*"),
            ("a[b", "a[b"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("*.conf", "web.confx"),
            ("lb[12].conf", "lb3.conf"),
            ("lb[!12].conf", "lb1.conf"),
            ("?", ""),
            ("a*b", "ab "),
            (r"a\*", "ab"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn braces_are_alternatives() {
        assert_eq!(alternatives("{web,dns}.conf"), ["web.conf", "dns.conf"]);
        assert_eq!(alternatives("a{b,c{d,e}}f"), ["abf", "acdf", "acef"]);
        assert_eq!(alternatives("{a}{b,}"), ["ab", "a"]);
        assert_eq!(alternatives("a{b"), ["a{b"]);
        assert_eq!(alternatives("{}x"), ["{}x"]);
        assert_eq!(alternatives(&"{a,b}".repeat(64)).len(), MOST_ALTERNATIVES);
    }
}
