//! The same calls through our clients and through those of progenitor -> the same requests.
//!
//! `build.rs` has progenitor generate its clients from the same specs. What it refuses, and where the two send something else, is listed by
//! name, and the lists are asserted: nothing can join or leave them unnoticed.

mod by_name;
mod same;

#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    dead_code,
    unused_qualifications,
    reason = "as progenitor writes it"
)]
mod clients {
    pub mod v1 {
        include!(concat!(env!("OUT_DIR"), "/v1.rs"));
    }
    pub mod v2 {
        include!(concat!(env!("OUT_DIR"), "/v2.rs"));
    }
    pub mod pai {
        include!(concat!(env!("OUT_DIR"), "/pai.rs"));
    }
}

use clients::{pai, v1, v2};
use same::Peer;

/// Progenitor sends the version of the document, for which none of the APIs asks.
const VERSION: &str = "only progenitor sends the header api-version";

/// Progenitor asks for JSON even where the body asks for a stream.
const STREAM: &str = "the header accept holds something else";

/// Progenitor knows no schemes of security: a key can be left to the HTTP library, a signature cannot.
const SIGNATURE: [&str; 4] = [
    "only ours sends the header authorization",
    "only ours sends the header x-acs-content-sha256",
    "only ours sends the header x-acs-date",
    "only ours sends the header x-acs-signature-nonce",
];

#[tokio::test]
async fn all_of_v1_is_taken_and_sends_the_same() {
    let peer = Peer { api: "powerdrill-v1", operations: v1::OPERATIONS, client: v1::Client::new_with_client };
    assert_eq!(v1::REFUSED, []);
    peer.assert_complete(17, v1::REFUSED);
    peer.assert_same_but(
        &[VERSION],
        &[
            ("create_chat_completion as a stream", STREAM),
            // A space: the same to whoever reads it as a form.
            ("list_sessions", "query: ours pageNumber=2&pageSize=50&title=Q3%20%26%20Q4, progenitor's pageNumber=2&pageSize=50&title=Q3+%26+Q4"),
            // "One of these at least" becomes an enum of which one is kept: what else was said is lost.
            ("update_dataset", r#"body: ours {"description":"Sales by region","name":"Sales"}, progenitor's {"name":"Sales"}"#),
            (
                "update_session",
                r##"body: ours {"config":{"chatMode":"ALL","colorIndex":["#112233"],"languageType":"ZH-CN","maxMessagesInContext":30,"mediaTtl":60},"title":"Q4 review"}, progenitor's {"title":"Q4 review"}"##,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn all_of_v2_but_the_multipart_upload_is_taken_and_sends_the_same() {
    let peer = Peer { api: "powerdrill-v2", operations: v2::OPERATIONS, client: v2::Client::new_with_client };
    assert_eq!(
        v2::REFUSED,
        [("upload_file", "unexpected or unhandled format in the OpenAPI document unexpected content type: multipart/form-data")]
    );
    peer.assert_complete(22, v2::REFUSED);
    peer.assert_same_but(
        &[VERSION],
        &[
            ("create_job as a stream", STREAM),
            // The spec says `explode: false`, which progenitor does not read.
            (
                "list_data_sources",
                "query: ours page_number=2&page_size=50&status=synching%2Csynched&user_id=user-2, progenitor's page_number=2&page_size=50&status=synching&status=synched&user_id=user-2",
            ),
            (
                "list_sessions",
                "query: ours page_number=2&page_size=50&search=Q3%20%26%20Q4&user_id=user-2, progenitor's page_number=2&page_size=50&search=Q3+%26+Q4&user_id=user-2",
            ),
            (
                "update_dataset",
                r#"body: ours {"description":"Sales by region","name":"Sales","user_id":"user-2"}, progenitor's {"name":"Sales","user_id":"user-2"}"#,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn all_of_pai_is_taken_and_sends_the_same() {
    let peer = Peer { api: "pai-dataset-jobs", operations: pai::OPERATIONS, client: pai::Client::new_with_client };
    assert_eq!(pai::REFUSED, []);
    peer.assert_complete(11, pai::REFUSED);
    peer.assert_same_but(
        &[&[VERSION][..], &SIGNATURE].concat(),
        &[
            // The enums of progenitor are closed: a value that came later cannot be said.
            (
                "create_dataset_job",
                "progenitor does not send it: the body: unknown variant `FileMetaExam`, expected one of `SemanticIndex`, `IntelligentTag`, `FileMetaExport`, `FileMetaBuild`, `IntelligentTagRevert`, `FileMetaImport`",
            ),
        ],
    )
    .await;
}
