//! Hints hold: a user who does what a message of an importer says does not get the same message again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ipvslab_scenarios::table::{
    Context, HostNames, Imported, Loss, NoScenario, choose, ipvsadm, keepalived, to_scenario,
};
use ipvslab_scenarios::{Problem, Problems};

/// Who reads a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reader {
    Ipvsadm,
    Keepalived,
}

/// A text, and what else the command line says.
#[derive(Clone, Debug)]
struct Input {
    reader: Reader,
    text: String,
    hosts: String,
    services: String,
    director: Option<String>,
}

impl Input {
    fn new(reader: Reader, text: &str) -> Self {
        Self { reader, text: text.to_owned(), hosts: String::new(), services: String::new(), director: None }
    }

    fn read(&self) -> Result<Imported, Problems> {
        match self.reader {
            Reader::Ipvsadm => {
                let mut names = HostNames::default();
                names.add_hosts(&self.hosts, "hosts").expect("as the hint said");
                names.add_services(&self.services);
                ipvsadm::read(&self.text, "input", &names)
            }
            Reader::Keepalived => {
                keepalived::read(&self.text, "input", self.director.as_deref(), &keepalived::NoFiles)
            }
        }
    }

    fn problems(&self) -> Vec<Problem> {
        self.read().map_or_else(|problems| problems.list().to_vec(), |imported| imported.warnings)
    }
}

/// The words between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The input after a hint was followed, and the kind of the hint; `None` for hints that ask for a decision.
fn followed(input: &Input, problem: &Problem) -> Option<(&'static str, Input)> {
    let help = problem.help.as_deref()?;
    let words = quoted(help);
    let replaced = |with: &str| {
        let span = problem.span.clone()?;
        let mut next = input.clone();
        // A word in quotes stays in quotes.
        let is_quoted = input.text.get(span.clone())?.starts_with('"');
        next.text.replace_range(span, &if is_quoted { format!("\"{with}\"") } else { with.to_owned() });
        Some(next)
    };
    let with_option = |set: fn(&mut Input, String), value: String| {
        let mut next = input.clone();
        set(&mut next, value);
        Some(next)
    };
    if help.starts_with("did you mean") {
        let found = quoted(&problem.message).first().copied().unwrap_or_default();
        // Options stand with their values in one word.
        let word = input.text.get(problem.span.clone()?)?;
        let with =
            if word.starts_with('-') { word.replacen(found, words[0], 1) } else { words[0].to_owned() };
        return Some(("did you mean", replaced(&with)?));
    }
    let kind_and_next = match help {
        help if help.starts_with("in a real server it is called") => ("other name", replaced(words[0])),
        help if help.starts_with("`retry` is the same") => ("other name", replaced(words[0])),
        help if help.starts_with("a blank before the port") => ("blank", replaced(words[0])),
        help if help.starts_with("IPv6 in brackets") => ("brackets", replaced(words[0])),
        help if help.starts_with("`protocol TCP`, if") => {
            let brace = problem
                .span
                .as_ref()
                .and_then(|span| input.text[span.end..].find('{').map(|at| span.end + at + 1))?;
            let mut next = input.clone();
            next.text.insert_str(brace, "\nprotocol TCP\n");
            ("protocol", Some(next))
        }
        help if help.starts_with("`--config-id") => {
            let director = words[0].strip_prefix("--config-id ")?.to_owned();
            ("config id", with_option(|input, director| input.director = Some(director), director))
        }
        help if help.contains("--hosts FILE") => {
            ("hosts", with_option(|input, line| input.hosts = line, words.last()?.to_string()))
        }
        help if help.contains("--services FILE") => {
            ("services", with_option(|input, line| input.services = line, words.last()?.to_string()))
        }
        help if help.contains("ipvslab import keepalived") => {
            ("other reader", Some(Input { reader: Reader::Keepalived, ..input.clone() }))
        }
        help if help.contains("ipvslab import ipvsadm") => {
            ("other reader", Some(Input { reader: Reader::Ipvsadm, ..input.clone() }))
        }
        _ if problem.message.starts_with("`{` is missing after") => ("brace", replaced(words[0])),
        _ => return None,
    };
    Some((kind_and_next.0, kind_and_next.1?))
}

/// Configurations, outputs and saves: those of the tests, what fuzzing kept, and some with slips of the finger.
fn inputs() -> Vec<Input> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut inputs = Vec::new();
    for (directory, reader) in [
        (tests.join("keepalived"), Reader::Keepalived),
        (tests.join("director"), Reader::Ipvsadm),
        (tests.join("keepalived"), Reader::Ipvsadm),
        (tests.join("director"), Reader::Keepalived),
        (corpus.join("keepalived"), Reader::Keepalived),
        (corpus.join("ipvsadm"), Reader::Ipvsadm),
        (corpus.join("listing"), Reader::Ipvsadm),
    ] {
        let entries = fs::read_dir(directory).expect("it is in the repository");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            if let Ok(text) = fs::read_to_string(path) {
                inputs.push(Input::new(reader, &text));
            }
        }
    }
    let keepalived = "virtual_server 10.0.0.1 80 {\n    lb_algo wlcc\n    lvs_methd DR\n    protocol TPC\n    persistance_timeout 3\n    \
                      real_server 10.1.0.1:80 80 {\n        wieght 3\n        lb_kind DR\n        TCP_CHECK {\n            conect_timeout 3\n        }\n    }\n    \
                      real_server 10.1.0.2 80\n        weight 1\n    }\n    @lb1 quorum 2\n    @lb1 weight 2\n    real_server 10.1.0.3 80 {\n        HTTP_GET {\n            nb_get_retry 3\n            url {\n                path /\n            }\n        }\n    }\n}\n";
    let saved = "-A -t web:htpt -s wlcc -b sh-prot\n-A -t [web]:http --schedular rr\n-a -t 2001:db8::1 -r 10.1.0.1\n-A -u web:domain -s rr --pe sap\n";
    let conditions = "virtual_server 10.0.0.1 80 {\n@lb1 lb_algo rr\nreal_server 10.1.0.1 80 {\n}\n}\n";
    inputs.extend(
        [(Reader::Keepalived, keepalived), (Reader::Ipvsadm, saved), (Reader::Keepalived, conditions)]
            .map(|(reader, text)| Input::new(reader, text)),
    );
    for line in saved.lines() {
        inputs.push(Input::new(Reader::Ipvsadm, line));
    }
    inputs
}

#[test]
fn what_a_hint_says_does_not_give_the_same_message_again() {
    let mut tried: BTreeMap<&str, u32> = BTreeMap::new();
    for input in inputs() {
        for problem in input.problems() {
            let Some((kind, next)) = followed(&input, &problem) else { continue };
            let same = next.problems().into_iter().find(|again| {
                again.message == problem.message
                    && again.span.as_ref().map(|span| span.start)
                        == problem.span.as_ref().map(|span| span.start)
            });
            assert!(same.is_none(), "{kind}: {problem:?}\n{}\nfollowed:\n{}", input.text, next.text);
            *tried.entry(kind).or_default() += 1;
        }
    }
    let kinds: Vec<&str> = tried.keys().copied().collect();
    let expected = [
        "blank",
        "brace",
        "brackets",
        "config id",
        "did you mean",
        "hosts",
        "other name",
        "other reader",
        "protocol",
        "services",
    ];
    assert_eq!(kinds, expected, "{tried:?}");
}

#[test]
fn lossy_and_the_names_of_services_hold_what_they_promise() {
    let (mut lossy, mut named) = (0, 0);
    for input in inputs() {
        let Ok(imported) = input.read() else { continue };
        if let Err(error) = choose(&imported.table, None) {
            for name in error.names() {
                assert!(choose(&imported.table, Some(name)).is_ok(), "{name}");
                named += 1;
            }
        }
        for service in &imported.table.services {
            let context = Context { origin: "input", ..Context::default() };
            if let Err(NoScenario::Inexpressible(settings)) = to_scenario(service, &context) {
                let nearest = to_scenario(service, &Context { loss: Loss::Comment, ..context });
                assert!(nearest.is_ok(), "{settings:?}: {nearest:?}");
                lossy += 1;
            }
        }
    }
    assert!(lossy > 5 && named > 50, "{lossy} {named}");
}
