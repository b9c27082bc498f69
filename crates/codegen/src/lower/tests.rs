//! The three specs, and what is odd about each of them.

use std::path::Path;

use crate::ir::*;

fn api(name: &str) -> Api {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(name);
    let document = apispec::Document::read(&path).expect("a document");
    crate::lower(&document).unwrap_or_else(|report| panic!("{report}"))
}

fn v1() -> Api {
    api("powerdrill-v1.yaml")
}

fn v2() -> Api {
    api("powerdrill-v2.yaml")
}

fn pai() -> Api {
    api("pai-dataset-jobs.yaml")
}

fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    api.groups.iter().flat_map(|group| &group.operations).find(|operation| operation.id == id).expect("an operation")
}

fn shape<'a>(api: &'a Api, name: &str) -> &'a Shape {
    &api.types.get(&TypeId(name.to_owned())).unwrap_or_else(|| panic!("no type {name}")).shape
}

fn members<'a>(api: &'a Api, name: &str) -> &'a Struct {
    match shape(api, name) {
        Shape::Struct(members) => members,
        other => panic!("{name} is {other:?}"),
    }
}

fn field<'a>(api: &'a Api, name: &str, wire: &str) -> &'a Field {
    members(api, name).fields.iter().find(|field| field.wire == wire).expect("a member")
}

fn named(name: &str) -> Ty {
    Ty::Named(TypeId(name.to_owned()))
}

#[test]
fn every_operation_of_the_three_specs_is_there() {
    for (api, count, groups) in [
        (v1(), 17, vec!["sessions", "datasets", "data_sources", "chat"]),
        (v2(), 22, vec!["sessions", "datasets", "data_sources", "files", "jobs"]),
        (pai(), 11, vec!["dataset_jobs", "dataset_job_configs"]),
    ] {
        assert_eq!(api.groups.iter().map(|group| group.operations.len()).sum::<usize>(), count, "{}", api.title);
        assert_eq!(api.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), groups);
        assert!(api.types.values().all(|definition| definition.usage != Usage::default()));
        assert!(api.types.keys().all(|id| !["Envelope", "EmptyReply", "JsonNull"].contains(&id.0.as_str())));
        crate::name::decide(&api).unwrap_or_else(|report| panic!("{report}"));
    }
}

#[test]
fn the_document_says_how_the_api_is_called() {
    let (v1, v2, pai) = (v1(), v2(), pai());
    assert_eq!(v1.security, Security::Bearer);
    assert_eq!(v2.security, Security::Header("x-pd-api-key".to_owned()));
    assert_eq!(pai.security, Security::Signature("ACS3-HMAC-SHA256".to_owned()));
    assert_eq!(v2.rate_limit, Some(20));
    assert_eq!(v2.servers[1].name.as_deref(), Some("maxir"));
    assert_eq!(v2.servers[1].variables[0].0, "domain");
    assert_eq!(pai.retry_after, Some(RetryAfter { header: "x-acs-retry-after".to_owned(), millis: true }));
    let envelope = v2.envelope.expect("an envelope");
    assert_eq!((envelope.message.len(), envelope.needs_zero, envelope.data.as_deref()), (2, true, Some("data")));
    let envelope = pai.envelope.expect("an envelope");
    assert_eq!((envelope.needs_zero, envelope.data), (false, None));
    assert!(v2.codes.iter().any(|code| code.key == CodeKey::Number(210_021) && code.kind == "quota"));
    assert!(pai.codes.iter().any(|code| code.key == CodeKey::Prefix("Throttling".to_owned())));
    assert_eq!(v2.environment[1], ("user_id".to_owned(), "POWERDRILL_USER_ID".to_owned()));
}

#[test]
fn replies_are_what_is_inside_the_envelope() {
    let (v1, v2, pai) = (v1(), v2(), pai());
    assert_eq!(operation(&v2, "create_session").reply, Reply::Value(named("CreatedSession")));
    assert_eq!(operation(&v2, "delete_session").reply, Reply::Nothing);
    assert_eq!(operation(&v1, "create_session").reply, Reply::Value(named("CreatedSessionOrId")));
    assert_eq!(operation(&v1, "create_chat_completion").reply, Reply::Value(named("ChatReplyData")));
    assert_eq!(*shape(&v1, "ChatReplyData"), Shape::Alias(Ty::Json));
    assert_eq!(operation(&pai, "stop_dataset_job").reply, Reply::Value(named("Acknowledgement")));
}

#[test]
fn a_union_over_a_frame_is_one_object() {
    let v2 = v2();
    let Shape::Framed(block) = shape(&v2, "Block") else { panic!("not framed") };
    let seen: Vec<_> = block.fields.iter().map(|field| (field.wire.as_str(), field.presence)).collect();
    let open = Presence::OptionalNullable;
    assert_eq!(seen, [("group_id", open), ("group_name", open), ("stage", open)]);
    assert_eq!(block.fields[2].ty, named("Stage"));
    assert_eq!(block.fields[0].aliases, ["groupId"]);
    let Shape::Union(Union::Contents { variants }) = shape(&v2, "BlockContent") else { panic!("no contents") };
    let seen: Vec<_> = variants.iter().map(|variant| (variant.wire.as_str(), variant.ty.clone())).collect();
    assert_eq!(seen[0], ("MESSAGE", named("MessageText")));
    assert_eq!(seen[2], ("TABLE", named("FileContent")));
    assert_eq!(seen.len(), 7);
    assert!(variants.iter().all(|variant| !variant.docs.is_empty()));
    let Shape::Framed(question) = shape(&v2, "QuestionBlock") else { panic!("not framed") };
    assert!(question.fields.is_empty());
    assert!(!v2.types.contains_key(&TypeId("MessageBlock".to_owned())));
}

#[test]
fn unions_that_are_not_tagged() {
    let (v2, pai) = (v2(), pai());
    let file = Union::Shorthand { object: TypeId("FileLink".to_owned()), member: "url".to_owned() };
    assert_eq!(*shape(&v2, "FileContent"), Shape::Union(file));
    let Shape::Union(Union::Recognised { variants }) = shape(&pai, "FileMetaImportSpec") else { panic!("not told apart") };
    assert_eq!(variants[1].ty, named("FileMetaImportByManifest"));
    assert_eq!(variants[1].mark, Mark::Members { required: vec!["manifestUri".to_owned()], texts: Vec::new() });
}

#[test]
fn the_client_fills_in_a_parameter_wherever_it_is() {
    let v2 = v2();
    let user = Source::Client("user_id".to_owned());
    let query = operation(&v2, "list_sessions").params.iter().find(|param| param.wire == "user_id").expect("a parameter");
    assert_eq!((query.location, &query.source, query.required), (Location::Query, &user, true));
    for body in ["CreateSessionBody", "ActingUserBody", "UploadFileBody"] {
        assert_eq!((&field(&v2, body, "user_id").source, &field(&v2, body, "user_id").ty), (&user, &named("UserId")));
    }
}

#[test]
fn constants_are_nobodys_to_give() {
    let (v1, v2, pai) = (v1(), v2(), pai());
    let file = Source::Constant("FILE".to_owned());
    assert_eq!(field(&v2, "CreateDataSourceBody", "type").source, file);
    assert_eq!(field(&v1, "CreateDataSourceBody", "type").source, file);
    assert_eq!(
        (&field(&v2, "DataSource", "type").source, &field(&v2, "DataSource", "type").ty),
        (&Source::Caller, &named("DataSourceType"))
    );
    let action = operation(&pai, "stop_dataset_job").params.iter().find(|param| param.wire == "x-acs-action").expect("a parameter");
    assert_eq!((action.location, &action.source), (Location::Header, &Source::Constant("StopDatasetJob".to_owned())));
}

#[test]
fn texts_that_hold_something_else() {
    let pai = pai();
    let Ty::JsonTextBy { by, union } = &field(&pai, "CreateDatasetJobBody", "JobSpec").ty else { panic!("no text of JSON") };
    assert_eq!((by.as_str(), union.0.as_str()), ("JobAction", "JobSpec"));
    assert_eq!(field(&pai, "CreateDatasetJobBody", "JobSpec").ty, field(&pai, "DatasetJob", "JobSpec").ty);
    let Shape::Union(Union::InText { variants, secret: false, .. }) = shape(&pai, "JobSpec") else { panic!("no union of texts") };
    assert_eq!((variants.len(), variants[0].wire.as_str(), variants[0].object.0.as_str()), (6, "SemanticIndex", "SemanticIndexSpec"));
    assert!(matches!(shape(&pai, "Config"), Shape::Union(Union::InText { secret: true, .. })));
    assert_eq!(field(&pai, "SemanticIndexSpec", "vectorIndexConfig").ty, Ty::JsonText(TypeId("VectorIndexConfig".to_owned())));
    assert_eq!(field(&pai, "FileMetaExportSpec", "filteredAttributes").ty, Ty::CommaList);
    assert_eq!(field(&pai, "QueryParams", "ScoreThreshold").ty, Ty::Float);
    assert_eq!(members(&pai, "VectorIndexConfig").extra, Some(Ty::Json));
    assert!(members(&pai, "FileMetaBuildSpec").fields.is_empty());
    assert!(field(&pai, "DatasetJobConfig", "Config").secret);
}

#[test]
fn what_is_tolerated_and_what_is_checked() {
    let v2 = v2();
    let keywords = field(&v2, "DatasetOverview", "keywords");
    assert_eq!((keywords.accepts.as_slice(), keywords.presence), ([Accept::Single].as_slice(), Presence::OptionalNullable));
    assert_eq!(field(&v2, "SourceReference", "page_no").accepts, [Accept::Integer]);
    assert_eq!(field(&v2, "FileLink", "expires_at").aliases.len(), 4);
    assert_eq!((&field(&v2, "FileLink", "expires_at").ty, field(&v2, "FileLink", "url").secret), (&Ty::Time, true));
    let question = field(&v2, "CreateJobBody", "question");
    assert_eq!(question.bounds, Bounds { range: (None, None), length: (Some(1), Some(6000)) });
    assert_eq!(field(&v2, "CreateSessionBody", "max_contextual_job_history").bounds.range, (Some(0), Some(10)));
    assert_eq!(field(&v2, "CreateJobBody", "datasource_ids").bounds.length, (None, Some(1000)));
    assert_eq!(field(&v2, "Session", "id").presence, Presence::Required);
    assert_eq!(field(&v2, "Session", "agent_id").presence, Presence::Optional);
    assert_eq!(field(&v2, "Task", "stage").presence, Presence::OptionalNullable);
    let one = &members(&v2, "CreateDataSourceBody").choices;
    assert_eq!(one[0].alternatives, [["url"], ["file_object_key"]]);
    assert!(one[0].exactly_one);
    assert!(!members(&v2, "UpdateDatasetBody").choices[0].exactly_one);
    let Shape::Enum(modes) = shape(&v2, "JobMode") else { panic!("not an enum") };
    assert_eq!(modes[1].aliases, ["DATA_ANALYSIS"]);
}

#[test]
fn pages_forms_and_streams() {
    let v2 = v2();
    let pages = operation(&v2, "list_data_sources").paging.as_ref().expect("pages");
    assert_eq!((pages.page.as_str(), pages.items.as_str(), pages.total.as_str()), ("page_number", "records", "total_items"));
    let status = operation(&v2, "list_data_sources").params.iter().find(|param| param.wire == "status").expect("a parameter");
    assert_eq!((&status.ty, status.explode), (&Ty::List(Box::new(named("DataSourceStatus"))), false));
    assert_eq!(operation(&v2, "upload_file").body, Some(Body::Multipart(TypeId("UploadFileBody".to_owned()))));
    assert_eq!(field(&v2, "UploadFileBody", "file").ty, Ty::File);
    let events = operation(&v2, "create_job").events.as_ref().expect("a stream");
    assert_eq!((events.first.as_str(), events.end.as_str(), events.error.as_deref()), ("JOB_ID", "END_MARK", Some("ERROR")));
    assert_eq!(events.payload.as_str(), "/choices/0/delta/content");
    let event = |wire: &str| events.table.iter().find(|event| event.wire == wire).expect("an event");
    assert_eq!(event("JOB_ID").payload, None);
    assert_eq!(event("CHART_INFO").aliases, ["CHART"]);
    assert_eq!(event("TABLE").payload, Some(TypeId("FileContent".to_owned())));
    assert!(members(&v2, "CreateJobBody").fields.iter().all(|field| field.wire != "stream"));
    assert_eq!(operation(&v2, "create_job").retry, Retry::Never);
    assert_eq!(operation(&v2, "get_session").retry, Retry::Safe);
    let path = [Segment::Literal("/v2/team/sessions/".into()), Segment::Param("session_id".into()), Segment::Literal("/history".into())];
    assert_eq!(operation(&v2, "list_session_history").path, path);
}

/// A document of these operations' bodies and replies, and these schemas.
fn mini(schemas: &str) -> Result<Api, apispec::Report> {
    let head = "openapi: 3.0.3\ninfo: { title: Mini, version: '1' }\npaths:\n  /things:\n    post:\n      operationId: make\n      requestBody:\n        \
                required: true\n        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }\n      \
                responses: { '200': { description: Made. } }\ncomponents:\n  schemas:\n";
    let document = apispec::Document::parse("mini.yaml", format!("{head}{schemas}")).expect("a document");
    crate::lower(&document)
}

#[test]
fn inline_objects_and_enums_are_named_after_what_holds_them() {
    let api = mini(
        "    Thing:\n      type: object\n      properties:\n        place: { type: object, properties: { x: { type: integer } } }\n        \
         kinds: { type: array, items: { type: string, enum: [A, B] } }\n        any: {}\n        map: { type: object }\n",
    )
    .expect("no problems");
    assert_eq!(field(&api, "Thing", "place").ty, named("ThingPlace"));
    assert_eq!(field(&api, "ThingPlace", "x").ty, Ty::Int);
    assert_eq!(field(&api, "Thing", "kinds").ty, Ty::List(Box::new(named("ThingKindsItem"))));
    assert_eq!((&field(&api, "Thing", "any").ty, &field(&api, "Thing", "map").ty), (&Ty::Json, &Ty::Map(Box::new(Ty::Json))));
    assert_eq!(api.groups[0].name, "operations");
}

#[test]
fn a_later_part_of_an_object_replaces_members_and_can_require_them() {
    let api = mini(
        "    Base: { type: object, properties: { kind: { type: string }, size: { type: integer } } }\n    Thing:\n      allOf:\n        \
         - $ref: '#/components/schemas/Base'\n        - type: object\n          required: [kind, size]\n          \
         properties: { kind: { type: string, enum: [THING] } }\n",
    )
    .expect("no problems");
    assert_eq!(field(&api, "Thing", "kind").source, Source::Constant("THING".to_owned()));
    assert_eq!(field(&api, "Thing", "size").presence, Presence::Required);
    assert_eq!(members(&api, "Thing").fields.len(), 2);
}

#[test]
fn types_may_contain_themselves() {
    let api = mini(
        "    Thing:\n      type: object\n      properties:\n        next: { $ref: '#/components/schemas/Thing' }\n        \
         all: { type: array, items: { $ref: '#/components/schemas/Thing' } }\n",
    )
    .expect("no problems");
    assert_eq!(field(&api, "Thing", "next").ty, Ty::Boxed(Box::new(named("Thing"))));
}

#[test]
fn every_problem_is_found_in_one_run() {
    let report = mini(
        "    Thing:\n      type: object\n      properties:\n        gone: { $ref: '#/components/schemas/Gone' }\n        \
         odd: { type: string, x-accepts: [colour], x-secret: 1 }\n        \
         text: { type: string, x-json-text: { schema: Lost } }\n",
    )
    .expect_err("problems");
    let found: Vec<_> = report.problems().iter().map(|problem| (problem.rule, problem.pointer.last().unwrap_or_default())).collect();
    let expected = [("reference", "gone"), ("extension-form", "x-accepts"), ("extension-form", "x-secret"), ("reference", "schema")];
    assert_eq!(found, expected.map(|(rule, place)| (rule, place.to_owned())));
}

#[test]
fn the_same_document_gives_the_same_api() {
    assert_eq!(v2(), v2());
}

#[test]
fn what_a_foreign_document_leaves_out_is_made_up() {
    let text = "openapi: 3.0.3\ninfo: { title: Foreign, version: '1' }\npaths:\n  /users/{id}/posts:\n    get:\n      parameters:\n        \
                - { name: id, in: path, required: true, schema: { type: integer } }\n      responses:\n        \
                '200': { description: All., content: { '*/*': { schema: { type: array, items: { type: string } } } } }\n";
    let document = apispec::Document::parse("foreign.yaml", text.to_owned()).expect("a document");
    let api = crate::lower(&document).expect("no problems");
    assert_eq!(operation(&api, "get_users_id_posts").reply, Reply::Value(Ty::List(Box::new(Ty::Text))));
    assert_eq!(crate::name::decide(&api).expect("names").operation("get_users_id_posts").builder, "GetUsersIdPosts");
}
