//! Portcullis for Rocket: a fairing, request guards and guarded routes.
