//! The environment and the options -> what may be written to a stream: its width, colours, pictures.

use std::env;

use console::Term;

use crate::args::Colour;
use crate::wrap::{Span, wrapped};

/// Nobody reads lines that are longer than this.
const WIDEST: usize = 120;
const USUAL: usize = 80;
/// Below this nothing can be laid out.
pub(crate) const NARROWEST: usize = 20;

/// What a stream can show.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    /// Text is laid out for people, not passed on as it came.
    pub(crate) rendered: bool,
    pub(crate) colour: bool,
    pub(crate) width: usize,
    pub(crate) pictures: Option<Pictures>,
    /// The stream is a terminal, so lines that are written can be taken back.
    pub(crate) live: bool,
}

/// How pictures are shown in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pictures {
    Kitty,
    Iterm2,
}

/// How text looks: an escape sequence that switches it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style(&'static str);

impl Style {
    pub(crate) const ERROR: Self = Self("1;31");
    pub(crate) const HELP: Self = Self("1;36");
    pub(crate) const HEADING: Self = Self("1;34");
    pub(crate) const BOLD: Self = Self("1");
    pub(crate) const ITALIC: Self = Self("3");
    pub(crate) const BOLD_ITALIC: Self = Self("1;3");
    pub(crate) const STRUCK: Self = Self("9");
    pub(crate) const CODE: Self = Self("36");
    pub(crate) const DIM: Self = Self("2");
    pub(crate) const PLAIN: Self = Self("");
}

impl Terminal {
    /// Standard output.
    pub(crate) fn output(colour: Colour, width: Option<usize>) -> Self {
        let mut terminal = Self::of(&Term::stdout(), colour, width);
        terminal.pictures = if terminal.live { pictures(|name| env::var(name).ok()) } else { None };
        terminal
    }

    /// Standard error.
    pub(crate) fn errors(colour: Colour, width: Option<usize>) -> Self {
        Self::of(&Term::stderr(), colour, width)
    }

    fn of(term: &Term, colour: Colour, width: Option<usize>) -> Self {
        let live = term.is_term();
        let found = term.size_checked().map(|(_, columns)| usize::from(columns)).filter(|_| live);
        Self {
            rendered: live || width.is_some(),
            colour: coloured(colour, live, |name| env::var(name).ok()),
            width: width.unwrap_or_else(|| found.unwrap_or(USUAL).min(WIDEST)).max(NARROWEST),
            pictures: None,
            live,
        }
    }

    /// Words in lines that fit. In a pipe they stay in one line, so that a path can be found there.
    pub(crate) fn fitted(&self, spans: &[Span]) -> String {
        wrapped(spans, if self.rendered { self.width } else { usize::MAX }, self).join("\n")
    }

    /// A message for people in lines that fit, and as it is where it may be for a program.
    pub(crate) fn message(&self, head: &str, style: Style, text: &str) -> String {
        let blank = if head.is_empty() { "" } else { " " };
        if !self.live {
            return format!("{}{blank}{text}\n", self.paint(style, head));
        }
        let spans = [Span { text: head.to_owned(), style }, Span { text: format!("{blank}{text}"), style: Style::PLAIN }];
        self.fitted(&spans) + "\n"
    }

    /// Text in a style, if colours are wanted.
    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && style != Style::PLAIN && !text.is_empty() { format!("\x1b[{}m{text}\x1b[0m", style.0) } else { text.to_owned() }
    }
}

/// What was asked for decides; then `NO_COLOR`, `CLICOLOR_FORCE`, and whether somebody looks.
fn coloured(colour: Colour, live: bool, read: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| read(name).is_some_and(|value| !value.is_empty());
    match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if set("NO_COLOR") => false,
        Colour::Auto if read("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") => true,
        Colour::Auto => live && read("TERM").is_none_or(|term| term != "dumb"),
    }
}

fn pictures(read: impl Fn(&str) -> Option<String>) -> Option<Pictures> {
    // A multiplexer passes pictures on only when told to.
    if read("TMUX").is_some() || read("STY").is_some() {
        return None;
    }
    match read("TERM_PROGRAM").as_deref() {
        Some("iTerm.app" | "WezTerm") => return Some(Pictures::Iterm2),
        Some("ghostty") => return Some(Pictures::Kitty),
        _ => {}
    }
    let kitty = read("KITTY_WINDOW_ID").is_some() || read("TERM").is_some_and(|term| term == "xterm-kitty" || term == "xterm-ghostty");
    kitty.then_some(Pictures::Kitty)
}

#[cfg(test)]
impl Terminal {
    /// For tests: laid out at this width.
    pub(crate) fn plain(width: usize) -> Self {
        Self { rendered: true, colour: false, width, pictures: None, live: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn colours_are_there_when_they_are_wanted() {
        for (colour, live, set, expected) in [
            (Colour::Auto, true, &[][..], true),
            (Colour::Auto, false, &[], false),
            (Colour::Auto, true, &[("NO_COLOR", "1")], false),
            (Colour::Auto, true, &[("NO_COLOR", "")], true),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (Colour::Auto, true, &[("TERM", "dumb")], false),
            (Colour::Always, false, &[("NO_COLOR", "1")], true),
            (Colour::Never, true, &[("CLICOLOR_FORCE", "1")], false),
        ] {
            assert_eq!(coloured(colour, live, environment(set)), expected, "{colour:?} {live} {set:?}");
        }
    }

    #[test]
    fn pictures_are_shown_where_they_can_be() {
        for (set, expected) in [
            (&[("KITTY_WINDOW_ID", "1")][..], Some(Pictures::Kitty)),
            (&[("TERM", "xterm-kitty")], Some(Pictures::Kitty)),
            (&[("TERM_PROGRAM", "iTerm.app")], Some(Pictures::Iterm2)),
            (&[("TERM_PROGRAM", "iTerm.app"), ("TMUX", "1")], None),
            (&[("TERM", "xterm-256color")], None),
        ] {
            assert_eq!(pictures(environment(set)), expected, "{set:?}");
        }
    }
}
