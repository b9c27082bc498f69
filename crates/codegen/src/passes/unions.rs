//! After this pass, a tagged union whose variants differ in nothing but one member is a [`Framed`]: an object with the members that all
//! variants have, and a content.
//!
//! `block.group_id` and `block.content` is what people want to write, instead of matching first. Variants share a member when it is
//! written in one place, the frame that they refer to. A union that is not of this form stays [`Union::Tagged`].

use apispec::Problem;
use heck::ToUpperCamelCase;

use crate::ir::{Api, Content, Field, Framed, Presence, Shape, Source, TypeDef, TypeId, Union, Variant};

/// Runs the pass.
///
/// # Errors
/// A type that is called like the content of a union.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    if api.foreign {
        // Nothing says that a frame is meant where nobody wrote the document for it.
        return Ok(());
    }
    let mut problems = Vec::new();
    let framed: Vec<_> = api.types.values().filter_map(|definition| framed(api, definition)).collect();
    for (id, frame, contents) in framed {
        if let Some(other) = api.types.get(&contents.id) {
            let message = format!("the content of `{}` would be called `{}`, like the schema at {}", id.0, contents.id.0, other.origin);
            problems.push(Problem::new("name-collision", &api.source, message, "give the schema another name").at(contents.origin.clone()));
        }
        if let Some(definition) = api.types.get_mut(&id) {
            definition.shape = Shape::Framed(frame);
        }
        api.types.insert(contents.id.clone(), contents);
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The frame and the contents of a union, if it is of this form.
fn framed(api: &Api, definition: &TypeDef) -> Option<(TypeId, Framed, TypeDef)> {
    let Shape::Union(Union::Tagged { tag, variants }) = &definition.shape else { return None };
    let objects: Vec<&[Field]> = variants.iter().map(|variant| fields(api, variant)).collect::<Option<_>>()?;
    let first = objects.first()?;
    let shared = |field: &&Field| objects.iter().all(|fields| fields.iter().any(|other| other.origin == field.origin));
    let frame: Vec<Field> = first.iter().filter(|field| field.wire != *tag).filter(shared).cloned().collect();
    let mut contents = Vec::new();
    for (variant, fields) in variants.iter().zip(&objects) {
        let own = fields.iter().filter(|field| field.wire != *tag && !frame.contains(field));
        contents.push((variant, only(own)?));
    }
    let (_, content) = contents.first()?;
    let (wire, origin) = (&content.wire, &content.origin);
    if contents.iter().any(|(_, other)| other.wire != *wire || !is_plain(other)) {
        return None;
    }
    let id = TypeId(format!("{}{}", definition.id.0, wire.to_upper_camel_case()));
    // What one variant says about its own content is wrong for the others.
    let agreed = contents.iter().all(|(_, other)| other.docs == content.docs);
    let docs = if agreed { content.docs.clone() } else { format!("What it contains, which depends on its `{tag}`.") };
    let variants = contents.iter().map(|(variant, content)| Content {
        wire: variant.wire.clone(),
        aliases: variant.aliases.clone(),
        docs: variant.docs.clone(),
        ty: content.ty.clone(),
        secret: content.secret,
    });
    let union = TypeDef {
        id: id.clone(),
        rust_name: None,
        origin: origin.clone(),
        docs: definition.docs.clone(),
        shape: Shape::Union(Union::Contents { variants: variants.collect() }),
        usage: definition.usage,
        losses: contents.iter().flat_map(|(_, content)| content.losses.clone()).collect(),
    };
    let frame = Framed { fields: frame, tag: tag.clone(), content: wire.clone(), docs, contents: id };
    Some((definition.id.clone(), frame, union))
}

/// The members of a variant, if it is an object with these members and nothing else.
fn fields<'a>(api: &'a Api, variant: &Variant) -> Option<&'a [Field]> {
    match &api.types.get(&variant.object)?.shape {
        Shape::Struct(members) if members.extra.is_none() && members.choices.is_empty() => Some(&members.fields),
        _ => None,
    }
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// Whether a member says nothing that only a member can say.
fn is_plain(field: &Field) -> bool {
    field.presence == Presence::Required && field.source == Source::Caller && field.aliases.is_empty() && field.accepts.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Ty;
    use crate::passes::samples::{self, field, id, members, named};

    fn variant(wire: &str, object: &str) -> Variant {
        Variant { wire: wire.to_owned(), aliases: Vec::new(), docs: String::new(), object: id(object) }
    }

    fn block(tag: &str, content: Ty) -> Shape {
        let mut marker = field("type", Ty::Text);
        marker.source = Source::Constant(tag.to_owned());
        let content = Field { origin: apispec::Pointer::root().child(tag), ..field("content", content) };
        Shape::Struct(members(vec![marker, field("group", Ty::Text), content]))
    }

    fn union() -> Shape {
        let variants = vec![variant("TEXT", "TextBlock"), variant("FILE", "FileBlock")];
        Shape::Union(Union::Tagged { tag: "type".to_owned(), variants })
    }

    #[test]
    fn variants_with_a_frame_become_one_object() {
        let mut api =
            samples::api(vec![("Block", union()), ("TextBlock", block("TEXT", Ty::Text)), ("FileBlock", block("FILE", named("File")))]);
        run(&mut api).expect("no problems");
        let Shape::Framed(framed) = &api.types[&id("Block")].shape else { panic!("not framed") };
        assert_eq!(framed.fields, [field("group", Ty::Text)]);
        assert_eq!((framed.tag.as_str(), framed.content.as_str(), &framed.contents), ("type", "content", &id("BlockContent")));
        let Shape::Union(Union::Contents { variants }) = &api.types[&id("BlockContent")].shape else { panic!("no contents") };
        let seen: Vec<_> = variants.iter().map(|variant| (variant.wire.as_str(), variant.ty.clone())).collect();
        assert_eq!(seen, [("TEXT", Ty::Text), ("FILE", named("File"))]);
    }

    #[test]
    fn a_content_is_described_for_all_variants() {
        let described = |docs: &str, tag: &str| {
            let Shape::Struct(mut members) = block(tag, Ty::Text) else { panic!("not an object") };
            members.fields[2].docs = docs.to_owned();
            Shape::Struct(members)
        };
        let docs = |text: &str, file: &str| {
            let variants = vec![("Block", union()), ("TextBlock", described(text, "TEXT")), ("FileBlock", described(file, "FILE"))];
            let mut api = samples::api(variants);
            run(&mut api).expect("no problems");
            let Shape::Framed(framed) = &api.types[&id("Block")].shape else { panic!("not framed") };
            framed.docs.clone()
        };
        assert_eq!(docs("A text.", "A file."), "What it contains, which depends on its `type`.");
        assert_eq!(docs("The content.", "The content."), "The content.");
    }

    #[test]
    fn variants_with_members_of_their_own_stay_variants() {
        let mut other = block("FILE", named("File"));
        if let Shape::Struct(members) = &mut other {
            members.fields.push(Field { origin: apispec::Pointer::root().child("only here"), ..field("size", Ty::Int) });
        }
        let mut api = samples::api(vec![("Block", union()), ("TextBlock", block("TEXT", Ty::Text)), ("FileBlock", other)]);
        let before = api.clone();
        run(&mut api).expect("no problems");
        assert_eq!(api, before);
    }

    #[test]
    fn a_schema_with_the_name_of_the_content_is_a_problem() {
        let mut api = samples::api(vec![
            ("Block", union()),
            ("TextBlock", block("TEXT", Ty::Text)),
            ("FileBlock", block("FILE", Ty::Text)),
            ("BlockContent", Shape::Id),
        ]);
        let problems = run(&mut api).expect_err("a collision");
        assert_eq!(
            problems[0].message,
            "the content of `Block` would be called `BlockContent`, like the schema at /components/schemas/BlockContent"
        );
    }
}
