//! After this pass, what selects the type of a text that holds JSON is told by that text, wherever the two are sent together: nobody can
//! make them disagree.
//!
//! It stays the caller's where it can be sent without the text, where it selects several texts or is one of several choices, in forms, and
//! in what is also received: there the text was read without a look at what stands beside it.

use std::collections::BTreeSet;

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Body, Presence, Shape, Source, Ty, TypeDef, TypeId, Union};

/// Runs the pass. It needs to know what is sent and what is received.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    let forms: BTreeSet<&TypeId> =
        operations.filter_map(|operation| if let Some(Body::Multipart(id)) = &operation.body { Some(id) } else { None }).collect();
    let sent = |definition: &&TypeDef| definition.usage.sent && !definition.usage.received && !forms.contains(&definition.id);
    let told: Vec<Told> = api.types.values().filter(sent).flat_map(|definition| told(api, definition)).collect();
    for Told { object, selector, text, union } in told {
        if let Some(Shape::Struct(members)) = api.types.get_mut(&object).map(|definition| &mut definition.shape) {
            let by = members.fields[selector].wire.clone();
            let text = &mut members.fields[text];
            text.docs = format!("{}\n\nIts type says which `{by}` is sent.", text.docs.trim_end());
            let source = Source::Selector(text.wire.clone());
            members.fields[selector].source = source;
            members.fields[selector].ty = Ty::Text;
        }
        if let Some(Shape::Union(Union::InText { selects, .. })) = api.types.get_mut(&union).map(|definition| &mut definition.shape) {
            *selects = true;
        }
    }
    Ok(())
}

/// A selector that is told by a text beside it.
struct Told {
    object: TypeId,
    /// Where the selector is among the members.
    selector: usize,
    /// Where the text is.
    text: usize,
    /// The types of what the text holds.
    union: TypeId,
}

fn told(api: &Api, definition: &TypeDef) -> Vec<Told> {
    let Shape::Struct(members) = &definition.shape else { return Vec::new() };
    let selected = |position: usize| match reach::resolved(&api.types, &members.fields[position].ty) {
        Ty::JsonTextBy { by, union } => Some((by, union)),
        _ => None,
    };
    let texts: Vec<usize> = (0..members.fields.len()).filter(|position| selected(*position).is_some()).collect();
    let only = |by: &String| texts.iter().filter(|position| selected(**position).is_some_and(|(other, _)| other == by)).count() == 1;
    let told = |text: &usize| {
        let (by, union) = selected(*text)?;
        let selector = members.fields.iter().position(|field| field.wire == *by)?;
        let (asked, held) = (&members.fields[selector], &members.fields[*text]);
        let together = match held.presence {
            Presence::Required => true,
            Presence::Optional => asked.presence == Presence::Optional,
            Presence::Nullable | Presence::OptionalNullable => false,
        };
        let chosen = members.choices.iter().flat_map(|choice| &choice.alternatives).any(|wires| wires.contains(by));
        let free = asked.source == Source::Caller && !asked.secret && held.source == Source::Caller;
        (together && free && !chosen && only(by)).then(|| Told {
            object: definition.id.clone(),
            selector,
            text: *text,
            union: union.clone(),
        })
    };
    texts.iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Usage, Variant};
    use crate::passes::samples::{self, field, id, members};

    /// Who gives the selector, and whether the union says it.
    fn decided(usage: Usage, selector: Presence, text: Presence) -> (Source, bool) {
        let mut by = field("action", Ty::Text);
        by.presence = selector;
        let mut spec = field("spec", Ty::JsonTextBy { by: "action".to_owned(), union: id("Spec") });
        spec.presence = text;
        let variant = Variant { wire: "FLY".to_owned(), aliases: Vec::new(), docs: String::new(), object: id("Fly") };
        let union = Union::InText { variants: vec![variant], secret: false, selects: false };
        let mut api = samples::api(vec![
            ("Fly", Shape::Struct(members(Vec::new()))),
            ("Job", Shape::Struct(members(vec![by, spec]))),
            ("Spec", Shape::Union(union)),
        ]);
        if let Some(job) = api.types.get_mut(&id("Job")) {
            job.usage = usage;
        }
        run(&mut api).expect("no problems");
        let Shape::Struct(job) = &api.types[&id("Job")].shape else { panic!("not a struct") };
        let Shape::Union(Union::InText { selects, .. }) = api.types[&id("Spec")].shape else { panic!("not a union") };
        (job.fields[0].source.clone(), selects)
    }

    const SENT: Usage = Usage { sent: true, received: false };

    #[test]
    fn a_text_tells_what_selects_its_type() {
        let told = (Source::Selector("spec".to_owned()), true);
        assert_eq!(decided(SENT, Presence::Required, Presence::Required), told);
        assert_eq!(decided(SENT, Presence::Optional, Presence::Required), told);
        assert_eq!(decided(SENT, Presence::Optional, Presence::Optional), told);
    }

    #[test]
    fn what_may_be_sent_without_the_text_or_was_received_is_left_alone() {
        let left = (Source::Caller, false);
        assert_eq!(decided(SENT, Presence::Required, Presence::Optional), left);
        assert_eq!(decided(SENT, Presence::Optional, Presence::OptionalNullable), left);
        assert_eq!(decided(Usage { sent: true, received: true }, Presence::Required, Presence::Required), left);
    }
}
