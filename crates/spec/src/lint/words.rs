//! Names and prose as words: what the rules about spelling and descriptions share.

/// The number of letters that must be added, removed or replaced to turn `left` into `right`.
#[must_use]
pub fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (number, letter) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], number + 1);
        for (position, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[position + 1];
            row[position + 1] = replaced.min(diagonal + 1).min(row[position] + 1);
        }
    }
    row[right.len()]
}

/// The words of a name, in lower case: `expiresAt`, `expires_at` and `EXPIRES-AT` are all `expires`, `at`.
///
/// A run of capitals is one word (`userID` is `user`, `id`); digits belong to the word before them.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut begun = false;
    for (position, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            begun = false;
            continue;
        }
        let before = position.checked_sub(1).map(|before| letters[before]);
        let after_small = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let before_small = letters.get(position + 1).is_some_and(|next| next.is_lowercase());
        let starts = letter.is_uppercase() && (after_small || (before_small && before.is_some_and(char::is_uppercase)));
        if !begun || starts {
            words.push(String::new());
            begun = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// How the words of a name are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// `expires_at`
    Snake,
    /// `expiresAt`
    Camel,
    /// `ExpiresAt`
    Pascal,
    /// `expires-at`
    Kebab,
    /// `EXPIRES_AT`
    Capitals,
    /// `expires_At`
    Mixed,
}

impl std::fmt::Display for Style {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Snake => "snake_case",
            Self::Camel => "camelCase",
            Self::Pascal => "PascalCase",
            Self::Kebab => "kebab-case",
            Self::Capitals => "CAPITALS",
            Self::Mixed => "mixed_Case",
        })
    }
}

/// The style of a name; `None` if it fits more than one (`id`, `ID`), is not made of words (`$filter`, `user.name`, `en_US`), or is the
/// name of an HTTP header, whoever it is that writes it (`Content-Type`, `x-api-key`).
#[must_use]
pub fn style(name: &str) -> Option<Style> {
    // Tools tell components of one name apart by a number: `order-2`.
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('-').trim_matches('_');
    let header = name.contains('-')
        && (name.starts_with("x-") || name.split('-').all(|part| part.starts_with(|first: char| first.is_ascii_uppercase())));
    let locale = name.split_once('_').is_some_and(|(language, rest)| {
        matches!(language.len(), 2 | 3)
            && language.chars().all(|letter| letter.is_ascii_lowercase())
            && rest.starts_with(|first: char| first.is_ascii_uppercase())
    });
    if header || locale || name.contains("--") || name.contains("__") {
        return None;
    }
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')) {
        return None;
    }
    let has = |test: fn(&char) -> bool| name.chars().any(|letter| test(&letter));
    let (small, large) = (has(char::is_ascii_lowercase), has(char::is_ascii_uppercase));
    match (name.contains('_'), name.contains('-'), small, large) {
        (true, true, _, _) => Some(Style::Mixed),
        (true, _, true, false) => Some(Style::Snake),
        (true, _, false, true) => Some(Style::Capitals),
        (_, true, true, false) => Some(Style::Kebab),
        (true, _, true, true) => Some(Style::Mixed),
        (false, false, true, true) if name.starts_with(|first: char| first.is_ascii_lowercase()) => Some(Style::Camel),
        (false, false, true, true) if name.starts_with(|first: char| first.is_ascii_uppercase()) => Some(Style::Pascal),
        _ => None,
    }
}

/// What is left of a name when case and separators do not count: `userId`, `user_id` and `USER-ID` are all `userid`.
///
/// Signs that mean something stay (`$filter`, `created>`, `items[]`, a leading underscore), and so does what separates two digits.
#[must_use]
pub fn folded(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let is_digit = |position: Option<usize>| position.and_then(|position| letters.get(position)).is_some_and(char::is_ascii_digit);
    let mut folded = String::with_capacity(name.len());
    for (position, letter) in letters.iter().enumerate() {
        let between_digits = is_digit(position.checked_sub(1)) && is_digit(Some(position + 1));
        let at_edge = position == 0 || position + 1 == letters.len();
        if !matches!(letter, '_' | '-' | ' ') || between_digits || at_edge {
            folded.extend(letter.to_lowercase());
        }
    }
    folded
}

/// A word without the endings of number: `items` and `item` are the same, and so are `entries` and `entry`.
#[must_use]
pub fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() >= 2) {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps = word.len() <= 3 || ["ss", "us", "is"].into_iter().any(|ending| word.ends_with(ending));
    word.strip_suffix('s').filter(|_| !keeps).unwrap_or(word).to_owned()
}

/// A word without the endings of number and of the past: `expires`, `expired` and `expire` are the same.
#[must_use]
pub fn stem(word: &str) -> String {
    let word = singular(word);
    let stem = word.strip_suffix("ed").filter(|stem| stem.len() >= 3).unwrap_or(&word);
    stem.strip_suffix('e').filter(|stem| stem.len() >= 3).unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_styles_give_the_same_words() {
        for name in ["expiresAt", "expires_at", "EXPIRES-AT", "ExpiresAt", "expires.at"] {
            assert_eq!(words(name), ["expires", "at"], "{name}");
        }
        assert_eq!(words("userID"), ["user", "id"]);
        assert_eq!(words("HTTPServer2Name"), ["http", "server2", "name"]);
        assert_eq!(words("__"), Vec::<String>::new());
    }

    #[test]
    fn distance_counts_changes() {
        assert_eq!(distance("DATA_ANALYSIS", "DATA_ANALYTICS"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn styles_are_told_apart() {
        for (name, expected) in [
            ("expires_at", Some(Style::Snake)),
            ("_links_of", Some(Style::Snake)),
            ("expiresAt", Some(Style::Camel)),
            ("ExpiresAt", Some(Style::Pascal)),
            ("Expires", Some(Style::Pascal)),
            ("expires-at", Some(Style::Kebab)),
            ("EXPIRES_AT", Some(Style::Capitals)),
            ("expires_At", Some(Style::Mixed)),
            ("id", None),
            ("ID", None),
            ("$filter", None),
            ("Content-Type", None),
            ("Task--Full", None),
            ("pt-BR", None),
            ("zh_Hans", None),
            ("order-2", None),
            ("", None),
        ] {
            assert_eq!(style(name), expected, "{name}");
        }
    }

    #[test]
    fn folding_drops_case_and_separators_only() {
        assert_eq!(folded("user_Id"), folded("USER-ID"));
        assert_ne!(folded("_id"), folded("id"));
        assert_ne!(folded("-1"), folded("+1"));
        assert_ne!(folded("v1_0"), folded("v10"));
    }

    #[test]
    fn endings_do_not_count() {
        for word in ["expires", "expired", "expire"] {
            assert_eq!(stem(word), "expir", "{word}");
        }
        assert_eq!(singular("entries"), "entry");
        assert_eq!(singular("boxes"), "box");
        for word in ["status", "address", "analysis", "ids", "is"] {
            assert_eq!(singular(word), word);
        }
        assert_ne!(stem("synched"), stem("synching"));
    }
}
