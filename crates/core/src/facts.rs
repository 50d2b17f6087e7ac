//! What is kept of a request's head, for events, sessions and answers: copied once, bounded, printable.

use std::net::IpAddr;

use crate::{
    Event, Head,
    head::{prefers_html, printable, shown},
    redirect::login_url,
};

/// The longest `User-Agent` that is kept, in bytes.
const USER_AGENT: usize = 256;

/// The longest method that is kept, in bytes; the longest registered one has 17.
const METHOD: usize = 32;

/// What events, sessions and answers keep of a head.
pub(crate) struct Facts {
    pub(crate) client: Option<IpAddr>,
    pub(crate) user_agent: Option<String>,
    pub(crate) html: bool,
    /// Where a page's visitor is sent to log in, should it come to that.
    pub(crate) login: Option<String>,
    method: String,
}

impl Facts {
    pub(crate) fn of(head: &impl Head, login_page: Option<&str>) -> Self {
        let html = prefers_html(head);
        let navigates = html && matches!(head.method(), "GET" | "HEAD");
        Self {
            client: head.peer().map(|peer| peer.ip().to_canonical()),
            user_agent: shown(head, "user-agent", USER_AGENT),
            html,
            login: login_page.filter(|_| navigates).map(|page| login_url(page, head.path())),
            method: printable(head.method().as_bytes(), METHOD),
        }
    }

    pub(crate) fn dress(&self, mut event: Event) -> Event {
        event.client = self.client;
        event.user_agent.clone_from(&self.user_agent);
        event.method.clone_from(&self.method);
        event
    }
}
