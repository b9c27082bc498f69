//! The plan of a run -> figures of the three clients, in rounds in which they take turns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use crate::calls::program;
use crate::clock::{Spent, timed};
use crate::generators::Generator;
use crate::place::{self, Place, finished, sources, written};
use crate::spec::{self, Common};
use crate::table;

/// What is asked for.
pub struct Plan {
    /// How often everything is measured.
    pub rounds: usize,
    /// How often everything that a client needs is checked from nothing.
    pub clean: usize,
    /// Whether only what needs no compiler is measured.
    pub quick: bool,
}

/// How often a generator runs in each round: it takes milliseconds.
const GENERATIONS: usize = 10;

/// What is measured, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    Operations,
    Generation,
    Lines,
    CodeLines,
    Packages,
    Check,
    CheckWithLibrary,
    Release,
    ReleaseWithLibrary,
    CleanCheck,
    Program,
}

/// Every sample of every measure of one client.
pub type Figures = BTreeMap<Measure, Vec<f64>>;

/// Measures, and prints the table.
pub fn run(plan: &Plan) -> Result<(), String> {
    let place = Place::here()?;
    let common = spec::common(place.top())?;
    let text = serde_json::to_string_pretty(&common.document).map_err(|error| error.to_string())?;
    written(&place.spec(), &text)?;
    eprintln!("bench-codegen: works in {}", place.work.display());
    eprintln!("bench-codegen: installing openapi-to-rust, unless it is there");
    place.install()?;
    let mut figures: [Figures; 3] = Default::default();
    let mut missing: Vec<String> = Vec::new();
    for (generator, figures) in Generator::ALL.into_iter().zip(&mut figures) {
        missing.extend(prepare(&place, generator, &common, figures)?);
    }
    for round in 0..plan.rounds {
        eprintln!("bench-codegen: round {} of {}", round + 1, plan.rounds);
        in_turn(round, &mut figures, |generator, figures| generation(&place, generator, figures))?;
    }
    if !plan.quick {
        compile(&place, plan, &mut figures)?;
    }
    print!("{}", table::rendered(&figures, &missing, plan));
    Ok(())
}

/// Every generator once. Another one begins in each round.
fn in_turn(
    round: usize,
    figures: &mut [Figures; 3],
    mut each: impl FnMut(Generator, &mut Figures) -> Result<(), String>,
) -> Result<(), String> {
    for turn in 0..Generator::ALL.len() {
        let turn = (turn + round) % Generator::ALL.len();
        each(Generator::ALL[turn], &mut figures[turn])?;
    }
    Ok(())
}

/// Generates a client and its program, counts, and says which operations it does not have.
fn prepare(place: &Place, generator: Generator, common: &Common, figures: &mut Figures) -> Result<Option<String>, String> {
    eprintln!("bench-codegen: {}: generating, and finding the calls", generator.name());
    let client = place.client(generator);
    // What an earlier version wrote must not be counted.
    place::emptied(&client)?;
    finished(&mut generator.command(place, &place.spec(), &client))?;
    let generated = sources(&client)?;
    generator.finish(place, &client)?;
    let lines = |counts: fn(&str) -> bool| generated.iter().flat_map(|(_, text)| text.lines()).filter(|line| counts(line)).count();
    figures.insert(Measure::Lines, vec![figure(lines(|_| true))]);
    figures.insert(Measure::CodeLines, vec![figure(lines(is_code))]);
    let mut files = Vec::new();
    for (path, text) in &generated {
        files.push(syn::parse_file(text).map_err(|error| format!("{} is no Rust: {error}", path.display()))?);
    }
    let program = program(generator, &files, &common.operations)?;
    place.surround(generator, &program.text)?;
    figures.insert(Measure::Operations, vec![figure(program.operations.len())]);
    finished(place.cargo(generator, "target").arg("fetch"))?;
    figures.insert(Measure::Packages, vec![figure(packages(place, generator)?)]);
    let missing: Vec<&str> = common.operations.difference(&program.operations).map(String::as_str).collect();
    Ok((!missing.is_empty()).then(|| format!("{} has no call of {}.", generator.name(), missing.join(", "))))
}

fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

/// What the client is compiled with: everything that cargo tells of it, once.
fn packages(place: &Place, generator: Generator) -> Result<usize, String> {
    let mut command = place.cargo(generator, "target");
    command.args(["tree", "--package", "client", "--edges", "normal,build", "--target", "x86_64-unknown-linux-gnu", "--prefix", "none"]);
    let output = command.output().map_err(|error| format!("{command:?} did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(unique(&String::from_utf8_lossy(&output.stdout)))
}

/// Counts names with their versions, however often they stand there and whatever stands behind them.
fn unique(tree: &str) -> usize {
    let packages: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words.next().zip(words.next())
        })
        .collect();
    packages.len()
}

fn generation(place: &Place, generator: Generator, figures: &mut Figures) -> Result<(), String> {
    let client = place.client(generator);
    for _ in 0..GENERATIONS {
        // Nobody is spared the writing because the same is there already.
        place::emptied(&client.join("src"))?;
        let spent = timed(&mut generator.command(place, &place.spec(), &client))?;
        figures.entry(Measure::Generation).or_default().push(spent.wall * 1000.0);
    }
    generator.finish(place, &client)
}

/// What a compiler is needed for.
fn compile(place: &Place, plan: &Plan, figures: &mut [Figures; 3]) -> Result<(), String> {
    for (generator, figures) in Generator::ALL.into_iter().zip(figures.iter_mut()) {
        eprintln!("bench-codegen: {}: compiling what it depends on", generator.name());
        finished(&mut check(place, generator, "target"))?;
        finished(&mut release(place, generator))?;
        figures.extend(size(place, generator)?.map(|size| (Measure::Program, vec![size])));
    }
    for round in 0..plan.rounds {
        eprintln!("bench-codegen: compiling, round {} of {}", round + 1, plan.rounds);
        in_turn(round, figures, |generator, figures| {
            compiled(place, generator, &CHECK, figures)?;
            compiled(place, generator, &RELEASE, figures)
        })?;
    }
    for round in 0..plan.clean {
        eprintln!("bench-codegen: checking from nothing, round {} of {}", round + 1, plan.clean);
        in_turn(round, figures, |generator, figures| {
            place::emptied(&place.workspace(generator).join("clean"))?;
            let spent = timed(&mut check(place, generator, "clean"))?;
            figures.entry(Measure::CleanCheck).or_default().push(spent.wall);
            Ok(())
        })?;
    }
    Ok(())
}

fn check(place: &Place, generator: Generator, target: &str) -> Command {
    let mut command = place.cargo(generator, target);
    command.args(["check", "--offline", "--package", "client"]);
    command
}

fn release(place: &Place, generator: Generator) -> Command {
    let mut command = place.cargo(generator, "target");
    command.args(["build", "--offline", "--release", "--package", "calls"]);
    command
}

/// A command that compiles a client, and what it is for.
struct Compilation {
    alone: Measure,
    with_library: Measure,
    profile: &'static [&'static str],
    command: fn(&Place, Generator) -> Command,
}

const CHECK: Compilation = Compilation {
    alone: Measure::Check,
    with_library: Measure::CheckWithLibrary,
    profile: &[],
    command: |place, generator| check(place, generator, "target"),
};

const RELEASE: Compilation =
    Compilation { alone: Measure::Release, with_library: Measure::ReleaseWithLibrary, profile: &["--release"], command: release };

/// Compiles the client, and then once more with the library of its generator.
fn compiled(place: &Place, generator: Generator, compilation: &Compilation, figures: &mut Figures) -> Result<(), String> {
    let again = || -> Result<Spent, String> {
        place.touch(generator)?;
        timed(&mut (compilation.command)(place, generator))
    };
    let alone = again()?;
    figures.entry(compilation.alone).or_default().push(alone.effort());
    let with_library = match generator.runtime_package() {
        None => alone,
        Some(library) => {
            finished(place.cargo(generator, "target").args(["clean", "--offline", "--package", library]).args(compilation.profile))?;
            again()?
        }
    };
    figures.entry(compilation.with_library).or_default().push(with_library.effort());
    Ok(())
}

/// The size of the program in KiB, if there is a `strip`.
fn size(place: &Place, generator: Generator) -> Result<Option<f64>, String> {
    let folder = place.workspace(generator);
    let program = folder.join("target/release").join(format!("calls{}", std::env::consts::EXE_SUFFIX));
    let stripped = folder.join("calls.stripped");
    if finished(Command::new("strip").arg("-o").arg(&stripped).arg(&program)).is_err() {
        return Ok(None);
    }
    let size = fs::metadata(&stripped).map_err(|error| format!("{} cannot be read: {error}", stripped.display()))?.len();
    Ok(usize::try_from(size / 1024).ok().map(figure))
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn figure(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::{is_code, unique};

    #[test]
    fn packages_are_counted_once() {
        let tree = "client v0.1.0 (/somewhere)\nbytes v1.2.3\nserde_derive v1.0.0 (proc-macro)\nbytes v1.2.3 (*)\nbytes v0.9.0\n\n";
        assert_eq!(unique(tree), 4);
    }

    #[test]
    fn comments_and_blank_lines_are_no_code() {
        assert!(is_code("    pub fn a() {"));
        assert!(!is_code("    /// Gives."));
        assert!(!is_code("   "));
    }
}
