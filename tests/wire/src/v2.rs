//! Every operation of the team API, called by its name.

use apispec_runtime::Source;
use powerdrill_client::v2::Client;
use powerdrill_client::v2::files::UploadedPart;
use powerdrill_client::v2::jobs::CustomOptions;
use serde_json::Value;

use crate::arguments::{Arguments, Sayable, Sending, Streamed, Unsayable, set};

type Caller = fn(&Client, Arguments) -> Result<Sending, Unsayable>;

/// Sets what every operation has, and sends it.
macro_rules! send {
    ($call:expr, $given:ident $(, $name:literal => $setter:ident: $type:ty)* $(,)?) => {{
        let call = set!($call, $given,
            "x-pd-external-trace-id" => external_trace_id: String, "user_id" => user_id: String $(, $name => $setter: $type)*);
        $given.call(call, |call| call.send())
    }};
}

pub static OPERATIONS: [(&str, Caller); 22] = [
    ("create_session", |client, mut given| {
        let call = client.sessions().create(given.take::<String>("name")?);
        send!(call, given,
            "output_language" => output_language: String, "job_mode" => job_mode: String,
            "max_contextual_job_history" => max_contextual_job_history: i64, "agent_id" => agent_id: String)
    }),
    ("list_sessions", |client, mut given| {
        let call = client.sessions().list();
        send!(call, given, "page_number" => page_number: i64, "page_size" => page_size: i64, "search" => search: String)
    }),
    ("get_session", |client, mut given| {
        let call = client.sessions().get(given.take::<String>("session_id")?);
        send!(call, given)
    }),
    ("update_session", |client, mut given| {
        let call = client.sessions().update(given.take::<String>("session_id")?, given.take::<String>("name")?);
        send!(call, given,
            "output_language" => output_language: String, "job_mode" => job_mode: String,
            "max_contextual_job_history" => max_contextual_job_history: i64)
    }),
    ("delete_session", |client, mut given| {
        let call = client.sessions().delete(given.take::<String>("session_id")?);
        send!(call, given)
    }),
    ("list_session_history", |client, mut given| {
        let call = client.sessions().list_history(given.take::<String>("session_id")?);
        send!(call, given, "page_number" => page_number: i64, "page_size" => page_size: i64)
    }),
    ("create_dataset", |client, mut given| {
        let call = client.datasets().create(given.take::<String>("name")?);
        send!(call, given, "description" => description: String)
    }),
    ("list_datasets", |client, mut given| {
        let call = client.datasets().list();
        send!(call, given, "page_number" => page_number: i64, "page_size" => page_size: i64, "search" => search: String)
    }),
    ("update_dataset", |client, mut given| {
        let call = client.datasets().update(given.take::<String>("dataset_id")?);
        send!(call, given, "name" => name: String, "description" => description: String)
    }),
    ("delete_dataset", |client, mut given| {
        let call = client.datasets().delete(given.take::<String>("dataset_id")?);
        send!(call, given)
    }),
    ("get_dataset_overview", |client, mut given| {
        let call = client.datasets().get_overview(given.take::<String>("dataset_id")?);
        send!(call, given)
    }),
    ("get_dataset_status", |client, mut given| {
        let call = client.datasets().get_status(given.take::<String>("dataset_id")?);
        send!(call, given)
    }),
    ("create_data_source", |client, mut given| {
        let call = client.data_sources().create(given.take::<String>("dataset_id")?, given.take::<String>("name")?);
        send!(call, given, "url" => url: String, "file_object_key" => file_object_key: String)
    }),
    ("list_data_sources", |client, mut given| {
        let call = client.data_sources().list(given.take::<String>("dataset_id")?);
        send!(call, given, "page_number" => page_number: i64, "page_size" => page_size: i64, "status" => status: Vec<String>)
    }),
    ("get_data_source", |client, mut given| {
        let call = client.data_sources().get(given.take::<String>("dataset_id")?, given.take::<String>("datasource_id")?);
        send!(call, given)
    }),
    ("delete_data_source", |client, mut given| {
        let call = client.data_sources().delete(given.take::<String>("dataset_id")?, given.take::<String>("datasource_id")?);
        send!(call, given)
    }),
    ("presign_data_source", |client, mut given| {
        let call = client.data_sources().presign(given.take::<String>("dataset_id")?, given.take::<String>("datasource_id")?);
        send!(call, given, "expires_in" => expires_in: i64)
    }),
    ("create_data_source_in_new_dataset", |client, mut given| {
        let call = client.data_sources().create_in_new_dataset(given.take::<String>("name")?);
        send!(call, given, "url" => url: String, "file_object_key" => file_object_key: String)
    }),
    ("complete_multipart_upload", |client, mut given| {
        let (key, upload) = (given.take::<String>("file_object_key")?, given.take::<String>("upload_id")?);
        let call = client.files().complete_multipart_upload(key, upload, given.take::<Vec<UploadedPart>>("part_etags")?);
        send!(call, given)
    }),
    ("init_multipart_upload", |client, mut given| {
        let call = client.files().init_multipart_upload(given.take::<String>("file_name")?, given.take::<i64>("file_size")?);
        send!(call, given)
    }),
    ("upload_file", |client, mut given| {
        let call = client.files().upload(("sales.csv", Source::bytes(given.take::<String>("file")?)));
        send!(call, given)
    }),
    ("create_job", |client, mut given| {
        let call = client.jobs().create(given.take::<String>("session_id")?, given.take::<String>("question")?);
        let call = set!(call, given, "user_id" => user_id: String, "x-pd-external-trace-id" => external_trace_id: String,
            "dataset_id" => dataset_id: String, "datasource_ids" => datasource_ids: Vec<String>,
            "output_language" => output_language: String, "job_mode" => job_mode: String,
            "custom_options" => custom_options: CustomOptions);
        match given.optional("stream")? {
            Some(Streamed) => given.call(call, |call| async { call.open_stream().await.map(drop) }),
            None => given.call(call, |call| call.send()),
        }
    }),
];

impl Sayable for UploadedPart {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let mut given = Arguments::of(value, place)?;
        let part = Self::new(given.take::<i64>("number")?, given.take::<String>("etag")?);
        given.end().map(|()| part)
    }
}

impl Sayable for CustomOptions {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let mut given = Arguments::of(value, place)?;
        let options = set!(Self::new(), given, "user_prompt" => user_prompt: String, "with_citation" => with_citation: bool);
        given.end().map(|()| options)
    }
}
