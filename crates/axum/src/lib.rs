//! Portcullis for axum: extractors, routes and responses.
