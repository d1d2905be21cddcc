//! Numbers as people write them in answers.

/// The number that a text says: `12`, `1,024`, `0x1f`, `0b101`, `0o17`, `-3`, `4 KB` (1,024 bytes each, as textbooks
/// have it), `1.5 KiB`, `7 frames` where `unit` is `frames`. `None` if it says none, or none that is whole.
pub fn number(text: &str, unit: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let unit = unit.trim().to_ascii_lowercase();
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.as_str()),
    };
    let size = based(digits).or_else(|| decimal(digits, &unit))?;
    if negative { 0_i64.checked_sub_unsigned(size) } else { Some(size as i64).filter(|n| *n >= 0 || size > 1 << 63) }
}

/// A number with the mark of its base.
fn based(digits: &str) -> Option<u64> {
    let bases = [("0x", 16), ("0b", 2), ("0o", 8)];
    let (digits, base) = bases.iter().find_map(|(mark, base)| Some((digits.strip_prefix(mark)?, *base)))?;
    u64::from_str_radix(&digits.replace(['_', '\'', ' '], ""), base).ok()
}

/// A decimal number, with a point, commas between thousands, and a size or the unit that was asked for behind it.
fn decimal(text: &str, unit: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !",._'".contains(c)).unwrap_or(text.len());
    let (digits, behind) = text.split_at(end);
    let factor = factor(behind.trim(), unit)?;
    let digits = digits.replace([',', '_', '\''], "");
    match digits.split_once('.') {
        None => digits.parse::<u64>().ok()?.checked_mul(factor),
        Some((whole, part)) if part.len() <= 9 => {
            let scale = 10_u64.checked_pow(part.len() as u32)?;
            let whole = whole.parse::<u64>().ok()?.checked_mul(scale)?;
            let all = whole.checked_add(part.parse().ok()?)?.checked_mul(factor)?;
            all.is_multiple_of(scale).then_some(all / scale)
        }
        Some(_) => None,
    }
}

/// What is behind a number, as a factor; `None` if it is neither a size nor the unit.
fn factor(word: &str, unit: &str) -> Option<u64> {
    let bare = |word: &str| word.trim_end_matches('s').to_string();
    if word.is_empty() || !unit.is_empty() && bare(word) == bare(unit) {
        return Some(1);
    }
    match word {
        "b" | "byte" | "bytes" => Some(1),
        "k" | "kb" | "kib" => Some(1 << 10),
        "m" | "mb" | "mib" => Some(1 << 20),
        "g" | "gb" | "gib" => Some(1 << 30),
        _ => None,
    }
}
