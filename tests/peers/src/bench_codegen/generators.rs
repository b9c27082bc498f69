//! A document -> the crate `client`, made by one of the three generators.
//!
//! Each runs as a process of its own that reads the document and writes the files: ours and progenitor's are this program, started again.

use std::fs;
use std::path::Path;
use std::process::Command;

use apispec::Document;
use apispec::lint::{Family, lint};
use progenitor_impl::{GenerationSettings, InterfaceStyle};

use crate::place::{Place, written};

/// The version of openapi-to-rust that is compared with. Progenitor's is the one in our lock file.
pub const OPENAPI_TO_RUST: &str = "0.23.0";

/// Who makes the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    Ours,
    Progenitor,
    OpenapiToRust,
}

impl Generator {
    pub const ALL: [Self; 3] = [Self::Ours, Self::Progenitor, Self::OpenapiToRust];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Progenitor => "progenitor",
            Self::OpenapiToRust => "openapi-to-rust",
        }
    }

    pub fn called(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|generator| generator.name() == name).ok_or_else(|| format!("there is no generator `{name}`"))
    }

    /// The library that comes with the generator, if it has one: part of the price, though not generated.
    pub fn runtime_package(self) -> Option<&'static str> {
        match self {
            Self::Ours => Some("apispec-runtime"),
            Self::Progenitor => Some("progenitor-client"),
            Self::OpenapiToRust => None,
        }
    }

    /// The process that reads `spec` and writes the client into `folder`.
    pub fn command(self, place: &Place, spec: &Path, folder: &Path) -> Command {
        if self == Self::OpenapiToRust {
            let mut command = Command::new(place.openapi_to_rust());
            command.args(["generate", "--quiet", "--output-dir"]).arg(folder.join("src/generated")).arg(spec);
            return command;
        }
        let mut command = Command::new(&place.own_program);
        command.args(["generate", self.name()]).args([spec, folder]);
        command
    }

    /// Writes the client into `folder`, without its `Cargo.toml`. openapi-to-rust does that by itself.
    pub fn generate(self, spec: &Path, folder: &Path) -> Result<(), String> {
        match self {
            Self::Ours => ours(spec, folder),
            Self::Progenitor => progenitor(spec, folder),
            Self::OpenapiToRust => Err("openapi-to-rust is a program of its own".to_owned()),
        }
    }

    /// Puts around the generated files what makes them a crate: `Cargo.toml` with the default TLS, and `src/lib.rs` if there is none.
    pub fn finish(self, place: &Place, folder: &Path) -> Result<(), String> {
        let (dependencies, root) = match self {
            Self::Ours => (our_dependencies(&place.runtime()), Some(OUR_ROOT)),
            Self::Progenitor => {
                let library = format!("progenitor-client = \"{}\"\n", place.locked("progenitor-impl")?);
                (read(&folder.join(PROGENITOR_DEPENDENCIES))? + &library, None)
            }
            Self::OpenapiToRust => {
                let said = read(&folder.join("src/generated/REQUIRED_DEPS.toml"))?;
                let (_, dependencies) = said.split_once("[dependencies]\n").ok_or("openapi-to-rust says no dependencies")?;
                (dependencies.to_owned(), Some("mod generated;\n\npub use generated::*;\n"))
            }
        };
        let manifest = format!(
            "[package]\nname = \"client\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n{dependencies}"
        );
        written(&folder.join("Cargo.toml"), &manifest)?;
        root.map_or(Ok(()), |root| written(&folder.join("src/lib.rs"), root))
    }
}

/// As in `crates/client`, with one module.
const OUR_ROOT: &str =
    "#[rustfmt::skip]\nmod generated {\n    pub mod v2;\n}\n\npub use apispec_runtime as runtime;\npub use generated::v2;\n";

/// As in `crates/client`.
fn our_dependencies(runtime: &Path) -> String {
    let path = serde_json::Value::from(runtime.display().to_string());
    format!(
        "apispec-runtime = {{ path = {path}, default-features = false, features = [\"ring\"] }}\n\
         serde = {{ version = \"1.0.229\", features = [\"derive\"] }}\nserde_json = \"1.0.154\"\n"
    )
}

/// The same steps as `cargo xtask codegen`.
fn ours(spec: &Path, folder: &Path) -> Result<(), String> {
    let document = Document::read(spec).map_err(|report| report.to_string())?;
    let findings = lint(std::slice::from_ref(&document), &[Family::NormalForm]);
    if !findings.is_empty() {
        return Err(findings.to_string());
    }
    let output = apispec_codegen::generate(&document).map_err(|report| report.to_string())?;
    for file in output.files.iter().filter(|file| file.path != "API.md") {
        written(&folder.join("src/generated/v2").join(&file.path), &file.text)?;
    }
    Ok(())
}

const PROGENITOR_DEPENDENCIES: &str = "dependencies.toml";

/// The same steps as `cargo progenitor --interface builder`, which runs `rustfmt` over the result as well.
fn progenitor(spec: &Path, folder: &Path) -> Result<(), String> {
    let document: openapiv3::OpenAPI = serde_json::from_str(&read(spec)?).map_err(|error| format!("{}: {error}", spec.display()))?;
    let mut generator = progenitor_impl::Generator::new(GenerationSettings::default().with_interface(InterfaceStyle::Builder));
    let tokens = generator.generate_tokens(&document).map_err(|error| format!("progenitor refuses the document: {error}"))?;
    let file = syn::parse2(tokens).map_err(|error| format!("what progenitor wrote is no Rust: {error}"))?;
    written(&folder.join("src/lib.rs"), &prettyplease::unparse(&file))?;
    // What `cargo progenitor` writes, but with reqwest's own TLS: it leaves that to the user, and nothing would be reached without.
    let mut dependencies = vec![
        "bytes = \"1.9\"".to_owned(),
        "futures-core = \"0.3\"".to_owned(),
        "reqwest = { version = \"0.13\", features = [\"json\", \"query\", \"stream\"] }".to_owned(),
        "serde = { version = \"1.0\", features = [\"derive\"] }".to_owned(),
        "serde_urlencoded = \"0.7\"".to_owned(),
    ];
    let types = generator.get_type_space();
    for (used, dependency) in [
        (types.uses_regress(), "regress = \"0.10\""),
        (types.uses_uuid(), "uuid = { version = \"1.0\", features = [\"serde\", \"v4\"] }"),
        (types.uses_chrono(), "chrono = { version = \"0.4\", default-features = false, features = [\"serde\"] }"),
        (generator.uses_futures(), "futures = \"0.3\""),
        (types.uses_serde_json(), "serde_json = \"1.0\""),
    ] {
        dependencies.extend(used.then(|| dependency.to_owned()));
    }
    written(&folder.join(PROGENITOR_DEPENDENCIES), &format!("{}\n", dependencies.join("\n")))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}
