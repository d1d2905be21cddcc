//! Text of others made harmless for whoever reads a result: in a terminal, a table or a page. What would move the
//! cursor, colour, hide or turn around text is shown by its number instead.

/// Text in lines; at most so many bytes, with a remark if there was more.
pub fn lines(text: &str, most: usize) -> String {
    cleaned(text, most, true)
}

/// Text in one line; at most so many bytes, with `…` if there was more.
pub fn line(text: &str, most: usize) -> String {
    cleaned(text, most, false)
}

fn cleaned(text: &str, most: usize, in_lines: bool) -> String {
    let mut clean = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        let before = clean.len();
        match c {
            '\n' | '\t' if in_lines => clean.push(c),
            '\n' | '\t' => clean.push(' '),
            c if is_unseen(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
        if clean.len() > most {
            clean.truncate(before);
            clean += if in_lines { "\n… (there was more)" } else { "…" };
            break;
        }
    }
    clean
}

/// Control characters, and those that change the direction, have no width or end a line elsewhere.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_shown_by_its_number() {
        assert_eq!(lines("a\u{1b}[31m\r\nb\tc\rd\u{202e}", 100), "a\\u{1b}[31m\nb\tc\\u{d}d\\u{202e}");
        assert_eq!(line("a\nb\u{7f}", 100), "a b\\u{7f}");
    }

    #[test]
    fn what_is_long_is_cut_between_characters() {
        assert_eq!(line("äöü", 4), "äö…");
        assert_eq!(line("ab\u{1b}", 4), "ab…");
        assert_eq!(lines("abc", 3), "abc");
        assert_eq!(lines("abcd", 3), "abc\n… (there was more)");
    }
}
