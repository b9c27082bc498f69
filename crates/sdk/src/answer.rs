//! Events -> the answer: the same blocks as a reply that is not streamed, and the state of the work.

use powerdrill_client::v2::jobs::Job;
use powerdrill_client::v2::sessions::JobRecord;
use powerdrill_client::v2::types::{self, Stage};

use crate::block::{Block, BlockContent, File, SourceReference, unfenced};
use crate::event::{JobEvent, Task};

/// An answer, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The id of the job, or of the answer in the personal API.
    pub job_id: Option<String>,
    /// The title that the server made up for the conversation. Only older servers do.
    pub title: Option<String>,
    /// The parts of the answer, the work before the conclusions. No order and no kind is guaranteed.
    pub blocks: Vec<Block>,
    /// The steps of the work in the order in which they began, each as it was reported last. Only streams report them.
    pub tasks: Vec<Task>,
}

impl Answer {
    /// Takes the next event in.
    pub fn add(&mut self, event: &JobEvent) {
        match event {
            JobEvent::JobId(id) => self.job_id = Some(id.as_str().trim().to_owned()),
            JobEvent::MessageId(id) => {
                self.job_id.get_or_insert_with(|| id.trim().to_owned());
            }
            JobEvent::Title(title) => self.title = Some(title.clone()),
            JobEvent::Block(block) => self.add_block(block),
            JobEvent::Task(task) => match self.tasks.iter_mut().rev().find(|known| known.id == task.id) {
                Some(known) => known.clone_from(task),
                None => self.tasks.push(task.clone()),
            },
            JobEvent::Process(_) | JobEvent::Trigger(_) | JobEvent::Tag(_) | JobEvent::KeepAlive | JobEvent::Unknown { .. } => {}
        }
    }

    /// A piece of text continues the last block of its group, if that is text.
    fn add_block(&mut self, block: &Block) {
        if let BlockContent::Message(piece) = &block.content {
            let last = self.blocks.iter_mut().rev().find(|before| before.group_id == block.group_id);
            if let Some(Block { content: BlockContent::Message(text), stage, .. }) = last
                && *stage == block.stage
            {
                text.push_str(piece);
                return;
            }
            if piece.is_empty() {
                return;
            }
        }
        self.blocks.push(block.clone());
    }

    /// Gives the text of the answer, without the tables and pictures that stand in it. It is the text of the work if there is no other.
    #[must_use]
    pub fn text(&self) -> String {
        let texts = |work: bool| {
            let blocks = self.blocks.iter().filter(move |block| self.is_work(block) == work);
            blocks.filter_map(|block| if let BlockContent::Message(text) = &block.content { Some(text.as_str()) } else { None })
        };
        let answer: String = texts(false).collect();
        if answer.is_empty() { texts(true).collect() } else { answer }
    }

    /// Whether a block belongs to the work and not to the answer. Where the blocks do not say it, their steps do.
    fn is_work(&self, block: &Block) -> bool {
        let of_step = || self.tasks.iter().find(|task| Some(&task.id) == block.group_id.as_ref())?.stage.as_ref();
        block.stage.as_ref().or_else(of_step) == Some(&Stage::Analyze)
    }

    /// Gives the programs that were run, as they came: fenced blocks of Markdown.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| if let BlockContent::Code(code) = &block.content { Some(code.as_str()) } else { None })
    }

    /// Gives the programs that were run, each with its language and without its fence.
    pub fn programs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.code().map(unfenced)
    }

    /// Gives the tables. One that came with the work and with the answer is given once, with its latest link.
    #[must_use]
    pub fn tables(&self) -> Vec<&File> {
        self.files(|content| if let BlockContent::Table(file) = content { Some(file) } else { None })
    }

    /// Gives the pictures. One that came with the work and with the answer is given once, with its latest link.
    #[must_use]
    pub fn images(&self) -> Vec<&File> {
        self.files(|content| if let BlockContent::Image(file) = content { Some(file) } else { None })
    }

    /// Gives the places in the data that the answer rests on.
    pub fn sources(&self) -> impl Iterator<Item = &SourceReference> {
        let lists = self.blocks.iter().filter_map(|block| if let BlockContent::Sources(list) = &block.content { Some(list) } else { None });
        lists.flatten()
    }

    /// Gives the suggested next questions.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        let lists =
            self.blocks.iter().filter_map(|block| if let BlockContent::Questions(list) = &block.content { Some(list) } else { None });
        lists.flatten().map(String::as_str)
    }

    /// Each file once, at its first place and with its last link.
    fn files<'a>(&'a self, pick: impl Fn(&'a BlockContent) -> Option<&'a File>) -> Vec<&'a File> {
        let mut files: Vec<&File> = Vec::new();
        for file in self.blocks.iter().filter_map(|block| pick(&block.content)) {
            match files.iter_mut().find(|known| known.place() == file.place()) {
                Some(known) => *known = file,
                None => files.push(file),
            }
        }
        files
    }

    fn of_blocks(job_id: String, blocks: Vec<types::Block>) -> Self {
        Self { job_id: Some(job_id), blocks: blocks.into_iter().map(Block::from).collect(), ..Self::default() }
    }
}

impl From<Job> for Answer {
    /// The reply to a question that was not streamed.
    fn from(job: Job) -> Self {
        Self::of_blocks(job.job_id.as_str().to_owned(), job.blocks)
    }
}

impl From<JobRecord> for Answer {
    /// An answer in the history of a session.
    fn from(record: JobRecord) -> Self {
        Self::of_blocks(record.job_id.as_str().to_owned(), record.answer.blocks)
    }
}
