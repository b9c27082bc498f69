//! Comma-separated text -> a table: separator, header, types and notations are found out from the text itself.
//!
//! The text is read twice, once to find the types and once for the values, so that a large file needs little more than its columns.

use std::collections::{HashMap, HashSet};

use super::Data;
use super::cell::{self, Notation, Order};
use super::table::{Column, NONE, Table, Unit, Values};

/// As many columns as spreadsheets have.
const MOST_COLUMNS: usize = 16_384;

/// Cells of a table, those included that short rows leave out: a small file of a long header and many short rows would fill the memory.
pub(super) const MOST_CELLS: usize = 50_000_000;

pub(crate) fn read(text: &str, tabs: bool) -> Data {
    let separator = separator(text, tabs);
    let mut scan = match scan(text, separator) {
        Ok(Some(scan)) => scan,
        Ok(None) => return Data::Broken("the file is empty".into()),
        Err(message) => return Data::Broken(message),
    };
    let mut columns: Vec<Builder> = scan.sketches.iter().map(|sketch| Builder::new(sketch, separator)).collect();
    let (mut rows, mut header) = (0, scan.header);
    // What cannot be read was an error in the first pass already.
    for record in records(text, separator).flatten().filter(|record| !is_blank(record)) {
        if std::mem::take(&mut header) {
            continue;
        }
        rows += 1;
        for (at, column) in columns.iter_mut().enumerate() {
            column.push(record.get(at).unwrap_or_default());
        }
    }
    if rows == 0 {
        return Data::Broken("the file has a header and no rows".into());
    }
    let names = std::mem::take(&mut scan.names);
    let columns = names.into_iter().zip(columns).map(|(name, column)| column.finish(name)).collect();
    Data::Table(Table { columns, rows, notes: scan.notes })
}

fn records(text: &str, separator: u8) -> impl Iterator<Item = ::csv::Result<::csv::StringRecord>> {
    ::csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes()).into_records()
}

fn is_blank(record: &::csv::StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// The separator that cuts the first lines into equally many cells.
fn separator(text: &str, tabs: bool) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(20).collect();
    let count = |line: &str, separator: u8| {
        let mut quoted = false;
        line.bytes()
            .filter(|byte| {
                quoted ^= *byte == b'"';
                !quoted && *byte == separator
            })
            .count()
    };
    let score = |separator: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| count(line, separator)).collect();
        let first = counts.first().copied().unwrap_or_default();
        let agreeing = counts.iter().filter(|count| **count == first).count();
        if first == 0 { (0, 0) } else { (agreeing, first) }
    };
    let candidates = if tabs { *b"\t,;|" } else { *b",;\t|" };
    // Of equals the first wins, so the order is turned around.
    candidates.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}

/// What the first pass finds out.
struct Scan {
    names: Vec<String>,
    header: bool,
    sketches: Vec<Sketch>,
    notes: Vec<String>,
}

/// How many cells of a column can be read in which way.
#[derive(Clone, Default)]
struct Sketch {
    filled: usize,
    point: usize,
    comma: usize,
    month_first: usize,
    day_first: usize,
    /// Numbers with a zero before them, as in codes.
    codes: usize,
    percent: usize,
    currency: Option<char>,
}

impl Sketch {
    fn see(&mut self, cell: &str) {
        if cell::is_null(cell) {
            return;
        }
        let cell = cell.trim();
        self.filled += 1;
        // Neither a number nor a date does without a digit, and a date has more than digits.
        if !cell.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        if cell.bytes().all(|byte| byte.is_ascii_digit()) {
            self.point += 1;
            self.comma += 1;
            self.codes += usize::from(cell.len() > 1 && cell.starts_with('0'));
            return;
        }
        self.point += usize::from(cell::number(cell, Notation::Point).is_some());
        self.comma += usize::from(cell::number(cell, Notation::Comma).is_some());
        self.month_first += usize::from(cell::date(cell, Order::MonthFirst).is_some());
        self.day_first += usize::from(cell::date(cell, Order::DayFirst).is_some());
        self.percent += usize::from(cell.ends_with('%'));
        self.currency = self.currency.or_else(|| cell.chars().find(|character| "$€£¥₹".contains(*character)));
    }
}

fn scan(text: &str, separator: u8) -> Result<Option<Scan>, String> {
    let mut names = Vec::new();
    let mut header = true;
    let mut sketches: Vec<Sketch> = Vec::new();
    let (mut short, mut long, mut rows) = (0_usize, 0_usize, 0_usize);
    let mut swallowed = false;
    for record in records(text, separator) {
        let record = record.map_err(|error| format!("the file cannot be read: {error}"))?;
        if is_blank(&record) {
            continue;
        }
        swallowed = record.iter().any(|cell| cell.contains('\n'));
        if sketches.is_empty() {
            header = !record.iter().all(|cell| cell::number(cell, Notation::Point).is_some());
            if record.len() > MOST_COLUMNS {
                return Err(format!("it has {} columns, and no more than {MOST_COLUMNS} are read", record.len()));
            }
            names = self::names(&record, header);
            sketches = vec![Sketch::default(); names.len()];
            if header {
                continue;
            }
        }
        rows += 1;
        if rows * names.len() > MOST_CELLS {
            return Err(format!("it has more than {MOST_CELLS} cells, counted as rows times columns, and no more are read"));
        }
        short += usize::from(record.len() < names.len());
        long += usize::from(record.len() > names.len());
        for (sketch, cell) in sketches.iter_mut().zip(&record) {
            sketch.see(cell);
        }
    }
    // A quotation mark that is never closed makes the rest of the file one cell.
    if swallowed && text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err("a quotation mark is opened and never closed".into());
    }
    let mut notes = Vec::new();
    if short > 0 {
        notes.push(format!("{short} of {rows} rows have fewer cells than the header; what is missing counts as empty."));
    }
    if long > 0 {
        notes.push(format!("{long} of {rows} rows have more cells than the header; what is too much is left out."));
    }
    Ok((!sketches.is_empty()).then_some(Scan { names, header, sketches, notes }))
}

/// Every column gets a name of its own.
fn names(record: &::csv::StringRecord, header: bool) -> Vec<String> {
    let mut taken = HashSet::new();
    // The number that a repeated name gets next, so that a header of nothing but one name is read in one go.
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    for (at, cell) in record.iter().enumerate() {
        let given = cell.trim();
        let base = if header && !given.is_empty() { given.to_owned() } else { format!("column_{}", at + 1) };
        let mut name = base.clone();
        while !taken.insert(name.clone()) {
            let number = next.entry(base.clone()).or_insert(2);
            name = format!("{base}_{number}");
            *number += 1;
        }
        names.push(name);
    }
    names
}

enum Builder {
    Numbers(Vec<f64>, Notation, Unit),
    Dates(Vec<Option<i64>>, Order),
    Texts(Vec<u32>, Vec<String>, HashMap<String, u32>),
}

impl Builder {
    fn new(sketch: &Sketch, separator: u8) -> Self {
        // A few cells that do not fit make no other column of it; they count as empty.
        let most = |count: usize| sketch.filled > 0 && count * 10 >= sketch.filled * 9;
        let comma = sketch.comma > sketch.point || (sketch.comma == sketch.point && separator == b';');
        if most(sketch.point.max(sketch.comma)) && sketch.codes == 0 {
            let notation = if comma { Notation::Comma } else { Notation::Point };
            let unit = if most(sketch.percent) { Unit::Percent } else { sketch.currency.map_or(Unit::None, Unit::Currency) };
            return Self::Numbers(Vec::new(), notation, unit);
        }
        if most(sketch.month_first.max(sketch.day_first)) {
            let order = if sketch.day_first > sketch.month_first { Order::DayFirst } else { Order::MonthFirst };
            return Self::Dates(Vec::new(), order);
        }
        Self::Texts(Vec::new(), Vec::new(), HashMap::new())
    }

    fn push(&mut self, cell: &str) {
        let known = !cell::is_null(cell);
        match self {
            Self::Numbers(values, notation, _) => {
                values.push(Some(cell).filter(|_| known).and_then(|cell| cell::number(cell, *notation)).unwrap_or(f64::NAN))
            }
            Self::Dates(values, order) => values.push(Some(cell).filter(|_| known).and_then(|cell| cell::date(cell, *order))),
            Self::Texts(codes, words, index) => {
                let cell = cell.trim();
                let code = match index.get(cell) {
                    _ if !known => NONE,
                    Some(code) => *code,
                    None => {
                        let code = u32::try_from(words.len()).unwrap_or(NONE);
                        words.push(cell.to_owned());
                        index.insert(cell.to_owned(), code);
                        code
                    }
                };
                codes.push(code);
            }
        }
    }

    fn finish(self, name: String) -> Column {
        match self {
            Self::Numbers(values, _, unit) => {
                let distinct: HashSet<u64> = values.iter().filter(|value| !value.is_nan()).map(|value| value.to_bits()).collect();
                let nulls = values.iter().filter(|value| value.is_nan()).count();
                Column { name, nulls, distinct: distinct.len(), unit, values: Values::Numbers(values) }
            }
            Self::Dates(values, _) => {
                let distinct: HashSet<i64> = values.iter().flatten().copied().collect();
                let nulls = values.iter().filter(|value| value.is_none()).count();
                Column { name, nulls, distinct: distinct.len(), unit: Unit::None, values: Values::Dates(values) }
            }
            Self::Texts(codes, words, _) => {
                let nulls = codes.iter().filter(|code| **code == NONE).count();
                Column { name, nulls, distinct: words.len(), unit: Unit::None, values: Values::Texts { codes, words } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, read};
    use crate::data::table::{Table, Unit};

    fn table(text: &str) -> Table {
        match read(text, false) {
            Data::Table(table) => table,
            Data::Broken(message) => panic!("{message}"),
            _ => panic!("not a table"),
        }
    }

    #[test]
    fn types_and_notations_are_found() {
        let table = table("Région;Umsatz;Tag;PLZ;Anteil\n\"Nord; Ost\";1.234,50 €;31.01.2024;01234;12%\nSüd;;01.02.2024;80331;7%\n");
        let kinds: Vec<_> = table.columns.iter().map(|column| (column.name.as_str(), column.kind())).collect();
        assert_eq!(kinds, [("Région", "text"), ("Umsatz", "number"), ("Tag", "date"), ("PLZ", "text"), ("Anteil", "number")]);
        assert_eq!(table.columns[1].numbers().expect("a column of numbers")[0], 1234.5);
        assert_eq!(table.columns[1].nulls, 1);
        assert_eq!((table.columns[1].unit, table.columns[4].unit), (Unit::Currency('€'), Unit::Percent));
    }

    #[test]
    fn odd_files_are_told_or_refused() {
        let broken = |text: &str| match read(text, false) {
            Data::Broken(message) => message,
            _ => String::new(),
        };
        assert!(broken("").contains("empty"));
        assert!(broken("a,b\n").contains("no rows"));
        assert!(broken("a,b\n\"x,1\ny,2\nz,3\n").contains("never closed"));
        let ragged = table("a,b\n1,2\n3\n4,5,6\n");
        assert_eq!((ragged.rows, ragged.notes.len()), (3, 2));
        let twice = table("a,a,\n1,2,x\n");
        assert_eq!(twice.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["a", "a_2", "column_3"]);
        let same = table(&format!("{}\n{}\n", vec!["a"; 16_000].join(","), vec!["1"; 16_000].join(",")));
        assert_eq!(same.columns[15_999].name, "a_16000");
        assert!(broken(&format!("{}\n1\n", vec!["a"; 16_385].join(","))).contains("16385 columns"));
        assert!(broken(&format!("{}\n{}", vec!["a"; 16_000].join(","), "1\n".repeat(3_200))).contains("more than 50000000 cells"));
        assert_eq!(table("5\" pipe,1\n6\" pipe,2\n7,3\n").rows, 2, "a quotation mark inside of a cell is a character");
        assert_eq!(table("1,2\n3,4\n").rows, 2, "numbers are no header");
    }
}
