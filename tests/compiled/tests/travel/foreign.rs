//! Calls of clients of documents that nobody normalised -> what they put on the wire: styles, cookies, forms, and bodies that are no objects.

use std::sync::Arc;

use apispec_runtime::{Part, Source};
use compiled::foreign::{bodies, names_that_collide, replies, styles};
use serde_json::json;

use super::requests::Recorder;

macro_rules! client {
    ($module:ident, $recorder:expr) => {{
        let recorder = Arc::clone(&$recorder);
        let builder = $module::Client::builder();
        builder.with(|builder| builder.base_url("https://api.example.com").transport(recorder)).build().expect("a client")
    }};
}

#[tokio::test]
async fn parameters_are_written_in_their_styles() {
    let recorder = Recorder::new("");
    let point = || styles::a::Point::new(1).y(2);
    let call = client!(styles, recorder).a().get(point(), ["a", "b"], ["c d", "e"], "s;1");
    call.send().await.expect("done");
    let call = client!(styles, recorder).a().get(point(), ["a"], ["b"], "s").deep(point()).spread(point()).flat(point());
    let call = call.blanks([1, 2]).pipes([1, 2]).list([1, 2]).json(point()).x_point(point()).mode(styles::a::GetAMode::Fast);
    call.send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        [
            "Get /a/x=1,y=2/.a,b/;matrix=c%20d;matrix=e",
            "Get /a/x=1,y=2/.a/;matrix=b?deep%5Bx%5D=1&deep%5By%5D=2&x=1&y=2&flat=x%2C1%2Cy%2C2&blanks=1%202&pipes=1%7C2&list=1&list=2\
             &json=%7B%22x%22%3A1%2C%22y%22%3A2%7D\nx-point: x,1,y,2",
        ]
    );
}

#[tokio::test]
async fn bodies_of_every_kind_are_sent() {
    let recorder = Recorder::new("");
    let client = client!(bodies, recorder);
    client.list().post([1, 2]).send().await.expect("done");
    client.text().post("a text").send().await.expect("done");
    client.bytes().set(Source::bytes("bytes")).send().await.expect("done");
    client.pairs().create("a b").tags(["x", "y"]).to(bodies::pairs::Place::new().city("c").zip(1)).send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        [
            "Post /list\n[1,2]",
            "Post /text\na text",
            "Put /bytes\nbytes",
            "Post /pairs\nname=a%20b&tags=x&tags=y&to%5Bcity%5D=c&to%5Bzip%5D=1"
        ]
    );
    let file = Part::file("file", "a.txt", Source::bytes("inside"));
    client.parts().create(file).to(json!({"city": "c"}).to_string()).send().await.expect("done");
    let seen = recorder.seen().remove(0);
    assert!(seen.contains("inside") && seen.contains(r#"{"city":"c"}"#), "{seen}");
}

#[tokio::test]
async fn a_reply_that_is_not_json_comes_as_its_bytes() {
    let recorder = Recorder::new("a;b");
    let download = client!(replies, recorder).csv().get().send().await.expect("a table");
    assert_eq!(download.status(), 200);
    assert_eq!(recorder.seen(), ["Get /csv"]);
}

#[tokio::test]
async fn what_is_called_like_something_else_is_still_sent_under_its_own_name() {
    let recorder = Recorder::new(r#""a""#);
    let body = names_that_collide::types_api::Thing::new().id("1").id_member("2").dollar("3").empty("4");
    let call = client!(names_that_collide, recorder).types_api().update_a("x", body).id_param("q").send_param("s");
    assert_eq!(call.send().await.expect("a value").as_str(), "a");
    assert_eq!(
        recorder.seen(),
        [r#"Post /a/x?id=q&send=s
{"id":"1","ID":"2","":"4","$":"3"}"#]
    );
}
