//! The request's body, as the site takes it.

use std::convert::Infallible;

use example_site::LIMIT;
use rocket::{
    Data, Request,
    data::{self, FromData, ToByteUnit},
};

pub(crate) struct Body(pub(crate) example_site::Body);

#[rocket::async_trait]
impl<'r> FromData<'r> for Body {
    type Error = Infallible;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let media = request.headers().get_one("content-type");
        data::Outcome::Success(Self(match data.open(LIMIT.bytes()).into_bytes().await {
            Ok(bytes) if bytes.is_complete() => example_site::Body::new(media, bytes.into_inner()),
            _ => example_site::Body::too_large(media),
        }))
    }
}
