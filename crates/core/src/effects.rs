//! What a response must carry because of the visit: recorded when the store changes, flushed once.

use crate::cookie::SetCookie;

/// A response's header, as an adapter lends it to core for the flush.
pub trait Reply {
    /// Calls `each` with every value of the header `name` (lower case).
    fn values(&self, name: &str, each: &mut dyn FnMut(&[u8]));

    /// Replaces every value of the header `name` (lower case).
    fn set(&mut self, name: &'static str, value: &str);

    /// Adds a value to the header `name` (lower case), as a field line of its own.
    fn append(&mut self, name: &'static str, value: &str);
}

/// Recorded effects. Cookies of one name replace each other: the last one decides.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    cookies: Vec<SetCookie>,
    vary: Vec<&'static str>,
    no_store: bool,
    clear_site_data: bool,
}

impl Effects {
    pub(crate) fn cookie(&mut self, cookie: SetCookie) {
        self.cookies.retain(|other| other.name() != cookie.name());
        self.cookies.push(cookie);
        self.no_store = true;
    }

    pub(crate) fn vary(&mut self, names: &[&'static str]) {
        for name in names {
            if !self.vary.contains(name) {
                self.vary.push(name);
            }
        }
    }

    pub(crate) fn no_store(&mut self) {
        self.no_store = true;
    }

    pub(crate) fn clear_site_data(&mut self) {
        self.clear_site_data = true;
    }

    /// Writes them into the response. The handler's own cookies stay.
    pub(crate) fn flush(&self, reply: &mut impl Reply) {
        for cookie in &self.cookies {
            reply.append("set-cookie", &cookie.to_string());
        }
        if self.no_store {
            reply.set("cache-control", "no-store");
        }
        if self.clear_site_data {
            reply.set("clear-site-data", r#""cache", "storage""#);
        }
        if !self.vary.is_empty() {
            self.merge_vary(reply);
        }
    }

    /// One field line, with what the response already varies by first.
    fn merge_vary(&self, reply: &mut impl Reply) {
        let mut names: Vec<String> = Vec::new();
        reply.values("vary", &mut |line| {
            let line = String::from_utf8_lossy(line);
            names.extend(line.split(',').map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()));
        });
        for name in &self.vary {
            if !names.iter().any(|other| other == "*" || other.eq_ignore_ascii_case(name)) {
                names.push((*name).to_owned());
            }
        }
        reply.set("vary", &names.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::CookiePolicy;

    #[derive(Default)]
    struct Plain(Vec<(String, String)>);

    impl Reply for Plain {
        fn values(&self, name: &str, each: &mut dyn FnMut(&[u8])) {
            self.0.iter().filter(|(n, _)| n == name).for_each(|(_, v)| each(v.as_bytes()));
        }

        fn set(&mut self, name: &'static str, value: &str) {
            self.0.retain(|(n, _)| n != name);
            self.append(name, value);
        }

        fn append(&mut self, name: &'static str, value: &str) {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// C-02: one `Set-Cookie` per name, beside the handler's own.
    #[test]
    fn the_last_cookie_of_a_name_decides() {
        let policy = CookiePolicy::default();
        let mut effects = Effects::default();
        effects.cookie(policy.set("one", Duration::ZERO));
        effects.cookie(policy.clear());
        effects.cookie(policy.set("two", Duration::ZERO));
        let mut reply = Plain(vec![("set-cookie".into(), "theme=dark".into())]);
        effects.flush(&mut reply);
        let cookies: Vec<_> = reply.0.iter().filter(|(n, _)| n == "set-cookie").map(|(_, v)| v).collect();
        assert_eq!(cookies, ["theme=dark", "__Host-id=two; Path=/; Secure; HttpOnly; SameSite=Lax"]);
    }

    /// H-16, H-17: `Cache-Control` is set, `Vary` merged.
    #[test]
    fn caches_are_told() {
        let mut effects = Effects::default();
        effects.vary(&["Cookie", "Origin"]);
        effects.no_store();
        let mut reply =
            Plain(vec![("vary".into(), "accept, cookie".into()), ("cache-control".into(), "public".into())]);
        effects.flush(&mut reply);
        assert!(reply.0.contains(&("vary".into(), "accept, cookie, Origin".into())));
        assert!(reply.0.contains(&("cache-control".into(), "no-store".into())));
        assert_eq!(reply.0.len(), 2);
    }

    #[test]
    fn nothing_recorded_changes_nothing() {
        let mut reply = Plain::default();
        Effects::default().flush(&mut reply);
        assert!(reply.0.is_empty());
    }
}
