//! Figures of the three clients -> one table of medians, ratios and aims, with what each line means.

use std::fmt::Write;

use crate::clock::tells_user_time;
use crate::generators::{Generator, OPENAPI_TO_RUST};
use crate::measure::{Figures, Measure, Plan};
use crate::spec::{LEFT_OUT, SPEC};

/// What we want of our figure.
enum Aim {
    /// That it is at most this share of progenitor's.
    OfProgenitor(f64),
    /// That it is at most this.
    AtMost(f64),
}

struct Row {
    measure: Measure,
    name: &'static str,
    unit: &'static str,
    decimals: usize,
    aim: Option<Aim>,
    /// What is measured.
    note: &'static str,
}

const ROWS: &[Row] = &[
    Row {
        measure: Measure::Operations,
        name: "operations",
        unit: "",
        decimals: 0,
        aim: None,
        note: "those that the program calls: each that the client has, found in its syntax tree by operationId",
    },
    Row {
        measure: Measure::Generation,
        name: "generation",
        unit: "ms, clock",
        decimals: 1,
        aim: None,
        note: "a process, optimised, that reads the document and writes the files; ours also lints it",
    },
    Row { measure: Measure::Lines, name: "lines", unit: "", decimals: 0, aim: None, note: "of generated Rust" },
    Row {
        measure: Measure::CodeLines,
        name: "lines of code",
        unit: "",
        decimals: 0,
        aim: None,
        note: "the same without comments and blank lines",
    },
    Row {
        measure: Measure::Packages,
        name: "packages",
        unit: "",
        decimals: 0,
        aim: Some(Aim::AtMost(100.0)),
        note: "in `cargo tree -e normal,build --target x86_64-unknown-linux-gnu` of the client, with its default TLS, itself included",
    },
    Row {
        measure: Measure::Check,
        name: "check",
        unit: "s, EFFORT",
        decimals: 2,
        aim: Some(Aim::OfProgenitor(0.5)),
        note: "`cargo check` of the client alone, not incremental, all that it depends on already checked",
    },
    Row {
        measure: Measure::CheckWithLibrary,
        name: "check with library",
        unit: "s, EFFORT",
        decimals: 2,
        aim: None,
        note: "the same with apispec-runtime or progenitor-client counted in; openapi-to-rust has no library",
    },
    Row {
        measure: Measure::Release,
        name: "release",
        unit: "s, EFFORT",
        decimals: 2,
        aim: Some(Aim::OfProgenitor(0.55)),
        note: "`cargo build --release` of the client and of the program that calls every operation, all else already built",
    },
    Row {
        measure: Measure::ReleaseWithLibrary,
        name: "release with library",
        unit: "s, EFFORT",
        decimals: 2,
        aim: None,
        note: "the same with apispec-runtime or progenitor-client counted in",
    },
    Row {
        measure: Measure::CleanCheck,
        name: "clean check",
        unit: "s, clock",
        decimals: 1,
        aim: Some(Aim::AtMost(25.0)),
        note: "`cargo check` of the client and of all that it depends on, from nothing, everything downloaded before",
    },
    Row { measure: Measure::Program, name: "program", unit: "KiB", decimals: 0, aim: None, note: "the optimised program, stripped" },
];

/// The whole page.
pub fn rendered(figures: &[Figures; 3], notes: &[String], plan: &Plan) -> String {
    let effort = if tells_user_time() { "user" } else { "clock" };
    let mut page = format!(
        "Clients of {SPEC} without {LEFT_OUT}, which progenitor refuses; medians of {} rounds, of {} for the clean check\n\n",
        plan.rounds, plan.clean
    );
    let [ours, progenitor, other] = Generator::ALL.map(Generator::name);
    let against = |name: &str| format!("ours/{name}");
    line(&mut page, ["", ours, progenitor, other, &against(progenitor), &against(other), "aim"]);
    let shown = ROWS.iter().filter(|row| figures[0].contains_key(&row.measure));
    for row in shown.clone() {
        let medians = [0, 1, 2].map(|at| figures.get(at).and_then(|figures| median(figures.get(&row.measure)?)));
        let cells = medians.map(|median| median.map_or_else(|| "-".to_owned(), |median| format!("{median:.*}", row.decimals)));
        let ratios = [1, 2].map(|at| medians[0].zip(medians[at]).map(|(ours, theirs)| ours / theirs));
        let [to_progenitor, to_other] = ratios.map(|ratio| ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")));
        let unit = row.unit.replace("EFFORT", effort);
        let name = if unit.is_empty() { row.name.to_owned() } else { format!("{} ({unit})", row.name) };
        let aim = row.aim.as_ref().map_or_else(String::new, |aim| judged(aim, medians[0], ratios[0]));
        line(&mut page, [&name, &cells[0], &cells[1], &cells[2], &to_progenitor, &to_other, &aim]);
    }
    page.push('\n');
    for row in shown {
        // Writing to a text cannot fail.
        let _ = writeln!(page, "{}: {}.", row.name, row.note);
    }
    let _ = writeln!(
        page,
        "\nGenerators: ours as in this workspace; progenitor with its builder interface; openapi-to-rust {OPENAPI_TO_RUST}, all with their defaults.\n\
         The program gives every call all that it can take: to ours value by value, to the others bodies in one piece."
    );
    if !tells_user_time() {
        page.push_str("This system does not tell how long a process and its children used the processors: times are those of the clock.\n");
    }
    for note in notes {
        let _ = writeln!(page, "{note}");
    }
    page
}

fn line(page: &mut String, [name, ours, progenitor, other, first, second, aim]: [&str; 7]) {
    let text = format!("{name:31} {ours:>8} {progenitor:>11} {other:>16} {first:>16} {second:>21}  {aim}");
    page.push_str(text.trim_end());
    page.push('\n');
}

fn judged(aim: &Aim, ours: Option<f64>, of_progenitor: Option<f64>) -> String {
    let (said, figure, limit) = match aim {
        Aim::OfProgenitor(share) => (format!("{share:.2} of progenitor's"), of_progenitor, *share),
        Aim::AtMost(limit) => (format!("at most {limit:.0}"), ours, *limit),
    };
    match figure {
        None => said,
        Some(figure) if figure <= limit => format!("{said}: met"),
        Some(_) => format!("{said}: MISSED"),
    }
}

fn median(samples: &[f64]) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(*upper) } else { Some(f64::midpoint(*sorted.get(middle.checked_sub(1)?)?, *upper)) }
}

#[cfg(test)]
mod tests {
    use super::{median, rendered};
    use crate::measure::{Figures, Measure, Plan};

    fn figures(check: [f64; 3]) -> [Figures; 3] {
        check.map(|check| [(Measure::Check, vec![check + 9.0, check, 0.0]), (Measure::Packages, vec![101.0])].into())
    }

    #[test]
    fn the_middle_of_the_samples_counts() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn aims_are_judged_by_medians() {
        let plan = Plan { rounds: 3, clean: 1, quick: false };
        let page = rendered(&figures([1.0, 2.0, 4.0]), &["A note.".to_owned()], &plan);
        let row = page.lines().find(|line| line.starts_with("check ")).expect("there is a row");
        let cells: Vec<&str> = row.split_whitespace().skip(3).collect();
        assert_eq!(cells, ["1.00", "2.00", "4.00", "0.50", "0.25", "0.50", "of", "progenitor's:", "met"]);
        assert!(page.contains("at most 100: MISSED"), "{page}");
        assert!(page.ends_with("A note.\n"), "{page}");
        let missed = rendered(&figures([1.1, 2.0, 4.0]), &[], &plan);
        assert!(missed.contains("0.50 of progenitor's: MISSED"), "{missed}");
    }

    #[test]
    fn what_was_not_measured_has_no_row() {
        let plan = Plan { rounds: 3, clean: 1, quick: true };
        assert!(!rendered(&figures([1.0, 2.0, 4.0]), &[], &plan).contains("release"));
    }
}
