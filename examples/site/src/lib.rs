//! The example site of Portcullis, but for its framework.
