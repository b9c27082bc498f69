//! `powerdrill history`: the questions and answers of a session, the oldest first.

use powerdrill::v2::sessions::{JobRecord, QuestionBlockContent};
use powerdrill::{Answer, End};

use super::conversation;
use crate::args::{History, Output};
use crate::connect::connect;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::record;
use crate::transfer;

pub(super) async fn run(context: &Context, arguments: History) -> Result<(), Failure> {
    let connection = connect(context).await?;
    let mut items = connection.client.sessions().list_history(&*arguments.session).pages().items();
    let mut records = Vec::new();
    while records.len() < arguments.latest {
        let Some(record) = items.next_item().await? else { break };
        records.push(record);
    }
    // The server gives the latest first; a conversation is read from its beginning.
    records.reverse();
    if records.is_empty() && context.is_text() {
        context.note("Nothing was asked in this session.");
    }
    let entries: Vec<(String, Answer)> = records.into_iter().map(|record| (question(&record), record.into())).collect();
    if let Some(folder) = &arguments.save {
        let progress = Progress::new(context);
        for file in entries.iter().flat_map(|(_, answer)| answer.tables().into_iter().chain(answer.images())) {
            let (path, _) = transfer::save(&connection.client, file, folder, false, &progress).await?;
            progress.around(|| context.note(&format!("saved: {}", path.display())));
        }
    }
    if context.is_text() {
        return entries
            .iter()
            .enumerate()
            .try_for_each(|(number, (question, answer))| conversation::show(context, number, question, answer));
    }
    let values: Vec<serde_json::Value> = entries
        .iter()
        .map(|(question, answer)| {
            let mut value = record::of_answer(answer, Some(&arguments.session), &End::Completed.to_string(), &[]);
            value["question"] = question.as_str().into();
            value
        })
        .collect();
    if context.output() == Output::Json { context.json(&values) } else { values.iter().try_for_each(|value| context.json(value)) }
}

/// The words of a question.
fn question(record: &JobRecord) -> String {
    let texts = record.question.blocks.iter().filter_map(|block| match &block.content {
        QuestionBlockContent::Message(text) | QuestionBlockContent::Code(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}
