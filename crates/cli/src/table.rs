//! Rows -> a table that fits the width; CSV -> its first rows.

use crate::safe;
use crate::terminal::{Style, Terminal};
use crate::wrap::{columns, shortened};

/// How many rows of a received table are drawn.
pub(crate) const FIRST_ROWS: usize = 10;
/// A column is not made narrower than this.
const NARROWEST: usize = 4;
const GAP: usize = 2;

/// The first rows of a table, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// How many rows there are in all.
    pub(crate) total: usize,
}

impl Rows {
    /// Reads CSV: the first `limit` rows, and counts the others. Bytes that are no UTF-8 become `�`.
    pub(crate) fn of_csv(content: &[u8], limit: usize) -> Self {
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content);
        let mut rows = Self::default();
        let mut record = csv::ByteRecord::new();
        let cells = |record: &csv::ByteRecord| record.iter().map(|cell| safe::line(&String::from_utf8_lossy(cell)).into_owned()).collect();
        // Reading from memory fails only at a record of another length, which `flexible` allows.
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            if rows.header.is_empty() {
                rows.header = cells(&record);
                continue;
            }
            if rows.total < limit {
                rows.rows.push(cells(&record));
            }
            rows.total += 1;
        }
        rows
    }

    /// Draws what there is, and says how many rows are missing.
    pub(crate) fn draw(&self, terminal: &Terminal) -> String {
        if self.header.is_empty() {
            return "(it is empty)\n".to_owned();
        }
        let mut text = draw(&self.header, &self.rows, terminal, Fit::All);
        let more = self.total.saturating_sub(self.rows.len());
        if more > 0 {
            let note = format!("and {more} more row{}", if more == 1 { "" } else { "s" });
            text.push_str(&terminal.paint(Style::DIM, &note));
            text.push('\n');
        }
        text
    }
}

/// Which columns may be made narrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    All,
    /// All but the first, which has ids: half of an id is none.
    AllButFirst,
}

/// Draws a table. Columns of numbers are aligned to the right; what does not fit is shortened, and columns that do not fit at all are
/// counted.
pub(crate) fn draw(header: &[String], rows: &[Vec<String>], terminal: &Terminal, fit: Fit) -> String {
    let natural: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.chain(header.get(column)).map(|cell| columns(cell)).max().unwrap_or(0).max(1)
        })
        .collect();
    let widths = fitted(&natural, terminal.width, fit);
    let right: Vec<bool> = (0..widths.len()).map(|column| is_numeric(rows, column)).collect();
    let mut text = String::new();
    let mut line = |cells: &[String], style: Style| {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = shortened(cells.get(column).map_or("", String::as_str), *width);
            let blanks = " ".repeat(width - columns(&cell).min(*width));
            let cell = terminal.paint(style, &cell);
            let gap = if column == 0 { "" } else { "  " };
            line.push_str(&if right.get(column) == Some(&true) { format!("{gap}{blanks}{cell}") } else { format!("{gap}{cell}{blanks}") });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line(header, Style::BOLD);
    line(&widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>(), Style::DIM);
    for row in rows {
        line(row, Style::PLAIN);
    }
    let missing = header.len() - widths.len();
    if missing > 0 {
        let note = format!("and {missing} more column{}", if missing == 1 { "" } else { "s" });
        text.push_str(&terminal.paint(Style::DIM, &note));
        text.push('\n');
    }
    text
}

/// The widths of as many columns as fit, the widest made narrower first.
fn fitted(natural: &[usize], width: usize, fit: Fit) -> Vec<usize> {
    let kept = if fit == Fit::AllButFirst { 1 } else { 0 };
    // However large the table is, no more columns than these have a place, and none is wider than the line.
    let most = (width.saturating_add(GAP) / (1 + GAP)).max(1);
    let possible = natural.iter().take(most).enumerate();
    let mut widths: Vec<usize> = possible.map(|(column, natural)| if column < kept { *natural } else { (*natural).min(width) }).collect();
    let least = |widths: &[usize]| {
        let each = widths.iter().enumerate().map(|(column, width)| if column < kept { *width } else { (*width).min(NARROWEST) });
        each.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    while widths.len() > 1 && least(&widths) > width {
        widths.pop();
    }
    let taken = |widths: &[usize]| (widths.iter().sum::<usize>() + GAP * widths.len()).saturating_sub(GAP);
    while taken(&widths) > width {
        let Some(widest) = widths.iter_mut().skip(kept).max_by_key(|width| **width).filter(|width| **width > 1) else { break };
        *widest -= 1;
    }
    widths
}

/// Whether a column has numbers only.
pub(crate) fn is_numeric(rows: &[Vec<String>], column: usize) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty()).peekable();
    let number = |cell: &String| cell.trim_end_matches('%').replace(',', "").parse::<f64>().is_ok();
    cells.peek().is_some() && cells.all(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(csv: &str) -> Rows {
        Rows::of_csv(csv.as_bytes(), 2)
    }

    #[test]
    fn numbers_stand_on_the_right_and_missing_rows_are_counted() {
        let rows = rows("region,revenue\nNorth,1200\n\"South, East\",90.5\nWest,7\n");
        assert_eq!(
            rows.draw(&Terminal::plain(80)),
            "region       revenue\n───────────  ───────\nNorth           1200\nSouth, East     90.5\nand 1 more row\n"
        );
    }

    #[test]
    fn every_line_fits_whatever_the_width() {
        let wide = rows("a long heading,another heading,東京の売上高,x,y,z\nsome text that is long,1,2,3,4,5\n,,,,\n");
        for width in [20, 24, 31, 40, 80] {
            let text = wide.draw(&Terminal::plain(width));
            assert!(text.lines().all(|line| columns(line) <= width), "{width}:\n{text}");
            assert!(text.contains("a lo") || text.contains("a l…"), "{text}");
        }
        assert!(wide.draw(&Terminal::plain(20)).ends_with("more columns\n"), "{}", wide.draw(&Terminal::plain(20)));
    }

    #[test]
    fn an_id_is_not_cut() {
        let cells = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let drawn = |width| {
            draw(
                &cells(["id", "name", "more"]),
                &[cells(["session-0123456789", "a long name", "x"])],
                &Terminal::plain(width),
                Fit::AllButFirst,
            )
        };
        assert_eq!(drawn(30).lines().last(), Some("session-0123456789  a l…  x"));
        assert!(drawn(20).contains("session-0123456789\n"), "{}", drawn(20));
    }

    #[test]
    fn a_huge_table_takes_no_longer() {
        let begun = std::time::Instant::now();
        let columns = rows(&format!("{}\n", ",".repeat(1_000_000))).draw(&Terminal::plain(80));
        assert!(columns.ends_with("and 999974 more columns\n"), "{columns}");
        let cell = rows(&format!("a,b\n{},1\n", "x".repeat(10_000_000))).draw(&Terminal::plain(80));
        assert!(cell.lines().all(|line| super::columns(line) == 80), "{cell}");
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
    }

    #[test]
    fn odd_tables_are_drawn_too() {
        assert_eq!(rows("").draw(&Terminal::plain(80)), "(it is empty)\n");
        assert_eq!(rows("\u{feff}a\n\x1b[2J\n").rows, [["\u{fffd}[2J"]]);
        assert_eq!(rows("a,b\n1\n1,2,3\n").rows.len(), 2);
    }
}
