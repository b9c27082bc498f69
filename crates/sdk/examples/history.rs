//! Lists the sessions and, of one session, the questions and answers, page by page as they are needed.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`: `cargo run --example history -- [SESSION]`.

use powerdrill::prelude::*;
use powerdrill::v2::sessions::QuestionBlockContent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> powerdrill::Result<()> {
    let client = Client::from_env()?;
    let Some(session) = std::env::args().nth(1) else {
        let mut sessions = client.sessions().list().pages().items();
        while let Some(session) = sessions.next_item().await? {
            println!("{}  {}", session.id, session.name);
        }
        return Ok(());
    };
    let mut records = client.sessions().list_history(session).pages().items();
    while let Some(record) = records.next_item().await? {
        for block in &record.question.blocks {
            if let QuestionBlockContent::Message(text) = &block.content {
                println!("> {text}\n");
            }
        }
        println!("{}\n", Answer::from(record).text());
    }
    Ok(())
}
