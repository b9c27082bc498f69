//! What a question asks for, in terms of the columns of a table.

/// A question as something that can be computed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) task: Task,
    pub(crate) filters: Vec<Filter>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Task {
    /// What is in the table.
    Describe,
    /// One number.
    Scalar(Measure),
    /// One number for each value of the keys.
    Groups { keys: Vec<Key>, measure: Measure, sort: Sort, top: Option<usize>, share: bool },
    /// Single rows, sorted by a number.
    Rows { by: usize, descending: bool, top: usize },
    /// How much of everything fulfils the filters.
    Share(Measure),
    /// How a number changed from the first period to the last, for each value of a column.
    Growth { key: usize, measure: Measure, period: Key, falling: bool },
    /// How two columns go together.
    Correlation(usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure {
    /// Rows.
    Count,
    /// Different values of a column.
    Distinct(usize),
    Of(Aggregate, usize),
    /// The sum of the products of two columns.
    Product(usize, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aggregate {
    Sum,
    Mean,
    Median,
    Minimum,
    Maximum,
    Deviation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) column: usize,
    pub(crate) grain: Grain,
}

/// How finely dates are told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Grain {
    Value,
    Year,
    Quarter,
    Month,
    Weekday,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sort {
    /// By the keys, as in time.
    Key,
    Descending,
    Ascending,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    /// One of these texts, by their codes.
    Texts {
        column: usize,
        codes: Vec<u32>,
        not: bool,
    },
    Number {
        column: usize,
        is: Comparison,
        value: f64,
    },
    /// From the first day up to the day before the last.
    Dates {
        column: usize,
        from: i64,
        to: i64,
    },
    /// A month or quarter of any year.
    Months {
        column: usize,
        first: i64,
        last: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
}

impl Aggregate {
    /// The word before the name of a column.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Sum => "total",
            Self::Mean => "average",
            Self::Median => "median",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Deviation => "standard deviation of",
        }
    }

    /// The name of the function in pandas.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Minimum => "min",
            Self::Maximum => "max",
            Self::Deviation => "std",
        }
    }
}
