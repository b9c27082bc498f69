//! An answer -> one HTML page with everything in it, which opens without a network and runs nothing.

use powerdrill::{Answer, End, unfenced};

use crate::answering::{Fetched, Sort};
use crate::markdown;
use crate::picture;
use crate::safe;
use crate::table::{Rows, is_numeric};

/// How many rows of a table are in the page.
const ROWS: usize = 200;
const TEMPLATE: &str = include_str!("report.html");

/// Makes the page. Whatever was received is escaped, and nothing in it can be loaded: pictures are part of the page.
pub(crate) fn page(question: &str, answer: &Answer, end: End, files: &[Fetched]) -> String {
    let parts = [
        ("question", escaped(question)),
        ("state", state(end)),
        ("answer", markdown::html(&answer.text())),
        ("tables", tables(files)),
        ("pictures", pictures(files)),
        ("programs", programs(answer)),
        ("sources", section("sources", "Sources", &list(answer.sources().map(|source| source.source.as_str())))),
        ("questions", section("questions", "Questions to ask next", &list(answer.questions()))),
        ("job", answer.job_id.as_deref().map(|id| format!("Job {}. ", escaped(id))).unwrap_or_default()),
    ];
    // Only the template is searched: what was received may look like a place in it.
    let mut page = String::with_capacity(TEMPLATE.len());
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        page.push_str(part.map_or("", |(_, text)| text));
        rest = after;
    }
    page + rest
}

fn escaped(text: &str) -> String {
    let text = safe::text(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn state(end: End) -> String {
    if end == End::Completed {
        return String::new();
    }
    format!("<p class=\"warning\" role=\"status\">This answer is not whole: it is {}.</p>", escaped(&end.to_string()))
}

fn section(id: &str, title: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<section id=\"{id}\">\n<h2>{title}</h2>\n{content}</section>\n") }
}

fn tables(files: &[Fetched]) -> String {
    let tables = files.iter().filter(|file| file.sort == Sort::Table);
    section("tables", "Tables", &tables.map(table).collect::<String>())
}

fn table(file: &Fetched) -> String {
    let name = escaped(&file.name);
    let Ok(Some(content)) = &file.content else { return missing(file) };
    let rows = Rows::of_csv(content, ROWS);
    let numeric: Vec<bool> = (0..rows.header.len()).map(|column| is_numeric(&rows.rows, column)).collect();
    let class = |column: usize| if numeric.get(column) == Some(&true) { " class=\"number\"" } else { "" };
    let cells = |cells: &[String], tag: &str| {
        let cells = cells.iter().enumerate();
        cells.map(|(column, cell)| format!("<{tag}{}>{}</{tag}>", class(column), escaped(cell))).collect::<String>()
    };
    let body: String = rows.rows.iter().map(|row| format!("<tr>{}</tr>\n", cells(row, "td"))).collect();
    let more = match rows.total.saturating_sub(rows.rows.len()) {
        0 => String::new(),
        more => format!("<p>And {more} more rows.</p>\n"),
    };
    let head = cells(&rows.header, "th");
    format!(
        "<figure>\n<figcaption>{name}</figcaption>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{more}</figure>\n"
    )
}

fn pictures(files: &[Fetched]) -> String {
    let pictures = files.iter().filter(|file| file.sort == Sort::Picture);
    section("pictures", "Pictures", &pictures.map(figure).collect::<String>())
}

fn figure(file: &Fetched) -> String {
    let name = escaped(&file.name);
    let content = file.content.as_ref().ok().and_then(Option::as_deref);
    match content.and_then(picture::data_uri) {
        Some(uri) => format!("<figure>\n<img alt=\"{name}\" src=\"{uri}\">\n<figcaption>{name}</figcaption>\n</figure>\n"),
        None => missing(file),
    }
}

/// A page that lacks something says so.
fn missing(file: &Fetched) -> String {
    let why = match &file.content {
        Err(failure) => escaped(&failure.what),
        Ok(_) => "it is too large, or in a form that is not shown".to_owned(),
    };
    format!("<p class=\"warning\">{} is not in this page: {why}.</p>\n", escaped(&file.name))
}

fn programs(answer: &Answer) -> String {
    let programs = answer.code().map(|code| format!("<pre><code>{}</code></pre>\n", escaped(unfenced(code).1.trim_matches('\n'))));
    section("code", "Programs", &programs.collect::<String>())
}

fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = Vec::new();
    for item in items {
        if !known.contains(&item) {
            known.push(item);
        }
    }
    let items: String = known.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}
