//! Where a framework answers before Portcullis can.

/// An answer of the framework's own, which the suite accepts from one adapter in one exchange of one case.
///
/// It is strict both ways: the answer must have exactly this status, and it must differ from the reference's,
/// or else the exception is no longer needed and the run fails.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The case, `http::unknown_methods_never_reach_a_handler`.
    pub case: &'static str,
    /// The exchange: its label, which is `METHOD target` where the case gives no other.
    pub exchange: &'static str,
    /// The status of the framework's own answer; 0 where it closes the connection.
    pub status: u16,
    /// Why.
    pub reason: &'static str,
}
