//! Any bytes, cut anywhere -> the same events and the same end, and never a panic.
//!
//! The first byte chooses the generation of the API, the second the greatest size of an event, the third the seed of the cuts. The
//! rest is the stream.

#![no_main]

use libfuzzer_sys::fuzz_target;
use powerdrill::{Answer, Decoder, End, Generation, JobEvent};

/// Events, or the texts of errors, and the end.
type Told = (Vec<Result<JobEvent, String>>, Option<End>, u64);

fuzz_target!(|input: &[u8]| {
    let [generation, limit, seed, stream @ ..] = input else { return };
    let generation = if generation % 2 == 0 { Generation::V2 } else { Generation::V1 };
    let limit = [64, 512, 16 * 1024, 16 * 1024 * 1024][usize::from(limit % 4)];
    let whole = decode(generation, limit, [stream]);
    assert_eq!(whole, decode(generation, limit, cuts(stream, *seed)), "cuts make a difference");
    assert!(whole.1.is_some(), "every stream has an end");
    let mut answer = Answer::default();
    whole.0.iter().flatten().for_each(|event| answer.add(event));
    assert!(answer.text().len() <= stream.len());
    let (_, _, _) = (answer.tables(), answer.programs().count(), format!("{answer:?}"));
});

fn decode<'a>(generation: Generation, limit: usize, pieces: impl IntoIterator<Item = &'a [u8]>) -> Told {
    let mut decoder = Decoder::new(generation);
    decoder.set_max_event(limit);
    let (mut told, mut pieces) = (Vec::new(), pieces.into_iter());
    loop {
        match decoder.next_event() {
            Ok(Some(event)) => told.push(Ok(event)),
            Ok(None) if decoder.end().is_some() => break,
            Ok(None) => match pieces.next() {
                Some(piece) => decoder.push(piece),
                None => decoder.finish(),
            },
            Err(error) => {
                told.push(Err(error.to_string()));
                if decoder.end().is_some() {
                    break;
                }
            }
        }
    }
    (told, decoder.end(), decoder.events())
}

/// Pieces of 1 to 64 bytes.
fn cuts(mut stream: &[u8], seed: u8) -> impl Iterator<Item = &[u8]> {
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761) | 1;
    std::iter::from_fn(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let size = if seed == 0 { 1 } else { state as usize % 64 + 1 };
        let (piece, rest) = stream.split_at(size.min(stream.len()));
        stream = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
