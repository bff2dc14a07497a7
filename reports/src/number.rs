//! A number as text, with no more digits than say something.

/// What a missing number looks like; never 0.
pub(crate) const MISSING: &str = "–";

/// Enough for any time in its unit.
pub(crate) const ALL_DECIMALS: usize = 7;

/// A value of which nothing is known but itself: four digits.
pub(crate) fn plain(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (3 - magnitude(value)).clamp(0, ALL_DECIMALS as i32) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A count with commas.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A difference: three digits after its sign.
pub(crate) fn signed(value: f64) -> String {
    const DECIMALS: i32 = 3;
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (2 - magnitude(value)).clamp(0, DECIMALS) as usize;
    let text = with_decimals(value.abs(), decimals);
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text.as_str() };
    format!("{}{text}", if value < 0.0 { '-' } else { '+' })
}

/// The size of a difference, whichever way it goes.
pub(crate) fn unsigned(value: f64) -> String {
    signed(value.abs()).trim_start_matches('+').to_owned()
}

/// What would be rounded to 0 is shown as being below the least that would not.
pub(crate) fn with_decimals(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_zero = decimals > 0 && text.chars().all(|character| matches!(character, '0' | '.' | '-'));
    if value > 0.0 && is_zero { format!("<{}1", &text[..text.len() - 1]) } else { text }
}

pub(crate) fn magnitude(value: f64) -> i32 {
    libm::floor(libm::log10(value.abs())) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_has_its_sign_and_is_0_only_if_there_is_none() {
        let texts = [3.24159, -12.04, 250.7, 0.0, 4e-7, -4e-7].map(signed);
        assert_eq!(texts, ["+3.24", "-12", "+251", "0", "+<0.001", "-<0.001"]);
        assert_eq!([-3.24159, 4e-7, 0.0].map(unsigned), ["3.24", "<0.001", "0"]);
    }
}
