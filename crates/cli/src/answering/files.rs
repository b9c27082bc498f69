//! The files of an answer -> saved files, drawn tables, shown pictures.

use std::path::PathBuf;

use powerdrill::{Answer, BlockContent, File, SecretText, Timestamp};

use super::Asked;
use crate::context::Context;
use crate::failure::Failure;
use crate::picture;
use crate::progress::Progress;
use crate::safe;
use crate::table::{FIRST_ROWS, Rows};
use crate::terminal::Style;
use crate::transfer;
use crate::wrap::Span;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Table,
    Picture,
}

/// A file of an answer, as far as it was needed.
pub(crate) struct Fetched {
    pub(crate) name: String,
    pub(crate) sort: Sort,
    /// Where it was saved.
    pub(crate) path: Option<PathBuf>,
    /// What is in it. `None` if nobody needed it, or if it is too large to be shown.
    pub(crate) content: Result<Option<Vec<u8>>, Failure>,
}

/// Downloads what has to be shown, saved or put into the report.
pub(super) async fn fetch(context: &Context, asked: &Asked<'_>, answer: &Answer, progress: &Progress) -> Vec<Fetched> {
    let mut fetched = Vec::new();
    for (sort, file) in listed(answer) {
        let name = file.file_name();
        let shown = context.is_text() && (sort == Sort::Table || context.terminal.pictures.is_some());
        let (path, content) = match &asked.about.save {
            Some(folder) => match transfer::save(asked.client, &file, folder, asked.replace, progress).await {
                Ok((path, content)) => (Some(path), Ok(content)),
                Err(failure) => (None, Err(failure)),
            },
            None if shown || asked.report.is_some() => (None, transfer::fetch(asked.client, &file, progress).await),
            None => (None, Ok(None)),
        };
        fetched.push(Fetched { name, sort, path, content });
    }
    fetched
}

/// Each file once: tables, then pictures, then those of charts.
fn listed(answer: &Answer) -> Vec<(Sort, File)> {
    let mut files: Vec<(Sort, File)> = answer.tables().into_iter().map(|file| (Sort::Table, file.clone())).collect();
    files.extend(answer.images().into_iter().map(|file| (Sort::Picture, file.clone())));
    for block in &answer.blocks {
        let BlockContent::Chart(chart) = &block.content else { continue };
        let name = chart.name.clone().unwrap_or_default();
        let picture = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned() + ".png";
        files.extend(chart.url.iter().map(|url| (Sort::Table, linked(name.clone(), url, chart.expires_at.as_ref()))));
        files.extend(chart.image.iter().map(|url| (Sort::Picture, linked(picture.clone(), url, chart.expires_at.as_ref()))));
    }
    files
}

fn linked(name: String, url: &SecretText, expires_at: Option<&Timestamp>) -> File {
    let mut file = File::linked(name, url.clone());
    file.expires_at = expires_at.cloned();
    file
}

/// Shows tables and pictures, or says where they are.
pub(super) fn show(context: &Context, files: &[Fetched], first: bool) -> Result<(), Failure> {
    for (number, file) in files.iter().enumerate() {
        if number > 0 || !first {
            context.print("\n")?;
        }
        let what = if file.sort == Sort::Table { "Table" } else { "Picture" };
        let head = Span { text: format!("{what} {}", file.name), style: Style::HEADING };
        let place = match (&file.path, &file.content) {
            (Some(path), _) => format!(" saved as {}", safe::line(&path.display().to_string())),
            (None, Err(_)) => " could not be read".to_owned(),
            (None, Ok(None)) => " (`--save DIR` saves it)".to_owned(),
            (None, Ok(Some(_))) => String::new(),
        };
        let place = Span { text: place, style: Style::PLAIN };
        context.print(&format!("{}\n", context.terminal.fitted(&[head, place])))?;
        let Ok(Some(content)) = &file.content else { continue };
        match (file.sort, context.terminal.pictures) {
            (Sort::Table, _) => context.print(&Rows::of_csv(content, FIRST_ROWS).draw(&context.terminal))?,
            (Sort::Picture, Some(pictures)) => context.print(&picture::shown(content, pictures).unwrap_or_default())?,
            (Sort::Picture, None) => {}
        }
    }
    Ok(())
}
