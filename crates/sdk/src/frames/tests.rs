//! Lines, sizes and cuts.

use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};

use super::{Frames, Unreadable};

/// The events, then whether the bytes ended inside one, then what that one would be; or what was wrong.
type Read = (Vec<(String, String)>, Result<(bool, Option<(String, String)>), Unreadable>);

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, limit: usize) -> Read {
    let owned = |frame: super::Frame<'_>| (frame.name.to_owned(), frame.data.to_owned());
    let (mut frames, mut events) = (Frames::new(limit), Vec::new());
    for piece in pieces {
        frames.push(piece);
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => events.push(owned(frame)),
                Ok(None) => break,
                Err(unreadable) => return (events, Err(unreadable)),
            }
        }
    }
    let inside = frames.is_inside();
    let last = frames.finish().map(|frame| (inside, frame.map(owned)));
    (events, last)
}

fn whole(text: &[u8]) -> Read {
    read([text], 1000)
}

/// The events of a text that ends between two.
fn events(text: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let (events, end) = whole(text.as_ref());
    assert_eq!(end, Ok((false, None)), "{:?}", String::from_utf8_lossy(text.as_ref()));
    for cut in 0..=text.as_ref().len() {
        let (before, after) = text.as_ref().split_at(cut);
        assert_eq!(read([before, after], 1000), (events.clone(), Ok((false, None))), "cut at {cut}");
    }
    events
}

fn event(name: &str, data: &str) -> (String, String) {
    (name.to_owned(), data.to_owned())
}

#[test]
fn lines_end_with_lf_cr_or_both() {
    let expected = vec![event("A", "1\n2"), event("", "3")];
    for text in [
        "event:A\ndata:1\ndata:2\n\ndata:3\n\n",
        "event:A\r\ndata:1\r\ndata:2\r\n\r\ndata:3\r\n\r\n",
        "event:A\rdata:1\rdata:2\r\rdata:3\r\r",
        "event:A\rdata:1\r\ndata:2\n\r\ndata:3\r\n\n",
        "\u{feff}event:A\ndata:1\ndata:2\n\ndata:3\n\n",
        "\u{feff}\r\n\r\nevent:A\ndata:1\ndata:2\n\n\n\ndata:3\n\r",
    ] {
        assert_eq!(events(text), expected, "{text:?}");
    }
}

#[test]
fn one_space_after_the_colon_is_not_part_of_the_value() {
    assert_eq!(events("event: A\ndata:  1 \n\n"), [event("A", " 1 ")]);
    assert_eq!(events("data:\n\n"), [event("", "")]);
    assert_eq!(events("data\n\n"), [event("", "")]);
    assert_eq!(events("data\ndata\n\n"), [event("", "\n")]);
    assert_eq!(events("data::\n\n"), [event("", ":")]);
}

#[test]
fn other_lines_are_read_over() {
    let text = ":c\nid:1\0\n:\nretry:5\ndatabase:x\nDATA:x\n data:x\nevent:A\n:c\ndata:1\nfoo\n\n";
    assert_eq!(events(text), [event("A", "1")]);
    assert_eq!(events(":keep-alive\n\n:keep-alive\n\nid:7\n\n\n\n"), []);
    assert_eq!(events(b":\xff\xfe\nid:\xff\ndata:1\n\n"), [event("", "1")], "what is not kept may be anything");
}

#[test]
fn the_last_name_counts_and_a_name_is_enough() {
    assert_eq!(events("event:A\ndata:1\nevent:B\ndata:2\n\nevent:\n\n"), [event("B", "1\n2"), event("", "")]);
    assert_eq!(events("event:END\n\ndata:1\n\n"), [event("END", ""), event("", "1")]);
}

#[test]
fn a_mark_counts_at_the_beginning_only() {
    assert_eq!(events("data:1\n\n\u{feff}data:2\n\ndata:\u{feff}\n\n"), [event("", "1"), event("", "\u{feff}")]);
    assert_eq!(events("\u{feff}\u{feff}data:1\n\ndata:2\n\n"), [event("", "2")]);
}

#[test]
fn the_end_shows_what_is_not_complete() {
    for (text, last) in [
        ("data:1", Some(event("", "1"))),
        ("data:1\n", Some(event("", "1"))),
        ("data:1\r", Some(event("", "1"))),
        ("event:A\r\ndata:1\r\n", Some(event("A", "1"))),
        ("data:1\ndat", Some(event("", "1"))),
        ("da", None),
        (":keep-al", None),
        ("\u{feff}x", None),
        ("id:1", None),
    ] {
        assert_eq!(whole(text.as_bytes()), (vec![], Ok((true, last))), "{text:?}");
    }
    for text in ["", "\n", "\r\n", ":c\n", "id:1\n", ":c\r", "data:1\r\n\r", "data:1\r\r\n"] {
        let (_, end) = whole(text.as_bytes());
        assert_eq!(end, Ok((false, None)), "{text:?}");
    }
    assert_eq!(whole(b"\xef\xbb"), (vec![], Ok((true, None))));
    assert_eq!(whole(b"data:\xe4\xb8"), (vec![], Err(Unreadable::NotUtf8)));
}

#[test]
fn bad_text_is_an_error() {
    for text in [&b"data:\xff\n\n"[..], b"event:\xff\ndata:1\n\n", b"data:\xe4\ndata:\xb8\xad\n\n"] {
        assert_eq!(whole(&[b"data:0\n\n", text].concat()), (vec![event("", "0")], Err(Unreadable::NotUtf8)));
    }
}

#[test]
fn an_event_may_be_as_large_as_the_limit_and_no_larger() {
    let large = |size: usize| format!("data:{}\n\n", "x".repeat(size - 7));
    for text in [large(100), format!("{}{}", large(100), large(100)), format!(":{}\n{}", "c".repeat(98), large(100))] {
        for size in [1, 3, 99, 100, 1000] {
            let (events, end) = read(text.as_bytes().chunks(size), 100);
            assert_eq!(end, Ok((false, None)), "in pieces of {size}");
            assert!(!events.is_empty());
        }
    }
    let refused = Err(Unreadable::TooLarge { limit: 100 });
    for text in [large(101), large(100_000), format!(":{}", "c".repeat(100)), format!("id:{}\n", "1".repeat(97)), "data:1\n".repeat(15)] {
        for size in [1, 3, 99, 100, 1000, 200_000] {
            let (events, end) = read(text.as_bytes().chunks(size), 100);
            assert_eq!((events.len(), &end), (0, &refused), "in pieces of {size}: {text:.20}");
        }
    }
}

#[test]
fn what_a_large_event_needed_is_given_back() {
    let mut frames = Frames::new(2_000_000);
    frames.push(format!("data:{}\n\ndata:1\n\ndata:2", "x".repeat(1_000_000)).as_bytes());
    assert_eq!(frames.next_frame().map(|frame| frame.map(|frame| frame.data.len())), Ok(Some(1_000_000)));
    assert!(frames.buffer.capacity() >= 1_000_000);
    assert_eq!(frames.next_frame().map(|frame| frame.map(|frame| frame.data)), Ok(Some("1")));
    assert_eq!(frames.next_frame(), Ok(None));
    assert!(frames.buffer.capacity() <= super::KEPT, "{}", frames.buffer.capacity());
    frames.push(b"\n\n");
    assert_eq!(frames.next_frame().map(|frame| frame.map(|frame| frame.data)), Ok(Some("2")));
}

#[test]
fn what_a_long_name_needed_is_given_back() {
    let mut frames = Frames::new(2_000_000);
    frames.push(format!("event:{}\ndata:1\n\n", "x".repeat(1_000_000)).as_bytes());
    assert_eq!(frames.next_frame().map(|frame| frame.map(|frame| frame.name.len())), Ok(Some(1_000_000)));
    assert_eq!(frames.next_frame(), Ok(None));
    assert!(frames.event.name.capacity() <= super::KEPT_NAME, "{}", frames.event.name.capacity());
}

#[test]
fn debug_says_how_much_and_not_what() {
    let mut frames = Frames::new(100);
    frames.push(b"event:canary\ndata:https://canary\n\ndata:canary");
    assert_eq!(format!("{frames:?}"), "Frames { limit: 100, waiting_bytes: 45, .. }");
    assert_eq!(format!("{:?}", frames.next_frame().expect("an event")), "Some(Frame { name_bytes: 6, data_bytes: 14 })");
    assert_eq!(format!("{frames:?}"), "Frames { limit: 100, waiting_bytes: 11, .. }");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// Any bytes, in any pieces, with a limit that they may break: the same as in one piece.
    #[test]
    fn cuts_make_no_difference(
        words in prop::collection::vec(prop::sample::select(vec![
            &b"data"[..], b"event", b"id", b":", b" ", b"\n", b"\r", b"\r\n", b"\n\n", b"x", b"data:1\n\n", b"\xef\xbb\xbf",
            b"\xe4\xb8\xad", b"\xe4\xb8", b"\xff", b"\0", b"xxxxxxxxxxxxxxxxxxxx",
        ]), 0..40),
        sizes in prop::collection::vec(1_usize..12, 1..20),
        limit in prop::sample::select(vec![8_usize, 20, 40, 1000]),
        tail in any::<Vec<u8>>(),
    ) {
        let text = [words.concat(), tail].concat();
        let mut pieces = Vec::new();
        let mut rest = text.as_slice();
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(read(pieces, limit), read([text.as_slice()], limit));
    }
}
