//! The ways in which a stream can end.

use powerdrill::prelude::*;

use super::server::Server;

const SHORT: &str = "event:JOB_ID\ndata:job-1\n\n\
    id:g\nevent:MESSAGE\ndata:{\"id\":\"g\",\"choices\":[{\"delta\":{\"content\":\"The north \"},\"index\":0}],\"group_id\":\"g\",\"stage\":\"Respond\"}\n\n\
    :keep-alive\n\n\
    id:g\nevent:MESSAGE\ndata:{\"id\":\"g\",\"choices\":[{\"delta\":{\"content\":\"grew.\"},\"index\":0}],\"group_id\":\"g\",\"stage\":\"Respond\"}\n\n\
    event:END_MARK\ndata:[DONE]\n\n";

#[tokio::test]
async fn a_stream_is_read_to_its_end() {
    let server = Server::streaming(SHORT).await;
    let mut answer = server.client().jobs().create("session-1", "Which region grew?").stream().await.expect("a stream");
    let mut text = String::new();
    while let Some(event) = answer.next_event().await.expect("an event") {
        let JobEvent::Block(block) = event else { continue };
        if let BlockContent::Message(piece) = block.content {
            text.push_str(&piece);
        }
    }
    assert_eq!(text, "The north grew.");
    assert_eq!(answer.answer().text(), text);
    assert_eq!((answer.end(), answer.events(), answer.job_id()), (Some(End::Completed), 4, Some("job-1")));
    assert_eq!(answer.next_event().await.expect("still complete"), None);
    assert_eq!(server.requests()[0].body, r#"{"session_id":"session-1","question":"Which region grew?","user_id":"user-1","stream":true}"#);
}
