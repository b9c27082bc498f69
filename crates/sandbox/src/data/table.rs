//! A table in memory: typed columns of equal length.

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: usize,
    /// What was odd about the file and what was done about it.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) values: Values,
    /// Cells without a value.
    pub(crate) nulls: usize,
    /// How many different values there are.
    pub(crate) distinct: usize,
    pub(crate) unit: Unit,
}

#[derive(Debug)]
pub(crate) enum Values {
    /// Not a number where there is no value.
    Numbers(Vec<f64>),
    /// Days since 1970.
    Dates(Vec<Option<i64>>),
    Texts {
        /// The place of each cell's text in `words`, or [`NONE`].
        codes: Vec<u32>,
        words: Vec<String>,
    },
}

/// Names of columns that say in which year something happened.
pub(crate) const HAPPENED: [&str; 10] =
    ["released", "published", "launched", "founded", "born", "built", "created", "installed", "opened", "established"];

/// The code of a cell without a text.
pub(crate) const NONE: u32 = u32::MAX;

/// What stands beside the numbers of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Unit {
    None,
    Percent,
    Currency(char),
}

impl Column {
    pub(crate) fn numbers(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    pub(crate) fn dates(&self) -> Option<&[Option<i64>]> {
        match &self.values {
            Values::Dates(dates) => Some(dates),
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match &self.values {
            Values::Numbers(_) => "number",
            Values::Dates(_) => "date",
            Values::Texts { .. } => "text",
        }
    }

    /// Whole numbers between 1900 and 2100, in a column that is named like a time.
    pub(crate) fn is_years(&self) -> bool {
        let name = self.name.to_lowercase();
        let named = name.contains("year")
            || HAPPENED.iter().any(|word| name.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == *word));
        self.numbers().is_some_and(|numbers| {
            let mut known = numbers.iter().filter(|number| !number.is_nan()).peekable();
            named && known.peek().is_some() && known.all(|number| (1900.0..=2100.0).contains(number) && number.fract() == 0.0)
        })
    }

    /// Whether the rows are numbered by the column: whole numbers, each of a stretch once. In a short table that can be chance.
    pub(crate) fn is_numbering(&self, rows: usize) -> bool {
        const FEW: usize = 10;
        let Some(numbers) = self.numbers().filter(|_| rows >= FEW && self.is_unique(rows)) else { return false };
        let (least, most) =
            numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), number| (number.min(least), number.max(most)));
        #[allow(clippy::cast_precision_loss, reason = "there are fewer rows than 2^53")]
        let length = rows as f64;
        numbers.iter().all(|number| number.fract() == 0.0) && most - least + 1.0 == length
    }

    /// Whether no two cells are the same.
    pub(crate) fn is_unique(&self, rows: usize) -> bool {
        self.distinct + self.nulls == rows && self.nulls == 0 && rows > 1
    }
}
