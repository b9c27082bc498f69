//! The name of a media type -> what kind of thing it stands for.

/// The name without parameters, in lower case: `application/json` of `Application/JSON; charset=utf-8`.
fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether values of this media type are one JSON value.
pub(super) fn is_json(name: &str) -> bool {
    let name = essence(name);
    name == "*/*" || (name.ends_with("json") && !is_stream(&name))
}

/// Whether values of this media type arrive piece by piece: events, lines, bytes of a recording.
pub(super) fn is_stream(name: &str) -> bool {
    let name = essence(name);
    const STREAMS: [&str; 8] = ["event-stream", "ndjson", "jsonl", "json-lines", "json-seq", "stream+json", "jsonlines", "octet-stream"];
    STREAMS.iter().any(|stream| name.contains(stream)) || ["audio/", "video/", "multipart/"].iter().any(|kind| name.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_a_stream_and_not_json() {
        assert!(is_json("application/json; charset=utf-8") && is_json("application/problem+json"));
        assert!(!is_json("application/x-ndjson") && !is_json("application/stream+json") && !is_json("application/xml"));
        assert!(is_stream("text/event-stream; charset=utf-8") && is_stream("application/jsonl") && !is_stream("application/json"));
    }
}
