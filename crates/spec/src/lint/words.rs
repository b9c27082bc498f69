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
}
