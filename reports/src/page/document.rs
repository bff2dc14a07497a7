//! What is around the sections of every page, and what each of them has.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::figure::Figure;
use super::theme;

/// Sorting, choosing schedulers, scales and values under the pointer. The page is complete without.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("script/table.js"),
    include_str!("script/axis.js"),
    include_str!("script/chart.js"),
    include_str!("script/figures.js"),
    "})();\n"
);

/// What a page begins and ends with.
pub(super) struct Words<'a> {
    pub(super) title: &'a str,
    pub(super) question: &'a str,
    pub(super) version: &'a str,
    /// The answer, and what is seen first beside it.
    pub(super) first: Markup,
    /// Which schedulers are shown.
    pub(super) choice: Markup,
}

/// The page around its sections, whose ids and names are given.
pub(super) fn document(words: &Words<'_>, sections: &[(&str, &str)], main: &Markup) -> String {
    let style = theme::style();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(theme::policy(&style, SCRIPT));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "ipvslab " (words.version) };
                title { (words.title) " – ipvslab" }
                style { (PreEscaped(&style)) }
            }
            body {
                a .skip href={ "#" (sections[0].0) } { "To the results" }
                header {
                    h1 { (words.title) }
                    @if !words.question.is_empty() { p .question { (words.question) } }
                    nav aria-label="Sections" {
                        @for (id, name) in sections { a href={ "#" (id) } { (name) } " " }
                    }
                    (words.first)
                }
                main { (words.choice) (main) }
                footer {
                    p { "Made by ipvslab " (words.version) ", a wind tunnel for IPVS. This page is complete: it loads nothing." }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// Figures under a heading, with the question that they answer.
pub(super) fn section(id: &str, heading: &str, question: &str, figures: &[Figure]) -> Markup {
    html! {
        section id=(id) {
            h2 { (heading) }
            p .lead { (question) }
            @for figure in figures { (figure.markup()) }
        }
    }
}

/// What a reader must know before believing the numbers.
pub(super) fn remarks(notes: &[String]) -> Markup {
    html! {
        ul .notes { @for note in notes { li { (note) } } }
    }
}
