//! After this pass, an object that may come as a bare text has a member that the text becomes, and needs no other.

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Presence, Shape, Source, Ty, TypeId, Union};

/// Runs the pass.
///
/// # Errors
/// An object that a text cannot become.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for definition in api.types.values() {
        let Shape::Union(Union::Shorthand { object, member }) = &definition.shape else { continue };
        if let Some(why) = wrong(api, object, member) {
            let message = format!("a text cannot stand for `{}`: {why}", object.0);
            let help = "name a member that is a text, and require no other";
            problems.push(Problem::new("shorthand-form", &api.source, message, help).at(definition.origin.clone()));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn wrong(api: &Api, object: &TypeId, member: &str) -> Option<String> {
    let Some(Shape::Struct(members)) = api.types.get(object).map(|definition| &definition.shape) else {
        return Some("it is not an object".to_owned());
    };
    let Some(field) = members.fields.iter().find(|field| field.wire == member) else {
        return Some(format!("it has no member `{member}`"));
    };
    let is_text = match reach::resolved(&api.types, &field.ty) {
        Ty::Text => true,
        Ty::Named(id) => matches!(api.types.get(id).map(|definition| &definition.shape), Some(Shape::Enum(_) | Shape::Id)),
        _ => false,
    };
    if !is_text || field.source != Source::Caller {
        return Some(format!("`{member}` is not a text"));
    }
    let needed = |other: &&crate::ir::Field| other.presence == Presence::Required && other.source == Source::Caller;
    let other = members.fields.iter().filter(needed).find(|other| other.wire != member)?;
    Some(format!("`{}` must be there, too", other.wire))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, id, members};

    fn told(member: &str, ty: Ty, other: Presence) -> Option<String> {
        let mut size = field("size", Ty::Int);
        size.presence = other;
        let file = Shape::Struct(members(vec![field("url", ty), size]));
        let either = Shape::Union(Union::Shorthand { object: id("File"), member: member.to_owned() });
        let mut api = samples::api(vec![("File", file), ("Either", either)]);
        run(&mut api).err().map(|problems| problems[0].message.clone())
    }

    #[test]
    fn a_text_stands_for_an_object_that_needs_nothing_else() {
        assert_eq!(told("url", Ty::Text, Presence::Optional), None);
        let problem = |why: &str| Some(format!("a text cannot stand for `File`: {why}"));
        assert_eq!(told("url", Ty::Text, Presence::Required), problem("`size` must be there, too"));
        assert_eq!(told("url", Ty::Int, Presence::Optional), problem("`url` is not a text"));
        assert_eq!(told("name", Ty::Text, Presence::Optional), problem("it has no member `name`"));
    }
}
