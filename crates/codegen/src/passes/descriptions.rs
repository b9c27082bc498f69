//! After this pass, everything that shows in the documentation of a client is described: by its own words, by those of its type, or by
//! saying that the vendor says nothing.

use std::collections::BTreeMap;

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Operation, Segment, Shape, Ty, TypeId, Union};

/// What is said of something that nobody described.
const NOTHING: &str = "Not described by the vendor.";

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    for definition in api.types.values_mut() {
        fill(&mut definition.docs, format!("`{}` of the API. {NOTHING}", definition.id.0));
    }
    let types: BTreeMap<TypeId, String> = api.types.keys().map(|id| (id.clone(), said(api, id))).collect();
    let of = |ty: &Ty| match ty {
        Ty::Named(id) => types.get(id).cloned().unwrap_or_else(|| NOTHING.to_owned()),
        _ => NOTHING.to_owned(),
    };
    for definition in api.types.values_mut() {
        match &mut definition.shape {
            Shape::Struct(members) => members.fields.iter_mut().for_each(|field| fill(&mut field.docs, of(&field.ty))),
            Shape::Framed(framed) => {
                framed.fields.iter_mut().for_each(|field| fill(&mut field.docs, of(&field.ty)));
                fill(&mut framed.docs, "What it contains.".to_owned());
            }
            Shape::Enum(values) => values.iter_mut().for_each(|value| fill(&mut value.docs, NOTHING.to_owned())),
            Shape::Union(Union::Tagged { variants, .. } | Union::InText { variants, .. }) => {
                variants.iter_mut().for_each(|variant| fill(&mut variant.docs, of(&Ty::Named(variant.object.clone()))));
            }
            Shape::Union(Union::Contents { variants }) => {
                variants.iter_mut().for_each(|variant| fill(&mut variant.docs, of(&variant.ty)));
            }
            Shape::Union(Union::Recognised { variants }) => {
                variants.iter_mut().for_each(|variant| fill(&mut variant.docs, of(&variant.ty)));
            }
            Shape::Union(Union::Shorthand { .. } | Union::Untagged { .. }) | Shape::Id | Shape::Alias(_) => {}
        }
    }
    for group in &mut api.groups {
        fill(&mut group.docs, format!("Operations that are tagged `{}`. {NOTHING}", group.name));
        for operation in &mut group.operations {
            let call = format!("Calls `{} {}`.", operation.method, path(operation));
            fill(&mut operation.summary, call);
            operation.params.iter_mut().for_each(|param| fill(&mut param.docs, of(&param.ty)));
            let events = operation.events.iter_mut().flat_map(|events| &mut events.table);
            events.for_each(|event| {
                let docs = event.payload.as_ref().map(|id| of(&Ty::Named(id.clone())));
                fill(&mut event.docs, docs.unwrap_or_else(|| NOTHING.to_owned()));
            });
        }
    }
    for server in &mut api.servers {
        fill(&mut server.docs, format!("The server at `{}`.", server.url));
        server.variables.iter_mut().for_each(|(.., docs)| fill(docs, NOTHING.to_owned()));
    }
    api.codes.iter_mut().for_each(|code| fill(&mut code.docs, NOTHING.to_owned()));
    Ok(())
}

fn fill(docs: &mut String, instead: String) {
    if docs.trim().is_empty() {
        *docs = instead;
    }
}

/// What a type says of itself, or what it is another name for.
fn said(api: &Api, id: &TypeId) -> String {
    let Some(definition) = api.types.get(id) else { return NOTHING.to_owned() };
    match (&definition.shape, reach::resolved(&api.types, &Ty::Named(id.clone()))) {
        (Shape::Alias(_), Ty::Named(target)) if target != id => api.types.get(target).map_or(NOTHING, |target| &target.docs).to_owned(),
        _ => definition.docs.clone(),
    }
}

/// The path as it is written in the spec.
fn path(operation: &Operation) -> String {
    operation.path.iter().fold(String::new(), |path, segment| match segment {
        Segment::Literal(text) => path + text,
        Segment::Param(name) => format!("{path}{{{name}}}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, id, members, named};

    #[test]
    fn what_is_not_described_takes_the_words_of_its_type() {
        let mut plain = field("plain", Ty::Text);
        plain.docs = "Its own words.".to_owned();
        let thing = members(vec![plain, field("id", named("Id")), field("size", Ty::Int)]);
        let mut api = samples::api(vec![("Thing", Shape::Struct(thing)), ("Id", Shape::Id)]);
        if let Some(id) = api.types.get_mut(&id("Id")) {
            id.docs = "What tells things apart.".to_owned();
        }
        run(&mut api).expect("no problems");
        let Shape::Struct(members) = &api.types[&id("Thing")].shape else { panic!("not a struct") };
        let docs: Vec<_> = members.fields.iter().map(|field| field.docs.as_str()).collect();
        assert_eq!(docs, ["Its own words.", "What tells things apart.", NOTHING]);
        assert_eq!(api.types[&id("Thing")].docs, "`Thing` of the API. Not described by the vendor.");
        assert_eq!(api.groups[0].operations[0].summary, "Calls `GET /things`.");
    }
}
