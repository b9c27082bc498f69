//! `cargo metadata` -> forbidden dependencies, and dependencies without a reason in `docs/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::Untidy;
use crate::workspace;

/// The packages that users' programs are built from.
const RUN_TIME: [&str; 6] = ["apispec-runtime", "powerdrill-client", "pai-datasets", "powerdrill", "powerdrill-sandbox", "powerdrill-cli"];

/// One rule: which packages may not reach which others.
struct Edge {
    from: Packages,
    to: &'static [&'static str],
    /// Through other packages too, or only directly.
    reach: Reach,
    why: &'static str,
}

enum Packages {
    These(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

#[derive(PartialEq)]
enum Reach {
    Direct,
    Transitive,
}

/// The nevers of docs/ARCHITECTURE.md.
const NEVER: [Edge; 8] = [
    Edge {
        from: Packages::These(&RUN_TIME),
        to: &["apispec", "apispec-codegen"],
        reach: Reach::Transitive,
        why: "the generator is not part of what it generates",
    },
    Edge {
        from: Packages::These(&["powerdrill-sandbox"]),
        to: &["powerdrill-client", "pai-datasets", "powerdrill", "apispec-runtime"],
        reach: Reach::Transitive,
        why: "client and server are two readers of one spec; sharing types would hide a mistake from both",
    },
    Edge {
        from: Packages::These(&["powerdrill-client", "pai-datasets", "powerdrill", "powerdrill-sandbox", "powerdrill-cli"]),
        to: &["reqwest"],
        reach: Reach::Direct,
        why: "only the runtime knows the HTTP library",
    },
    Edge {
        from: Packages::AllBut(&["apispec", "powerdrill-sandbox", "peers"]),
        to: &["serde_yaml"],
        reach: Reach::Direct,
        why: "YAML is read in one place on each side",
    },
    Edge {
        from: Packages::AllBut(&["peers"]),
        to: &["progenitor", "progenitor-impl"],
        reach: Reach::Direct,
        why: "peers are compared with in tests/peers and used nowhere else",
    },
    Edge {
        from: Packages::AllBut(&["peers", "powerdrill-sandbox"]),
        to: &["jsonschema"],
        reach: Reach::Direct,
        why: "the sandbox and the peers judge with somebody else's validator so that it is not ours",
    },
    Edge {
        from: Packages::These(&["xtask"]),
        to: &RUN_TIME,
        reach: Reach::Transitive,
        why: "a broken client must not keep itself from being regenerated",
    },
    Edge {
        from: Packages::These(&["apispec"]),
        to: &["apispec-codegen", "clap"],
        reach: Reach::Transitive,
        why: "reading specs knows no output",
    },
];

/// The workspace's packages: direct dependencies by name, without those for tests only where `normal` is asked for.
struct Graph {
    members: BTreeSet<String>,
    normal: BTreeMap<String, BTreeSet<String>>,
    all: BTreeMap<String, BTreeSet<String>>,
}

pub(super) fn check() -> Result<Vec<Untidy>, String> {
    let graph = graph()?;
    let mut found = Vec::new();
    for edge in &NEVER {
        for member in graph.members.iter().filter(|member| edge.from.holds(member)) {
            let reached = if edge.reach == Reach::Direct { graph.all[member].clone() } else { graph.reached(member) };
            for target in edge.to.iter().filter(|target| reached.contains(**target)) {
                found.push(Untidy::new(
                    member.clone(),
                    format!("depends on {target}, and may not: {}", edge.why),
                    "see docs/ARCHITECTURE.md, \"Who knows whom\"",
                ));
            }
        }
    }
    found.extend(reasons(&graph)?);
    Ok(found)
}

impl Packages {
    fn holds(&self, package: &str) -> bool {
        match self {
            Self::These(list) => list.contains(&package),
            Self::AllBut(list) => !list.contains(&package),
        }
    }
}

impl Graph {
    /// The workspace's packages and their direct dependencies that a build of `package` contains.
    fn reached(&self, package: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![package.to_owned()];
        while let Some(name) = open.pop() {
            for dependency in self.normal.get(&name).into_iter().flatten() {
                if reached.insert(dependency.clone()) {
                    open.push(dependency.clone());
                }
            }
        }
        reached
    }
}

fn graph() -> Result<Graph, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--no-deps", "--manifest-path"])
        .arg(workspace::root().join("Cargo.toml"))
        .output()
        .map_err(|error| format!("cargo metadata did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata is not JSON: {error}"))?;
    let mut graph = Graph { members: BTreeSet::new(), normal: BTreeMap::new(), all: BTreeMap::new() };
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = |normal: bool| {
            let kept = dependencies.iter().filter(|dependency| !normal || dependency["kind"].as_str() != Some("dev"));
            kept.filter_map(|dependency| dependency["name"].as_str()).map(str::to_owned).collect()
        };
        graph.normal.insert(name.clone(), names(true));
        graph.all.insert(name.clone(), names(false));
        graph.members.insert(name);
    }
    Ok(graph)
}

/// Every dependency has a row in the table of docs/ARCHITECTURE.md, and every row a dependency.
fn reasons(graph: &Graph) -> Result<Vec<Untidy>, String> {
    let path = workspace::root().join("docs/ARCHITECTURE.md");
    let page = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table = page.split("## Dependencies").nth(1).unwrap_or_default();
    let names = table.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('`').nth(1));
    let explained: BTreeSet<String> = names.map(str::to_owned).collect();
    let used: BTreeSet<String> = graph.all.values().flatten().filter(|name| !graph.members.contains(*name)).cloned().collect();
    let help = "give each dependency one row under \"Dependencies\": what it is for, and why not 30 lines of our own";
    let missing =
        used.difference(&explained).map(|name| Untidy::new("docs/ARCHITECTURE.md", format!("does not say why `{name}` is used"), help));
    let stale =
        explained.difference(&used).map(|name| Untidy::new("docs/ARCHITECTURE.md", format!("explains `{name}`, which is not used"), help));
    Ok(missing.chain(stale).collect())
}
