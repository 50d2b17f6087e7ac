//! Portcullis for actix-web: middleware, extractors and routes.
