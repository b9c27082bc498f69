//! HTML in descriptions -> Markdown, as far as both say the same.

/// HTML that stands for something in Markdown becomes that; other known tags vanish; code and unknown tags stay.
pub fn without_html(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut flat = String::with_capacity(text.len());
    let (mut rest, mut depth, mut code) = (text, 0_usize, false);
    while let Some(position) = rest.find(['<', '&', '`']) {
        flat.push_str(&rest[..position]);
        rest = &rest[position..];
        if rest.starts_with('`') {
            let run = rest.len() - rest.trim_start_matches('`').len();
            flat.push_str(&rest[..run]);
            rest = &rest[run..];
            code = !code;
        } else if let Some((letter, length)) = entity(rest).filter(|_| !code) {
            flat.push(letter);
            rest = &rest[length..];
        } else if let Some((markdown, length)) = tag(rest, &mut depth, flat.ends_with("- ")).filter(|_| !code) {
            flat.push_str(&markdown);
            rest = &rest[length..];
        } else {
            flat.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    flat.push_str(rest);
    flat
}

fn entity(text: &str) -> Option<(char, usize)> {
    const ENTITIES: &[(&str, char)] = &[
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
        ("&ndash;", '–'),
        ("&mdash;", '—'),
        ("&#x60;", '`'),
        ("&#96;", '`'),
    ];
    ENTITIES.iter().find(|(name, _)| text.starts_with(name)).map(|&(name, letter)| (letter, name.len()))
}

/// The Markdown for the tag at the start of `text`, and the length of the tag; `begun` says that a list item has just begun.
fn tag(text: &str, depth: &mut usize, begun: bool) -> Option<(String, usize)> {
    let end = text.bytes().take(400).position(|byte| byte == b'>')?;
    let inner = text[1..end].trim();
    let closing = inner.starts_with('/');
    let name: String = inner.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    let after = &inner.trim_start_matches('/')[name.len()..];
    if !after.is_empty() && !after.starts_with([' ', '/', '\n']) {
        return None;
    }
    let markdown = match name.to_ascii_lowercase().as_str() {
        "br" | "tbody" | "thead" | "table" | "tr" if closing || name.eq_ignore_ascii_case("br") => "\n".into(),
        "li" if closing => "\n".into(),
        "li" | "dt" => format!("\n{}- ", " ".repeat(2 * depth.saturating_sub(1))),
        "tr" => "\n- ".into(),
        "td" | "th" if closing => " | ".into(),
        "ul" | "ol" | "dl" => {
            *depth = if closing { depth.saturating_sub(1) } else { *depth + 1 };
            if *depth == 0 { "\n\n".into() } else { "\n".into() }
        }
        // A list item that opens a paragraph is still one item.
        "p" | "div" if !closing && begun => String::new(),
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" => "\n\n".into(),
        "pre" => "\n```\n".into(),
        "code" | "tt" | "kbd" | "samp" => "`".into(),
        "b" | "strong" | "em" | "i" => "**".into(),
        "a" | "span" | "img" | "sup" | "sub" | "u" | "font" | "small" | "hr" | "dd" | "td" | "th" | "table" | "tbody" | "thead"
        | "details" | "summary" | "center" => String::new(),
        _ => return None,
    };
    Some((markdown, end + 1))
}
