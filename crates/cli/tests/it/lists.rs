//! Sessions, datasets, data sources, files, history: as tables, as JSON, and with an end.

use serde_json::Value;

use super::support::{folder, run, sales, sandbox, settings, user_of};

#[test]
fn a_round_through_everything_there_is() {
    let (sandbox, folder) = (sandbox(), folder("round"));
    sales(&folder);
    let told = |arguments: &str| run(&mut user_of(&sandbox, &folder), arguments);
    let mut transcript = String::new();
    let mut step = |arguments: &str| {
        let run = told(arguments);
        transcript.push_str(&format!("$ powerdrill {arguments}\n{}\n", run.shown()));
        run
    };
    step("sessions");
    step("datasets list");
    let session = step("sessions create 'Q3 review' -q -o jsonl");
    let session: Value = serde_json::from_str(&session.out).expect("it is JSON");
    let session = session["id"].as_str().expect("an id").to_owned();
    let source = step("files upload sales.csv --output jsonl");
    let source: Value = serde_json::from_str(&source.out).expect("it is JSON");
    let [source, dataset] = ["id", "dataset_id"].map(|name| source[name].as_str().expect("an id").to_owned());
    step("sessions");
    step(&format!("sessions show {session}"));
    step(&format!("sources list {dataset}"));
    step(&format!("sources show {dataset} {source} --output json"));
    step(&format!("sources wait {dataset}"));
    step(&format!("datasets show {dataset}"));
    step(&format!("ask 'What is the total revenue by region?' --session {session} --dataset {dataset} -q"));
    step(&format!("history {session}"));
    step(&format!("history {session} --width 40 --save kept -q"));
    step(&format!("sources delete {dataset} {source}"));
    step(&format!("datasets delete {dataset}"));
    step(&format!("sessions delete {session} -o jsonl"));
    step("sessions list --search Q3");
    settings().bind(|| insta::assert_snapshot!("round", transcript));
    assert!(folder.join("kept/result.csv").is_file() && folder.join("kept/visualization.png").is_file());
}

#[test]
fn links_are_hidden_until_they_are_asked_for() {
    let (sandbox, folder) = (sandbox(), folder("links"));
    sales(&folder);
    let question = "ask 'What is the total revenue by region?' -f sales.csv -o json";
    let hidden = run(&mut user_of(&sandbox, &folder), question);
    assert_eq!(hidden.code, 0, "{}", hidden.err);
    assert!(!hidden.out.contains("signature") && hidden.out.contains("\"url\": \"[hidden]\""), "{}", hidden.out);
    let shown = run(&mut user_of(&sandbox, &folder), &format!("{question} --show-links"));
    assert!(shown.out.contains("signature="), "{}", shown.out);
    let answer: Value = serde_json::from_str(&shown.out).expect("it is JSON");
    assert_eq!(answer["end"], "completed");
    assert!(answer["text"].as_str().expect("a text").contains("**20**"), "{answer}");
}
