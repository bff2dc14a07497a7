//! The lines of a file and of all that it includes.

use std::collections::BTreeSet;
use std::ops::Range;

use super::definition::Definitions;
use super::files::Files;
use super::include::{Include, Included, Strictness, included};
use super::line::{BLANKS, Line};
use super::sequence::Sequence;
use crate::problem::Problem;
use crate::sources::Sources;
use crate::suggest::printable;

/// The longest line that keepalived reads whole, in bytes (`MAXBUF`).
const LONGEST: usize = 1022;
/// The most lines, files, and files within files.
const MOST_LINES: usize = 1 << 20;
const MOST_FILES: usize = 1024;
const DEEPEST: usize = 32;
/// The most names that are replaced on one line.
const MOST_REPLACEMENTS: usize = 1000;
/// The most bytes of all files.
const LARGEST: usize = 16 << 20;

/// Which director reads the file: what `keepalived --config-id` says, or the name of its node.
pub(in crate::table::keepalived) type Identity<'a> = Option<&'a str>;

/// What was read.
#[derive(Default)]
pub(in crate::table::keepalived) struct Read {
    pub(in crate::table::keepalived) lines: Vec<Line>,
    pub(in crate::table::keepalived) sources: Sources,
    pub(in crate::table::keepalived) problems: Vec<Problem>,
    /// The directors that lines are for (`@id`), and the place of the first such line.
    pub(in crate::table::keepalived) ids: BTreeSet<String>,
    pub(in crate::table::keepalived) condition: Option<Range<usize>>,
}

/// Reads `text`, which is the file at `path`.
pub(in crate::table::keepalived) fn read(
    path: &str,
    text: &str,
    identity: Identity<'_>,
    files: &impl Files,
) -> Read {
    let mut reader = Reader {
        read: Read::default(),
        inputs: Vec::new(),
        definitions: Definitions::default(),
        open_definition: None,
        checked: Strictness::default(),
        identity,
        files: 1,
        bytes: text.len(),
        is_over: false,
    };
    reader.standard_definitions();
    reader.open(path, text);
    while !reader.is_over {
        let Some(next) = reader.next() else { break };
        match next {
            Next::Line(line) => reader.take(line, files),
            Next::Blank => reader.open_definition = None,
        }
    }
    reader.read
}

struct Reader<'a> {
    read: Read,
    /// Where lines come from; the last one first.
    inputs: Vec<Input>,
    definitions: Definitions,
    /// The name whose definition goes on in the next line.
    open_definition: Option<String>,
    checked: Strictness,
    identity: Identity<'a>,
    files: usize,
    bytes: usize,
    /// Whether a limit was reached.
    is_over: bool,
}

enum Input {
    File {
        path: String,
        text: String,
        start: usize,
        at: usize,
        checked: Strictness,
    },
    /// Files that one line includes and that are still to be opened.
    Files(std::vec::IntoIter<(String, String)>),
    /// The lines that are left of a definition of several.
    Lines(std::vec::IntoIter<Line>),
    Sequence(Sequence),
}

enum Next {
    Line(Line),
    /// An empty line of a file.
    Blank,
}

impl Reader<'_> {
    fn standard_definitions(&mut self) {
        for (name, value) in [("_HASH", "#"), ("_BANG", "!")] {
            self.definitions.set(name, Line::new(value, 0));
        }
        if let Some(identity) = self.identity {
            self.definitions.set("_INSTANCE", Line::new(identity, 0));
        }
    }

    fn open(&mut self, path: &str, text: &str) {
        let start = self.read.sources.add(&printable(path, 500), text);
        let (path, text) = (path.to_owned(), text.to_owned());
        self.inputs.push(Input::File { path, text, start, at: 0, checked: self.checked });
        self.set_directory();
    }

    fn set_directory(&mut self) {
        let directory = match self.directory() {
            "" => ".",
            directory => directory,
        };
        let line = Line::new(directory, 0);
        self.definitions.set("_PWD", line);
    }

    /// The directory of the file that is read: keepalived goes there.
    fn directory(&self) -> &str {
        let file = self.inputs.iter().rev().find_map(|input| match input {
            Input::File { path, .. } => Some(path.as_str()),
            _ => None,
        });
        match file.and_then(|path| path.rsplit_once('/')) {
            Some(("", _)) => "/",
            Some((directory, _)) => directory,
            None => "",
        }
    }

    fn error(&mut self, message: impl Into<String>, place: &Range<usize>) {
        self.read.problems.push(Problem::error("", message).at(place));
    }

    /// The next line, without comments.
    fn next(&mut self) -> Option<Next> {
        loop {
            match self.inputs.last_mut()? {
                Input::Files(files) => match files.next() {
                    Some((path, text)) => self.open(&path, &text),
                    None => drop(self.inputs.pop()),
                },
                Input::Lines(lines) => match lines.next() {
                    Some(line) => return Some(Next::Line(line)),
                    None => drop(self.inputs.pop()),
                },
                Input::Sequence(sequence) => match sequence.next() {
                    Some((values, line)) => {
                        for (name, value) in values {
                            self.definitions.set(&name, Line::new(&value, 0));
                        }
                        return Some(Next::Line(line));
                    }
                    None => drop(self.inputs.pop()),
                },
                Input::File { text, at, .. } if *at >= text.len() => self.close(),
                Input::File { text, start, at, .. } => {
                    let end = text[*at..].find('\n').map_or(text.len(), |end| *at + end);
                    let raw = text[*at..end].trim_end_matches('\r');
                    let line = Line::new(raw, *start + *at);
                    *at = end + 1;
                    if raw.is_empty() {
                        return Some(Next::Blank);
                    }
                    let line = self.clean(&line);
                    if !line.text().is_empty() {
                        return Some(Next::Line(line));
                    }
                }
            }
        }
    }

    fn close(&mut self) {
        if let Some(Input::File { checked, .. }) = self.inputs.pop() {
            self.checked = checked;
        }
        self.set_directory();
    }

    /// A line without comments; complains of what keepalived would not read as it is meant.
    fn clean(&mut self, line: &Line) -> Line {
        let whole = 0..line.text().len();
        if whole.end > LONGEST {
            let message = format!(
                "a line of {} bytes, expected at most {LONGEST}: keepalived truncates longer ones",
                whole.end
            );
            self.error(message, &line.place(&whole));
        }
        match line.decommented() {
            Ok(line) => line,
            Err((line, quote)) => {
                self.error("the quote is not closed on its line", &quote);
                line
            }
        }
    }

    fn take(&mut self, mut line: Line, files: &impl Files) {
        if let Some(name) = &self.open_definition {
            if !self.definitions.go_on(name, &line) {
                self.open_definition = None;
            }
            return;
        }
        let mut replacements = 0;
        loop {
            if line.text().starts_with('@') {
                match self.conditional(&line) {
                    Some(rest) => line = rest,
                    None => return,
                }
            }
            if let Some(begun) = self.definitions.begin(&line) {
                self.open_definition = begun.goes_on.then_some(begun.name);
                return;
            }
            if line.text().starts_with("~SEQ") || line.text().starts_with("~LST") {
                return self.repeat(&line);
            }
            match self.replaced(&mut line, &mut replacements) {
                true => line = self.clean(&line),
                false => break,
            }
            if !line.text().contains(['$', '@']) {
                break;
            }
        }
        self.put(line, files);
    }

    /// What is left of `@id line` for this director; `None` if it is for another one.
    fn conditional(&mut self, line: &Line) -> Option<Line> {
        let text = line.text();
        let (is_not, name_at) = if text.starts_with("@^") { (true, 2) } else { (false, 1) };
        let end = name_at + text[name_at..].find(BLANKS)?;
        let name = &text[name_at..end];
        self.read.ids.insert(name.to_owned());
        self.read.condition.get_or_insert_with(|| line.place(&(0..end)));
        let start = text.len() - text[end..].trim_start_matches(BLANKS).len();
        ((self.identity == Some(name)) != is_not).then(|| line.part(start..text.len()))
    }

    fn repeat(&mut self, line: &Line) {
        let text = line.text();
        let close = text.find(')').unwrap_or(text.len());
        let mut arguments = Line::new(&text[4..close], 0);
        let mut at = 0;
        for _ in 0..MOST_REPLACEMENTS {
            match self.definitions.replace(&mut arguments, at) {
                Some((behind, _)) => at = behind,
                None => break,
            }
        }
        match Sequence::read(line, arguments.text()) {
            Ok(sequence) => self.inputs.push(Input::Sequence(sequence)),
            Err(why) => {
                let message = format!("`{}` is skipped: {why}", printable(&text[..4], 60));
                let place = line.place(&(0..text.len()));
                self.read.problems.push(Problem::warning("", message).at(&place));
            }
        }
    }

    /// Replaces all names on a line. Returns whether there were any.
    fn replaced(&mut self, line: &mut Line, replacements: &mut usize) -> bool {
        let before = *replacements;
        let mut at = 0;
        while let Some((behind, replaced)) = self.definitions.replace(line, at) {
            at = behind;
            *replacements += 1;
            if !replaced.rest.is_empty() {
                self.inputs.push(Input::Lines(replaced.rest.into_iter()));
            }
            if *replacements == MOST_REPLACEMENTS || line.text().len() > LONGEST {
                let place = line.place(&(at..line.text().len()));
                self.error("definitions make this line too long, or are circular", &place);
                *line = Line::default();
                self.is_over = true;
                return false;
            }
            if line.text()[at..].trim_start_matches(BLANKS).starts_with('~') {
                break;
            }
        }
        *replacements > before
    }

    fn put(&mut self, line: Line, files: &impl Files) {
        let text = line.text();
        if let Some(include) = Include::read(text) {
            let place = line.place(&(text.len() - include.pattern.len()..text.len()));
            let directory = self.directory().to_owned();
            let all = included(&include, self.checked, &directory, files);
            self.include(all, include.pattern, &place);
            return;
        }
        let mut words = text.split(BLANKS).filter(|word| !word.is_empty());
        if words.next() == Some("include_check") {
            self.checked = self.checked.checked(&words.collect::<Vec<_>>());
        } else if !text.is_empty() {
            self.read.lines.push(line);
            if self.read.lines.len() == MOST_LINES {
                self.is_over = true;
                let place = self.read.lines[MOST_LINES - 1].place(&(0..1));
                self.error(format!("more than {MOST_LINES} lines"), &place);
            }
        }
    }

    fn include(&mut self, all: Vec<Included>, pattern: &str, place: &Range<usize>) {
        let pattern = printable(pattern, 200);
        let is_open = |path: &str| {
            self.inputs.iter().any(|input| matches!(input, Input::File { path: open, .. } if open == path))
        };
        let mut opened = Vec::new();
        let mut problems = Vec::new();
        for one in all {
            match one {
                Included::File(path, _) if is_open(&path) => {
                    let message = format!("{} includes itself", printable(&path, 200));
                    problems.push(Problem::error("", message).at(place));
                }
                Included::File(path, text) => opened.push((path, text)),
                Included::Passed(why) => {
                    let help = "keepalived skips what is not there; if the director has it, copy it to where this says, or import there";
                    problems
                        .push(Problem::warning("", format!("include {pattern}: {why}")).at(place).help(help));
                }
                Included::Refused(why) => {
                    let message = format!("include {pattern}: {why}");
                    problems.push(Problem::error("", message).at(place));
                }
            }
        }
        self.read.problems.extend(problems);
        let bytes: usize = opened.iter().map(|(_, text)| text.len()).sum();
        let depth = self.inputs.iter().filter(|input| matches!(input, Input::File { .. })).count();
        if self.files + opened.len() > MOST_FILES || depth >= DEEPEST || self.bytes + bytes > LARGEST {
            let message = format!("more than {MOST_FILES} files, {DEEPEST} within each other, or 16 MiB");
            self.error(message, place);
            self.is_over = true;
            return;
        }
        self.files += opened.len();
        self.bytes += bytes;
        self.inputs.push(Input::Files(opened.into_iter()));
    }
}
