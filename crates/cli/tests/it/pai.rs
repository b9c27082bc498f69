//! Jobs of PAI: created, listed, awaited, deleted, and not found.

use super::support::{command, folder, run, sandbox, settings};

#[test]
fn jobs_are_created_listed_awaited_and_deleted() {
    let (sandbox, folder) = (sandbox(), folder("pai"));
    let told = |arguments: &str| {
        let mut command = command(&folder);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "sandbox").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "sandbox-secret");
        run(&mut command, &format!("pai jobs {arguments} --url {}", sandbox.url()))
    };
    for description in ["first", "sandbox:failed"] {
        let create = "create dataset-1 SemanticIndex --workspace workspace-1 --mode Increment --dataset-version v1";
        let created = told(&format!(r#"{create} --spec {{"contentList":["file"]}} --description {description} -o json"#));
        let created: serde_json::Value = serde_json::from_str(&created.out).expect("it is JSON");
        assert!(created["DatasetJobId"].is_string(), "{created}");
    }
    let list = told("list dataset-1 -o json");
    let list: serde_json::Value = serde_json::from_str(&list.out).expect("it is JSON");
    let ids: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|job| job["DatasetJobId"].as_str()).collect();
    assert_eq!(ids.len(), 2, "{list}");
    let mut transcript = String::new();
    let mut step = |title: &str, arguments: &str| {
        let run = told(arguments);
        transcript.push_str(&format!("# {title}\n{}\n", run.shown()));
        run.code
    };
    let codes: Vec<i32> = ids.iter().map(|id| step("waiting", &format!("wait dataset-1 {id}"))).collect();
    assert!(codes.contains(&0) && codes.contains(&3), "{codes:?}");
    assert_eq!(step("the list", "list dataset-1"), 0);
    assert_eq!(step("showing it under another name", &format!("get dataset-1 {}", ids[0])), 0);
    assert_eq!(step("details that do not fit", r#"create dataset-1 SemanticIndex --workspace workspace-1 --spec {"contentList":7}"#), 2);
    assert_eq!(step("details that are missing", "create dataset-1 IntelligentTag --workspace workspace-1"), 2);
    assert_eq!(step("no workspace", "create dataset-1 FileMetaBuild"), 2);
    assert_eq!(step("an action of later", "create dataset-1 Later --workspace workspace-1"), 3);
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
