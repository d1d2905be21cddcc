//! A script's head: the comment lines it begins with. They hold its title and, in lines such as `//! order: 3`, what
//! else is to be known of it. Everything that shows a title asks here.

/// At most this many characters in a title.
const LONGEST_TITLE: usize = 100;

/// A script's title: what its line `//! title: …` says, else its first comment line with a word in it, if one stands
/// before everything else. Other header lines (`//! order: 3`, `//! compare: …`) are no titles.
pub fn title(source: &str) -> Option<String> {
    let has_word = |text: &&str| text.contains(char::is_alphanumeric);
    let first = || head(source).filter(|line| named(line).is_none()).map(words).find(has_word);
    let title = header(source, "title").filter(has_word).or_else(first)?;
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    Some(title.chars().take(LONGEST_TITLE).map(visible).collect())
}

/// The value of the first header line `//! name: value` at the start of a script.
pub fn header<'a>(source: &'a str, name: &str) -> Option<&'a str> {
    headers(source, name).next()
}

/// The values of all header lines `//! name: value` at the start of a script, in the order in which they stand.
pub fn headers<'a>(source: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head(source).filter_map(named).filter(move |(found, _)| *found == name).map(|(_, value)| value)
}

/// The comment lines before everything else, trimmed.
fn head(source: &str) -> impl Iterator<Item = &str> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take_while(|line| line.starts_with("//") || line.starts_with("/*"))
}

/// Name and value of a header line: `//! name: value`, and of the title also `// title: value`.
fn named(line: &str) -> Option<(&str, &str)> {
    let (name, value) = words(line).split_once(':')?;
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    (is_word && (line.starts_with("//!") || name == "title")).then_some((name, value.trim()))
}

/// A comment line without its marks.
fn words(line: &str) -> &str {
    line.trim_start_matches(['/', '!', '*']).trim_end_matches("*/").trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comment_line_is_the_title() {
        for (source, expected) in [
            ("// First touch\nspawn();", Some("First touch")),
            ("//! title: First touch\n//! order: 1\n// Demand paging.\n", Some("First touch")),
            ("//! order: 1\n//! compare: allocator=memarea\n//! title: First touch\n", Some("First touch")),
            ("//! order: 1\n//! compare: rmap=none\n// First touch\n", Some("First touch")),
            ("//! order: 1\n", None),
            ("// title:  First touch \r\nspawn();", Some("First touch")),
            ("\u{feff}\n\n  /// First touch\n", Some("First touch")),
            ("/* First touch */\nspawn();", Some("First touch")),
            ("/* First touch\n   goes on */", Some("First touch")),
            ("// Fork: shares, then copies\n", Some("Fork: shares, then copies")),
            ("// note: this is a sentence\n", Some("note: this is a sentence")),
            ("//\n// First touch\n", Some("First touch")),
            ("////////////////\n// First touch //\n", Some("First touch //")),
            ("spawn(); // not a title\n// nor this", None),
            ("let a = 1;\n// nor this", None),
            ("//! title:\n// First touch", Some("First touch")),
            ("//", None),
            ("", None),
        ] {
            assert_eq!(title(source).as_deref(), expected, "{source:?}");
        }
        assert_eq!(title(&format!("// {}", "é".repeat(500))).map(|title| title.chars().count()), Some(100));
    }

    #[test]
    fn headers_are_read_by_their_names() {
        let source = "//! title: A\n//! order: 3\n// words\n//! compare: rmap=\"none\"\nspawn();\n//! order: 4\n";
        assert_eq!(header(source, "order"), Some("3"));
        assert_eq!(header(source, "compare"), Some("rmap=\"none\""));
        assert_eq!(header(source, "author"), None);
        let twice =
            "\u{feff}/* words */\n//! compare: rmap=none\n\n//! compare: frames=48\nspawn();\n//! compare: frames=9\n";
        assert_eq!(headers(twice, "compare").collect::<Vec<_>>(), ["rmap=none", "frames=48"]);
    }
}
