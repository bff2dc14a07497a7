//! A picture with its data as a table.

use maud::{Markup, PreEscaped, html};

use crate::error::ReportError;
use crate::estimate::summary::Summary;
use crate::plot::{DrawnPanel, Form, Panels, Picture};

/// What a figure shows from left to right, if a part of it can be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum XAxis {
    /// Time from 0 to the horizon.
    Time,
    /// Percentiles.
    Percentile,
    /// Response times.
    Response,
    /// The load.
    Load,
}

impl XAxis {
    fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Percentile => "percentile",
            Self::Response => "response",
            Self::Load => "load",
        }
    }
}

/// A picture and what it was drawn of.
pub(super) struct Figure {
    id: String,
    title: String,
    subtitle: String,
    body: Body,
    table: Table,
    along: Option<XAxis>,
}

enum Body {
    /// As it is drawn for wide and narrow pages.
    Picture([String; 2]),
    /// As it is drawn for narrow ones only.
    Small(String),
    /// Axis, keys and panels.
    Panels { axis: String, keys: Vec<(String, String)>, panels: Vec<Markup>, rows: Option<String> },
}

/// A table: the first column names the rows.
#[derive(Default)]
pub(super) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Figure {
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn new(
        id: impl Into<String>,
        picture: &Picture<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let body = Body::Picture([picture.svg(Form::Wide)?, picture.svg(Form::Narrow)?]);
        Ok(Self::with(id, &picture.caption.title, &picture.caption.subtitle, body, table))
    }

    /// A picture that stands beside something else.
    ///
    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn small(
        id: impl Into<String>,
        picture: &Picture<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let body = Body::Small(picture.svg(Form::Narrow)?);
        Ok(Self::with(id, &picture.caption.title, &picture.caption.subtitle, body, table))
    }

    /// # Errors
    /// If plotters fails, which would be a fault of ours.
    pub(super) fn panels(
        id: impl Into<String>,
        panels: &Panels<'_>,
        table: Table,
    ) -> Result<Self, ReportError> {
        let panel = |panel: &DrawnPanel| {
            html! {
                div .panel data-scheduler=[panel.scheduler] { h4 { (panel.heading) } (PreEscaped(&panel.svg)) }
            }
        };
        let keys = panels.keys.iter().map(|key| (key.sample.clone(), key.label.clone())).collect();
        let body = Body::Panels {
            axis: panels.axis.clone(),
            keys,
            panels: panels.drawn()?.iter().map(panel).collect(),
            rows: (!panels.rows.is_empty()).then(|| panels.rows.join("\n")),
        };
        Ok(Self::with(id, &panels.caption.title, &panels.caption.subtitle, body, table))
    }

    fn with(id: impl Into<String>, title: &str, subtitle: &str, body: Body, table: Table) -> Self {
        Self {
            id: id.into(),
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            body,
            table,
            along: None,
        }
    }

    /// With a part that can be looked at, and values under the pointer.
    pub(super) fn along(self, axis: XAxis) -> Self {
        Self { along: Some(axis), ..self }
    }

    pub(super) fn markup(&self) -> Markup {
        let rows = match &self.body {
            Body::Panels { rows, .. } => rows.as_deref(),
            Body::Picture(_) | Body::Small(_) => None,
        };
        html! {
            figure id=(self.id) data-along=[self.along.map(XAxis::word)] data-rows=[rows] {
                figcaption {
                    // What stands beside the answer is not part of a section.
                    @if matches!(self.body, Body::Small(_)) { h2 { (self.title) } } @else { h3 { (self.title) } }
                    p { (self.subtitle) }
                }
                (self.pictures())
                details {
                    summary { "Data of this figure" }
                    @if self.table.rows.is_empty() { p { "Nothing to show." } } @else { (self.table.markup(&self.id)) }
                }
            }
        }
    }

    fn pictures(&self) -> Markup {
        let label = format!("{}: arrow keys move the cursor, + and − zoom", self.title);
        let (tabindex, label) = match self.along {
            Some(_) => (Some("0"), Some(label)),
            None => (None, None),
        };
        let role = label.is_some().then_some("group");
        match &self.body {
            Body::Picture([wide, narrow]) => html! {
                div .picture tabindex=[tabindex] role=[role] aria-label=[label] { (PreEscaped(wide)) (PreEscaped(narrow)) }
            },
            Body::Small(svg) => html! { div .picture .small { (PreEscaped(svg)) } },
            Body::Panels { axis, keys, panels, .. } => html! {
                @if !keys.is_empty() {
                    ul .keys {
                        @for (sample, label) in keys {
                            li { svg width="30" height="14" viewBox="0 0 30 14" aria-hidden="true" { (PreEscaped(sample)) } (label) }
                        }
                    }
                }
                @if !axis.is_empty() { p .axis { (axis) } }
                @if panels.is_empty() { p { "There is nothing to show." } }
                div .panels tabindex=[tabindex] role=[role] aria-label=[label] { @for panel in panels { (panel) } }
            },
        }
    }
}

impl Table {
    pub(super) fn new(headings: impl IntoIterator<Item = String>) -> Self {
        Self { headings: headings.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn markup(&self, id: &str) -> Markup {
        html! {
            div .scroll tabindex="0" role="region" aria-label={ "Data of figure " (id) } {
                table .data {
                    thead { tr { @for heading in &self.headings { th scope="col" { (heading) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (column, cell) in row.iter().enumerate() {
                                    @if column == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A column a scheduler.
    pub(super) fn of_schedulers(first: &str, summary: &Summary) -> Self {
        let names = summary.schedulers.iter().map(|found| found.scheduler.to_string());
        Self { headings: [first.to_owned()].into_iter().chain(names).collect(), rows: Vec::new() }
    }
}
