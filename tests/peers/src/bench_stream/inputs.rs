//! The streams that are read.

use bytes::Bytes;

/// A stream, and the pieces in which it comes.
pub struct Input {
    pub name: &'static str,
    pub text: Bytes,
    pub piece: usize,
}

impl Input {
    pub fn pieces(&self) -> impl Iterator<Item = Bytes> + use<'_> {
        (0..self.text.len()).step_by(self.piece).map(|start| self.text.slice(start..self.text.len().min(start + self.piece)))
    }
}

pub fn all() -> Vec<Input> {
    let small =
        Bytes::from(stream((0..20_000).map(|number| message(["The ", "north ", "grew \u{2013} ", "\u{5317}\u{533a}", "\\n"][number % 5]))));
    let large = Bytes::from(stream([message(&"A table of many rows, in one event.\\n".repeat(8 * 1024 * 1024 / 37))]));
    let analysis = Bytes::from(include_str!("../../../../crates/sdk/tests/streams/analysis.sse"));
    vec![
        Input { name: "small events, 1460 bytes", text: small.clone(), piece: 1460 },
        Input { name: "small events, token by token", text: small, piece: 24 },
        Input { name: "an analysis, 1460 bytes", text: analysis, piece: 1460 },
        Input { name: "one event of 8 MiB, 16 KiB", text: large, piece: 16 * 1024 },
    ]
}

pub fn message(text: &str) -> String {
    format!(
        "id:group-1\nevent:MESSAGE\ndata:{{\"id\":\"group-1\",\"model\":\"\",\"choices\":[{{\"delta\":{{\"role\":null,\"content\":\"{text}\"}},\
         \"index\":0,\"finish_reason\":null}}],\"created\":1739445440,\"group_id\":\"group-1\",\"group_name\":\"Conclusions\",\
         \"stage\":\"Respond\"}}\n\n"
    )
}

fn stream(events: impl IntoIterator<Item = String>) -> String {
    let mut text = "event:JOB_ID\ndata:job-1\n\n".to_owned();
    events.into_iter().for_each(|event| text.push_str(&event));
    text + "event:END_MARK\ndata:[DONE]\n\n"
}
