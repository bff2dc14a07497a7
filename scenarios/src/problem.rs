//! What is wrong with a scenario file, and where.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level as Severity, Origin, Renderer, Snippet};

use crate::sources::{Source, Sources};

/// How bad a problem is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// The file cannot be run.
    Error,
    /// The file can be run, but may not say what its author means.
    Warning,
}

/// One thing that is wrong with a scenario file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// The key it concerns, as `servers[2].weight`; empty for the file as a whole.
    pub path: String,
    /// What was found and what was expected.
    pub message: String,
    /// Where in the file, in bytes; `None` for the file as a whole.
    pub span: Option<Range<usize>>,
    /// A second place that has to do with it, and what is there.
    pub also: Option<(Range<usize>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// An error about `path`.
    pub(crate) fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            path: path.into(),
            message: message.into(),
            span: None,
            also: None,
            help: None,
        }
    }

    /// A warning about `path`.
    pub(crate) fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(path, message) }
    }

    pub(crate) fn at(mut self, span: &Range<usize>) -> Self {
        self.span = Some(span.clone());
        self
    }

    pub(crate) fn also(mut self, span: &Range<usize>, label: impl Into<String>) -> Self {
        self.also = Some((span.clone(), label.into()));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `path: message`.
    fn title(&self) -> String {
        if self.path.is_empty() { self.message.clone() } else { format!("{}: {}", self.path, self.message) }
    }
}

/// A problem with its place, for programs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// How bad it is.
    pub level: Level,
    /// The file it is in.
    pub file: String,
    /// Line and column, both from 1; `None` for the file as a whole.
    pub place: Option<(usize, usize)>,
    /// The key, and what was found and expected.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Problems of these texts, with their places.
pub(crate) fn placed(sources: &Sources, list: &[Problem]) -> Vec<Placed> {
    let one = |problem: &Problem| {
        let found = problem.span.as_ref().and_then(|span| sources.of(span));
        let place = found.as_ref().map(|(source, span)| line_and_column(&source.text, span.start));
        let file = found.map_or(sources.origin(), |(source, _)| &source.origin).to_owned();
        Placed { level: problem.level, file, place, message: problem.title(), help: problem.help.clone() }
    };
    list.iter().map(one).collect()
}

/// Why a scenario could not be loaded, as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// The scenario file cannot be read at all.
    Unreadable,
    /// The file, or a trace it names, is not a valid one.
    Invalid,
    /// The file is sound, but its trace holds no arrival.
    EmptyTrace,
}

/// The problems of a file and of those that it includes, and the texts to show them in.
#[derive(Clone, Debug)]
pub struct Problems {
    kind: ProblemKind,
    sources: Sources,
    list: Vec<Problem>,
    /// How many there are beyond those in `list`.
    more: usize,
}

impl Problems {
    /// At most this many problems of a file are kept.
    pub const MOST: usize = 20;

    /// Keeps the first [`Problems::MOST`] of `list`, in the order of the file.
    pub(crate) fn new(kind: ProblemKind, origin: &str, text: &str, list: Vec<Problem>) -> Self {
        Self::within(kind, Sources::one(origin, text), list)
    }

    /// As [`Problems::new`], of several texts.
    pub(crate) fn within(kind: ProblemKind, sources: Sources, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| problem.span.as_ref().map_or(0, |span| span.start));
        list.dedup();
        let more = list.len().saturating_sub(Self::MOST);
        list.truncate(Self::MOST);
        Self { kind, sources, list, more }
    }

    /// Why the scenario could not be loaded.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The problems, in the order of the file.
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// The problems with their places, in the order of the file.
    pub fn placed(&self) -> Vec<Placed> {
        placed(&self.sources, &self.list)
    }

    /// All problems with the lines they are about; `colour` asks for terminal colours.
    pub fn render(&self, colour: bool) -> String {
        let mut drawn = render(&self.sources, &self.list, colour);
        if self.more > 0 {
            drawn.push_str(&format!("and {} more\n\n", self.more));
        }
        drawn
    }
}

impl fmt::Display for Problems {
    /// One line a problem: `web.toml:14:10: servers[2].weight: found -1, expected 0..=65535`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.list.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            match problem.span.as_ref().and_then(|span| self.sources.of(span)) {
                Some((source, span)) => {
                    let (line, column) = line_and_column(&source.text, span.start);
                    write!(f, "{}:{line}:{column}", source.origin)?;
                }
                None => f.write_str(self.sources.origin())?,
            }
            write!(f, ": {}", problem.title())?;
        }
        if self.more > 0 {
            write!(f, "\n{}: and {} more", self.sources.origin(), self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Draws `list` as frames of the texts that it is about.
pub(crate) fn render(sources: &Sources, list: &[Problem], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = String::new();
    for problem in list {
        let severity = match problem.level {
            Level::Error => Severity::ERROR,
            Level::Warning => Severity::WARNING,
        };
        let mut group = severity.primary_title(problem.title()).elements(None::<Origin<'_>>);
        if let Some((source, span)) = problem.span.as_ref().and_then(|span| sources.of(span)) {
            let also = problem.also.as_ref().and_then(|(span, label)| Some((sources.of(span)?, label)));
            let mut snippet =
                frame(source).annotation(AnnotationKind::Primary.span(first_line(&source.text, &span)));
            let mut other = None;
            if let Some(((of, span), label)) = also {
                let place = AnnotationKind::Context.span(first_line(&of.text, &span)).label(label.as_str());
                if std::ptr::eq(of, source) {
                    snippet = snippet.annotation(place);
                } else {
                    other = Some(frame(of).annotation(place));
                }
            }
            group = group.element(snippet).elements(other);
        } else {
            group = group.element(Origin::path(sources.origin()));
        }
        if let Some(help) = &problem.help {
            group = group.element(Severity::HELP.message(help.as_str()));
        }
        drawn.push_str(&renderer.render(&[group]));
        drawn.push_str("\n\n");
    }
    drawn
}

/// A text, to be drawn.
fn frame(source: &Source) -> Snippet<'_, Annotation<'_>> {
    Snippet::source(source.text.as_str()).path(source.origin.as_str())
}

/// The part of `span` on its first line, at character boundaries, so that a frame stays small.
fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.floor_char_boundary(span.end.min(text.len())).max(start);
    let line = text[start..end].find('\n').map_or(end, |at| start + at);
    let line = if text[start..line].ends_with('\r') { line - 1 } else { line };
    start..line
}

/// Line and column of a byte, both counted from 1; the column counts characters.
fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(byte.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_by_characters() {
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("ab\ncd", 4), (2, 2));
        assert_eq!(line_and_column("é = 1", "é = ".len()), (1, 5));
        assert_eq!(line_and_column("é", 1), (1, 1), "inside a character");
    }

    #[test]
    fn one_line_form_says_where_what_and_what_is_allowed() {
        let problem = Problem::error("servers[2].weight", "found -1, expected 0..=65535").at(&(14..16));
        let problems = Problems::new(ProblemKind::Invalid, "web.toml", "# a\n\nweight = -1\n", vec![problem]);
        assert_eq!(problems.to_string(), "web.toml:3:10: servers[2].weight: found -1, expected 0..=65535");
    }
}
