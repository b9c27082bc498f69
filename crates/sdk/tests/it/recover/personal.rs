//! Answers of the personal API, whose history has only their text.

use super::*;

const BROKEN: &str = "event:AI_MESSAGE_ID\ndata:message-1\n\nevent:JOB_ID\ndata:job-9\n\nevent:AI_MESSAGE_ID\ndata: \n\n\
    event:MESSAGE\ndata:{\"id\":\"g\",\"choices\":[{\"delta\":{\"content\":\"The north \"}}]}\n\nevent:TITLE_GENERATION\ndata:Sal";

/// A history of the personal API with this answer.
fn history(answer: &Value) -> Reply {
    let record = json!({"question": {"messageId": "message-0", "content": "?"}, "answer": answer});
    json_reply(&json!({"code": 0, "data": {"total": 1, "pageNumber": 1, "pageSize": 10, "records": [record]}}))
}

fn text(text: &str) -> Reply {
    history(&json!({"messageId": "message-1", "content": text}))
}

#[tokio::test(start_paused = true)]
async fn the_text_is_found_by_the_id_of_the_answer() {
    let script = Script::new([
        stream(BROKEN),
        history(&json!(null)),
        history(&json!({"messageId": "message-1", "content": null})),
        text("The"),
        text("The north grew."),
    ]);
    let mut answer = script.personal().chat().create_completion("session-1", "?").stream().await.expect("a stream");
    assert!(answer.finish().await.is_err());
    assert_eq!((answer.job_id(), answer.answer().message_id.as_deref()), (Some("job-9"), Some("message-1")));
    let found = answer.recover().await.expect("the answer");
    assert_eq!((found.text().as_str(), found.message_id.as_deref()), ("The north grew.", Some("message-1")));
    assert_eq!(script.times(), [0, 0, 2, 6, 14, 16]);
    script.personal().sessions().list_history("session-1").page_number(1).send().await.expect("a page");
    let requests = script.requests();
    assert_eq!(requests[0], "POST /v1/chat/completions");
    assert!(requests[1..].iter().all(|request| *request == requests[1]), "that of the generated call: {requests:#?}");
    assert!(requests[1].starts_with("GET /v1/sessions/session-1/history"), "{requests:#?}");
}

/// The history knows answers, and no jobs.
#[tokio::test(start_paused = true)]
async fn the_id_of_a_job_is_not_looked_for() {
    let script = Script::new([stream("event:JOB_ID\ndata:job-9\n\n")]);
    let mut answer = script.personal().chat().create_completion("session-1", "?").stream().await.expect("a stream");
    let error = answer.finish().await.expect_err("truncated");
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.job_id.as_deref(), known.recovery.is_none()), (Some("job-9"), true));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_answer_is_said() {
    let script = Script::new([history(&json!({"messageId": "message-1", "content": {}}))]);
    let error = Recovery::of_message(&script.personal(), "session-1", "message-1").find().await.expect_err("malformed");
    assert_eq!(*error.kind(), ErrorKind::Decode { path: "records[0].answer.content".to_owned() }, "{error}");
}
