//! A thousand slips of the pen in scenarios of the catalog: nearly every one that is refused is shown with its place, and nearly half
//! with a help besides what was expected.

use std::path::Path;

use ipvslab_scenarios::{catalog, parse};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Refused files to look at.
const REFUSED: usize = 1_000;

/// Makes one slip in a line with a key: a letter less, twice, or another; a value without its unit or its quotes; a line that
/// is missing or there twice.
fn slip(line: &str, random: &mut Xoshiro256PlusPlus) -> String {
    let (key, value) = line.split_once('=').expect("a line with a key");
    let (key, value) = (key.trim_end(), value.trim());
    let letters: Vec<char> = key.chars().collect();
    let at = random.random_range(0..letters.len());
    let changed = |letter: Option<char>, skip: usize| -> String {
        letters[..at].iter().copied().chain(letter).chain(letters[at + skip..].iter().copied()).collect()
    };
    match random.random_range(0..10) {
        0 => format!("{} = {value}", changed(None, 1)),
        1 => format!("{} = {value}", changed(Some(letters[at]), 0)),
        2 => format!("{} = {value}", changed(Some('x'), 1)),
        3 => format!("{key} = {}", value.replace('"', "")),
        4 => format!(
            "{key} = {}",
            value.trim_end_matches(|c: char| c == '"' || c.is_alphabetic() || c == '/').to_owned() + "\""
        ),
        5 => format!("{key} = -1"),
        6 => format!("{key} = \"some\""),
        7 => format!("{key} = 1e99"),
        8 => format!("{line}\n{line}"),
        _ => String::new(),
    }
}

#[test]
fn slips_are_shown_with_their_place_and_often_with_help() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let texts: Vec<&str> =
        catalog().map(|entry| entry.text).filter(|text| !text.contains("file =")).collect();
    let (mut refused, mut placed, mut helped, mut without) = (0, 0, 0, Vec::new());
    while refused < REFUSED {
        let text = texts.choose(&mut random).expect("a scenario");
        let lines: Vec<&str> = text.lines().collect();
        let keys: Vec<usize> = (0..lines.len())
            .filter(|&at| lines[at].contains('=') && !lines[at].trim_start().starts_with('#'))
            .collect();
        let &at = keys.choose(&mut random).expect("a key");
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        changed[at] = slip(lines[at], &mut random);
        let Err(problems) = parse(&changed.join("\n"), "slip.toml", Path::new("")) else { continue };
        refused += 1;
        let first = &problems.placed()[0];
        placed += usize::from(first.place.is_some());
        let is_helped = problems.placed().iter().any(|problem| problem.help.is_some());
        helped += usize::from(is_helped);
        if !is_helped || first.place.is_none() {
            without.push(format!("{:?}: {}", changed[at], first.message));
        }
    }
    let few = &without[..without.len().min(40)];
    assert!(placed * 100 >= REFUSED * 95, "{placed} of {REFUSED} have a place:\n{}", few.join("\n"));
    assert!(helped * 100 >= REFUSED * 44, "{helped} of {REFUSED} say what to do:\n{}", few.join("\n"));
}
