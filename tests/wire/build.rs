//! The spec of PAI's dataset jobs -> its client, for the evidence of what that API is sent and answers. The crate that users get of it is made
//! elsewhere, and when it is there it takes this one's place.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use apispec::Document;

const SPEC: &str = "../../specs/pai-dataset-jobs.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SPEC}");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let output = apispec_codegen::generate(&Document::read(Path::new(SPEC))?)?;
    for file in &output.files {
        let path = out.join("pai").join(&file.path);
        fs::create_dir_all(path.parent().ok_or("a file without a folder")?)?;
        fs::write(path, &file.text)?;
    }
    let root = out.join("pai/mod.rs");
    let root = root.to_str().ok_or("the folder of the build has a name that is not UTF-8")?;
    fs::write(out.join("pai.rs"), format!("#[path = {root:?}]\npub mod pai;\n"))?;
    Ok(())
}
