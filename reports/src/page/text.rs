//! Text from scenarios and stored studies, made harmless: markup is escaped where it is written, and here go the
//! characters that change how the text around them is shown.

use crate::study::{Provenance, Study};

/// What stands for a character that is not shown.
const REPLACED: char = '\u{fffd}';

/// The same study, with no control or direction character in its texts.
pub(super) fn harmless(study: &Study) -> Study {
    let mut study = study.clone();
    let own =
        [&mut study.title, &mut study.question, &mut study.name, &mut study.kernel, &mut study.accounting];
    let names = study.servers.iter_mut().flat_map(|server| [&mut server.name, &mut server.group]);
    let classes = study.classes.iter_mut();
    let deeds = study.interventions.iter_mut().map(|(_, what)| what);
    for text in own.into_iter().chain(names).chain(classes).chain(deeds) {
        *text = line(text);
    }
    let Provenance { version, scenario, scenario_sha256 } = &mut study.provenance;
    *version = line(version);
    *scenario_sha256 = line(scenario_sha256);
    *scenario = scenario.split('\n').map(line).collect::<Vec<_>>().join("\n");
    study
}

/// A line of text that hides and turns nothing.
pub(super) fn line(text: &str) -> String {
    text.chars().map(|character| if is_shown(character) { character } else { REPLACED }).collect()
}

fn is_shown(character: char) -> bool {
    let turns = matches!(character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    character == '\t' || !(character.is_control() || turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_turns_or_hides_text() {
        assert_eq!(line("a\u{202e}b\u{1b}[31mc\u{0}\u{200b}d"), "a\u{fffd}b\u{fffd}[31mc\u{fffd}\u{fffd}d");
        assert_eq!(line("Größe – 3 µs\t<b>"), "Größe – 3 µs\t<b>");
    }
}
