//! Rule `path-parameter-name`: one thing in a path has several names.
//!
//! `/orders/{id}/items` and `/orders/{order_id}/invoice` name the same order twice. A parameter at the end of a path is not compared with
//! one in the middle: `/orders/{id}` beside `/orders/{order_id}/items` is a custom of its own.

use std::collections::{BTreeMap, HashMap};

use super::super::Findings;
use super::super::context::Context;
use super::super::words::words;
use crate::Pointer;
use crate::index::members;

/// The names at one position, each with the paths that have it.
type Names<'d> = BTreeMap<&'d str, Vec<Pointer>>;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut positions: Vec<(String, Names<'_>)> = Vec::new();
    for (path, _) in members(context.index.document().root(), "paths").filter(|(path, _)| path.starts_with('/')) {
        let pointer = Pointer::root().child("paths").child(path);
        let mut before = String::new();
        let mut segments = path.split(['#', '?']).next().unwrap_or_default().split('/').skip(1).peekable();
        let mut literal = false;
        while let Some(segment) = segments.next() {
            let name = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
            if let Some(name) = name
                && literal
                && segments.peek().is_some()
            {
                let position = *known.entry(before.clone()).or_insert_with(|| {
                    positions.push((before.clone(), Names::new()));
                    positions.len() - 1
                });
                positions[position].1.entry(name).or_default().push(pointer.clone());
            }
            literal = name.is_none();
            before.push('/');
            before.push_str(if literal { segment } else { "{}" });
        }
    }
    for (before, names) in positions.iter().filter(|(_, names)| names.len() > 1) {
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort_by_key(|(_, paths)| std::cmp::Reverse(paths.len()));
        let (usual, agree) = sorted[0];
        sorted.retain(|(name, _)| *name == usual || are_related(name, usual));
        let odd: Vec<_> = sorted[1..].iter().flat_map(|(_, paths)| paths.iter()).filter(|path| !context.is_settled(path)).collect();
        let Some(first) = odd.first() else { continue };
        let others: Vec<_> = sorted[1..].iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
        let paths = if agree.len() == 1 { "1 other path".to_owned() } else { format!("{} other paths", agree.len()) };
        let message = format!("what follows `{before}` is called {} here, `{{{usual}}}` in {paths}", others.join(" or "));
        let problem = findings.add(first, message);
        odd[1..].iter().take(5).for_each(|path| _ = problem.relate(path));
        agree.iter().take(5).for_each(|path| _ = problem.relate(path));
    }
}

/// Whether two names have a word in common: `{id}` and `{order_id}` have, `{order_id}` and `{batch}` are two things.
fn are_related(left: &str, right: &str) -> bool {
    let right = words(right);
    words(left).iter().any(|word| right.contains(word))
}
