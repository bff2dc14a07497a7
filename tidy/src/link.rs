//! Links and paths in Markdown: what they lead to must be there.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The Markdown files of a repository, by their path, and the paths of all other files and folders.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pages {
    /// Texts of Markdown files.
    pub texts: BTreeMap<String, String>,
    /// All that can be linked to, without a slash at the end.
    pub paths: BTreeSet<String>,
}

impl Pages {
    /// Every path.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }
}

/// Links that lead nowhere, anchors that no heading has, and paths of the repository in `code` that are not there; a line each.
pub fn dead_links(pages: &Pages) -> Vec<String> {
    let anchors: BTreeMap<&str, BTreeSet<String>> =
        pages.texts.iter().map(|(page, text)| (page.as_str(), anchors(text))).collect();
    let mut found = Vec::new();
    for (page, text) in &pages.texts {
        for event in parser(text) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    found.extend(fault(page, &dest_url, pages, &anchors));
                }
                // A changelog speaks of what was.
                Event::Code(code) if !page.ends_with("CHANGELOG.md") => {
                    let missing = expanded(&code).into_iter().filter(|path| is_missing(path, pages));
                    found.extend(missing.map(|path| format!("{page}: `{path}` is not there")));
                }
                _ => (),
            }
        }
    }
    found
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// What is wrong with a link of a page.
fn fault(
    page: &str,
    link: &str,
    pages: &Pages,
    anchors: &BTreeMap<&str, BTreeSet<String>>,
) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { page.to_owned() } else { resolved(page, path) };
    if !pages.paths.contains(&target) && !pages.texts.contains_key(&target) {
        return Some(format!("{page}: the link to {link} leads nowhere"));
    }
    let missing =
        anchor.filter(|anchor| !anchors.get(target.as_str()).is_some_and(|has| has.contains(*anchor)));
    missing.map(|anchor| format!("{page}: {target} has no heading #{anchor}"))
}

/// A relative path, seen from the folder of the page.
fn resolved(page: &str, path: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The anchors of a page's headings, as GitHub makes them: repeated ones are numbered; and those that are written as HTML.
fn anchors(text: &str) -> BTreeSet<String> {
    let (mut all, mut heading) = (BTreeSet::new(), None);
    for event in parser(text) {
        match event {
            Event::InlineHtml(tag) | Event::Html(tag) => {
                let id = tag.split_once("id=\"").and_then(|(_, rest)| rest.split_once('"'));
                all.extend(id.map(|(id, _)| id.to_owned()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let anchor = anchor(&heading.take().unwrap_or_default());
                let numbered = (1..).map(|number| format!("{anchor}-{number}"));
                let free = std::iter::once(anchor.clone()).chain(numbered).find(|name| !all.contains(name));
                all.extend(free);
            }
            _ => (),
        }
    }
    all
}

fn anchor(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let said: String = heading.trim().chars().filter(kept).collect();
    said.to_lowercase().replace(' ', "-")
}

/// `a/{b,c}.rs` is two paths.
pub fn expanded(code: &str) -> Vec<String> {
    let braces = code.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match braces {
        Some((before, (names, after))) => {
            names.split(',').map(|name| format!("{before}{name}{after}")).collect()
        }
        None => vec![code.to_owned()],
    }
}

/// Whether a text is a path below a folder of the repository, and nothing is there.
fn is_missing(text: &str, pages: &Pages) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    let path = text.trim_end_matches('/');
    let folder = path.split_once('/').map(|(folder, _)| folder);
    let is_ours = folder.is_some_and(|folder| pages.paths.contains(folder));
    is_ours && path.chars().all(is_plain) && !pages.paths.contains(path) && !pages.texts.contains_key(path)
}
