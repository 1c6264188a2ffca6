//! Natural logarithms in fixed point with 32 fractional bits, by integers alone.

/// ln 2 with 32 fractional bits.
const LN_2: i128 = 2_977_044_472;

/// The natural logarithm of `numerator / denominator` with 32 fractional bits; zero counts as one.
///
/// Off by less than 2^-28: each binary logarithm is cut off at its 32nd bit, and so are the squares on the way.
pub(crate) fn ln_ratio(numerator: u64, denominator: u64) -> i64 {
    let binary = log2(numerator.max(1)).saturating_sub(log2(denominator.max(1)));
    let natural = i128::from(binary).saturating_mul(LN_2) >> 32;
    i64::try_from(natural).unwrap_or(i64::MAX)
}

/// The binary logarithm with 32 fractional bits, of a number above zero.
///
/// Digit by digit: squaring a number between 1 and 2 doubles its logarithm, whose whole part is the next bit.
fn log2(number: u64) -> i64 {
    let mut value = u128::from(number) << number.leading_zeros();
    let mut bits = i64::from(number.ilog2());
    for _ in 0..32 {
        // `value` has 63 fractional bits and is below 2, so its square fits.
        let square = value.saturating_mul(value) >> 63;
        let two = square >> 64;
        value = square >> two;
        bits = (bits << 1) | i64::from(two == 1);
    }
    bits
}

#[cfg(test)]
#[allow(
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "compared with floating point"
)]
mod tests {
    use super::ln_ratio;

    // `std` has the logarithm that the crate does without.
    extern crate std;

    #[test]
    fn as_floating_point_has_it() {
        let mut worst = 0f64;
        for numerator in (1..2000).chain([999_999, 1_000_000, u64::from(u32::MAX)]) {
            for denominator in [1, 2, 3, 7, 999, 1_000, 65_537, 999_999, 1_000_000] {
                let exact = (numerator as f64 / denominator as f64).ln();
                let ours = ln_ratio(numerator, denominator) as f64 / 2f64.powi(32);
                worst = worst.max((exact - ours).abs());
            }
        }
        assert!(worst < 2f64.powi(-28), "{worst}");
    }
}
