//! Suites for stores: every implementation of a store trait passes all of its cases.
