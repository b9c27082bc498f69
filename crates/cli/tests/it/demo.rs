//! The demonstration: it works anywhere, and what it says is right.

use std::collections::BTreeMap;

use super::support::{command, folder, run, settings};

/// The sums of the bundled table, by a calculation that shares nothing with the sandbox. In cents, so that nothing is rounded.
fn revenue_by_region() -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in include_str!("../../data/sales.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (whole, cents) = cells[4].split_once('.').expect("two decimals");
        assert_eq!(cents.len(), 2);
        *sums.entry(cells[1].to_owned()).or_insert(0) +=
            whole.parse::<i64>().expect("a number") * 100 + cents.parse::<i64>().expect("a number");
    }
    sums
}

fn cents(text: &str) -> i64 {
    (text.parse::<f64>().expect("a number") * 100.0).round() as i64
}

#[test]
fn the_demonstration_runs_and_its_numbers_are_right() {
    let folder = folder("demo");
    let demo = run(&mut command(&folder), "demo --output text");
    settings().bind(|| insta::assert_snapshot!("demo", demo.shown()));

    let sums = revenue_by_region();
    let (best, most) = sums.iter().max_by_key(|(_, cents)| **cents).expect("there are regions");
    let said = demo.out.split("highest total revenue: **").nth(1).and_then(|rest| rest.split("**").next()).expect("a number");
    assert!(demo.out.contains(&format!("{best} has the highest total revenue")), "{}", demo.out);
    assert_eq!(cents(said), *most);

    let table = std::fs::read_to_string(folder.join("powerdrill-demo/result.csv")).expect("it was saved");
    let told: BTreeMap<String, i64> =
        table.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(region, sum)| (region.to_owned(), cents(sum))).collect();
    assert_eq!(told, sums);

    let chart = std::fs::read(folder.join("powerdrill-demo/visualization.png")).expect("it was saved");
    assert!(chart.starts_with(b"\x89PNG\r\n\x1a\n"));
}

#[test]
fn the_report_has_everything_and_needs_nothing() {
    let folder = folder("report");
    let demo = run(&mut command(&folder), "demo --quiet");
    assert_eq!((demo.code, demo.err.as_str()), (0, ""));
    let page = std::fs::read_to_string(folder.join("powerdrill-demo/report.html")).expect("it was written");
    for part in [
        "<h1 id=\"question\">What is the total revenue by region?</h1>",
        "<section id=\"answer\">",
        "<section id=\"tables\">",
        "<section id=\"pictures\">",
        "<section id=\"code\">",
        "<section id=\"sources\">",
        "<th>region</th>",
        "<td>East</td><td class=\"number\">",
        "<img alt=\"visualization.png\" src=\"data:image/png;base64,iVBOR",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    for foreign in ["http://", "https://", "<script", "<link", "@import", "signature="] {
        assert!(!page.contains(foreign), "{foreign} is in the page");
    }
    assert_eq!(page.matches('<').count(), page.matches('>').count());
    // Run again, it replaces what it made.
    run(&mut command(&folder), "demo --quiet");
    let mut names: Vec<_> =
        std::fs::read_dir(folder.join("powerdrill-demo")).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    names.sort();
    assert_eq!(names, ["report.html", "result.csv", "sales.csv", "visualization.png"]);
}

#[test]
fn what_somebody_else_has_written_stays() {
    let folder = folder("own");
    std::fs::write(folder.join("sales.csv"), "mine\n").expect("it can be written");
    let demo = run(&mut command(&folder), "demo --save .");
    assert_eq!((demo.code, demo.out.as_str()), (6, ""), "{}", demo.err);
    assert!(demo.err.starts_with("error: .: there are files in it that the demonstration has not made\n"), "{}", demo.err);
    assert_eq!(std::fs::read_to_string(folder.join("sales.csv")).expect("it is there"), "mine\n");
}

#[test]
fn it_fits_narrow_and_colourless_screens() {
    let folder = folder("narrow");
    let narrow = run(&mut command(&folder), "demo --quiet --width 30");
    settings().bind(|| insta::assert_snapshot!("demo-narrow", narrow.shown()));
    let mut coloured = command(&folder);
    let coloured = run(coloured.env("CLICOLOR_FORCE", "1"), "demo --quiet --width 60");
    assert!(coloured.out.contains("\x1b[1;34mTable result.csv\x1b[0m"), "{}", coloured.out);
    let mut plain = command(&folder);
    let plain = run(plain.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"), "demo --quiet --width 60");
    assert!(!plain.out.contains('\x1b'), "{}", plain.out);
    let mut lines = coloured.out.lines().zip(plain.out.lines());
    assert!(lines.all(|(coloured, plain)| strip(coloured) == plain));
}

fn strip(line: &str) -> String {
    let mut parts = line.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.filter_map(|part| part.split_once('m')).map(|(_, text)| text).collect::<String>()
}
