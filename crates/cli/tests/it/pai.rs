//! Jobs of PAI: created, listed, awaited, deleted, and not found.

use super::support::{command, folder, run, sandbox, settings};

#[test]
fn jobs_are_created_listed_awaited_and_deleted() {
    let (sandbox, folder) = (sandbox(), folder("pai"));
    std::fs::write(folder.join("spec.json"), r#"{"contentList":["file"],"modelId":"model-1","modelVersion":"1.0.0"}"#)
        .expect("it is written");
    let told = |arguments: &str| {
        let mut command = command(&folder);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "sandbox").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "sandbox-secret");
        run(&mut command, &format!("pai jobs {arguments} --url {}", sandbox.url()))
    };
    let mut transcript = String::new();
    let mut step = |title: &str, arguments: &str| {
        let run = told(arguments);
        transcript.push_str(&format!("# {title}\n{}\n", run.shown()));
        run.code
    };
    let create = "create dataset-1 SemanticIndex @spec.json --workspace 100001 --dataset-version v1 --mode Increment --description";
    assert_eq!(step("creating", &format!("{create} first")), 0);
    assert_eq!(step("creating one that fails", &format!("{create} sandbox:failed")), 0);
    for (title, arguments, code) in [
        ("without a workspace", "create dataset-1 FileMetaBuild", 2),
        ("details of another action", "create dataset-1 IntelligentTagRevert @spec.json --workspace 100001", 2),
        ("details that are no JSON", "create dataset-1 FileMetaLater '{' --workspace 100001", 2),
        ("a file that is not there", "create dataset-1 SemanticIndex @none.json --workspace 100001", 6),
        ("an action that the server does not know", "create dataset-1 FileMetaLater '{}' --workspace 100001", 3),
    ] {
        assert_eq!(step(title, arguments), code, "{title}");
    }
    let list = told("list dataset-1 -o json");
    let list: serde_json::Value = serde_json::from_str(&list.out).expect("it is JSON");
    let ids: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|job| job["DatasetJobId"].as_str()).collect();
    assert_eq!(ids.len(), 2, "{list}");
    let codes: Vec<i32> = ids.iter().map(|id| step("waiting", &format!("wait dataset-1 {id}"))).collect();
    assert!(codes.contains(&0) && codes.contains(&3), "{codes:?}");
    assert_eq!(step("the list", "list dataset-1"), 0);
    assert_eq!(step("deleting", &format!("delete dataset-1 {}", ids[0])), 0);
    assert_eq!(step("a job that is not there", "show dataset-1 job-9"), 3);
    let mut settings = settings();
    settings.add_filter(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME");
    settings.bind(|| insta::assert_snapshot!("pai", transcript));
}

#[test]
fn without_a_region_or_a_key_nothing_is_sent() {
    let folder = folder("pai-nowhere");
    let nowhere = run(&mut command(&folder), "pai jobs list dataset-1");
    assert_eq!(nowhere.code, 2);
    assert_eq!(nowhere.err, "error: it is not said where PAI is\nhelp: add `--region cn-hangzhou`, or the region of your workspace\n");
    let nobody = run(&mut command(&folder), "pai jobs list dataset-1 --region cn-hangzhou");
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.starts_with("error: ALIBABA_CLOUD_ACCESS_KEY_ID is not set\n"), "{}", nobody.err);
    let inside = run(&mut command(&folder), "--sandbox pai jobs list dataset-1");
    assert_eq!((inside.code, inside.out.as_str(), inside.err.as_str()), (0, "", "There are no jobs.\n"));
}
