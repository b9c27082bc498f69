//! IR and names -> the files of a client, in memory.
//!
//! Emitters print what was decided before. Paths of the files are relative to the module of the API; `API.md` stands beside them.
//!
//! A group of operations is `sessions.rs` with its calls, `sessions/types.rs` with objects, `sessions/unions.rs` with unions,
//! `sessions/values.rs` with enums and ids, `sessions/serde.rs` with how objects and unions travel, and `sessions/events.rs` with what its streams say.
//! One that would be too long is a folder: `sessions/types/a.rs`, and `sessions/calls/a.rs` for calls.

mod api_md;
mod bodies;
mod builders;
mod checks;
mod events;
mod forms;
mod imports;
mod module;
mod operations;
mod pieces;
mod plan;
mod serde;
mod sheets;
mod text;
mod types;
mod unions;
mod values;

use std::sync::atomic::{AtomicUsize, Ordering};

use apispec::Report;
use plan::Plan;
use sheets::Sheet;

use crate::ir::{Api, Reply};
use crate::name::Names;

/// A file of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, relative to the folder of the API's module.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The module of the types that several groups use.
const SHARED: &str = "types";

/// Prints a client.
///
/// # Errors
///
/// A stream whose payload is not where it is said to be, and mistakes of the emitters themselves.
pub fn files(api: &Api, names: &Names) -> Result<Vec<SourceFile>, Report> {
    let plan = Plan::new(api, names);
    let mut modules: Vec<String> = api.groups.iter().map(|group| names.group(&group.name).file.clone()).collect();
    if !plan.types_of(SHARED).is_empty() {
        modules.push(SHARED.to_owned());
    }
    let mut sheets = sheets::outermost(&plan, &modules);
    api.groups.iter().for_each(|group| sheets::group(&plan, group, &mut sheets));
    sheets::shared(&plan, &mut sheets);
    let (mut files, mut problems) = (Vec::with_capacity(sheets.len()), Vec::new());
    for printed in printed(&plan, &sheets) {
        match printed {
            Ok(file) => files.push(file),
            Err(report) => problems.extend(report.problems().to_vec()),
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    if problems.is_empty() { Ok(files) } else { Err(Report::new(problems)) }
}

/// A call that needs nothing but a client: `let reply = client.sessions().list().send().await?;`. One that reads comes first.
#[must_use]
pub fn simplest_call(api: &Api, names: &Names) -> Option<String> {
    let plan = Plan::new(api, names);
    let calls = api.groups.iter().flat_map(|group| group.operations.iter().map(move |operation| (group, operation)));
    let bare = calls.filter(|(_, operation)| {
        let arguments = operations::arguments(&plan, operation);
        let body =
            arguments.whole.is_some() || !arguments.fields.is_empty() || operations::content(operation).is_some() && !arguments.apart;
        arguments.params.is_empty() && !body
    });
    let (group, operation) = bare.min_by_key(|(_, operation)| operation.method != "GET")?;
    let kept = if operation.reply == Reply::Nothing { "" } else { "let reply = " };
    let (group, method) = (&names.group(&group.name).accessor, &names.operation(&operation.id).method);
    Some(format!("{kept}client.{group}().{method}().send().await?;"))
}

/// Prints the files. None needs another one, and laying out takes most of the time, so each processor takes the next that is left.
fn printed<'a>(plan: &'a Plan<'a>, sheets: &'a [Sheet<'a>]) -> Vec<Result<SourceFile, Report>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut printed = Vec::new();
        while let Some(sheet) = sheets.get(next.fetch_add(1, Ordering::Relaxed)) {
            printed.push(sheet.printed(plan));
        }
        printed
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(sheets.len());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests;
