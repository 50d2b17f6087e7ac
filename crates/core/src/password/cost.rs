//! What one argon2 run costs.

/// The parameters of a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Cost {
    /// Memory in KiB.
    pub(super) m: u32,
    /// Passes over that memory.
    pub(super) t: u32,
    /// Lanes.
    pub(super) p: u32,
}

impl Cost {
    /// The second line of OWASP's list: the least work for its memory (Password Storage Cheat Sheet).
    pub(super) const DEFAULT: Self = Self::new(19_456, 2, 1);

    /// OWASP's five equivalent choices (Password Storage Cheat Sheet). The last two satisfy OWASP but not ASVS 5.0
    /// appendix C, which wants 12,288 KiB for three passes or more.
    const ENOUGH: [Self; 5] = [
        Self::new(47_104, 1, 1),
        Self::DEFAULT,
        Self::new(12_288, 3, 1),
        Self::new(9_216, 4, 1),
        Self::new(7_168, 5, 1),
    ];

    /// The most that a stored hash may ask for: a planted one must not exhaust the server. RFC 9106's second
    /// recommendation (64 MiB, 3 passes, 4 lanes) fits four times; its first (2 GiB) does not.
    const MOST: Self = Self::new(256 * 1024, 16, 16);

    pub(super) const fn new(m: u32, t: u32, p: u32) -> Self {
        Self { m, t, p }
    }

    /// Whether new hashes may be made at this cost.
    pub(super) fn is_enough(self) -> bool {
        self.p >= 1 && Self::ENOUGH.iter().any(|least| self.m >= least.m && self.t >= least.t)
    }

    /// Whether a run at this cost may be started. Eight KiB a lane is argon2's own minimum (RFC 9106 3.1).
    pub(super) fn is_bounded(self) -> bool {
        let most = Self::MOST;
        (1..=most.p).contains(&self.p)
            && (8 * self.p..=most.m).contains(&self.m)
            && (1..=most.t).contains(&self.t)
    }

    /// Whether a hash of this cost is to be made again at `wanted`. Lanes do not count: they divide the work,
    /// they do not add to it.
    pub(super) fn is_below(self, wanted: Self) -> bool {
        self.m < wanted.m || self.t < wanted.t
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P-01 Each line of the list is enough, and nothing just below it.
    #[test]
    fn enough_is_owasps_list() {
        for least in Cost::ENOUGH {
            assert!(least.is_enough());
            assert!(Cost::new(least.m + 1, least.t + 1, 4).is_enough());
            assert!(!Cost::new(least.m - 1, least.t, 1).is_enough());
            assert!(!Cost::new(least.m, least.t - 1, 1).is_enough());
            assert!(!Cost::new(least.m, least.t, 0).is_enough());
        }
    }

    /// P-04 The bounds are the documented ones.
    #[test]
    fn bounds_are_inclusive() {
        assert!(Cost::new(262_144, 16, 16).is_bounded());
        assert!(Cost::new(8, 1, 1).is_bounded());
        for beyond in [(262_145, 1, 1), (65_536, 17, 1), (65_536, 1, 17), (7, 1, 1), (8, 0, 1), (8, 1, 0)] {
            assert!(!Cost::new(beyond.0, beyond.1, beyond.2).is_bounded(), "{beyond:?}");
        }
    }
}
