//! The hierarchy position of a flow below `main`. Nested flows share the common part of their positions.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The most digits that a part can have.
const DIGITS: u32 = u32::MAX.ilog10() + 1;

/// How many parts are printed: of longer positions the last ones, after `…`.
const SHOWN: usize = 64;

/// A position in the hierarchy of flows, such as `0.3.1`.
///
/// Positions are compared as strings, part by part: `0.10` comes before `0.2`.
#[derive(Clone)]
pub(crate) struct Hierarchy(Arc<Node>);

struct Node {
    above: Option<Hierarchy>,
    /// An ancestor, at the same distance for all positions of one depth: going up takes as many jumps as the depth
    /// has digits (Myers: "An applicative random-access stack", 1983).
    far: Option<Hierarchy>,
    part: u32,
    depth: usize,
}

impl Hierarchy {
    /// A position without a parent.
    pub(crate) fn top(part: u32) -> Self {
        Self::new(None, part)
    }

    /// A child of this position.
    pub(crate) fn below(&self, part: u32) -> Self {
        Self::new(Some(self.clone()), part)
    }

    fn new(above: Option<Self>, part: u32) -> Self {
        let depth = above.as_ref().map_or(1, |above| above.depth() + 1);
        let far = above.as_ref().map(Self::far_of_child);
        Self(Arc::new(Node {
            above,
            far,
            part,
            depth,
        }))
    }

    fn far_of_child(&self) -> Self {
        let far = self.0.far.as_ref();
        let twice = far.and_then(|far| far.0.far.as_ref());
        match (far, twice) {
            (Some(far), Some(twice))
                if self.depth() - far.depth() == far.depth() - twice.depth() =>
            {
                twice.clone()
            }
            _ => self.clone(),
        }
    }

    /// Parses a position, sharing with this one if it is the same or a direct child; parts that are not numbers count
    /// as 0.
    pub(crate) fn near(&self, text: &str) -> Self {
        if self.depth() >= SHOWN {
            let last = text.rsplit('.').next().and_then(|part| part.parse().ok());
            return match last.filter(|_| text != self.to_string()) {
                Some(part) => self.below(part),
                None => self.clone(),
            };
        }
        match text.strip_prefix(self.to_string().as_str()) {
            Some("") => self.clone(),
            Some(rest) => match rest.strip_prefix('.').map(str::parse) {
                Some(Ok(part)) => self.below(part),
                Some(Err(_)) | None => Self::parse(text),
            },
            None => Self::parse(text),
        }
    }

    /// Parses a position; parts that are not numbers count as 0.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
        let top = Self::top(parts.next().unwrap_or(0));
        parts.fold(top, |place, part| place.below(part))
    }

    /// The number of parts, at least one.
    pub(crate) fn depth(&self) -> usize {
        self.0.depth
    }

    /// The parent and the last part.
    pub(crate) fn last(&self) -> (Option<&Self>, u32) {
        (self.0.above.as_ref(), self.0.part)
    }

    /// Whether both are the same object in memory.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Its address in memory.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The ancestor at this depth, or the position itself.
    fn above_at(&self, depth: usize) -> &Self {
        let mut place = self;
        while place.depth() > depth {
            let far = place.0.far.as_ref().filter(|far| far.depth() >= depth);
            match far.or(place.0.above.as_ref()) {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }

    /// For two different positions of the same depth: their ancestors directly below the last common one.
    fn parted<'a>(mut left: &'a Self, mut right: &'a Self) -> (&'a Self, &'a Self) {
        let apart = |pair: (&'a Option<Self>, &'a Option<Self>)| match pair {
            (Some(left), Some(right)) if !left.is(right) => Some((left, right)),
            _ => None,
        };
        while let Some(next) =
            apart((&left.0.far, &right.0.far)).or_else(|| apart((&left.0.above, &right.0.above)))
        {
            (left, right) = next;
        }
        (left, right)
    }
}

impl Default for Hierarchy {
    fn default() -> Self {
        Self::top(0)
    }
}

/// Positions can be as deep as flows can be nested, so they are not dropped recursively.
impl Drop for Node {
    fn drop(&mut self) {
        drop(self.far.take());
        let mut next = self.above.take();
        while let Some(mut node) = next.and_then(|place| Arc::into_inner(place.0)) {
            next = node.above.take();
        }
    }
}

impl Ord for Hierarchy {
    /// Takes as many jumps as the depth has digits, unless different positions have the same string.
    fn cmp(&self, other: &Self) -> Ordering {
        let common = self.depth().min(other.depth());
        let (left, right) = (self.above_at(common), other.above_at(common));
        let of_depth = self.depth().cmp(&other.depth());
        if left.is(right) {
            return of_depth;
        }
        let (first, second) = Self::parted(left, right);
        let parted = as_text(first.0.part).cmp(&as_text(second.0.part));
        parted.then_with(|| topmost(left, right)).then(of_depth)
    }
}

/// Compares the topmost parts that differ, for two positions of the same depth.
fn topmost(mut left: &Hierarchy, mut right: &Hierarchy) -> Ordering {
    let mut topmost = Ordering::Equal;
    while !left.is(right) {
        let ((left_above, left_part), (right_above, right_part)) = (left.last(), right.last());
        topmost = as_text(left_part).cmp(&as_text(right_part)).then(topmost);
        match (left_above, right_above) {
            (Some(above), Some(other)) => (left, right) = (above, other),
            (None, _) | (_, None) => break,
        }
    }
    topmost
}

/// A key that orders numbers like their decimal strings: the digits aligned to the left, and their number.
fn as_text(part: u32) -> (u64, u32) {
    let digits = part.checked_ilog10().unwrap_or(0) + 1;
    (u64::from(part) * 10_u64.pow(DIGITS - digits), digits)
}

impl PartialOrd for Hierarchy {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Hierarchy {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Hierarchy {}

impl fmt::Display for Hierarchy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::with_capacity(self.depth().min(SHOWN));
        let mut next = Some(self);
        while let Some(place) = next.filter(|_| parts.len() < SHOWN) {
            parts.push(place.0.part);
            next = place.0.above.as_ref();
        }
        if next.is_some() {
            f.write_str("…")?;
        }
        for (index, part) in parts.iter().rev().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Hierarchy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hierarchy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Hierarchy;

    #[test]
    fn orders_like_text() {
        let mut texts = [
            "0",
            "0.1",
            "0.10",
            "0.1.5",
            "0.2",
            "0.0",
            "0.0.3",
            "1",
            "10",
            "0.4294967295",
            "0.42",
            "0.1.10.2",
            "0.1.2",
        ];
        let mut places = texts.map(Hierarchy::parse);
        texts.sort_unstable();
        places.sort_unstable();
        assert_eq!(places.map(|place| place.to_string()), texts);
    }

    #[test]
    fn deep_places_order_like_text() {
        let grown = |parts: &[u32]| {
            let mut places = vec![Hierarchy::default()];
            for part in parts {
                places.push(places[places.len() / 2].below(*part));
                let last = places[places.len() - 1].clone();
                places.push(last.below(part % 3));
            }
            places
        };
        let places = grown(&[
            1, 2, 10, 1, 1, 20, 2, 2, 0, 7, 7, 7, 3, 30, 3, 1, 10, 2, 1, 4,
        ]);
        for (left, right) in places
            .iter()
            .flat_map(|left| places.iter().map(move |right| (left, right)))
        {
            let texts = (left.to_string(), right.to_string());
            let as_texts = texts.0.split('.').cmp(texts.1.split('.'));
            assert_eq!(left.cmp(right), as_texts, "{texts:?}");
        }
    }

    #[test]
    fn shares_what_is_above() {
        let place = Hierarchy::parse("0.3");
        let child = place.near("0.3.1");
        assert!(child.last().0.is_some_and(|above| above.is(&place)));
        assert!(place.near("0.3").is(&place));
        assert_eq!(place.near("0.31").to_string(), "0.31");
        assert_eq!(place.near("0.x.1").to_string(), "0.0.1");
    }

    #[test]
    fn deep_places_show_their_end() {
        let deep = (0..1000).fold(Hierarchy::default(), |place, _| place.below(7));
        let child = deep.below(5);
        assert!(child.to_string().starts_with("…7.7."));
        assert!(deep.near(&deep.to_string()).is(&deep));
        assert_eq!(deep.near(&child.to_string()), child);
    }

    #[test]
    fn deep_places_are_dropped_flat() {
        let deep = (0..200_000).fold(Hierarchy::default(), |place, _| place.below(1));
        assert_eq!(deep.depth(), 200_001);
        drop(deep);
    }
}
