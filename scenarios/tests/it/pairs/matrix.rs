//! The matrix of features that `docs/model.md` shows.

use std::fmt::Write;
use std::path::PathBuf;

use super::draft::Draft;
use super::features::ALL;
use super::trial::load;
use super::{NO_DIFFERENCE, are_alternatives, makes_no_difference};

const BEFORE: &str = "<!-- The matrix is written by scenarios/tests/it/pairs. -->\n";
const AFTER: &str = "<!-- The end of the matrix. -->\n";

/// A row for each feature, with a mark for each feature before it.
fn matrix() -> String {
    let mut text = String::from("```text\n");
    for (number, one) in ALL.iter().enumerate() {
        write!(text, "{:>2} {:26}", number + 1, one.name).expect("text");
        for other in &ALL[..number] {
            let mark = match load(&Draft::of(&[one, other]).text()) {
                _ if are_alternatives(one, other) => '|',
                Ok(_) if makes_no_difference(one, other) || makes_no_difference(other, one) => 'o',
                Ok(_) => '+',
                Err(None) => 'x',
                Err(Some(problems)) => panic!("{} + {}: {problems}", one.name, other.name),
            };
            text.push(mark);
        }
        text.push_str("\\\n");
    }
    for digit in [10, 1] {
        let digits = (1..=ALL.len()).map(|number| match (digit, number / digit) {
            (10, 0) => ' ',
            (_, place) => char::from(b'0' + (place % 10) as u8),
        });
        writeln!(text, "{:29}{}", "", digits.collect::<String>()).expect("text");
    }
    text.push_str("```\n\n");
    for (name, beside, why) in NO_DIFFERENCE {
        writeln!(text, "- {name} beside {}: {why}", beside.join(", ")).expect("text");
    }
    text
}

#[test]
fn the_page_of_the_model_shows_the_matrix() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/model.md");
    let page = std::fs::read_to_string(&path).expect("the page of the model");
    let (before, rest) = page.split_once(BEFORE).expect("the place of the matrix");
    let (shown, after) = rest.split_once(AFTER).expect("the end of the matrix");
    let now = matrix();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, format!("{before}{BEFORE}{now}{AFTER}{after}"))
            .expect("the page can be written");
        return;
    }
    assert!(shown == now, "see the top of pairs.rs; the matrix is now\n{now}");
}
