//! Numbering what an iterator yields.

/// Pairs items with numbers from `first` on. Unlike `(first..).zip(items)`, which counts one further than it
/// yields, it holds no check for an overflow, whatever the build checks: a number wraps.
pub(crate) fn numbered<I: IntoIterator>(
    first: u32,
    items: I,
) -> impl Iterator<Item = (u32, I::Item)> {
    let mut next = first;
    items.into_iter().map(move |item| {
        let number = next;
        next = next.wrapping_add(1);
        (number, item)
    })
}
