//! One run, streamed and in one piece: the same seed gives two sandboxes the same ids, so that the two answers can be compared whole.
//!
//! The order of blocks is free between groups, and only there. In the forms that were seen, three things differ because they differed
//! where they were seen; with the forms of the documents nothing does.

use std::collections::BTreeMap;
use std::time::Duration;

use powerdrill::{Answer, Block, BlockContent, SecretText, Stage, StreamAnswer};
use powerdrill_client::v2::jobs::CreateJob;
use powerdrill_sandbox::{Config, Forms, Sandbox};

use super::support::{ADDRESS, QUESTION, prepared, sandbox, v1_client, v2_client};

const QUESTIONS: [&str; 5] =
    [QUESTION, "Which region has the highest total sales?", "How many rows are there?", "What is the average sales?", "Why?"];

/// The blocks of each group in their order, with links that do not name the sandbox they are of.
type Groups = BTreeMap<Option<String>, Vec<Block>>;

fn groups(answer: &Answer, sandbox: &Sandbox) -> Groups {
    let mut groups = Groups::new();
    for block in &answer.blocks {
        let mut block = block.clone();
        if let BlockContent::Table(file) | BlockContent::Image(file) = &mut block.content {
            let place = file.url.expose().strip_prefix(sandbox.url()).expect("a link of the sandbox").to_owned();
            file.url = SecretText::from(place);
        }
        groups.entry(block.group_id.clone()).or_default().push(block);
    }
    groups
}

/// The same job twice: once in one piece, and once as a stream.
async fn both(forms: Forms, seed: u64, question: &str) -> [(Answer, Groups); 2] {
    let mut told = Vec::new();
    for streamed in [false, true] {
        let sandbox = sandbox(Config { forms, seed, ..Config::default() }).await;
        let (session, dataset) = prepared(&sandbox).await;
        let call: CreateJob = v2_client(&sandbox).jobs().create(session, question).dataset_id(dataset);
        let answer = if streamed {
            call.stream().await.expect("a stream").finish().await.expect("the whole answer")
        } else {
            Answer::from(call.send().await.expect("an answer"))
        };
        let groups = groups(&answer, &sandbox);
        told.push((answer, groups));
    }
    told.try_into().expect("two answers")
}

#[tokio::test]
async fn a_stream_and_a_reply_in_one_piece_have_equal_blocks() {
    for (seed, question) in (0..).zip(QUESTIONS) {
        let [(whole, whole_groups), (streamed, streamed_groups)] = both(Forms::Documented, seed, question).await;
        assert_eq!(streamed.job_id, whole.job_id);
        assert_eq!(streamed_groups, whole_groups, "{question}");
        assert_eq!(streamed.blocks.len(), whole.blocks.len());
        assert!(!streamed.tasks.is_empty() && whole.tasks.is_empty(), "only streams tell the steps");
    }
}

#[tokio::test]
async fn what_was_seen_differs_in_what_was_seen_to_differ() {
    for (seed, question) in (0..).zip(QUESTIONS) {
        let [(whole, _), (streamed, _)] = both(Forms::Captured, seed, question).await;
        assert_eq!(streamed.job_id, whole.job_id);
        assert_eq!(streamed.text(), whole.text());
        let mut told: Vec<Block> = streamed.blocks.iter().map(as_in_one_piece).collect();
        let mut expected = whole.blocks.clone();
        for block in told.iter_mut().chain(&mut expected) {
            if let BlockContent::Table(file) | BlockContent::Image(file) = &mut block.content {
                let (_, place) = file.url.expose().split_once("/files/").expect("a link of the sandbox");
                file.url = SecretText::from(place);
            }
        }
        // Sources and then questions come last in one piece, and the other way round in a stream: they are of two groups.
        let last = |block: &Block| matches!(block.content, BlockContent::Questions(_));
        told.sort_by_key(last);
        assert_eq!(told, expected, "{question}");
    }
}

/// Answers from texts tell their sources first in a stream and last in one piece: so it was seen, within one group.
#[tokio::test]
async fn answers_from_texts_agree_but_for_the_place_of_their_sources() {
    for forms in [Forms::Captured, Forms::Documented] {
        let sandbox = sandbox(Config { forms, ..Config::default() }).await;
        let url = "https://files.example.com/faq.md";
        sandbox.register_content(url, "# Returns\n\nGoods can be returned.\n\n# Delivery\n\nDelivery takes three days.\n");
        let client = v2_client(&sandbox);
        let session = client.sessions().create("Review").send().await.expect("a session").id;
        let source = client.data_sources().create_in_new_dataset("faq.md").url(url).send().await.expect("a data source");
        sandbox.advance(Duration::from_secs(1));
        let call = || client.jobs().create(&session, "How long does delivery take?").dataset_id(&source.dataset_id);
        let whole = Answer::from(call().send().await.expect("an answer"));
        let mut streamed = call().stream().await.expect("a stream").finish().await.expect("the whole answer");
        assert!(whole.text().contains("three days"), "{}", whole.text());
        assert!(matches!(streamed.blocks[0].content, BlockContent::Sources(_)), "{:?}", streamed.blocks);
        streamed.blocks.rotate_left(1);
        // These are two jobs, so the ids of their groups differ.
        let told = |answer: &Answer| -> Vec<_> {
            answer.blocks.iter().map(|block| (block.group_name.clone(), block.stage.clone(), block.content.clone())).collect()
        };
        assert_eq!(told(&streamed), told(&whole));
    }
}

/// A streamed block with what a reply in one piece was seen to have in its place: suggested questions belong to no group, and sources
/// to the answer, without the members that are empty.
fn as_in_one_piece(block: &Block) -> Block {
    let mut block = block.clone();
    match &mut block.content {
        BlockContent::Questions(_) => (block.group_id, block.group_name) = (None, None),
        BlockContent::Sources(sources) => {
            block.stage = Some(Stage::Respond);
            sources.iter_mut().for_each(|source| source.id = None);
        }
        _ => {}
    }
    block
}

#[tokio::test]
async fn the_personal_api_says_the_same_in_both_ways_and_in_its_history() {
    for forms in [Forms::Captured, Forms::Documented] {
        let sandbox = sandbox(Config { forms, ..Config::default() }).await;
        let client = v1_client(&sandbox);
        let session = client.sessions().create("Review", Default::default()).send().await.expect("a session").id;
        let source = client.data_sources().create_in_new_dataset("sales.csv", ADDRESS, "csv").send().await.expect("a data source");
        sandbox.advance(Duration::from_secs(1));
        for question in QUESTIONS {
            let call = || client.chat().create_completion(&session, question).dataset_id(&source.dataset_id);
            let whole = call().send().await.expect("an answer");
            let streamed = call().stream().await.expect("a stream").finish().await.expect("the whole answer");
            assert_eq!(Some(streamed.text().as_str()), whole["content"].as_str(), "{question}");
            let kept = client.sessions().list_history(&session).send().await.expect("a history").records;
            assert_eq!(kept[0].answer.content, streamed.text());
            assert_eq!(kept[1].answer.content, streamed.text());
        }
    }
}
