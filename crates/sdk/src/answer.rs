//! Events -> the answer: the same blocks as a reply that is not streamed, and the state of the work.

use std::collections::HashMap;
use std::fmt;

use powerdrill_client::v2::jobs::Job;
use powerdrill_client::v2::sessions::JobRecord;
use powerdrill_client::v2::types::{self, Stage};

use crate::block::{Block, BlockContent, File, SourceReference, unfenced};
use crate::convert;
use crate::decoder::set_id;
use crate::event::{JobEvent, Task};
use crate::places::Places;
use crate::weight::{self, weight};

/// An answer, as far as it has come. `Debug` shows its texts, and no link that has a place of its own.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The id of the job; in the personal API, that of the answer if there is no other.
    pub job_id: Option<String>,
    /// The id of the answer, by which the history of the personal API knows it.
    pub message_id: Option<String>,
    /// The title that the server made up for the conversation. Only older servers do.
    pub title: Option<String>,
    /// The parts of the answer, the work before the conclusions. No order and no kind is guaranteed.
    pub blocks: Vec<Block>,
    /// The steps of the work in the order in which they began, each as it was reported last. Only streams report them.
    pub tasks: Vec<Task>,
    pub(crate) block_places: Places,
    pub(crate) task_places: Places,
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job_id, message_id, title, blocks, tasks, .. } = self;
        let mut shown = formatter.debug_struct("Answer");
        shown.field("job_id", job_id).field("message_id", message_id).field("title", title);
        shown.field("blocks", blocks).field("tasks", tasks).finish()
    }
}

impl Answer {
    /// Takes the next event in. An event that this version does not know becomes a block if it has the form of one.
    pub fn add(&mut self, event: &JobEvent) {
        self.take(event);
    }

    /// Takes the next event in, and says how many bytes the answer has grown by, about.
    pub(crate) fn take(&mut self, event: &JobEvent) -> usize {
        match event {
            JobEvent::JobId(id) => set_id(&mut self.job_id, id.as_str()),
            JobEvent::MessageId(id) => {
                set_id(&mut self.message_id, id);
                self.job_id = self.job_id.take().or_else(|| self.message_id.clone());
            }
            JobEvent::Title(title) => self.title = Some(title.clone()),
            JobEvent::Block(block) => return self.take_block(block),
            JobEvent::Unknown { name, data } => return convert::unknown_block(name, data).map_or(0, |block| self.take_block(&block)),
            JobEvent::Task(task) => return self.take_task(task),
            JobEvent::Process(_) | JobEvent::Trigger(_) | JobEvent::Tag(_) | JobEvent::KeepAlive => {}
        }
        0
    }

    /// A piece of text continues the last block of its group, if that is text.
    fn take_block(&mut self, block: &Block) -> usize {
        if let BlockContent::Message(piece) = &block.content {
            let last = self.block_places.last(&self.blocks, |before| &before.group_id, &block.group_id);
            if let Some(Block { content: BlockContent::Message(text), stage, .. }) = last.and_then(|place| self.blocks.get_mut(place))
                && *stage == block.stage
            {
                text.push_str(piece);
                return piece.len();
            }
            if piece.is_empty() {
                return 0;
            }
        }
        self.blocks.push(block.clone());
        weight(block)
    }

    /// What is said of a step again takes the place of what was said before.
    fn take_task(&mut self, task: &Task) -> usize {
        let known = self.task_places.last(&self.tasks, |known| &known.id, &task.id);
        match known.and_then(|place| self.tasks.get_mut(place)) {
            Some(known) => {
                let before = weight::of_task(known);
                known.clone_from(task);
                weight::of_task(task).saturating_sub(before)
            }
            None => {
                self.tasks.push(task.clone());
                weight::of_task(task)
            }
        }
    }

    /// Gives the text of the answer, without the tables and pictures that stand in it. It is the text of the work if there is no other.
    #[must_use]
    pub fn text(&self) -> String {
        let answer: String = self.texts(false).collect();
        if answer.is_empty() { self.texts(true).collect() } else { answer }
    }

    /// The texts of the work, or those of the answer.
    pub(crate) fn texts(&self, work: bool) -> impl Iterator<Item = &str> {
        let stages = self.stages();
        let blocks = self.blocks.iter().filter(move |block| is_work(block, &stages) == work);
        blocks.filter_map(|block| if let BlockContent::Message(text) = &block.content { Some(text.as_str()) } else { None })
    }

    /// The stages that the steps say.
    pub(crate) fn stages(&self) -> Stages<'_> {
        self.tasks.iter().filter_map(|task| Some((task.id.as_str(), task.stage.as_ref()?))).collect()
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
        let (mut files, mut places) = (Vec::new(), HashMap::new());
        for file in self.blocks.iter().filter_map(|block| pick(&block.content)) {
            let place = *places.entry((&file.name, file.place())).or_insert(files.len());
            match files.get_mut(place) {
                Some(known) => *known = file,
                None => files.push(file),
            }
        }
        files
    }

    pub(crate) fn of_blocks(job_id: String, blocks: Vec<types::Block>) -> Self {
        Self { job_id: Some(job_id), blocks: blocks.into_iter().map(Block::from).collect(), ..Self::default() }
    }
}

/// The stage of each step that says it, by the id of the step.
pub(crate) type Stages<'a> = HashMap<&'a str, &'a Stage>;

/// Whether a block belongs to the work and not to the answer. Where the blocks do not say it, their steps do.
pub(crate) fn is_work(block: &Block, stages: &Stages<'_>) -> bool {
    let of_step = || stages.get(block.group_id.as_deref()?).copied();
    block.stage.as_ref().or_else(of_step) == Some(&Stage::Analyze)
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
