//! From files to lines, as keepalived's `lib/parser.c` reads them: comments, `@` conditions, `$NAME` definitions, `~SEQ` and
//! `~LST`, `include`. What comes out are the lines that its keywords see, each byte with the place that it comes from.

mod definition;
mod files;
mod glob;
mod include;
mod line;
mod reader;
mod sequence;

pub use self::files::{Files, NoFiles, Unreadable};
pub(super) use self::line::Line;
pub(super) use self::reader::{Identity, Read, read};

/// What to do about a `$NAME` that was not replaced, if there is one in this text.
pub(super) fn undefined(text: &str) -> Option<String> {
    Some(match definition::first_name(text)? {
        "_INSTANCE" => "`$_INSTANCE` is the director's name: `--config-id NAME` says it".to_owned(),
        "_RANDOM" => "`$_RANDOM` is another number at each start: write the number that is meant".to_owned(),
        name => format!(
            "`${name}` is not defined: `${name}=…` stands before it, in this file or in one that it includes"
        ),
    })
}
