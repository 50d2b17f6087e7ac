//! The pages: HTML that needs no script.

mod account;
mod layout;

use portcullis::{Answer, Rejection};

pub use account::{account, activity, create_key, end_others, end_session, keys, revoke_key};
use layout::{escape, page};

/// What people may choose for a key.
use crate::site::SCOPES;

/// A form is answered by the page to look at next.
pub fn see_other(path: &str) -> Answer {
    Answer::empty(303).header("location", path)
}

/// `GET /`.
pub fn home() -> Answer {
    let body = "<p>This site admits the same people by session cookie, by API key and by token. \
                <a href=\"/register\">Register</a>, <a href=\"/login\">log in</a>, and look at \
                <a href=\"/account\">your account</a>.</p>\n\
                <p>For machines: <a href=\"/public\">/public</a>, <a href=\"/optional\">/optional</a>, \
                <a href=\"/me\">/me</a>, <a href=\"/orders\">/orders</a>, <a href=\"/reports\">/reports</a>, \
                <a href=\"/.well-known/jwks.json\">/.well-known/jwks.json</a>.</p>";
    page(200, "Orders", body)
}

/// `GET /login`, with the query as it was sent.
pub fn login(query: Option<&str>) -> Answer {
    let fields: Vec<(String, String)> =
        query.and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
    let return_to = fields.iter().find(|(name, _)| name == "return_to").map_or("/account", |(_, path)| path);
    login_form(200, None, portcullis::return_path(return_to))
}

/// A login that failed, as a page, with core's challenge.
pub(crate) fn login_failed(rejection: &Rejection, return_to: &str) -> Answer {
    let answer = rejection.answer();
    let form = login_form(answer.status(), Some("The login name or the password is wrong."), return_to);
    let challenges = answer.headers().iter().filter(|(name, _)| *name == "www-authenticate");
    challenges.fold(form, |form, (name, value)| form.header(name, value.clone()))
}

fn login_form(status: u16, error: Option<&str>, return_to: &str) -> Answer {
    let fields = credentials("current-password");
    let body = format!(
        "{}<form method=\"post\" action=\"/login\">\n\
         <input type=\"hidden\" name=\"return_to\" value=\"{}\">\n{fields}<button>Log in</button>\n</form>\n\
         <p>No account yet? <a href=\"/register\">Register</a>.</p>",
        alert(error),
        escape(return_to),
    );
    page(status, "Log in", &body)
}

/// `GET /register`, and what becomes of it.
pub fn register(status: u16, error: Option<&str>) -> Answer {
    let fields = credentials("new-password");
    let body = format!(
        "{}<form method=\"post\" action=\"/register\">\n{fields}<p>At least 15 characters: a few words will do.</p>\n\
         <button>Register</button>\n</form>",
        alert(error),
    );
    page(status, "Register", &body)
}

fn credentials(kind: &str) -> String {
    format!(
        "<p><label for=\"login\">Login name</label>\n\
         <input id=\"login\" name=\"login\" autocomplete=\"username\" required></p>\n\
         <p><label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"{kind}\" required></p>\n"
    )
}

fn alert(error: Option<&str>) -> String {
    error.map(|error| format!("<p role=\"alert\">{}</p>\n", escape(error))).unwrap_or_default()
}
