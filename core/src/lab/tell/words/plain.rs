//! Text of notes and questions as it is read without a page: a thing named `[[frame 6]]` there is a link, here a word.

/// The text with every `[[name]]` as its name, and every `[[name|label]]` as its label.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        out.push_str(before);
        match after.split_once("]]") {
            Some((thing, after)) if !thing.contains(['[', ']', '\n']) => {
                out.push_str(thing.split_once('|').map_or(thing, |(_, label)| label));
                rest = after;
            }
            _ => {
                out.push_str("[[");
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_its_label_or_its_name() {
        for (text, read) in [
            ("It is in [[frame 6]].", "It is in frame 6."),
            ("[[page 1 0x7000|Its page]], [[slot 3]]", "Its page, slot 3"),
            ("an array [[1, 2], [3]] and [[", "an array [[1, 2], [3]] and [["),
            ("[[[[frame 6]]", "[[frame 6"),
            ("", ""),
        ] {
            assert_eq!(plain(text), read);
        }
    }
}
