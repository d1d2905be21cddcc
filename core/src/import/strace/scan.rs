//! Finds the places in a call's text that are outside strings, brackets, comments and `<...>`: where its arguments end.
//!
//! Not recursive: a hostile line that opens a million brackets costs a million bytes, not the stack.

/// Where strace broke off a call that another process interrupted.
pub const UNFINISHED: &str = "<unfinished ...>";

/// The first place outside all brackets and strings where `stop` holds, or the first [`UNFINISHED`]; none if the brackets
/// do not match or the text ends before.
pub fn scan(text: &str, mut stop: impl FnMut(usize, u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if open.is_empty() && stop(at, byte) {
            return Some(at);
        }
        match byte {
            b'"' => at = end_of_string(bytes, at)?,
            b'/' if bytes.get(at + 1) == Some(&b'*') => at += text[at..].find("*/")? + 1,
            b'<' => match bytes.get(at + 1) {
                Some(b'<') => at += 1,
                Some(b'=' | b' ') => {}
                _ if text[at..].starts_with(UNFINISHED) => return Some(at),
                _ => at = end_of_annotation(bytes, at)?,
            },
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            b')' | b']' | b'}' if open.pop() != Some(byte) => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The arguments between a call's parentheses: split at the commas outside of everything.
pub fn split(arguments: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    scan(arguments, |at, byte| {
        if byte == b',' {
            parts.push(arguments[start..at].trim());
            start = at + 1;
        }
        false
    });
    let last = arguments[start..].trim();
    if !last.is_empty() || !parts.is_empty() {
        parts.push(last);
    }
    parts
}

/// The closing quote of the string that opens at `at`.
fn end_of_string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while *bytes.get(end)? != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some(end)
}

/// The `>` that closes the annotation of a file descriptor, such as `</dev/null<char 1:3>>`; an arrow closes nothing.
fn end_of_annotation(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0u32;
    for (end, byte) in bytes.iter().enumerate().skip(at) {
        match byte {
            b'<' => depth += 1,
            b'>' if bytes[end - 1] != b'-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_outside_of_everything() {
        let split_to = |text: &str, parts: &[&str]| assert_eq!(split(text), parts);
        split_to("", &[]);
        split_to("NULL", &["NULL"]);
        split_to(
            "-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0",
            &["-1", "[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]", "0"],
        );
        split_to(r#"3</tmp/a,b>, "x, \" ) y", 4"#, &["3</tmp/a,b>", r#""x, \" ) y""#, "4"]);
        split_to(
            "0, MAP_HUGETLB|21<<MAP_HUGE_SHIFT, 1 /* a, b */",
            &["0", "MAP_HUGETLB|21<<MAP_HUGE_SHIFT", "1 /* a, b */"],
        );
        split_to(
            "5<TCP:[1.1.1.1:1->2.2.2.2:2]>, 6</dev/null<char 1:3>>",
            &["5<TCP:[1.1.1.1:1->2.2.2.2:2]>", "6</dev/null<char 1:3>>"],
        );
    }

    #[test]
    fn ends_nowhere_in_broken_text() {
        let end = |text| scan(text, |_, byte| byte == b')');
        assert_eq!(end("1, 2) = 0"), Some(4));
        assert_eq!(end("1, {a <unfinished ...>"), Some(6));
        for broken in ["1, 2", "1, \"2) = 0", "(]) = 0", "3</a ) = 0", "/* ) = 0", "\"\\"] {
            assert_eq!(end(broken), None, "{broken}");
        }
        assert_eq!(end(&"(".repeat(1_000_000)), None);
    }
}
