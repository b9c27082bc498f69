//! Operations without a name -> names that read like those that people give: `GET /sessions/{id}/files` is `list_session_files`.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

/// The names of operations that are taken.
#[derive(Default)]
pub(crate) struct Operations {
    /// What a document calls its operations, and how often.
    given: BTreeSet<String>,
    taken: BTreeSet<String>,
}

impl Operations {
    /// Keeps the names that a document gives itself.
    pub fn reserve<'a>(&mut self, ids: impl Iterator<Item = &'a str>) {
        self.given.extend(ids.filter(|id| usable(id)).map(str::to_owned));
    }

    /// The name of an operation of a group: its own, the short one that its path suggests, or the long one. What the group is about is not
    /// told by what holds it.
    pub fn id(&mut self, given: Option<&str>, method: &str, path: &str, group: &str) -> String {
        let own = given.filter(|id| usable(id)).map(str::to_owned);
        let words = literals(path);
        let alone = words.last().filter(|last| words.len() > 1 && singular(last) == singular(&group.to_snake_case()));
        let alone = alone.map(|last| short(method, std::slice::from_ref(last), ends_with_one(path)));
        let whole = [short(method, &words, ends_with_one(path)), long(method, path)];
        let candidates = own.into_iter().chain(alone.into_iter().chain(whole).filter(|id| !self.given.contains(id)));
        let mut last = String::new();
        for candidate in candidates.filter(|id| usable(id)).collect::<Vec<_>>() {
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
            last = candidate;
        }
        let mut name = if last.is_empty() { format!("{method}_root") } else { last };
        while self.given.contains(&name) || !self.taken.insert(name.clone()) {
            name.push_str("_also");
        }
        name
    }

    /// The group of an operation without a tag: the first word of its path that is about something.
    pub fn group(&self, path: &str) -> String {
        literals(path).into_iter().next().unwrap_or_else(|| "root".to_owned())
    }
}

fn usable(id: &str) -> bool {
    id.chars().any(char::is_alphanumeric)
}

/// The segments that are words, without those that say which version this is. What stands behind a colon is a word of its own.
fn literals(path: &str) -> Vec<String> {
    let words = segments(path).flat_map(|segment| segment.split(':')).filter(|word| !word.is_empty() && !word.contains(['{', '}']));
    let about: Vec<&str> = words.clone().filter(|segment| *segment != "api" && !is_version(segment)).collect();
    let words: Vec<&str> = if about.is_empty() { words.collect() } else { about };
    words.into_iter().map(|word| word.to_snake_case()).filter(|word| usable(word)).collect()
}

/// The parts of a path between its slashes, without what says in which form the reply is wanted.
fn segments(path: &str) -> impl Iterator<Item = &str> + Clone {
    let address = path.split('?').next().unwrap_or_default();
    let segments = address.split(['/', '#']).filter(|segment| !segment.is_empty());
    segments.map(|segment| [".json", ".xml"].iter().find_map(|form| segment.strip_suffix(form)).unwrap_or(segment))
}

/// Whether a path leads to one of several.
fn ends_with_one(path: &str) -> bool {
    segments(path).last().is_some_and(|segment| segment.ends_with('}'))
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

fn short(method: &str, words: &[String], one: bool) -> String {
    let several = |word: &str| word.ends_with('s') && !word.ends_with("ss");
    let Some((last, before)) = words.split_last() else { return format!("{method}_root") };
    let holders: Vec<String> = before.iter().map(|word| singular(word)).collect();
    let about = |last: &str| holders.iter().map(String::as_str).chain([last]).collect::<Vec<_>>().join("_");
    match (method, one) {
        ("get", true) => format!("get_{}", about(&singular(last))),
        ("get", false) if several(last) => format!("list_{}", about(last)),
        ("get", false) => format!("get_{}", about(last)),
        ("post", false) if several(last) => format!("create_{}", about(&singular(last))),
        // What is posted to is something that is done.
        ("post", false) if !holders.is_empty() => format!("{last}_{}", holders.join("_")),
        ("post", false) => format!("post_{last}"),
        ("post" | "patch", true) => format!("update_{}", about(&singular(last))),
        ("put", true) => format!("replace_{}", about(&singular(last))),
        ("delete", true) => format!("delete_{}", about(&singular(last))),
        ("put", false) => format!("set_{}", about(last)),
        ("patch", false) => format!("update_{}", about(last)),
        ("delete", false) => format!("clear_{}", about(last)),
        _ => format!("{method}_{}", about(last)),
    }
}

/// The path spelt out, which no other operation of the method has.
fn long(method: &str, path: &str) -> String {
    let words = path.split(['/', '?', '#', '&']).filter(|segment| !segment.is_empty());
    let words: Vec<String> = words
        .map(|segment| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => format!("by_{}", name.to_snake_case()),
            None => segment.to_snake_case(),
        })
        .collect();
    format!("{method}_{}", words.join("_"))
}

fn singular(word: &str) -> String {
    crate::name::singular(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_called_as_people_would_call_them() {
        let mut names = Operations::default();
        for (method, path, expected) in [
            ("get", "/v2/sessions", "list_sessions"),
            ("post", "/v2/sessions", "create_session"),
            ("get", "/v2/sessions/{id}", "get_session"),
            ("patch", "/v2/sessions/{id}", "update_session"),
            ("put", "/v2/sessions/{id}", "replace_session"),
            ("delete", "/v2/sessions/{id}", "delete_session"),
            ("get", "/v2/sessions/{id}/files", "list_session_files"),
            ("post", "/v2/sessions/{id}/cancel", "cancel_session"),
            ("get", "/health", "get_health"),
            ("post", "/login", "post_login"),
            ("get", "/", "get_root"),
            ("get", "/api/sessions", "get_api_sessions"),
            ("get", "/api//sessions", "get_api_sessions_also"),
            ("post", "/things/{id}:activate", "activate_thing"),
            ("get", "/blogs/{id}.json", "get_blog"),
            ("get", "/blogs.json", "list_blogs"),
        ] {
            assert_eq!(names.id(None, method, path, "other"), expected, "{method} {path}");
        }
        assert_eq!(names.id(None, "delete", "/blogs/{blog}/comments/{id}", "Comments"), "delete_comment");
        assert_eq!(names.id(None, "delete", "/drafts/{draft}/comments/{id}", "Comments"), "delete_draft_comment");
        assert_eq!(names.group("/api/v1/sessions/{id}"), "sessions");
        assert_eq!(names.group("/{id}"), "root");
    }

    #[test]
    fn names_that_a_document_gives_come_first() {
        let mut names = Operations::default();
        names.reserve(["list_things", "double"].into_iter());
        assert_eq!(names.id(None, "get", "/things", "things"), "get_things");
        assert_eq!(names.id(Some("double"), "get", "/a", "a"), "double");
        assert_eq!(names.id(Some("double"), "get", "/b", "b"), "get_b");
        assert_eq!(names.id(Some("--"), "get", "/", "root"), "get_root");
    }
}
