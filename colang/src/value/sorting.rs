//! A stable sort whose comparison may fail, and which tolerates an inconsistent order: NaN is neither less nor equal.
//!
//! The sort of the standard library may panic if the order is inconsistent.

/// The items in order; `is_less` may fail.
pub(crate) fn sorted<T: Clone, E>(
    mut items: Vec<T>,
    mut is_less: impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &mut is_less)?;
        }
        std::mem::swap(&mut items, &mut merged);
        merged.clear();
        width *= 2;
    }
    Ok(items)
}

fn merge<T: Clone, E>(
    mut left: &[T],
    mut right: &[T],
    merged: &mut Vec<T>,
    is_less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    while let ([first, rest @ ..], [other, others @ ..]) = (left, right) {
        let taken = if is_less(other, first)? {
            right = others;
            other
        } else {
            left = rest;
            first
        };
        merged.push(taken.clone());
    }
    merged.extend(left.iter().chain(right).cloned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::sorted;

    #[track_caller]
    fn check(items: &[(u32, char)], expected: &[(u32, char)]) {
        let found = sorted(items.to_vec(), |left, right| {
            Ok::<_, Infallible>(left.0 < right.0)
        });
        assert_eq!(found.as_deref(), Ok(expected));
    }

    #[test]
    fn sorts_what_is_there() {
        check(&[], &[]);
        check(
            &[(3, 'a'), (1, 'b'), (2, 'c')],
            &[(1, 'b'), (2, 'c'), (3, 'a')],
        );
    }

    #[test]
    fn leaves_equals_as_they_were() {
        check(
            &[(1, 'b'), (0, 'x'), (1, 'a')],
            &[(0, 'x'), (1, 'b'), (1, 'a')],
        );
    }

    #[test]
    fn bears_an_order_that_is_none() {
        let mut turn = 0_u32;
        let found = sorted((0..1000).collect(), |_: &u32, _: &u32| {
            turn = turn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Ok::<_, Infallible>(turn > 1 << 31)
        });
        assert_eq!(found.map(|items| items.len()), Ok(1000));
    }
}
