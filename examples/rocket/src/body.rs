//! The request's body, as the site takes it.

use example_site::LIMIT;
use rocket::{
    Data, Request,
    data::{self, FromData, ToByteUnit},
    http::Status,
};

pub(crate) struct Body(pub(crate) example_site::Body);

#[rocket::async_trait]
impl<'r> FromData<'r> for Body {
    type Error = std::io::Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        match data.open(LIMIT.bytes()).into_bytes().await {
            Ok(bytes) if bytes.is_complete() => {
                let media = request.headers().get_one("content-type");
                data::Outcome::Success(Self(example_site::Body::new(media, bytes.into_inner())))
            }
            Ok(_) => refuse(std::io::Error::other("the body is too large")),
            Err(error) => refuse(error),
        }
    }
}

/// The catcher answers.
fn refuse<'r>(error: std::io::Error) -> data::Outcome<'r, Body> {
    data::Outcome::Error((Status::PayloadTooLarge, error))
}
