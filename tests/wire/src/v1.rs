//! Every operation of the personal API, called by its name.

use powerdrill_client::v1::Client;
use powerdrill_client::v1::chat::{AnswerConfig, PastExchange};
use powerdrill_client::v1::data_sources::CreateDataSourceBody;
use powerdrill_client::v1::sessions::SessionConfig;
use serde_json::Value;

use crate::arguments::{Arguments, Sayable, Sending, Streamed, Unsayable, set};

type Caller = fn(&Client, Arguments) -> Result<Sending, Unsayable>;

pub static OPERATIONS: [(&str, Caller); 17] = [
    ("create_session", |client, mut given| {
        let call = client.sessions().create(given.take::<String>("title")?, given.take::<SessionConfig>("config")?);
        given.call(call, |call| call.send())
    }),
    ("list_sessions", |client, mut given| {
        let call =
            set!(client.sessions().list(), given, "title" => title: String, "pageNumber" => page_number: i64, "pageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
    ("get_session", |client, mut given| {
        let call = client.sessions().get(given.take::<String>("session_id")?);
        given.call(call, |call| call.send())
    }),
    ("update_session", |client, mut given| {
        let call = client.sessions().update(given.take::<String>("session_id")?);
        let call = set!(call, given, "title" => title: String, "config" => config: SessionConfig);
        given.call(call, |call| call.send())
    }),
    ("delete_session", |client, mut given| {
        let call = client.sessions().delete(given.take::<String>("session_id")?);
        given.call(call, |call| call.send())
    }),
    ("list_session_history", |client, mut given| {
        let call = client.sessions().list_history(given.take::<String>("session_id")?);
        let call = set!(call, given, "pageNumber" => page_number: i64, "pageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
    ("create_dataset", |client, mut given| {
        let call = client.datasets().create(given.take::<String>("name")?);
        let call = set!(call, given, "description" => description: String);
        given.call(call, |call| call.send())
    }),
    ("list_datasets", |client, mut given| {
        let call =
            set!(client.datasets().list(), given, "name" => name: String, "pageNumber" => page_number: i64, "pageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
    ("update_dataset", |client, mut given| {
        let call = client.datasets().update(given.take::<String>("dataset_id")?);
        let call = set!(call, given, "name" => name: String, "description" => description: String);
        given.call(call, |call| call.send())
    }),
    ("delete_dataset", |client, mut given| {
        let call = client.datasets().delete(given.take::<String>("dataset_id")?);
        given.call(call, |call| call.send())
    }),
    ("get_dataset_status", |client, mut given| {
        let call = client.datasets().get_status(given.take::<String>("dataset_id")?);
        given.call(call, |call| call.send())
    }),
    ("create_data_source", |client, mut given| {
        let dataset = given.take::<String>("dataset_id")?;
        let body = CreateDataSourceBody::new(given.take::<String>("name")?, given.take::<String>("url")?, given.take::<String>("ext")?);
        let call = client.data_sources().create(dataset, body);
        given.call(call, |call| call.send())
    }),
    ("list_data_sources", |client, mut given| {
        let call = client.data_sources().list(given.take::<String>("dataset_id")?);
        let call = set!(call, given,
            "name" => name: String, "expand" => expand: String, "pageNumber" => page_number: i64, "pageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
    ("get_data_source", |client, mut given| {
        let call = client.data_sources().get(given.take::<String>("dataset_id")?, given.take::<String>("datasource_id")?);
        let call = set!(call, given, "expand" => expand: String);
        given.call(call, |call| call.send())
    }),
    ("delete_data_source", |client, mut given| {
        let call = client.data_sources().delete(given.take::<String>("dataset_id")?, given.take::<String>("datasource_id")?);
        given.call(call, |call| call.send())
    }),
    ("create_data_source_in_new_dataset", |client, mut given| {
        let (name, url, ext) = (given.take::<String>("name")?, given.take::<String>("url")?, given.take::<String>("ext")?);
        let call = client.data_sources().create_in_new_dataset(name, url, ext);
        given.call(call, |call| call.send())
    }),
    ("create_chat_completion", |client, mut given| {
        let call = client.chat().create_completion(given.take::<String>("sessionId")?, given.take::<String>("question")?);
        let call = set!(call, given,
            "datasetId" => dataset_id: String, "datasourceIdList" => datasource_id_list: Vec<String>,
            "history" => history: Vec<PastExchange>, "languageType" => language_type: String,
            "chatMode" => chat_mode: String, "answerConfig" => answer_config: AnswerConfig);
        match given.optional("stream")? {
            Some(Streamed) => given.call(call, |call| async { call.open_stream().await.map(drop) }),
            None => given.call(call, |call| call.send()),
        }
    }),
];

impl Sayable for SessionConfig {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let mut given = Arguments::of(value, place)?;
        let config = set!(Self::new(), given,
            "languageType" => language_type: String, "mediaTtl" => media_ttl: i64,
            "maxMessagesInContext" => max_messages_in_context: i64, "colorIndex" => color_index: Vec<String>,
            "chatMode" => chat_mode: String);
        given.end().map(|()| config)
    }
}

impl Sayable for PastExchange {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let mut given = Arguments::of(value, place)?;
        let exchange = Self::new(given.take::<String>("question")?, given.take::<String>("answer")?);
        given.end().map(|()| exchange)
    }
}

impl Sayable for AnswerConfig {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let mut given = Arguments::of(value, place)?;
        let config = Self::new(given.take::<String>("modelId")?);
        let config = set!(config, given, "maxTokens" => max_tokens: i64, "temperature" => temperature: f64);
        given.end().map(|()| config)
    }
}
