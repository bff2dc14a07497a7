//! `[directors]`, and the services of classes.

use ipvslab_sim::Directors;

use super::class::Sections;
use crate::quoted::At;
use crate::raw::File;

/// How connections reach their director and their service; `Some(None)` if there is one of both.
pub(super) fn directors(file: &File, sections: &[Sections<'_>]) -> Option<Option<Directors>> {
    let services = services(sections);
    let Some(At { value: raw, .. }) = &file.directors else {
        let is_one = services.iter().all(|&service| service == 0);
        return Some((!is_one).then_some(Directors { services, ..Directors::default() }));
    };
    let count = raw.count.as_ref()?.value;
    let by = raw.by.as_ref().map_or_else(Default::default, |by| by.value);
    let hash = raw.hash.as_ref().map_or_else(Default::default, |hash| hash.value);
    let start = raw.start.as_ref().map_or_else(Default::default, |start| start.value);
    Some(Some(Directors { count, by, hash, start, services }))
}

/// The number of each class's service: 0 for those that name none, and the others in order of the file.
fn services(sections: &[Sections<'_>]) -> Vec<u16> {
    let mut names: Vec<Option<&str>> = vec![None];
    let mut numbers = Vec::new();
    for class in sections {
        let known = names.iter().position(|&name| name == class.service);
        numbers.push(known.unwrap_or(names.len()) as u16);
        if known.is_none() {
            names.push(class.service);
        }
    }
    numbers
}
