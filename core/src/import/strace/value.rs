//! The grammar of one argument: numbers, flags, strings, file descriptors with the paths of `-y`.

use super::scan::end_of_annotation;
use winnow::ascii::{dec_uint, digit1, hex_digit1, hex_uint, oct_digit1, space0};
use winnow::combinator::{alt, delimited, fail, opt, preceded, repeat, separated, terminated};
use winnow::token::{take_until, take_while};
use winnow::{ModalResult, Parser};

/// `NULL`, `0x1000`, `0644` or `4096`.
pub fn integer(input: &mut &str) -> ModalResult<u64> {
    alt((
        "NULL".value(0),
        preceded("0x", hex_digit1.and_then(hex_uint)),
        preceded('0', oct_digit1.try_map(|digits| u64::from_str_radix(digits, 8))),
        dec_uint,
    ))
    .parse_next(input)
}

/// What `-y` shows of a file descriptor, without its brackets and without the device that `-yy` adds:
/// `</lib/libc.so.6>`,
/// `</dev/null<char 1:3>>`, `<TCP:[1.1.1.1:1->2.2.2.2:2]>`. Escapes are left as they are ([`unescape`]).
pub fn path<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    let end = if input.starts_with('<') { end_of_annotation(input.as_bytes(), 0) } else { None };
    let Some(end) = end else { return fail.parse_next(input) };
    let (inside, after) = (&input[1..end], &input[end + 1..]);
    *input = after;
    let device = inside.strip_suffix('>').and_then(|inside| inside.rsplit_once('<'));
    Ok(device.map_or(inside, |(path, _)| path))
}

/// A path as `-y` shows it, its escapes (`\303\251`, `\74` for `<`) decoded.
pub fn unescape(path: &str) -> String {
    let quoted = if path.contains('\\') { string(&format!("\"{path}\"")) } else { None };
    quoted.map_or_else(|| path.to_string(), |(path, _)| path)
}

/// A number, whatever comment follows it.
pub fn number(argument: &str) -> Option<u64> {
    terminated(integer, opt(comment)).parse(argument).ok()
}

/// A file descriptor and its path, if known. Negative: `None`. Anything else after the number is ignored.
pub fn descriptor(argument: &str) -> Option<(Option<u64>, Option<&str>)> {
    if (opt('-'), digit1, opt(comment)).void().parse(argument).is_ok() && argument.starts_with('-') {
        return Some((None, None));
    }
    let mut rest = argument;
    let number = integer.parse_next(&mut rest).ok().filter(|_| argument.starts_with(|c: char| c.is_ascii_digit()))?;
    let annotation = path.parse_next(&mut rest).ok();
    let ends = rest.is_empty() || rest.starts_with(['<', '(', ' ', '/']);
    ends.then_some((Some(number), annotation))
}

/// Flags as strace writes them: names and, for those without a name, numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flags<'a> {
    pub names: Vec<&'a str>,
    pub bits: u64,
}

impl Flags<'_> {
    /// Whether a flag is set, by its name or, as `strace -X raw` writes it, in a number.
    pub fn has(&self, name: &str, bit: u64) -> bool {
        self.names.contains(&name) || self.bits & bit != 0
    }
}

/// `MAP_PRIVATE|MAP_FIXED`, `0x22`, `0x3 /* PROT_READ|PROT_WRITE */` or `MAP_HUGETLB|21<<MAP_HUGE_SHIFT`.
pub fn flags(argument: &str) -> Option<Flags<'_>> {
    let shifted = (integer, "<<", name).map(|(_, _, name)| (name, 0));
    let bits = integer.map(|bits| ("", bits));
    let flag = terminated(alt((shifted, bits, name.map(|name| (name, 0)))), opt(comment));
    let all: Vec<(&str, u64)> = separated(1.., flag, '|').parse(argument).ok()?;
    Some(Flags {
        names: all.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect(),
        bits: all.iter().fold(0, |bits, (_, bit)| bits | bit),
    })
}

/// A string without its quotes and escapes, and whether strace cut it short (`"..."...`).
pub fn string(argument: &str) -> Option<(String, bool)> {
    let inside = repeat(0.., byte).fold(Vec::new, |mut all: Vec<u8>, byte| {
        all.extend_from_slice(byte.as_bytes());
        all
    });
    let (bytes, cut) = (delimited('"', inside, '"'), opt("...")).parse(argument).ok()?;
    Some((String::from_utf8_lossy(&bytes).into_owned(), cut.is_some()))
}

/// One character of a string, or the byte that an escape stands for.
enum Piece<'a> {
    Plain(&'a str),
    Byte([u8; 1]),
}

impl Piece<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Piece::Plain(text) => text.as_bytes(),
            Piece::Byte(byte) => byte,
        }
    }
}

fn byte<'a>(input: &mut &'a str) -> ModalResult<Piece<'a>> {
    let plain = take_while(1.., |c: char| !matches!(c, '"' | '\\')).map(Piece::Plain);
    alt((plain, preceded('\\', escape).map(|byte| Piece::Byte([byte])))).parse_next(input)
}

fn escape(input: &mut &str) -> ModalResult<u8> {
    let octal = take_while(1..=3, '0'..='7').try_map(|digits| u8::from_str_radix(digits, 8));
    let hex = preceded('x', take_while(1..=2, |c: char| c.is_ascii_hexdigit()))
        .try_map(|digits| u8::from_str_radix(digits, 16));
    let letter = alt(('n'.value(b'\n'), 't'.value(b'\t'), 'r'.value(b'\r'), 'v'.value(0x0b), 'f'.value(0x0c)));
    let itself = alt(('"'.value(b'"'), '\\'.value(b'\\')));
    alt((octal, hex, letter, itself)).parse_next(input)
}

fn name<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    take_while(1.., |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '?')).parse_next(input)
}

fn comment(input: &mut &str) -> ModalResult<()> {
    delimited((space0, "/*"), take_until(0.., "*/"), "*/").void().parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        let check = |text: &str, value| assert_eq!(number(text), value, "{text}");
        check("NULL", Some(0));
        check("0", Some(0));
        check("8192", Some(8192));
        check("0x7f5e044fd000", Some(0x7f5e_044f_d000));
        check("0644", Some(0o644));
        check("0x3 /* PROT_READ|PROT_WRITE */", Some(3));
        check("18446744073709551615", Some(u64::MAX));
        for wrong in [
            "",
            "-1",
            "0x",
            "1x",
            "18446744073709551616",
            "0x10000000000000000",
            "99999999999999999999999999999",
            "NULL /*",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn reads_flags() {
        let check = |text: &str, names: &[&str], bits| {
            assert_eq!(flags(text), Some(Flags { names: names.to_vec(), bits }), "{text}");
        };
        check("MAP_PRIVATE|MAP_FIXED|0x800", &["MAP_PRIVATE", "MAP_FIXED"], 0x800);
        check("MAP_HUGETLB|21<<MAP_HUGE_SHIFT", &["MAP_HUGETLB", "MAP_HUGE_SHIFT"], 0);
        check("0x3 /* PROT_READ|PROT_WRITE */", &[], 3);
        check("0x80 /* MAP_??? */", &[], 0x80);
        assert_eq!(flags("MAP_PRIVATE|"), None);
        assert_eq!(flags(""), None);
    }

    #[test]
    fn reads_descriptors() {
        assert_eq!(descriptor("-1"), Some((None, None)));
        assert_eq!(descriptor("3"), Some((Some(3), None)));
        assert_eq!(descriptor("3</lib/a b.so>"), Some((Some(3), Some("/lib/a b.so"))));
        assert_eq!(descriptor("3</dev/zero<char 1:5>>"), Some((Some(3), Some("/dev/zero"))));
        assert_eq!(descriptor("3</tmp/x>(deleted)"), Some((Some(3), Some("/tmp/x"))));
        assert_eq!(descriptor("4<TCP:[1.1.1.1:1->2.2.2.2:2]>"), Some((Some(4), Some("TCP:[1.1.1.1:1->2.2.2.2:2]"))));
        assert_eq!(
            descriptor(r#"4<UNIX-STREAM:[1->2,"/a>b"]>"#),
            Some((Some(4), Some(r#"UNIX-STREAM:[1->2,"/a>b"]"#)))
        );
        assert_eq!(descriptor("4<never closed"), Some((Some(4), None)));
        for wrong in ["AT_FDCWD</tmp>", "", "x", "4x", "--1", "NULL"] {
            assert_eq!(descriptor(wrong), None, "{wrong}");
        }
        assert_eq!(unescape(r"/tmp/\303\251 \74\76"), "/tmp/é <>");
        assert_eq!(unescape(r#"/tmp/raw " and \"#), r#"/tmp/raw " and \"#);
    }

    #[test]
    fn reads_strings() {
        assert_eq!(string(r#""a\n\t\\\"\0\101b\x41""#), Some(("a\n\t\\\"\0AbA".into(), false)));
        assert_eq!(string(r#""abc"..."#), Some(("abc".into(), true)));
        assert_eq!(string(r#""\377""#), Some(("\u{fffd}".into(), false)));
        assert_eq!(string(r#""abc"#), None);
        assert_eq!(string("0x7ffe"), None);
    }
}
