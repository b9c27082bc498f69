//! Markdown -> HTML that loads nothing and runs nothing.

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd};

/// Markdown as HTML. Pictures are named, HTML in the text is shown as text, and links that are not on the web lead nowhere.
pub(crate) fn html(text: &str) -> String {
    let text = crate::safe::text(text);
    let mut picture = 0;
    let events = Parser::new_ext(&text, super::options()).map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Image { .. }) => {
            picture += 1;
            Event::Text("[picture: ".into())
        }
        Event::End(TagEnd::Image) if picture > 0 => {
            picture -= 1;
            Event::Text("]".into())
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = super::shown(&dest_url).map_or_else(|| CowStr::from("#"), |url| CowStr::from(url.into_owned()));
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        event => event,
    });
    let mut page = String::new();
    pulldown_cmark::html::push_html(&mut page, events);
    page
}
