//! Which event kinds a log source means.

use cofferdam_interpreter::schema::{Kind, Tier, kinds_of_category, kinds_of_service};

use crate::model::LogSource;

/// The kinds of a log source that the tier observes, ascending. A source of another product means none.
pub(super) fn kinds(source: &LogSource, tier: Tier) -> Vec<Kind> {
    let windows = source
        .product
        .as_deref()
        .is_none_or(|product| product.eq_ignore_ascii_case("windows"));
    if !windows {
        return Vec::new();
    }
    let by_category = source.category.as_deref().map(kinds_of_category);
    let by_service = source.service.as_deref().map(kinds_of_service);
    let mut kinds: Vec<Kind> = match (by_category, by_service) {
        // A category says more than the service whose log it is read from.
        (Some(kinds), _) | (None, Some(kinds)) => kinds.to_vec(),
        // All of Windows: whatever is observed.
        (None, None) => Kind::ALL.to_vec(),
    };
    kinds.retain(|kind| tier == Tier::User || kind.info().tier == Tier::Kernel);
    kinds.sort_by_key(|kind| kind.number());
    kinds
}
