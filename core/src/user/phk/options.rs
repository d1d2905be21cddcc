//! The letters of `/etc/malloc.conf`.

/// Options of phkmalloc.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    pub abort: bool,
    pub hint: bool,
    pub realloc_moves: bool,
    pub junk: bool,
    pub no_empty: bool,
    pub abort_when_out: bool,
    pub zero: bool,
    /// Pages kept at the heap's end when it is trimmed.
    pub cache: u64,
}

impl Options {
    /// Reads the letters, from left to right; they have been checked.
    pub fn read(letters: &str) -> Options {
        let mut on = Options {
            abort: false,
            hint: false,
            realloc_moves: false,
            junk: false,
            no_empty: false,
            abort_when_out: false,
            zero: false,
            cache: 16,
        };
        for letter in letters.chars() {
            let value = letter.is_ascii_uppercase();
            match letter.to_ascii_uppercase() {
                'A' => on.abort = value,
                'H' => on.hint = value,
                'R' => on.realloc_moves = value,
                'J' => on.junk = value,
                'V' => on.no_empty = value,
                'X' => on.abort_when_out = value,
                'Z' => on.zero = value,
                '>' => on.cache = (on.cache * 2).min(1 << 20),
                '<' => on.cache /= 2,
                _ => {}
            }
        }
        // To zero a block is to fill it, and a block that is filled anew must not be kept.
        on.junk |= on.zero;
        on.realloc_moves |= on.junk;
        on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_turn_on_and_off_and_imply_others() {
        let zero = Options::read("Z");
        assert!(zero.zero && zero.junk && zero.realloc_moves && !zero.abort);
        assert!(!Options::read("AXa").abort);
        assert_eq!((Options::read(">>").cache, Options::read("<").cache), (64, 8));
    }
}
