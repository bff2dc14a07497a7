//! `ipvslab docs`: the documentation, inside the program.

use crate::args;
use crate::print::print;

/// Every page with its name, in the order of the names.
static PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/docs.rs"));

/// The names of all pages.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(name, _)| *name)
}

/// Prints a page, or the list of all.
pub(crate) fn run(args: &args::Docs) {
    match args.page.as_deref() {
        Some(wanted) => {
            let text = PAGES.iter().find(|(name, _)| *name == wanted).map_or("", |(_, text)| text);
            print(format_args!("{text}"));
        }
        None => {
            for (name, text) in PAGES {
                let title = text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
                print(format_args!("{name:20} {title}\n"));
            }
            print(format_args!("\nipvslab docs NAME prints a page.\n"));
        }
    }
}
