//! What things are called: one claim in each test, over small APIs made by hand.

use std::path::Path;

use super::*;
use crate::ir::{Body, Ty, Value};
use crate::passes::samples::{self, field, id, members, operation};

fn names_of(spec: &str) -> Names {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(spec);
    let document = apispec::Document::read(&path).expect("a document");
    let api = crate::lower(&document).expect("no problems");
    decide(&api).unwrap_or_else(|report| panic!("{report}"))
}

fn messages(api: &Api) -> Vec<String> {
    decide(api).expect_err("problems").problems().iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn methods_are_operations_without_the_words_of_their_tag() {
    let (v1, v2, pai) = (names_of("powerdrill-v1.yaml"), names_of("powerdrill-v2.yaml"), names_of("pai-dataset-jobs.yaml"));
    for (names, operation, method, builder) in [
        (&v2, "create_session", "create", "CreateSession"),
        (&v2, "list_session_history", "list_history", "ListSessionHistory"),
        (&v2, "get_dataset_overview", "get_overview", "GetDatasetOverview"),
        (&v2, "create_data_source_in_new_dataset", "create_in_new_dataset", "CreateDataSourceInNewDataset"),
        (&v2, "presign_data_source", "presign", "PresignDataSource"),
        (&v2, "upload_file", "upload", "UploadFile"),
        (&v2, "init_multipart_upload", "init_multipart_upload", "InitMultipartUpload"),
        (&v1, "create_chat_completion", "create_completion", "CreateChatCompletion"),
        (&pai, "create_dataset_job", "create", "CreateDatasetJob"),
        (&pai, "list_dataset_job_configs", "list", "ListDatasetJobConfigs"),
    ] {
        let expected = OperationNames { method: method.to_owned(), builder: builder.to_owned() };
        assert_eq!(*names.operation(operation), expected);
    }
}

#[test]
fn names_are_the_words_of_the_document() {
    let (v2, pai) = (names_of("powerdrill-v2.yaml"), names_of("pai-dataset-jobs.yaml"));
    assert_eq!(v2.variant(&id("OutputLanguage"), "ZH-CN"), "ZhCn");
    assert_eq!(v2.variant(&id("BlockContent"), "CHART_INFO"), "ChartInfo");
    assert_eq!(v2.field(&id("DataSource"), "type"), "r#type");
    assert_eq!(v2.field(&id("Block"), "content"), "content");
    assert_eq!(pai.field(&id("DatasetJob"), "DatasetJobId"), "dataset_job_id");
    assert_eq!(pai.param("get_dataset_job", "DatasetJobId"), "dataset_job_id");
    assert_eq!(pai.variant(&id("FileMetaImportSpec"), "1"), "FileMetaImportByManifest");
    assert_eq!(v2.param("create_job", "x-pd-external-trace-id"), "external_trace_id");
    assert_eq!((v2.events("create_job"), v2.event("create_job", "JOB_ID")), (Some("JobEvent"), "JobId"));
    assert_eq!(v2.code("job_quota_exceeded"), "JOB_QUOTA_EXCEEDED");
    assert_eq!(v2.group("data_sources").ty, "DataSources");
    assert_eq!((v2.module_of(&id("CreateSessionBody")), v2.module_of(&id("DatasetId"))), ("sessions", "types"));
}

#[test]
fn what_cannot_be_a_name_becomes_one() {
    assert_eq!([upper("Self"), upper("2021-02-04"), upper("[DONE]")], ["Self_", "V20210204", "Done"]);
    assert_eq!([lower("type"), lower("self"), lower("1st"), lower("größe"), lower("x:y")], ["r#type", "self_", "_1st", "größe", "x_y"]);
    assert_eq!(
        [singular("data_sources"), singular("entries"), singular("boxes"), singular("chat")],
        ["data_source", "entry", "box", "chat"]
    );
}

#[test]
fn two_members_with_one_name_are_a_problem() {
    let thing = members(vec![field("userId", Ty::Text), field("user_id", Ty::Text), field("+", Ty::Text)]);
    let api = samples::api(vec![("Thing", Shape::Struct(thing))]);
    let expected = [
        "no Rust name can be made of the member `+` of `Thing`",
        "the member `user_id` of `Thing` and the member `userId` of `Thing` would both be `user_id`",
    ];
    assert_eq!(messages(&api), expected);
    let report = decide(&api).expect_err("problems");
    assert_eq!(report.problems()[1].related[0].pointer.as_str(), "/userId");
}

#[test]
fn letters_that_rust_refuses_or_warns_of_are_no_names() {
    for letter in ["²", "ำ", "ﷺ", "ﬁ", "ªº", "𝐚", "名前", "а", "æ", "ÿ\u{327}x²"] {
        let api = samples::api(vec![("Thing", Shape::Struct(members(vec![field(letter, Ty::Text)])))]);
        let said = messages(&api);
        assert!(said[0].starts_with(&format!("no Rust name can be made of the member `{letter}` of `Thing`, because of `")), "{said:?}");
        let mut api = samples::api(vec![]);
        samples::first(&mut api).params.push(samples::param(letter, Ty::Text));
        assert!(messages(&api)[0].starts_with(&format!("no Rust name can be made of the parameter `{letter}` of `get_thing`")));
        let mut api = samples::api(vec![]);
        api.groups[0].name = letter.to_owned();
        let report = decide(&api).expect_err("problems");
        assert!(report.problems().iter().all(|problem| problem.rule == "name-missing" && problem.help == "give the tag another name"));
    }
    let letters = ["é", "Straße", "ñ_1", "O\u{308}l"];
    let api = samples::api(letters.iter().map(|name| (*name, Shape::Id)).collect());
    let names = decide(&api).expect("no problems");
    assert_eq!(letters.map(|name| names.ty(&id(name)).to_owned()), ["É", "Straße", "Ñ1", "OL"]);
}

#[test]
fn a_module_is_of_plain_letters_and_not_too_long() {
    let mut api = samples::api(vec![]);
    api.groups[0].name = "größe".to_owned();
    assert_eq!(messages(&api), ["no module can be called like the tag `größe`, because of `ö`"]);
    let long = "a".repeat(420);
    api.groups[0].name.clone_from(&long);
    assert_eq!(messages(&api), [format!("no file can be called like the tag `{long}`, because the name is too long")]);
}

#[test]
fn the_method_that_sets_null_is_a_name_too() {
    let first = Field { presence: Presence::OptionalNullable, ..field("1st", Ty::Text) };
    let api = samples::api(vec![("Thing", Shape::Struct(members(vec![first])))]);
    let names = decide(&api).expect("no problems");
    assert_eq!((names.field(&id("Thing"), "1st"), names.null_setter(&id("Thing"), "1st").as_str()), ("_1st", "_1st_null"));
}

#[test]
fn values_and_types_with_one_name_are_problems() {
    let value = |wire: &str| Value { wire: wire.to_owned(), aliases: Vec::new(), docs: String::new(), rust_name: None };
    let signs = vec![value("+1"), value("-1"), value("unknown")];
    let api = samples::api(vec![("Signs", Shape::Enum(signs)), ("Client", Shape::Id), ("Things", Shape::Id), ("GetThing", Shape::Id)]);
    let expected = [
        "the schema `Client` and a type that every client has would both be `Client`",
        "the value `-1` of `Signs` and the value `+1` of `Signs` would both be `V1`",
        "the value `unknown` of `Signs` and the variant for what is not known would both be `Unknown`",
        "the operation `get_thing` and the schema `GetThing` would both be `GetThing`",
        "the tag `things` and the schema `Things` would both be `Things`",
    ];
    assert_eq!(messages(&api), expected);
}

#[test]
fn a_setter_that_every_call_has_is_a_problem() {
    for name in ["send", "send_raw", "open_stream", "client", "body", "clone", "options", "call"] {
        let mut api = samples::api(vec![("Body", Shape::Struct(members(vec![field(name, Ty::Text)])))]);
        samples::first(&mut api).body = Some(Body::Json(id("Body")));
        assert_eq!(messages(&api), [format!("the member `{name}` of `Body` and a method that every call has would both be `{name}`")]);
    }
}

#[test]
fn a_parameter_and_a_member_of_the_body_with_one_name_are_a_problem() {
    let mut api = samples::api(vec![("Body", Shape::Struct(members(vec![field("thingId", Ty::Text)])))]);
    let call = samples::first(&mut api);
    call.body = Some(Body::Json(id("Body")));
    call.params.push(samples::param("thing_id", Ty::Text));
    let expected = "the member `thingId` of `Body` and the parameter `thing_id` of `get_thing` would both be `thing_id`";
    assert_eq!(messages(&api), [expected]);
}

#[test]
fn a_name_of_the_document_decides() {
    let mut other = field("user_id", Ty::Text);
    other.rust_name = Some("acting_user".to_owned());
    let api = samples::api(vec![("Thing", Shape::Struct(members(vec![field("userId", Ty::Text), other])))]);
    let names = decide(&api).expect("no problems");
    assert_eq!(names.field(&id("Thing"), "user_id"), "acting_user");
}

#[test]
fn two_operations_with_one_method_are_a_problem() {
    let mut api = samples::api(vec![]);
    api.groups[0].operations.push(operation("get_things", "GET", "/all"));
    assert_eq!(messages(&api), ["the operation `get_things` and the operation `get_thing` would both be `get`"]);
}

#[test]
fn a_tag_cannot_be_a_module_that_every_client_has() {
    for name in ["types", "codes", "unknown", "mod", "std"] {
        let mut api = samples::api(vec![]);
        api.groups[0].name = name.to_owned();
        let module = lower(name);
        let report = decide(&api).expect_err("a collision");
        let expected = format!("the tag `{name}` and a module that every client has would both be `{module}`");
        assert_eq!(report.problems()[0].message, expected);
        assert_eq!(report.problems()[0].help, "give the tag or the other one another name");
    }
    for (name, file) in [("self", "self_"), ("loop", "loop"), ("events", "events")] {
        let mut api = samples::api(vec![]);
        api.groups[0].name = name.to_owned();
        assert_eq!(decide(&api).expect("no problems").group(name).file, file);
    }
}

#[test]
fn a_type_is_not_called_like_what_types_are_written_with() {
    let names = ["Some", "None", "Ok", "Err", "Self", "S", "T", "String", "Option", "Members"];
    let api = samples::api(names.iter().map(|name| (*name, Shape::Id)).collect());
    let decided = decide(&api).expect("no problems");
    let seen = names.map(|name| decided.ty(&id(name)).to_owned());
    assert_eq!(seen, ["Some_", "None_", "Ok_", "Err_", "Self_", "S_", "T_", "String", "Option", "Members"]);
}

#[test]
fn the_methods_of_an_object_that_is_sent_are_told_apart() {
    let optional = |wire: &str| Field { presence: Presence::OptionalNullable, ..field(wire, Ty::Text) };
    let mut api = samples::api(vec![("Thing", Shape::Struct(members(vec![optional("new"), optional("crate"), optional("crate_null")])))]);
    if let Some(thing) = api.types.get_mut(&id("Thing")) {
        thing.usage.sent = true;
    }
    let expected = [
        "the member `crate_null` of `Thing` and the member `crate` of `Thing` would both be `crate_null`",
        "the member `new` of `Thing` and a method that every object has would both be `new`",
    ];
    assert_eq!(messages(&api), expected);
    api.types.values_mut().for_each(|thing| thing.usage = crate::ir::Usage { sent: false, received: true });
    decide(&api).expect("what is only received has no setters");
}

#[test]
fn servers_and_settings_are_named_like_everything_else() {
    let mut api = samples::api(vec![]);
    let variable = |name: &str| (name.to_owned(), String::new(), String::new());
    let server = |name: &str| crate::ir::Server {
        name: Some(name.to_owned()),
        url: String::new(),
        variables: vec![variable("api-version"), variable("self")],
        docs: String::new(),
    };
    api.servers = vec![server("type"), server("things"), server("timeouts")];
    api.environment = vec![("key".to_owned(), "KEY".to_owned()), ("retry".to_owned(), "R".to_owned())];
    let expected = [
        "the server `things` and the tag `things` would both be `things`",
        "the server `timeouts` and a method that every builder of a client has would both be `timeouts`",
        "the parameter `retry` of the client and a method that every builder of a client has would both be `retry`",
    ];
    assert_eq!(messages(&api), expected);
    api.servers.truncate(1);
    api.environment.pop();
    let names = decide(&api).expect("no problems");
    assert_eq!(
        (names.server("type").method.as_str(), names.server("type").arguments.join(", ").as_str()),
        ("r#type", "api_version, self_")
    );
}
