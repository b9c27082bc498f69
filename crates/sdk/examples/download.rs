//! Saves the tables and pictures of the latest answer of a session. The history gives fresh links to them.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`: `cargo run --example download -- SESSION [FOLDER]`.

use powerdrill::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> powerdrill::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(session) = arguments.next() else {
        eprintln!("usage: download SESSION [FOLDER]");
        return Ok(());
    };
    let folder = arguments.next().unwrap_or_else(|| "results".to_owned());
    let client = Client::from_env()?;
    let Some(record) = client.sessions().list_history(session).pages().items().next_item().await? else {
        println!("nothing was asked in this session");
        return Ok(());
    };
    for block in Answer::from(record).blocks {
        // Tables and images come twice: with the work, and with the answer.
        if let (Some(Stage::Respond), BlockContent::Table(file) | BlockContent::Image(file)) = (block.stage, block.content) {
            let path = file.download(&client).save_in(&folder).await?;
            println!("{}", path.display());
        }
    }
    Ok(())
}
