//! `ipvslab import`: a scenario of what a director's administrator has: what ipvsadm shows or saves, `keepalived.conf`.

mod disk;

use std::fs::File;
use std::io::{self, Read, stdin};
use std::path::Path;

use ipvslab_scenarios::Problems;
use ipvslab_scenarios::draft::{Draft, TraceFacts};
use ipvslab_scenarios::table::{
    ChoiceError, Context, HostNames, Loss, NoScenario, choose, ipvsadm, keepalived, to_scenario,
};

use self::disk::{Disk, LARGEST};
use crate::args::{self, TableFormat};
use crate::exit::{Exit, Failure};
use crate::init;
use crate::output::shown;
use crate::print::{print, talk};
use crate::scenario_file::colour;

/// Prints a scenario about one virtual service of the file.
pub(crate) fn run(args: &args::Import) -> Result<(), Failure> {
    let origin = if is_stdin(&args.file) { "stdin".to_owned() } else { args.file.display().to_string() };
    let text = read(&args.file, &shown(Path::new(&origin)))?;
    let disk = Disk { root: args.root.as_deref() };
    let imported = match args.format {
        TableFormat::Ipvsadm => ipvsadm::read(&text, &origin, &names(args)?),
        TableFormat::Keepalived => keepalived::read(&text, &origin, args.config_id.as_deref(), &disk),
    };
    let imported = imported.map_err(|problems| invalid(&problems))?;
    let table = &imported.table;
    let service = choose(table, args.service.as_deref())
        .map_err(|error| Failure::new(Exit::Usage, choices(args, &error)))?;
    let order = (service.servers.len() > 1).then(|| imported.order.to_owned());
    let notes: Vec<String> = order.into_iter().collect();
    let facts = args.trace.as_ref().map(|trace| init::facts(trace)).transpose()?;
    let file = args.trace.as_ref().map(|trace| trace.display().to_string()).unwrap_or_default();
    let draft =
        facts.as_ref().map(|facts: &TraceFacts| Draft { file: &file, facts, cost: args.cost.as_ref() });
    let context = Context {
        origin: &origin,
        timeouts: table.timeouts,
        notes: &notes,
        loss: if args.lossy { Loss::Comment } else { Loss::Refuse },
        trace: draft.as_ref(),
    };
    let scenario = to_scenario(service, &context).map_err(|error| refused(args, &error))?;
    if !args.quiet {
        if !imported.warnings.is_empty() {
            talk(format_args!("{}", imported.render_warnings(colour()).trim_end()));
        }
        notes.iter().for_each(|note| talk(format_args!("note: {note}")));
        let made_up = if draft.is_some() {
            "the servers' slots are"
        } else {
            "arrivals, work and the servers' slots are"
        };
        talk(format_args!("note: {made_up} made up; put your own in"));
    }
    print(format_args!("{scenario}"));
    Ok(())
}

/// The names that ipvsadm may have written instead of numbers.
fn names(args: &args::Import) -> Result<HostNames, Failure> {
    let mut names = HostNames::default();
    if let Some(path) = &args.hosts {
        let origin = shown(path);
        names.add_hosts(&read(path, &origin)?, &origin).map_err(|problems| invalid(&problems))?;
    }
    if let Some(path) = &args.services {
        names.add_services(&read(path, &shown(path))?);
    }
    Ok(names)
}

fn invalid(problems: &Problems) -> Failure {
    Failure::new(Exit::InvalidInput, problems.render(colour()))
}

/// Why no scenario was made, and what to do.
fn refused(args: &args::Import, error: &NoScenario) -> Failure {
    let help = match error {
        NoScenario::Inexpressible(_) => "--lossy writes the closest equivalent, with a comment",
        NoScenario::Impossible { help, .. } => help,
        NoScenario::Trace(error) => {
            return init::refused(args.trace.as_deref().unwrap_or(Path::new("")), error);
        }
    };
    let lost = error.to_string().replace('\n', "\nerror: ");
    Failure::new(Exit::InvalidInput, format!("error: {lost}\nhelp: {help}"))
}

/// Why no service was chosen, and the commands that choose one.
fn choices(args: &args::Import, error: &ChoiceError) -> String {
    let format = match args.format {
        TableFormat::Ipvsadm => "ipvsadm",
        TableFormat::Keepalived => "keepalived",
    };
    let file = quoted(&args.file.display().to_string());
    let commands = error.names().iter().map(|name| {
        let name = quoted(name);
        format!("\n  ipvslab import {format} {file} --service {name}")
    });
    format!("error: {error}\nhelp: choose one:{}", commands.collect::<String>())
}

/// A word as a shell takes it. What would move the terminal is written as bash's `$'…'` has it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | ':' | '-' | '_');
    if word.chars().all(is_plain) && !word.is_empty() {
        return word.to_owned();
    }
    let is_odd = |c: char| !matches!(c, '\'' | '"' | '\\') && c.escape_debug().count() > 1;
    if !word.contains(is_odd) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let escaped: String = word
        .chars()
        .map(|c| match c {
            '\'' | '\\' => format!("\\{c}"),
            c if is_odd(c) => format!("\\U{:08x}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("$'{escaped}'")
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The text of a file, or of stdin.
fn read(path: &Path, origin: &str) -> Result<String, Failure> {
    let fail = |why: &str| Failure::new(Exit::InvalidInput, format!("error: cannot read {origin}: {why}"));
    let bytes = if is_stdin(path) { limited(stdin().lock()) } else { File::open(path).and_then(limited) };
    let bytes = bytes.map_err(|error| fail(&error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fail("it is larger than 16 MiB"));
    }
    String::from_utf8(bytes)
        .map_err(|error| fail(&format!("byte {} is not UTF-8", error.utf8_error().valid_up_to())))
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell_where_needed() {
        assert_eq!(quoted("10.0.0.1:80"), "10.0.0.1:80");
        assert_eq!(quoted("fwmark 7"), "'fwmark 7'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("a\u{1b}[2J'b"), r"$'a\U0000001b[2J\'b'");
    }
}
