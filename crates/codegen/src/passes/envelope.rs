//! After this pass, the reply of an operation is what is inside the envelope, and one without anything to read is [`Reply::Nothing`].
//!
//! The member that holds the payload is not required in the document, because a refusal can come without it. On success it is there.

use apispec::Problem;

use crate::ir::{Api, Reply, Shape, Struct, Ty, TypeDef, UNCHECKED};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let Some(data) = api.envelope.as_ref().and_then(|envelope| envelope.data.clone()) else { return Ok(()) };
    for operation in api.groups.iter_mut().flat_map(|group| &mut group.operations) {
        let Reply::Value(Ty::Named(id)) = &operation.reply else { continue };
        let Some(TypeDef { shape: Shape::Struct(members), .. }) = api.types.get(id) else { continue };
        operation.reply = inside(members, &data);
        let payload = members.fields.iter().filter(|field| field.wire == data);
        operation.losses.extend(payload.flat_map(|field| &field.losses).filter(|loss| loss.rule != UNCHECKED).cloned());
    }
    Ok(())
}

/// The payload of an envelope. An untyped one has nothing to read; a named one that may be any JSON has.
fn inside(members: &Struct, data: &str) -> Reply {
    match members.fields.iter().find(|field| field.wire == data) {
        Some(field) if field.ty != Ty::Json => Reply::Value(field.ty.clone()),
        _ => Reply::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Envelope;
    use crate::passes::samples::{self, field, named};

    fn replied(data: Ty) -> Reply {
        let mut api = samples::api(vec![("GetReply", Shape::Struct(samples::members(vec![field("code", Ty::Int), field("data", data)])))]);
        let message = vec!["msg".to_owned()];
        let data = Some("data".to_owned());
        api.envelope =
            Some(Envelope { code: vec!["code".to_owned()], message, data, request_id: Vec::new(), trace_header: None, needs_zero: true });
        samples::first(&mut api).reply = Reply::Value(named("GetReply"));
        run(&mut api).expect("no problems");
        samples::first(&mut api).reply.clone()
    }

    #[test]
    fn a_reply_loses_its_envelope() {
        assert_eq!(replied(named("Session")), Reply::Value(named("Session")));
        assert_eq!(replied(Ty::List(Box::new(Ty::Text))), Reply::Value(Ty::List(Box::new(Ty::Text))));
    }

    #[test]
    fn an_untyped_payload_is_nothing_to_read() {
        assert_eq!(replied(Ty::Json), Reply::Nothing);
    }

    #[test]
    fn without_an_envelope_the_body_is_the_reply() {
        let mut api = samples::api(vec![]);
        samples::first(&mut api).reply = Reply::Value(named("GetReply"));
        run(&mut api).expect("no problems");
        assert_eq!(samples::first(&mut api).reply, Reply::Value(named("GetReply")));
    }
}
