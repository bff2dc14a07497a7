//! Checks a parsed file against the schema: unknown and missing fields, wrong types, values out of range.
//!
//! serde stops at the first thing it does not like. This walk reports every one, each at its own place, and takes out
//! what cannot be read, so that serde can read the rest and the checks across fields can add their findings.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use crate::problem::Problem;
use crate::quantity::{Fault, unit_missing};
use crate::schema::Rule;
use crate::sources::Sources;
use crate::suggest::{listed, nearest, printable};
use crate::words;

/// A file checked against the schema.
pub(crate) struct Conformed<'a> {
    /// The part that can be read.
    pub(crate) readable: DeTable<'a>,
    /// What is wrong with the rest.
    pub(crate) problems: Vec<Problem>,
    /// The keys whose values cannot be read: given, but not in `readable`.
    pub(crate) unreadable: Vec<String>,
}

/// Checks `document`, which was parsed from `sources`, against the schema.
pub(crate) fn conform<'a>(document: DeTable<'a>, rule: Rule<'_>, sources: &Sources) -> Conformed<'a> {
    let mut walk = Walk { sources, problems: Vec::new(), unreadable: Vec::new() };
    let readable = walk.table(String::new(), None, document, rule);
    Conformed { readable, problems: walk.problems, unreadable: walk.unreadable }
}

struct Walk<'s> {
    sources: &'s Sources,
    problems: Vec<Problem>,
    unreadable: Vec<String>,
}

impl Walk<'_> {
    /// The part of a table that can be read. `span` is `None` for the file as a whole.
    fn table<'a>(
        &mut self,
        path: String,
        span: Option<&Range<usize>>,
        table: DeTable<'a>,
        rule: Rule<'_>,
    ) -> DeTable<'a> {
        self.presence(&path, span, &table, rule);
        let mut kept = DeTable::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let known = rule.fields().and_then(|fields| fields.get(name)).map(Rule).or(rule.any_field());
            let Some(known) = known else {
                self.unknown(&path, &key.span(), name, rule);
                continue;
            };
            let place = value.span();
            // A table header without fields of its own, or a dotted key, may have no place; its key has one.
            let place = if place.is_empty() { key.span() } else { place };
            if let Some(value) = self.value(join(&path, name), place, value.into_inner(), known) {
                kept.insert(key, value);
            }
        }
        kept
    }

    /// The part of a value that can be read, if any.
    fn value<'a>(
        &mut self,
        path: String,
        span: Range<usize>,
        value: DeValue<'a>,
        rule: Rule<'_>,
    ) -> Option<Spanned<DeValue<'a>>> {
        let verdict = match (rule.kind(), &value) {
            ("object", DeValue::Table(_))
            | ("array", DeValue::Array(_))
            | ("boolean", DeValue::Boolean(_)) => Ok(()),
            (_, DeValue::Integer(number)) if rule.allows("integer") => whole_number(number, rule),
            ("number", DeValue::Integer(number)) => real_number(number.as_str(), rule),
            ("number", DeValue::Float(number)) => real_number(number.as_str(), rule),
            ("string", DeValue::String(text)) => match rule.text() {
                Some(kind) => words::check(kind, text),
                None if text.is_empty() => Err(Fault::new("some text")),
                None => Ok(()),
            },
            ("string", DeValue::Integer(_) | DeValue::Float(_)) => {
                let help = rule.text().and_then(|kind| unit_missing(kind, self.sources.text(&span)));
                Err(Fault { expected: rule.expected(), help })
            }
            ("integer", _) => Err(Fault::new(format!("an integer, {}", rule.expected()))),
            _ => Err(Fault::new(rule.expected())),
        };
        if let Err(fault) = verdict {
            let found = self.found(&value, &span);
            self.unreadable.push(path.clone());
            let mut problem =
                Problem::error(path, format!("found {found}, expected {}", fault.expected)).at(&span);
            problem.help = fault.help.or_else(|| rule.word("x-why").map(str::to_owned));
            self.problems.push(problem);
            return None;
        }
        let value = match value {
            DeValue::Table(table) => DeValue::Table(self.table(path, Some(&span), table, rule)),
            DeValue::Array(array) => DeValue::Array(self.array(&path, &span, array, rule)),
            other => other,
        };
        Some(Spanned::new(span, value))
    }

    /// The elements of an array that can be read.
    fn array<'a>(
        &mut self,
        path: &str,
        span: &Range<usize>,
        array: DeArray<'a>,
        rule: Rule<'_>,
    ) -> DeArray<'a> {
        let (least, most) = (rule.integer("minItems").unwrap_or(0), rule.integer("maxItems"));
        let length = array.len() as i128;
        if length < least || most.is_some_and(|most| length > most) {
            let most = most.map_or(String::new(), |most| format!(" and at most {most}"));
            let message = format!("found {length} elements, expected at least {least}{most}");
            self.problems.push(Problem::error(path, message).at(span));
            if length > least {
                return DeArray::new();
            }
        }
        let rule = rule.items().expect("the schema says what the elements of an array are");
        let elements = array.into_iter().enumerate();
        elements
            .filter_map(|(number, value)| {
                self.value(format!("{path}[{number}]"), value.span(), value.into_inner(), rule)
            })
            .collect()
    }

    /// Reports required fields that are missing, and alternatives of which there is not exactly one.
    fn presence(&mut self, path: &str, span: Option<&Range<usize>>, table: &DeTable<'_>, rule: Rule<'_>) {
        let place = |problem: Problem| match span {
            Some(span) => problem.at(span),
            None => problem,
        };
        for name in rule.required().filter(|&name| !table.contains_key(name)) {
            let field = Rule(&rule.0["properties"][name]);
            let problem = place(Problem::error(path, format!("`{name}` is missing")));
            self.problems.push(match field.word("x-example") {
                Some(example) => problem.help(format!("for example:\n\n{}", example.replace("\\n", "\n"))),
                None => {
                    problem.help(format!("add `{name}`: {}", field.word("description").unwrap_or_default()))
                }
            });
        }
        let Some(alternatives) = rule.alternatives() else { return };
        let keys = table.keys().filter(|key| alternatives.contains(&key.get_ref().as_ref()));
        let mut given: Vec<_> = keys.map(|key| (key.span(), key.get_ref().as_ref())).collect();
        given.sort_by_key(|(span, _)| span.start);
        let message = |found: &str| {
            format!("found {found}, expected exactly one of {}", listed(alternatives.iter().copied()))
        };
        match given.as_slice() {
            // An unknown field is what was meant, and reported as such.
            [] if table
                .keys()
                .any(|key| rule.fields().is_none_or(|known| !known.contains_key(&**key.get_ref()))) => {}
            [] => self.problems.push(place(Problem::error(path, message("none")))),
            [_] => {}
            [(first, one), .., (second, other)] => {
                let both = listed([*one, *other]);
                let problem = Problem::error(path, message(&format!("{both} together")));
                self.problems.push(problem.at(second).also(first, "the other one"));
            }
        }
    }

    fn unknown(&mut self, path: &str, span: &Range<usize>, name: &str, rule: Rule<'_>) {
        let fields = rule.fields().into_iter().flat_map(|fields| fields.keys().map(String::as_str));
        let allowed: Vec<&str> = fields.collect();
        let mut help = match nearest(name, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? "),
            None => String::new(),
        };
        help.push_str(&format!("allowed here: {}", allowed.join(", ")));
        let message = format!("unknown field `{}`", printable(name, 60));
        self.problems.push(Problem::error(path, message).at(span).help(help));
    }

    /// What stands in the file, shortened.
    fn found(&self, value: &DeValue<'_>, span: &Range<usize>) -> String {
        match value {
            DeValue::Table(_) => "a table".to_owned(),
            DeValue::Array(_) => "an array".to_owned(),
            _ => printable(self.sources.text(span), 60),
        }
    }
}

/// `path.name`, or `name` at the top; a name that is no plain one is quoted.
fn join(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let name = if plain { name.to_owned() } else { format!("\"{}\"", printable(name, 60)) };
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn whole_number(number: &DeInteger<'_>, rule: Rule<'_>) -> Result<(), Fault> {
    let value = i128::from_str_radix(number.as_str(), number.radix()).ok();
    let least = rule.integer("minimum").unwrap_or(0);
    let most = rule.integer("maximum").unwrap_or(i128::from(i64::MAX));
    match value {
        Some(value) if (least..=most).contains(&value) => Ok(()),
        _ => Err(Fault::new(rule.expected())),
    }
}

fn real_number(number: &str, rule: Rule<'_>) -> Result<(), Fault> {
    let within = |value: f64| {
        value.is_finite()
            && rule.number("minimum").is_none_or(|least| value >= least)
            && rule.number("exclusiveMinimum").is_none_or(|least| value > least)
            && rule.number("maximum").is_none_or(|most| value <= most)
    };
    match number.parse() {
        Ok(value) if within(value) => Ok(()),
        _ => Err(Fault::new(rule.expected())),
    }
}
