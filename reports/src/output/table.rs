//! Text tables for a terminal: columns that fit side by side, the rest below with the first columns repeated.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use crate::output::quantity::Scale;

/// A column with its heading.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    heading: String,
    cells: Vec<String>,
    alignment: CellAlignment,
}

impl Column {
    /// Words, aligned to the left.
    pub(crate) fn words(heading: &str, cells: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), cells, alignment: CellAlignment::Left }
    }

    /// Numbers, aligned to the right.
    pub(crate) fn numbers(heading: &str, cells: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), cells, alignment: CellAlignment::Right }
    }

    /// Values and their half-widths, aligned at the sign between them; the heading gets the unit.
    pub(crate) fn estimates(heading: &str, scale: Scale, parts: Vec<(String, String)>) -> Self {
        let widest = parts.iter().map(|(_, half_width)| half_width.chars().count()).max().unwrap_or(0);
        let pad = |(value, half_width): (String, String)| {
            if widest == 0 { value } else { format!("{value} {half_width:<widest$}") }
        };
        Self::numbers(&format!("{heading} {}", scale.unit), parts.into_iter().map(pad).collect())
    }

    fn width(&self) -> usize {
        let lengths = self.cells.iter().chain([&self.heading]).map(|text| text.trim_end().chars().count());
        // A cell's trailing padding counts too.
        let padded = self.cells.iter().map(|text| text.chars().count());
        lengths.chain(padded).max().unwrap_or(0)
    }
}

/// The columns in blocks of at most `width` characters, each led by `leading`. Columns of a group stay together if a
/// block can hold them.
pub(crate) fn render(leading: &[Column], groups: &[Vec<Column>], width: usize) -> String {
    let gap = 2;
    let needs = |columns: &[Column]| columns.iter().map(|column| column.width() + gap).sum::<usize>();
    let room = (width + gap).saturating_sub(needs(leading));
    let mut blocks: Vec<Vec<&Column>> = Vec::new();
    let mut filled = usize::MAX;
    for group in groups {
        // A group that no block can hold is taken apart.
        let parts = if needs(group) <= room { vec![&group[..]] } else { group.chunks(1).collect() };
        for part in parts {
            if filled.saturating_add(needs(part)) > room {
                blocks.push(leading.iter().collect());
                filled = 0;
            }
            blocks.last_mut().expect("the first part opens a block").extend(part);
            filled += needs(part);
        }
    }
    blocks.iter().map(|block| one(block)).collect::<Vec<_>>().join("\n")
}

fn one(columns: &[&Column]) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-')));
    table.set_header(columns.iter().map(|column| column.heading.trim_end()));
    let rows = columns.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    for row in 0..rows {
        table.add_row(columns.iter().map(|column| column.cells[row].as_str()));
    }
    // One more character stands between columns where a border would be.
    for (at, column) in columns.iter().enumerate() {
        let drawn = table.column_mut(at).expect("every column has a heading");
        drawn.set_cell_alignment(column.alignment);
        drawn.set_padding((0, u16::from(at + 1 < columns.len())));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> ([Column; 1], [Column; 2]) {
        let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
        let leading = [Column::words("who", cells(["rr", "wlc"]))];
        (
            leading,
            [Column::numbers("first", cells(["1", "22"])), Column::numbers("second", cells(["333", "4"]))],
        )
    }

    #[test]
    fn columns_stand_side_by_side_if_they_fit() {
        let (leading, columns) = columns();
        let expected = "who  first  second\n------------------\nrr       1     333\nwlc     22       4\n";
        assert_eq!(render(&leading, &[columns.to_vec()], 18), expected);
    }

    #[test]
    fn columns_that_do_not_fit_go_below() {
        let (leading, columns) = columns();
        let text = render(&leading, &[columns.to_vec()], 17);
        assert_eq!(text.lines().filter(|line| line.starts_with("wlc")).count(), 2, "{text}");
    }

    #[test]
    fn groups_stay_together() {
        let (leading, [first, second]) = columns();
        let groups = [vec![first.clone()], vec![second, first]];
        // Room for two of the three columns.
        let text = render(&leading, &groups, 20);
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("who")).collect();
        assert_eq!(headings, ["who  first", "who  second  first"]);
    }
}
