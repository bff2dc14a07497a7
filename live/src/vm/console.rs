//! The guest's console: its last lines, and signs in it that the kernel is in trouble.

use std::collections::VecDeque;

const KEPT: usize = 25;

/// What the kernel has printed.
#[derive(Debug, Default)]
pub(super) struct Console {
    lines: VecDeque<String>,
    /// A line that has not ended.
    open: Vec<u8>,
    trouble: Option<Trouble>,
}

/// What a kernel in trouble says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It has given up.
    Panic(String),
    /// Something does not get on.
    Hang(String),
}

impl Console {
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' || self.open.len() > 4096 {
                self.end_line();
            }
            if byte != b'\n' {
                self.open.push(byte);
            }
        }
    }

    pub(super) fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// The last lines, for a message.
    pub(super) fn tail(&self) -> String {
        let open = readable(&self.open);
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).chain([open.as_str()]).collect();
        let text = lines.join("\n  ");
        match text.trim() {
            "" => "its console is empty".to_owned(),
            text => format!("the last lines of its console:\n  {text}"),
        }
    }

    fn end_line(&mut self) {
        let line = readable(&self.open);
        self.open.clear();
        if line.is_empty() {
            return;
        }
        if self.trouble.is_none() {
            self.trouble = trouble_in(&line);
        }
        self.lines.push_back(line);
        if self.lines.len() > KEPT {
            self.lines.pop_front();
        }
    }
}

fn trouble_in(line: &str) -> Option<Trouble> {
    let has = |words: &[&str]| words.iter().any(|words| line.contains(words));
    let stall = line.contains("rcu:") && has(&["detected stall", "self-detected", "kthread starved"]);
    if stall || has(&["soft lockup", "hard LOCKUP", "blocked for more than"]) {
        Some(Trouble::Hang(line.to_owned()))
    } else if has(&["Kernel panic", "Oops: ", "BUG: ", "kernel BUG at", "general protection fault"]) {
        Some(Trouble::Panic(line.to_owned()))
    } else {
        None
    }
}

/// The line as text, without what moves a terminal's cursor.
fn readable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.chars().filter(|c| !c.is_control() || *c == '\t').collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn console(text: &str) -> Console {
        let mut console = Console::default();
        console.extend(text.as_bytes());
        console
    }

    #[test]
    fn the_first_sign_of_trouble_is_kept() {
        let panic = console(
            "all well\r\n[  1.0] BUG: unable to handle page fault\r\n[  1.1] Kernel panic - not syncing\r\n",
        );
        assert_eq!(
            panic.trouble(),
            Some(&Trouble::Panic("[  1.0] BUG: unable to handle page fault".to_owned()))
        );
        let hang = console("watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\n");
        assert!(matches!(hang.trouble(), Some(Trouble::Hang(_))));
        let stall = console("rcu: INFO: rcu_preempt self-detected stall on CPU\n");
        assert!(matches!(stall.trouble(), Some(Trouble::Hang(_))));
        assert_eq!(console("rcu: Hierarchical RCU implementation.\ndebug: fine\n").trouble(), None);
    }

    #[test]
    fn the_last_lines_are_kept_and_readable() {
        assert_eq!(console("").tail(), "its console is empty");
        let text: String = (0..40).map(|line| format!("\x1b[2Jline {line}\r\n")).collect();
        let tail = console(&(text + "open")).tail();
        assert!(tail.ends_with("line 39\n  open"), "{tail}");
        assert_eq!(tail.lines().count(), 1 + KEPT + 1);
    }
}
