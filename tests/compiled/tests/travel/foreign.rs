//! Calls of clients of documents that nobody normalised -> what they put on the wire: styles, cookies, forms, and bodies that are no objects.

use std::sync::Arc;

use apispec_runtime::{Part, Source};
use compiled::foreign::{
    bodies, bodies_optional, key_in_cookie, key_in_query, name_and_password, names_that_collide, queries_in_paths, replies, styles,
};

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
    client.patch().update().name("red").send().await.expect("done");
    assert_eq!(recorder.header("content-type").last().map(String::as_str), Some("application/merge-patch+json"));
    client.bytes().set(Source::bytes("bytes")).send().await.expect("done");
    client.pairs().create("a b").tags(["x", "y"]).to(bodies::types::Place::new().city("c").zip(1)).send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        [
            "Post /list\n[1,2]",
            "Post /text\na text",
            "Patch /patch\n{\"name\":\"red\"}",
            "Put /bytes\nbytes",
            "Post /pairs\nname=a%20b&tags=x&tags=y&to%5Bcity%5D=c&to%5Bzip%5D=1"
        ]
    );
    let file = Part::file("file", "a.txt", Source::bytes("inside"));
    client.parts().create(file).to(bodies::types::Place::new().city("c")).send().await.expect("done");
    let seen = recorder.seen().remove(0);
    assert!(seen.contains("inside"), "{seen}");
    assert!(seen.contains("name=\"to\"\r\nContent-Type: application/json\r\n\r\n{\"city\":\"c\"}\r\n"), "{seen}");
}

#[tokio::test]
async fn a_body_that_is_not_required_is_only_sent_when_it_is_set() {
    let recorder = Recorder::new("");
    let client = client!(bodies_optional, recorder);
    client.members().update().send().await.expect("done");
    client.whole().post().send().await.expect("done");
    client.list().post().send().await.expect("done");
    client.bytes().set().send().await.expect("done");
    client.pairs().create().send().await.expect("done");
    client.parts().create().send().await.expect("done");
    assert_eq!(recorder.seen(), ["Patch /members", "Post /whole", "Post /list", "Put /bytes", "Post /pairs", "Post /parts"]);
    assert!(recorder.header("content-type").iter().all(String::is_empty));
    let client = client!(bodies_optional, Recorder::new(""));
    let refused = client.members().update().size(10).send().await.expect_err("too large");
    assert!(refused.to_string().contains("size"), "{refused}");
    assert!(client.whole().post().body(bodies_optional::types::Kite::new("a name that is too long")).send().await.is_err());
}

#[tokio::test]
async fn a_body_that_is_set_is_sent() {
    let recorder = Recorder::new("");
    let client = client!(bodies_optional, recorder);
    let kite = || bodies_optional::types::Kite::new("red");
    client.members().update().size(1).send().await.expect("done");
    client.whole().post().body(kite()).send().await.expect("done");
    client.list().post().body([1, 2]).send().await.expect("done");
    client.bytes().set().body("bytes").send().await.expect("done");
    client.pairs().create().size(1).send().await.expect("done");
    let expected = [
        "Patch /members\n{\"size\":1}",
        "Post /whole\n{\"name\":\"red\"}",
        "Post /list\n[1,2]",
        "Put /bytes\nbytes",
        "Post /pairs\nsize=1",
    ];
    assert_eq!(recorder.seen(), expected);
    client.parts().create().kite(kite()).more([kite(), kite()]).send().await.expect("done");
    let seen = recorder.seen().remove(0);
    assert_eq!(seen.matches("Content-Type: application/json\r\n\r\n{\"name\":\"red\"}\r\n").count(), 3, "{seen}");
}

#[tokio::test]
async fn a_key_is_sent_where_the_document_says() {
    macro_rules! keyed {
        ($module:ident, $key:literal, $recorder:expr) => {{
            let recorder = Arc::clone(&$recorder);
            let builder = $module::Client::builder().key($key);
            builder.with(|builder| builder.base_url("https://api.example.com").transport(recorder)).build().expect("a client")
        }};
    }
    let recorder = Recorder::new("");
    let client = keyed!(key_in_query, "made&up", recorder);
    client.it().get().send().await.expect("done");
    client.it().get().q("a b").query("api key", "another").send().await.expect("done");
    assert_eq!(recorder.seen(), ["Get /it?api%20key=made%26up", "Get /it?q=a%20b&api%20key=made%26up"]);
    let recorder = Recorder::new("");
    let client = keyed!(key_in_cookie, "made-up", recorder);
    client.it().get().send().await.expect("done");
    client.it().get().mode("fast").send().await.expect("done");
    client.it().get().header("cookie", "session=another; mode=slow").send().await.expect("done");
    assert_eq!(recorder.header("cookie"), ["session=made-up", "mode=fast; session=made-up", "mode=slow; session=made-up"]);
    let recorder = Recorder::new("");
    keyed!(name_and_password, "Aladdin:open sesame", recorder).it().get().send().await.expect("done");
    assert_eq!(recorder.header("authorization"), ["Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]);
    let wrong = name_and_password::Client::builder().key("no colon").base_url("https://api.example.com").build().expect_err("no password");
    assert!(wrong.to_string().contains("colon"), "{wrong}");
}

#[tokio::test]
async fn a_query_that_is_written_into_the_path_is_a_query() {
    let recorder = Recorder::new("");
    client!(queries_in_paths, recorder).search().search("a b").page("2").send().await.expect("done");
    assert_eq!(recorder.seen(), ["Get /search?q=a%20b&page=2&mode=fast"]);
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
