//! What is wrong with a document: one list of problems, each with its place and what to do.

use std::fmt;

use crate::Pointer;

/// A line and a column of a file, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// Another place that has to do with a problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// The file, as it was named when it was read.
    pub file: String,
    /// The place in that file.
    pub pointer: Pointer,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The id of the rule that was broken.
    pub rule: &'static str,
    /// The file, as it was named when it was read.
    pub file: String,
    /// The place in the file.
    pub pointer: Pointer,
    /// Where that place is in the text, when it is known already.
    pub location: Option<Location>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it, in one line.
    pub help: String,
    /// The other places that show it.
    pub related: Vec<Related>,
}

impl Problem {
    /// A problem of the whole file `file`.
    #[must_use]
    pub fn new(rule: &'static str, file: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            rule,
            file: file.to_owned(),
            pointer: Pointer::root(),
            location: None,
            message: one_line(&message.into()),
            help: one_line(&help.into()),
            related: Vec::new(),
        }
    }

    /// The same problem at the place `pointer`.
    #[must_use]
    pub fn at(mut self, pointer: Pointer) -> Self {
        self.pointer = pointer;
        self
    }

    /// The same problem at a known place in the text.
    #[must_use]
    pub fn located(mut self, location: Option<Location>) -> Self {
        self.location = location;
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", one_line(&self.file))?;
        if let Some(Location { line, column }) = self.location {
            write!(formatter, ":{line}:{column}")?;
        }
        write!(formatter, ": {}: {}", self.rule, self.message)?;
        if self.pointer != Pointer::root() {
            write!(formatter, " (at {})", one_line(self.pointer.as_str()))?;
        }
        Ok(())
    }
}

/// Everything that is wrong, sorted by file, place and rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<Problem>);

impl Report {
    /// Sorts `problems` and drops repetitions.
    #[must_use]
    pub fn new(mut problems: Vec<Problem>) -> Self {
        for problem in &mut problems {
            problem.related.sort();
            problem.related.dedup();
        }
        problems.sort_by(|left, right| {
            let key = |problem: &Problem| (problem.file.clone(), problem.pointer.clone());
            key(left).cmp(&key(right)).then_with(|| left.rule.cmp(right.rule)).then_with(|| left.message.cmp(&right.message))
        });
        problems.dedup();
        Self(problems)
    }

    /// The problems, in order.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }

    /// The problems, to be changed or taken away. Their order is kept.
    pub fn problems_mut(&mut self) -> &mut Vec<Problem> {
        &mut self.0
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Problem> for Report {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(formatter, "{problem}\n  help: {}", problem.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Control characters, line ends among them, become blanks, and so do marks that turn the direction of text: what a document says cannot
/// break or rearrange the line it is reported on.
#[must_use]
pub fn one_line(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|letter| if letter.is_control() || turns(letter) { ' ' } else { letter }).collect()
}
