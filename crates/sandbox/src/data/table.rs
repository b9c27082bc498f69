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

    /// Whole numbers between 1900 and 2100.
    pub(crate) fn is_years(&self) -> bool {
        let named = self.name.to_lowercase().contains("year");
        self.numbers().is_some_and(|numbers| {
            let mut known = numbers.iter().filter(|number| !number.is_nan()).peekable();
            named && known.peek().is_some() && known.all(|number| (1900.0..=2100.0).contains(number) && number.fract() == 0.0)
        })
    }

    /// Whether no two cells are the same.
    pub(crate) fn is_unique(&self, rows: usize) -> bool {
        self.distinct + self.nulls == rows && self.nulls == 0 && rows > 1
    }
}
