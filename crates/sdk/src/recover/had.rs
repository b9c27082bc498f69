//! An answer -> how much of it there is, so that less is not taken for the whole.

use powerdrill_client::v2::types::Stage;

use crate::answer::{Answer, is_work};
use crate::block::{Block, BlockContent};

/// How much of an answer there is. What has no fixed number is left out: sources and questions come and go between a stream and the
/// history, and the words of the work do too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Had {
    /// Letters of the answer itself, without white space.
    letters: usize,
    programs: usize,
    /// Different ones: they come twice in a stream.
    files: usize,
    charts: usize,
    most: Option<Most>,
}

/// The best that there is of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Most {
    /// Words of the answer itself.
    Words,
    /// Other parts of it, such as a table. Sources are none: their stage means nothing.
    Parts,
    /// Only what belongs to the work.
    Work,
}

impl Had {
    pub(crate) fn of(answer: &Answer) -> Self {
        let letters = answer.texts(false).map(letters).sum();
        let stages = answer.stages();
        let is_part =
            |block: &Block| !matches!(block.content, BlockContent::Message(_) | BlockContent::Sources(_)) && !is_work(block, &stages);
        let is_nothing = |block: &Block| matches!(&block.content, BlockContent::Message(text) if text.trim().is_empty());
        let most = if letters > 0 {
            Some(Most::Words)
        } else if answer.blocks.iter().any(is_part) {
            Some(Most::Parts)
        } else {
            (!answer.blocks.iter().all(is_nothing)).then_some(Most::Work)
        };
        let charts = answer.blocks.iter().filter(|block| matches!(block.content, BlockContent::Chart(_))).count();
        Self { letters, programs: answer.code().count(), files: answer.tables().len() + answer.images().len(), charts, most }
    }

    /// Takes in what is known without keeping the answer: words that say themselves that they belong to it, and programs.
    pub(crate) fn add(&mut self, block: &Block) {
        match &block.content {
            BlockContent::Message(text) if block.stage == Some(Stage::Respond) => self.letters += letters(text),
            BlockContent::Code(_) => self.programs += 1,
            _ => {}
        }
    }

    /// The best that there is, if there is anything.
    pub(super) fn most(&self) -> Option<Most> {
        self.most
    }

    /// Whether this is no less than the other. Where only the words are known, only they are compared.
    pub(super) fn covers(&self, other: &Self, has_blocks: bool) -> bool {
        let blocks = self.programs >= other.programs && self.files >= other.files && self.charts >= other.charts;
        self.letters >= other.letters && (blocks || !has_blocks)
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}
