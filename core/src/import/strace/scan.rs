//! Finds the places in a call's text that are outside strings, brackets, comments and `<...>`: where its arguments end.
//!
//! Not recursive: a hostile line that opens a million brackets costs a million bytes, not the stack.

/// How strace breaks off a call: another process interrupted it; strace let the process go; the process was gone
/// (strace 4).
const BREAKS: [&str; 5] =
    ["<unfinished ...>", "<detached ...>", "<unavailable ...>", "<ptrace(", "<Cannot restart pid "];

/// Whether strace broke the call off here.
pub fn breaks_off(text: &str) -> bool {
    text.starts_with('<') && BREAKS.iter().any(|end| text.starts_with(end))
}

/// The first place outside all brackets and strings where `stop` holds, or where strace broke the call off; `None` if
/// the brackets do not match or the text ends before.
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
                _ if breaks_off(&text[at..]) => return Some(at),
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

/// The index of the closing quote of the string that opens at `at`; `None` if it is not closed.
fn end_of_string(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while *bytes.get(end)? != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some(end)
}

/// At most this many bytes of a socket's annotation are searched for quotes: names of Unix sockets have at most 108
/// bytes.
const LONGEST_SOCKET: usize = 1000;

/// The `>` that closes the annotation of a file descriptor that opens at `at`, such as `</dev/null<char 1:3>>`; an
/// arrow closes nothing. For a Unix socket `-yy` shows the path in quotes, which may contain anything.
pub fn end_of_annotation(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at..].starts_with(b"<UNIX") {
        let near = &bytes[..bytes.len().min(at + LONGEST_SOCKET)];
        if let Some(end) = closing(near, at, true) {
            return Some(end);
        }
    }
    closing(bytes, at, false)
}

fn closing(bytes: &[u8], at: usize, quotes: bool) -> Option<usize> {
    let mut depth = 0u32;
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'"' if quotes => end = end_of_string(bytes, end)?,
            b'<' => depth += 1,
            b'>' if bytes[end - 1] != b'-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(end);
        }
        end += 1;
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
        split_to(
            r#"3<UNIX-STREAM:[1->2,"/a>, \"b"]>, 4<UNIX:[1,"open], 5<TCPv6:[[::1]:1->[::2]:2]>"#,
            &[r#"3<UNIX-STREAM:[1->2,"/a>, \"b"]>"#, r#"4<UNIX:[1,"open], 5<TCPv6:[[::1]:1->[::2]:2]>"#],
        );
    }

    #[test]
    fn ends_nowhere_in_broken_text() {
        let end = |text| scan(text, |_, byte| byte == b')');
        assert_eq!(end("1, 2) = 0"), Some(4));
        assert_eq!(end("1, {a <unfinished ...>"), Some(6));
        assert_eq!(end("0,  <detached ...>"), Some(4));
        assert_eq!(end("0 <ptrace(SYSCALL):No such process>"), Some(2));
        for broken in ["1, 2", "1, \"2) = 0", "(]) = 0", "3</a ) = 0", "/* ) = 0", "\"\\"] {
            assert_eq!(end(broken), None, "{broken}");
        }
        assert_eq!(end(&"(".repeat(1_000_000)), None);
    }
}
