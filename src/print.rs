//! stdout is data, stderr is talk.

use std::fmt::{Arguments, Write as _};
use std::io::{Error, ErrorKind, Write as _, stderr, stdout};

/// Prints data. A reader that has gone away (`| head`) has had enough: the process ends without a word.
pub(crate) fn print(text: Arguments<'_>) {
    let mut out = stdout().lock();
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            talk(format_args!("error: cannot write to stdout: {error}"));
            std::process::exit(crate::exit::Exit::Output as i32);
        }
    }
}

/// Says something to the person at the terminal, if anybody listens.
pub(crate) fn talk(text: Arguments<'_>) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Why a file cannot be read or written, in plain words and without the system's error number.
pub(crate) fn why(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "not found".into(),
        ErrorKind::PermissionDenied => "permission denied".into(),
        ErrorKind::NotADirectory => "a part of the path is not a directory".into(),
        ErrorKind::StorageFull => "no space left on the device".into(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        kind => kind.to_string(),
    }
}

/// Breaks a text into lines of at most `width` characters, at blanks.
pub(crate) fn fold(text: &str, width: usize) -> String {
    let mut folded = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            folded.push('\n');
            column = 0;
        }
        let blank = if column > 0 { " " } else { "" };
        write!(folded, "{blank}{word}").expect("memory");
        column += length + blank.len();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_breaks_at_blanks_only() {
        assert_eq!(fold("one two  three\nfour", 9), "one two\nthree\nfour");
        assert_eq!(fold("unbreakable word", 3), "unbreakable\nword");
    }
}
