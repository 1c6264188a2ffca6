//! "Did you mean": the nearest known word.

/// The candidate nearest to `word`, if one is near enough to be a slip of the hand.
///
/// Bounded: words longer than 64 characters are never looked up.
#[must_use]
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.is_empty() || word.chars().count() > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    let allowed = match lower.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::osa_distance(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_the_slip_and_nothing_else() {
        let known = ["contains", "startswith", "endswith", "re"];
        assert_eq!(did_you_mean("contians", known), Some("contains"));
        assert_eq!(did_you_mean("EndsWith", known), Some("endswith"));
        assert_eq!(did_you_mean("startwith", known), Some("startswith"));
        assert_eq!(did_you_mean("xyzzy", known), None);
        assert_eq!(did_you_mean("", known), None);
        assert_eq!(did_you_mean(&"x".repeat(100_000), known), None);
    }
}
