//! `powerdrill demo`: everything once, against a server inside this program.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use powerdrill_sandbox::Config;

use crate::answering::Asked;
use crate::args::{About, Demo};
use crate::connect::sandboxed;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::transfer;

const FILE: &str = "sales.csv";
/// Made up for this demonstration: two years of a shop in four regions.
const SALES: &[u8] = include_bytes!("../../data/sales.csv");
const QUESTION: &str = "What is the total revenue by region?";

pub(super) async fn run(context: &Context, arguments: Demo) -> Result<(), Failure> {
    let begun = Instant::now();
    let folder = &arguments.save;
    transfer::make_folder(folder)?;
    let table = folder.join(FILE);
    check_own(folder, &table)?;
    let mut config = Config::default();
    // Slow enough to be seen.
    config.delays.event = Duration::from_millis(20);
    let connection = sandboxed(config).await?;
    let client = &connection.client;
    context.note("1. A sandbox runs in this program: no key, no network, nothing spent.");
    let mut file = std::fs::File::create(&table).map_err(|error| Failure::file(&table, "written", &error))?;
    file.write_all(SALES).map_err(|error| Failure::file(&table, "written", &error))?;
    let progress = Progress::new(context);
    let source = transfer::upload(client, &table, None, true, &progress).await?;
    drop(progress);
    context.note(&format!("2. {} went up and is ready to be asked about.", table.display()));
    let session = client.sessions().create("Demo").send().await?.id;
    context.note(&format!("3. The question: {QUESTION}"));
    let report = folder.join("report.html");
    let about = About { save: Some(folder.clone()), ..About::default() };
    if context.is_text() {
        context.note("");
    }
    let asked = Asked {
        client,
        question: QUESTION,
        session: &session,
        dataset: Some(&source.dataset_id),
        about: &about,
        report: Some(&report),
        replace: true,
    };
    tokio::select! {
        answered = asked.answer(context) => answered?,
        () = too_long() => return Err(Failure::new(Exit::Network, "the demonstration did not end", "try it again")),
    }
    context.note(&format!("done in {} ms; open {} in a browser", begun.elapsed().as_millis(), report.display()));
    Ok(())
}

/// The demonstration replaces what an earlier one has made, and nothing else: a folder that holds anything has to hold its table.
fn check_own(folder: &Path, table: &Path) -> Result<(), Failure> {
    let mut entries = std::fs::read_dir(folder).map_err(|error| Failure::file(folder, "read", &error))?;
    let own =
        || std::fs::symlink_metadata(table).is_ok_and(|about| about.is_file()) && std::fs::read(table).is_ok_and(|text| text == SALES);
    if entries.next().is_none() || own() {
        return Ok(());
    }
    let what = format!("{}: there are files in it that the demonstration has not made", folder.display());
    Err(Failure::new(Exit::File, what, "name an empty or a new folder with `--save`"))
}

/// A server on the same machine needs no minute.
async fn too_long() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}
