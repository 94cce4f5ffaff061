//! Uids in the form of a UUID v4, and where new ones come from.
//!
//! Code that needs uids is passed a [`UidSource`]: random in production, seeded where runs must be reproducible.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A UUID version 4: 122 free bits, written as `8-4-4-4-12` lower-case hexadecimal digits.
///
/// Uids that come from outside may be any string and stay strings; this type is for the ones made here.
///
/// ```
/// use umim::{Uid, UidSource};
///
/// let uid = UidSource::seeded(7).next_uid();
/// assert_eq!(uid.to_string().len(), 36);
/// assert_eq!(uid.to_string().parse::<Uid>().unwrap(), uid);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(u128); // Invariant: version 4, variant 1 (RFC 9562).

const VERSION_MASK: u128 = 0xf << 76;
const VERSION_4: u128 = 0x4 << 76;
const VARIANT_MASK: u128 = 0b11 << 62;
const VARIANT_1: u128 = 0b10 << 62;

impl Uid {
    /// The length of its string.
    pub const LENGTH: usize = 36;

    /// Writes its string to a buffer, without allocating: what `to_string` returns, but many times faster.
    ///
    /// ```
    /// use umim::{Uid, UidSource};
    ///
    /// let uid = UidSource::seeded(7).next_uid();
    /// assert_eq!(uid.encode(&mut [0; Uid::LENGTH]), uid.to_string());
    /// ```
    pub fn encode(self, buffer: &mut [u8; Self::LENGTH]) -> &str {
        *buffer = [b'-'; Self::LENGTH];
        for (byte, place) in self.0.to_be_bytes().into_iter().zip(DIGITS) {
            buffer[place] = b"0123456789abcdef"[usize::from(byte >> 4)];
            buffer[place + 1] = b"0123456789abcdef"[usize::from(byte & 0xf)];
        }
        str::from_utf8(buffer).unwrap_or_default()
    }

    fn from_halves(high: u64, low: u64) -> Self {
        let bits = u128::from(high) << 64 | u128::from(low);
        Self(bits & !VERSION_MASK & !VARIANT_MASK | VERSION_4 | VARIANT_1)
    }
}

/// The positions of the hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// The positions of the two digits of each byte.
const DIGITS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.encode(&mut [0; Self::LENGTH]))
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({self})")
    }
}

impl FromStr for Uid {
    type Err = UidError;

    /// Parses the form that `Display` writes, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, UidError> {
        let bits = uuid_bits(text).ok_or_else(|| UidError::new(text))?;
        let is_v4 = bits & VERSION_MASK == VERSION_4 && bits & VARIANT_MASK == VARIANT_1;
        if is_v4 {
            Ok(Self(bits))
        } else {
            Err(UidError::new(text))
        }
    }
}

fn uuid_bits(text: &str) -> Option<u128> {
    if text.len() != Uid::LENGTH {
        return None;
    }
    text.bytes().enumerate().try_fold(0, |bits, (place, byte)| {
        if HYPHENS.contains(&place) {
            return (byte == b'-').then_some(bits);
        }
        char::from(byte)
            .to_digit(16)
            .map(|digit| bits << 4 | u128::from(digit))
    })
}

impl From<Uid> for String {
    fn from(uid: Uid) -> Self {
        uid.encode(&mut [0; Uid::LENGTH]).to_owned()
    }
}

impl From<Uid> for Value {
    fn from(uid: Uid) -> Self {
        Self::String(uid.into())
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A string that is not a UUID version 4.
///
/// ```
/// let error = "a1".parse::<umim::Uid>().unwrap_err();
/// assert!(error.to_string().contains("`a1`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UidError {
    found: String,
}

impl UidError {
    fn new(text: &str) -> Self {
        Self {
            found: crate::excerpt(text),
        }
    }
}

impl fmt::Display for UidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.found;
        write!(
            f,
            "`{found}` is no uid: a UUID version 4 such as `d6f4e1a0-7c3b-4f5e-9a81-0b2c3d4e5f60` is wanted"
        )
    }
}

impl std::error::Error for UidError {}

/// Where new uids come from.
///
/// A seeded source gives the same uids for the same seed on every platform. Its state can be saved, and it continues
/// where it was. A random source starts afresh when it is cloned or loaded, so that no two of them give the same
/// uids. Neither is suitable for secrets.
///
/// ```
/// use umim::UidSource;
///
/// let mut uids = UidSource::seeded(42);
/// let first = uids.next_uid();
/// assert_ne!(first, uids.next_uid());
/// assert_eq!(first, UidSource::seeded(42).next_uid());
/// ```
#[derive(Debug, Clone)]
pub struct UidSource(Source);

#[derive(Debug)]
enum Source {
    Random { keys: RandomState, given: u64 },
    Seeded { state: u64 },
    Keyed { key: [u64; 2], given: u64 },
}

impl UidSource {
    /// A source that cannot be reproduced, keyed by the operating system.
    pub fn random() -> Self {
        Self(Source::random())
    }

    /// A source that always gives the same uids for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { state: seed })
    }

    /// A source that can be saved but not predicted. Someone who has seen any number of its uids, but not its key
    /// (128 random bits), cannot compute the next one. The saved form contains the key, so keep it secret.
    ///
    /// ```
    /// use umim::UidSource;
    ///
    /// let mut uids = UidSource::keyed();
    /// let mut resumed: UidSource = serde_json::from_str(&serde_json::to_string(&uids)?)?;
    /// assert_eq!(resumed.next_uid(), uids.next_uid());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn keyed() -> Self {
        let random = RandomState::new();
        let key = [random.hash_one(0), random.hash_one(1)];
        Self(Source::Keyed { key, given: 0 })
    }

    /// The next uid. One source never gives the same uid twice.
    #[must_use = "the uid is used up whether it is taken or not"]
    pub fn next_uid(&mut self) -> Uid {
        Uid::from_halves(self.0.next_u64(), self.0.next_u64())
    }
}

impl Source {
    fn random() -> Self {
        Self::Random {
            keys: RandomState::new(),
            given: 0,
        }
    }

    fn next_u64(&mut self) -> u64 {
        match self {
            Self::Random { keys, given } => {
                *given += 1;
                keys.hash_one(*given)
            }
            Self::Seeded { state } => splitmix64(state),
            Self::Keyed { key, given } => {
                *given = given.wrapping_add(1);
                sip_hash(*key, *given)
            }
        }
    }
}

/// SipHash-2-4 (Aumasson, Bernstein 2012): without the key its output looks random.
#[expect(
    deprecated,
    reason = "it is the only hasher of the standard library whose key can be saved"
)]
fn sip_hash([k0, k1]: [u64; 2], number: u64) -> u64 {
    let mut hasher = std::hash::SipHasher::new_with_keys(k0, k1);
    hasher.write_u64(number.to_le());
    hasher.finish()
}

impl Clone for Source {
    fn clone(&self) -> Self {
        match self {
            Self::Random { .. } => Self::random(),
            Self::Seeded { state } => Self::Seeded { state: *state },
            Self::Keyed { key, given } => Self::Keyed {
                key: *key,
                given: *given,
            },
        }
    }
}

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014). It visits all 2^64 values.
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// Null for a random source, a number for a seeded one, the key and a number for a keyed one.
impl Serialize for UidSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Source::Random { .. } => serializer.serialize_none(),
            Source::Seeded { state } => state.serialize(serializer),
            Source::Keyed { key, given } => [key[0], key[1], given].serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for UidSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = Value::deserialize(deserializer)?;
        let number = |place: usize| saved.get(place).and_then(Value::as_u64);
        let source = match (&saved, number(0), number(1), number(2)) {
            (Value::Null, ..) => Some(Self::random()),
            (Value::Array(_), Some(k0), Some(k1), Some(given)) => Some(Self(Source::Keyed {
                key: [k0, k1],
                given,
            })),
            (seed, ..) => seed.as_u64().map(Self::seeded),
        };
        let wanted = "a source of uids is saved as null, a number, or three numbers";
        source.ok_or_else(|| serde::de::Error::custom(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(text: &str) {
        assert!(text.parse::<Uid>().is_err(), "for {text}");
    }

    #[test]
    fn a_seed_gives_the_same_uids_everywhere() {
        let mut uids = UidSource::seeded(0);
        assert_eq!(
            uids.next_uid().to_string(),
            "e220a839-7b1d-4daf-ae78-9e6aa1b965f4"
        );
        assert_eq!(
            uids.next_uid().to_string(),
            "06c45d18-8009-454f-b88b-b8a8724c81ec"
        );
    }

    #[test]
    fn a_saved_seeded_source_goes_on_where_it_was() {
        let mut uids = UidSource::seeded(u64::MAX);
        let _ = uids.next_uid();
        let saved = serde_json::to_string(&uids).unwrap();
        let mut loaded: UidSource = serde_json::from_str(&saved).unwrap();
        assert_eq!(loaded.next_uid(), uids.next_uid());
    }

    #[test]
    fn a_saved_keyed_source_goes_on_where_it_was() {
        let mut uids = UidSource::keyed();
        let _ = uids.next_uid();
        let saved = serde_json::to_string(&uids).unwrap();
        let mut loaded: UidSource = serde_json::from_str(&saved).unwrap();
        assert_eq!(loaded.next_uid(), uids.next_uid());
        assert_eq!(loaded.clone().next_uid(), loaded.next_uid());
    }

    #[test]
    fn the_hash_is_the_one_of_its_authors() {
        // Appendix A of the paper has 15 bytes; this value is of the eight bytes 0 to 7 under the same key.
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        assert_eq!(sip_hash(key, 0x0706_0504_0302_0100), 0x93f5_f579_9a93_2462);
    }

    #[test]
    fn keyed_sources_differ() {
        let drawn = [UidSource::keyed().next_uid(), UidSource::keyed().next_uid()];
        assert_ne!(drawn[0], drawn[1]);
    }

    #[test]
    fn a_clone_of_a_seeded_source_goes_on_alike() {
        let mut uids = UidSource::seeded(3);
        assert_eq!(uids.clone().next_uid(), uids.next_uid());
    }

    #[test]
    fn random_sources_and_their_clones_and_copies_differ() {
        let mut uids = UidSource::random();
        let saved = serde_json::to_string(&uids).unwrap();
        let mut loaded: UidSource = serde_json::from_str(&saved).unwrap();
        let drawn = [
            uids.clone().next_uid(),
            uids.next_uid(),
            loaded.next_uid(),
            UidSource::random().next_uid(),
        ];
        let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(distinct.len(), drawn.len());
    }

    #[test]
    fn a_uid_is_read_in_either_case() {
        let uid = UidSource::seeded(1).next_uid();
        assert_eq!(uid.to_string().to_uppercase().parse(), Ok(uid));
    }

    #[test]
    fn a_uid_is_a_text_in_json() {
        let uid = UidSource::seeded(1).next_uid();
        let json = serde_json::to_value(uid).unwrap();
        assert_eq!(json, Value::from(uid));
        assert_eq!(serde_json::from_value::<Uid>(json).unwrap(), uid);
    }

    #[test]
    fn other_texts_are_no_uids() {
        check_refused("");
        check_refused("e220a8397b1d4dafae789aa6a1b965f4");
        check_refused("e220a839-7b1d-4daf-ae78-9aa6a1b965f");
        check_refused("e220a839-7b1d-4daf-ae78-9aa6a1b965f4 ");
        check_refused("e220a839+7b1d-4daf-ae78-9aa6a1b965f4");
        check_refused("g220a839-7b1d-4daf-ae78-9aa6a1b965f4");
        check_refused("€220a839-7b1d-4daf-ae78-9aa6a1b965");
    }

    #[test]
    fn other_versions_and_variants_are_no_uids() {
        check_refused("e220a839-7b1d-1daf-ae78-9aa6a1b965f4");
        check_refused("e220a839-7b1d-4daf-ce78-9aa6a1b965f4");
    }
}
