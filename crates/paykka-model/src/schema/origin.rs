//! How sure a fact is. The platform's public pages have holes, so the honest answer is a part of every description.

/// Where a fact comes from. Closed: there are three marks, and a fourth would have to be thought about everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// D: stands on one of the platform's own pages.
    Documented,
    /// T: seen in a third-party client that was never run against the platform.
    ThirdParty,
    /// I: our inference, by analogy.
    Inferred,
}

impl Origin {
    /// The one-letter mark: `D`, `T` or `I`.
    #[must_use]
    pub const fn mark(self) -> char {
        match self {
            Self::Documented => 'D',
            Self::ThirdParty => 'T',
            Self::Inferred => 'I',
        }
    }

    /// The less sure of the two: what was taken over is no surer than the taking over.
    #[must_use]
    pub fn weaker(self, other: Self) -> Self {
        self.max(other)
    }

    pub(crate) const D: Self = Self::Documented;
    pub(crate) const T: Self = Self::ThirdParty;
    pub(crate) const I: Self = Self::Inferred;
}

/// The marks as words for declarations.
pub(crate) mod marks {
    use super::Origin;

    pub(crate) const D: Origin = Origin::D;
    pub(crate) const T: Origin = Origin::T;
    pub(crate) const I: Origin = Origin::I;
}
