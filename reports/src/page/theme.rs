//! Style and policy of the page. Pictures keep their colours as attributes, and the style replaces them: by ink and paper of
//! the reader's theme, and by a colour for each scheduler.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipvslab_schedulers::SchedulerKind;
use sha2::{Digest as _, Sha256};

use crate::plot::{hexadecimal, palette};

const STYLE: &str = include_str!("style.css");

/// On dark paper, in the order of the palette's colours.
const DARK: [&str; 7] = ["#4c9be8", "#f0b440", "#2fc795", "#f08a4b", "#e39cc6", "#8cd0f5", "#ededed"];

/// Baselines on dark paper.
const GREY: [&str; 3] = ["#d3b888", "#b0b0e6", "#b4b4b4"];

/// The whole style sheet.
pub(super) fn style() -> String {
    let mut style = STYLE.to_owned();
    let mut light = String::new();
    let mut dark = String::new();
    for (number, kind) in SchedulerKind::every().enumerate() {
        let color = hexadecimal(palette::scheduler(kind).color);
        let _ = write!(light, "--c-{kind}:{color};");
        let _ = write!(
            dark,
            "--c-{kind}:{};",
            match kind {
                SchedulerKind::Plane(rule) => DARK[rule as usize % DARK.len()],
                _ if kind.is_baseline() => GREY[number % GREY.len()],
                _ => DARK[number % DARK.len()],
            }
        );
        let _ = write!(
            style,
            "svg [stroke=\"{color}\"],.s-{kind}{{stroke:var(--c-{kind})}}svg [fill=\"{color}\"],.f-{kind}{{fill:var(--c-{kind})}}"
        );
    }
    for (number, bright) in DARK.into_iter().enumerate() {
        let color = hexadecimal(palette::server(number).color);
        let _ = write!(light, "--d-{number}:{color};");
        let _ = write!(dark, "--d-{number}:{bright};");
        let _ = write!(
            style,
            "svg [stroke=\"{color}\"]{{stroke:var(--d-{number})}}svg [fill=\"{color}\"]{{fill:var(--d-{number})}}"
        );
    }
    let _ = write!(style, ":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}");
    style
}

/// What the page may load and run: its own style and script, by their hashes, and nothing else.
pub(super) fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}
