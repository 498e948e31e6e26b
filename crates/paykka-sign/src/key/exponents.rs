//! Whether the private numbers of an RSA key fit together. The backends don't ask the same: ring never looks at the
//! private exponent, aws-lc-rs checks it, and each has its own idea of how large a prime may be. So both questions are
//! answered here, by comparing numbers of the file with each other. That is arithmetic and no cryptography, but on
//! secrets: no branch and no address depends on a digit, only on lengths, and every buffer is wiped.

use std::hint::black_box;

use pkcs8::der::zeroize::Zeroizing;

/// The numbers of a private key beside modulus and public exponent, big-endian, without leading zeros.
pub(crate) struct Private<'k> {
    /// The private exponent.
    pub(crate) d: &'k [u8],
    pub(crate) primes: [Prime<'k>; 2],
}

/// A prime factor, and the private exponent reduced for it.
pub(crate) struct Prime<'k> {
    pub(crate) p: &'k [u8],
    pub(crate) d_mod_p_minus_1: &'k [u8],
}

impl Private<'_> {
    /// Whether each prime has half of the modulus' bits.
    pub(crate) fn is_balanced(&self, modulus_bits: usize) -> bool {
        self.primes.iter().all(|prime| 2 * bits(prime.p) == modulus_bits)
    }

    /// Whether the private exponent lies between 2 to the half of the modulus' bits and the modulus, its rests are those
    /// of the file, and each rest undoes the public exponent. The primes are taken to be balanced; that they are the
    /// modulus' factors is the backends' to see.
    pub(crate) fn undoes(&self, public_exponent: u64, modulus: &[u8]) -> bool {
        let in_range = 2 * bits(self.d) > bits(modulus) && is_less(self.d, modulus);
        in_range && self.primes.iter().all(|prime| prime.fits(self.d, public_exponent))
    }
}

impl Prime<'_> {
    fn fits(&self, d: &[u8], public_exponent: u64) -> bool {
        let len = limbs_for(self.p);
        let Some(rest) = Natural::read(self.d_mod_p_minus_1, len) else { return false };
        let Some(mut p_minus_1) = Natural::read(self.p, len) else { return false };
        // A prime of this size is odd.
        p_minus_1.clear_lowest_bit();
        let Some(d) = Natural::read(d, limbs_for(d)) else { return false };
        let is_rest = d.modulo(&p_minus_1).equals(&rest);
        let undone = rest.times(public_exponent).modulo(&p_minus_1);
        is_rest & undone.equals(&Natural::one(len))
    }
}

/// Of a number without leading zeros.
pub(crate) fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn limbs_for(number: &[u8]) -> usize {
    number.len().div_ceil(8)
}

fn is_less(number: &[u8], limit: &[u8]) -> bool {
    let len = limbs_for(limit);
    let (Some(number), Some(limit)) = (Natural::read(number, len), Natural::read(limit, len)) else {
        return false;
    };
    Natural::zero(len).become_difference(&number, &limit) == 1
}

/// A natural number in 64-bit limbs, the least significant first; its length is no secret.
struct Natural(Zeroizing<Vec<u64>>);

impl Natural {
    /// `None` for a number that needs more limbs.
    fn read(big_endian: &[u8], len: usize) -> Option<Self> {
        if limbs_for(big_endian) > len {
            return None;
        }
        let mut number = Self::zero(len);
        for (limb, bytes) in number.0.iter_mut().zip(big_endian.rchunks(8)) {
            *limb = bytes.iter().fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        Some(number)
    }

    fn zero(len: usize) -> Self {
        Self(Zeroizing::new(vec![0; len]))
    }

    fn one(len: usize) -> Self {
        let mut one = Self::zero(len);
        one.0.iter_mut().take(1).for_each(|limb| *limb = 1);
        one
    }

    fn clear_lowest_bit(&mut self) {
        self.0.iter_mut().take(1).for_each(|limb| *limb &= !1);
    }

    fn equals(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(other.0.iter());
        self.0.len() == other.0.len() && pairs.fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
    }

    fn times(&self, factor: u64) -> Self {
        let mut product = Self::zero(self.0.len() + 1);
        let mut carry = 0;
        // One limb more, for the last carry.
        for (out, limb) in product.0.iter_mut().zip(self.0.iter().chain([&0])) {
            let wide = u128::from(*limb) * u128::from(factor) + carry;
            *out = lower_half(wide);
            carry = wide >> 64;
        }
        product
    }

    /// Bit by bit, as division is taught at school: double the rest, bring down a bit, subtract where it can be done.
    fn modulo(&self, modulus: &Self) -> Self {
        let mut rest = Self::zero(modulus.0.len());
        let mut less = Self::zero(modulus.0.len());
        for limb in self.0.iter().rev() {
            for place in (0..64).rev() {
                let carried = rest.double_and_add(limb >> place & 1);
                let borrowed = less.become_difference(&rest, modulus);
                // The rest was below the modulus and is below twice that, so subtracting once is enough.
                rest.become_if(&less, carried | (borrowed ^ 1));
            }
        }
        rest
    }

    /// Returns the bit that is carried out.
    fn double_and_add(&mut self, bit: u64) -> u64 {
        self.0.iter_mut().fold(bit, |carry, limb| {
            let out = *limb >> 63;
            *limb = *limb << 1 | carry;
            out
        })
    }

    /// Becomes `a - b`, all three of one length, and returns the bit that is borrowed.
    fn become_difference(&mut self, a: &Self, b: &Self) -> u64 {
        let pairs = a.0.iter().zip(b.0.iter());
        self.0.iter_mut().zip(pairs).fold(0, |borrow, (out, (a, b))| {
            let (difference, first) = a.overflowing_sub(*b);
            let (difference, second) = difference.overflowing_sub(borrow);
            *out = difference;
            u64::from(first | second)
        })
    }

    /// Becomes `other` if `bit` is 1 and stays if it is 0, by a mask.
    fn become_if(&mut self, other: &Self, bit: u64) {
        // A compiler that knows that there are two masks alone could make two branches of them.
        let mask = black_box(bit.wrapping_neg());
        for (limb, other) in self.0.iter_mut().zip(other.0.iter()) {
            *limb ^= mask & (*limb ^ other);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
const fn lower_half(wide: u128) -> u64 {
    wide as u64
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn natural(number: u128) -> Natural {
        Natural::read(&number.to_be_bytes(), 2).unwrap()
    }

    fn number(natural: &Natural) -> u128 {
        natural.0.iter().rev().fold(0, |number, limb| number << 64 | u128::from(*limb))
    }

    proptest! {
        #[test]
        fn rests_are_those_of_the_processor(a in any::<u128>(), m in 1..u128::MAX, cut in 0..120_u32) {
            for m in [m, (m >> cut).max(1)] {
                prop_assert_eq!(number(&natural(a).modulo(&natural(m))), a % m);
            }
        }

        /// Beyond what the processor can do: what is put together of quotient and rest comes apart again.
        #[test]
        fn long_numbers_come_apart_as_they_were_put_together(
            modulus in vec(any::<u8>(), 1..200),
            quotient in 0..1_u64 << 33,
            rest in vec(any::<u8>(), 0..199),
        ) {
            let len = limbs_for(&modulus);
            let modulus = Natural::read(&modulus, len).unwrap();
            let Some(rest) = Natural::read(&rest, len) else { return Ok(()) };
            if Natural::zero(len).become_difference(&rest, &modulus) == 0 {
                return Ok(());
            }
            let mut whole = modulus.times(quotient);
            let mut carry = 0;
            for (index, limb) in whole.0.iter_mut().enumerate() {
                let sum = u128::from(*limb) + u128::from(rest.0.get(index).copied().unwrap_or(0)) + carry;
                *limb = lower_half(sum);
                carry = sum >> 64;
            }
            prop_assert!(whole.modulo(&modulus).equals(&rest));
        }

        #[test]
        fn comparing_is_that_of_the_processor(a in any::<u64>(), b in any::<u64>()) {
            let (x, y) = (a.to_be_bytes(), b.to_be_bytes());
            prop_assert_eq!(is_less(&x, &y), a < b);
            prop_assert!(!is_less(&x, &x));
            let pair = [&x[..], &y].map(|number| Natural::read(number, 1).unwrap());
            prop_assert_eq!(pair[0].equals(&pair[1]), a == b);
        }

        #[test]
        fn no_numbers_make_it_panic(
            numbers in [vec(any::<u8>(), 0..40), vec(any::<u8>(), 0..20), vec(any::<u8>(), 0..20)],
            e in any::<u64>(),
        ) {
            let [d, p, rest] = &numbers;
            let prime = || Prime { p, d_mod_p_minus_1: rest };
            let private = Private { d, primes: [prime(), prime()] };
            prop_assert!(!private.is_balanced(0) || bits(p) == 0);
            private.undoes(e, p);
        }
    }

    /// 61 · 53 = 3233, the example of the textbooks: 17 · 2753 is 1 modulo 3120, and modulo 60 and 52.
    #[test]
    fn the_textbook_key_fits_and_each_change_of_it_does_not() {
        let good: [u16; 6] = [2753, 61, 53, 53, 49, 17];
        let undoes = |numbers: [u16; 6]| {
            let bytes = numbers.map(|number| {
                let bytes = number.to_be_bytes();
                if number < 256 { bytes[1..].to_vec() } else { bytes.to_vec() }
            });
            let [d, p, q, dp, dq, _] = &bytes;
            let primes = [Prime { p, d_mod_p_minus_1: dp }, Prime { p: q, d_mod_p_minus_1: dq }];
            let private = Private { d, primes };
            private.is_balanced(12) && private.undoes(numbers[5].into(), &3233_u16.to_be_bytes())
        };
        assert!(undoes(good));
        for at in 0..good.len() {
            for bit in 0..6 {
                let mut bad = good;
                bad[at] ^= 1 << bit;
                // The lowest bit of a prime is taken as set.
                assert!(!undoes(bad) || (matches!(at, 1 | 2) && bit == 0), "{bad:?}");
            }
        }
        // The smaller of the two exponents that fit, and one that is beyond the modulus.
        assert!(undoes([2753 - 780, 61, 53, 53, 49, 17]));
        assert!(!undoes([2753 + 3120, 61, 53, 53, 49, 17]));
        assert!(!undoes([41, 61, 53, 53, 49, 17]));
    }
}
