//! Markdown -> HTML that loads nothing and runs nothing.

use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd};

use crate::safe;

/// Markdown as HTML. Pictures are named, HTML in the text is shown as text, and links that are not on the web lead nowhere.
pub(crate) fn html(text: &str) -> String {
    let text = safe::text(text);
    let (mut picture, mut said) = (0, None);
    let events = Parser::new_ext(&text, super::options()).map(move |event| match event {
        Event::Text(text) => Event::Text(said.take().unwrap_or_else(|| harmless(&text))),
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(harmless(&text)),
        Event::Start(Tag::Image { .. }) => {
            picture += 1;
            Event::Text("[picture: ".into())
        }
        Event::End(TagEnd::Image) if picture > 0 => {
            picture -= 1;
            Event::Text("]".into())
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let place = super::shown(&dest_url).map(|url| CowStr::from(url.into_owned()));
            // Of a link that is its own text, the query is left out there, too.
            said = place.clone().filter(|_| link_type == LinkType::Autolink);
            let dest_url = place.unwrap_or_else(|| "#".into());
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        event => event,
    });
    let mut page = String::new();
    pulldown_cmark::html::push_html(&mut page, events);
    page
}

/// An entity such as `&#27;` has become what it stands for by now.
fn harmless(text: &str) -> CowStr<'static> {
    safe::text(text).into_owned().into()
}
