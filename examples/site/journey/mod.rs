//! The site from outside, the same for every framework: the program is started on a free port, and spoken to
//! over a socket.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use portcullis_conformance::{Reply, exchange, request};
use serde_json::{Value, json};

use super::{PROGRAM, TELLS_METHODS_APART};

const PASSWORD: &str = "seven quiet otters swim home";

/// A running site, in a directory of its own.
struct Site {
    process: Child,
    address: SocketAddr,
    directory: PathBuf,
}

impl Site {
    fn start(options: &[&str]) -> Self {
        let directory = scratch();
        let mut process = command(&directory)
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap().parse().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let site = Self { process, address, directory };
        site.wait();
        site
    }

    /// A server says where it will listen a moment before it answers.
    fn wait(&self) {
        for _ in 0..200 {
            if exchange(self.address, &request("GET", "/healthz", &[], None)).is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("the site does not answer");
    }

    fn send(&self, method: &str, path: &str, fields: &[(&str, &str)], body: Option<&Value>) -> Reply {
        exchange(self.address, &request(method, path, fields, body)).unwrap()
    }

    fn get(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send("GET", path, fields, None)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)], body: &Value) -> Reply {
        self.send("POST", path, fields, Some(body))
    }

    /// A body of any type.
    fn upload(&self, path: &str, fields: &[(&str, &str)], media: &str, body: &str) -> Reply {
        let length = body.len().to_string();
        let all = [fields, &[("content-type", media), ("content-length", &length)]].concat();
        let mut bytes = request("POST", path, &all, None);
        bytes.extend_from_slice(body.as_bytes());
        exchange(self.address, &bytes).unwrap()
    }

    fn form(&self, path: &str, fields: &[(&str, &str)], body: &str) -> Reply {
        self.upload(path, fields, "application/x-www-form-urlencoded", body)
    }

    fn register(&self, login: &str) -> String {
        let reply = self.post("/register", &[], &json!({ "login": login, "password": PASSWORD }));
        assert_eq!(reply.status, 201, "{reply:?}");
        text(&reply, "subject")
    }

    fn log_in(&self, login: &str) -> String {
        let reply = self.post("/login", &[], &json!({ "login": login, "password": PASSWORD }));
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.cookie("__Host-id").unwrap()
    }

    /// A connection on which this much was sent.
    fn connect(&self, sent: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(sent).unwrap();
        stream
    }

    fn signal(&self, name: &str) {
        Command::new("kill").args([name, &self.process.id().to_string()]).status().unwrap();
    }

    /// Waits for the end; `None` where it does not come within half a minute.
    fn end(mut self) -> Option<i32> {
        for _ in 0..1_200 {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        None
    }

    /// Waits until it takes no more connections.
    fn closes(&self) {
        for _ in 0..200 {
            if TcpStream::connect(self.address).is_err() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("the site still takes connections");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn command(directory: &PathBuf) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(directory).env_clear().stderr(Stdio::null());
    command
}

fn scratch() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("portcullis-site-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let directory = std::env::temp_dir().join(name);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn text(reply: &Reply, name: &str) -> String {
    reply.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {reply:?}")).to_owned()
}

/// One route, reached by session, by key and by token.
#[test]
fn three_ways_to_one_route() {
    let site = Site::start(&[]);
    let subject = site.register("alice");
    let cookie = site.log_in("alice");
    let session = [("cookie", cookie.as_str())];

    assert_eq!(site.post("/orders", &session, &json!({ "item": "tea" })).status, 201);
    let made = site.post("/keys", &session, &json!({ "name": "nightly", "scopes": ["orders:read"] }));
    let key = text(&made, "key");
    let minted = site.post("/tokens", &session, &json!({ "scopes": ["orders:read", "reports:read"] }));
    let token = format!("Bearer {}", text(&minted, "access_token"));
    assert_eq!(
        (minted.json()["expires_in"].as_u64(), minted.json()["token_type"].as_str()),
        (Some(300), Some("Bearer"))
    );

    let mut seen = Vec::new();
    for (field, kind) in [
        (session[0], "session"),
        (("x-api-key", key.as_str()), "api_key"),
        (("authorization", &token), "jwt"),
    ] {
        let orders = site.get("/orders", &[field]);
        assert_eq!((orders.status, orders.value("cache-control")), (200, "no-store"));
        seen.push(orders.text());
        let me = site.get("/me", &[field]).json();
        assert_eq!((me["subject"].as_str(), me["kind"].as_str()), (Some(subject.as_str()), Some(kind)));
    }
    assert_eq!(seen, [r#"[{"id":1,"item":"tea"}]"#; 3]);

    assert_eq!(site.get("/reports", &[("authorization", &token)]).status, 200);
    assert_eq!(site.get("/reports", &[("x-api-key", &key)]).status, 403);
    assert_eq!(site.get("/reports", &session).status, 401);
    assert_eq!(site.post("/orders", &[("x-api-key", &key)], &json!({ "item": "x" })).status, 403);
}

/// Without a credential: what is open, what is optional, and what names its challenges.
#[test]
fn nobody() {
    let site = Site::start(&[]);
    assert_eq!(site.get("/healthz", &[]).text(), r#"{"status":"ok"}"#);
    assert_eq!(site.get("/public", &[("authorization", "Bearer junk")]).status, 200);
    assert_eq!(site.get("/optional", &[]).text(), r#"{"subject":null}"#);
    assert_eq!(site.get("/optional", &[("authorization", "Bearer a.b.c")]).status, 401);
    let refused = site.get("/orders", &[]);
    assert_eq!((refused.status, refused.value("content-type")), (401, "application/problem+json"));
    let challenges = [
        r#"Bearer realm="orders""#,
        r#"ApiKey realm="orders", header="X-API-Key""#,
        r#"Session realm="orders""#,
    ];
    assert_eq!(refused.values("www-authenticate"), challenges);
    for (method, path) in [
        ("GET", "/sessions"),
        ("GET", "/keys"),
        ("GET", "/events"),
        ("POST", "/tokens"),
        ("DELETE", "/sessions/x"),
    ] {
        assert_eq!(site.send(method, path, &[], None).status, 401, "{path}");
    }
}

/// Sessions: listed, ended, and gone at logout.
#[test]
fn sessions() {
    let site = Site::start(&[]);
    site.register("alice");
    let (stolen, cookie) = (site.log_in("alice"), site.log_in("alice"));
    let session = [("cookie", cookie.as_str())];
    let list = site.get("/sessions", &session).json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    let other = list.as_array().unwrap().iter().find(|one| one["current"] == false).unwrap();
    assert_eq!((&other["kind"], &other["client_ip"]), (&json!("session"), &json!("127.0.0.1")));
    let path = format!("/sessions/{}", other["handle"].as_str().unwrap());
    assert_eq!(site.send("DELETE", &path, &session, None).status, 204);
    assert_eq!(site.send("DELETE", &path, &session, None).status, 404);
    assert_eq!(site.get("/me", &[("cookie", &stolen)]).status, 401);

    assert_eq!(site.send("POST", "/logout", &session, None).status, 204);
    assert_eq!(site.send("POST", "/logout", &session, None).status, 204);
    assert_eq!(site.get("/me", &session).status, 401);
}

/// A sensitive route wants a recent login, which `/reauthenticate` gives.
#[test]
fn freshness() {
    let site = Site::start(&["--fresh", "1s"]);
    site.register("alice");
    let cookie = site.log_in("alice");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let stale = site.post("/tokens", &[("cookie", &cookie)], &json!({}));
    let challenge = r#"Session realm="orders", error="insufficient_user_authentication", max_age="1""#;
    assert_eq!((stale.status, stale.value("www-authenticate")), (401, challenge));
    let again = site.post("/reauthenticate", &[("cookie", &cookie)], &json!({ "password": PASSWORD }));
    let cookie = again.cookie("__Host-id").unwrap();
    assert_eq!(again.status, 204);
    assert_eq!(site.post("/tokens", &[("cookie", &cookie)], &json!({})).status, 201);
}

/// Keys: shown once, listed without secrets, revoked at once, one's own only.
#[test]
fn keys() {
    let site = Site::start(&[]);
    site.register("alice");
    site.register("bob");
    let (alice, bob) = (site.log_in("alice"), site.log_in("bob"));
    let made = site.post(
        "/keys",
        &[("cookie", &alice)],
        &json!({ "name": "n", "scopes": ["orders:read"], "expires_in": 60 }),
    );
    let (id, key) = (text(&made, "id"), text(&made, "key"));
    assert!(key.starts_with("ord_live_") && made.json()["expires_at"].is_string());
    let list = site.get("/keys", &[("cookie", &alice)]);
    assert_eq!(list.json()[0]["id"], id);
    assert!(!list.text().contains(&key));
    let path = format!("/keys/{id}");
    assert_eq!(site.send("DELETE", &path, &[("cookie", &bob)], None).status, 404);
    assert_eq!(site.send("DELETE", &path, &[("cookie", &alice)], None).status, 204);
    assert_eq!(site.get("/orders", &[("x-api-key", &key)]).status, 401);
    let greedy = json!({ "name": "n", "scopes": ["admin"] });
    assert_eq!(site.post("/keys", &[("cookie", &alice)], &greedy).status, 403);
    assert_eq!(site.post("/keys", &[("cookie", &alice)], &json!({ "name": "", "scopes": [] })).status, 422);
}

/// Registration says what is wrong; a login does not.
#[test]
fn getting_in() {
    let site = Site::start(&[]);
    site.register("alice");
    let register = |login: &str, password: &str| {
        site.post("/register", &[], &json!({ "login": login, "password": password })).status
    };
    assert_eq!(register("alice", PASSWORD), 409);
    assert_eq!(register("ALICE ", PASSWORD), 409);
    assert_eq!(register("bob", "short"), 422);
    assert_eq!(register("", PASSWORD), 422);
    let login = |login: &str, password: &str| {
        site.post("/login", &[], &json!({ "login": login, "password": password }))
    };
    let (wrong, unknown) = (login("alice", "not the password"), login("nobody", "not the password"));
    assert_eq!((wrong.status, &wrong.body), (401, &unknown.body));
    assert_eq!(wrong.value("www-authenticate"), r#"Session realm="orders""#);
    let events = site.get("/events", &[("cookie", &site.log_in("alice"))]).json();
    let names: Vec<_> =
        events.as_array().unwrap().iter().filter_map(|event| event["event"].as_str()).collect();
    assert!(names.contains(&"authn_login_fail") && names.contains(&"authn_login_success"), "{names:?}");
}

/// X-10 and the limits: type, size and shape of bodies.
#[test]
fn bodies() {
    let site = Site::start(&[]);
    site.register("alice");
    let cookie = site.log_in("alice");
    let session = [("cookie", cookie.as_str())];
    let order = |media: &str, body: &str| site.upload("/orders", &session, media, body);
    for media in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        assert_eq!(order(media, r#"{"item":"tea"}"#).status, 415, "{media}");
    }
    assert_eq!(order("application/json", "{").status, 400);
    assert_eq!(order("application/json", r#"{"item":7}"#).status, 422);
    assert_eq!(order("application/json", r#"{"item":"a","item":"b"}"#).status, 422);
    let large = order("application/json", &format!(r#"{{"item":"{}"}}"#, "x".repeat(66_000)));
    assert_eq!((large.status, large.value("content-type")), (413, "application/problem+json"));
    let just = order("application/json", &format!(r#"{{"item":"{}"}}"#, "x".repeat(60_000)));
    assert_eq!(just.status, 422);
    let list = json!({ "login": "alice", "password": [PASSWORD, "x"] });
    assert_eq!(site.post("/login", &[], &list).status, 422);
}

/// Other sites' pages get nowhere; other paths and methods are problems too.
#[test]
fn errors() {
    let site = Site::start(&[]);
    let cross = [("sec-fetch-site", "cross-site")];
    for path in ["/login", "/logout", "/register", "/orders", "/nowhere", "/account/keys"] {
        assert_eq!(site.post(path, &cross, &json!({})).status, 403, "{path}");
    }
    let unknown = site.get("/nowhere", &[]);
    assert_eq!(unknown.text(), r#"{"type":"about:blank","title":"Not Found","status":404}"#);
    assert_eq!(
        site.get("/nowhere", &[("accept", "text/html")]).value("content-type"),
        "text/html; charset=utf-8"
    );
    let method = site.send("PUT", "/orders", &[], None);
    assert_eq!(method.status, if TELLS_METHODS_APART { 405 } else { 404 });
    assert_eq!(method.value("content-type"), "application/problem+json");
    assert!(matches!(site.get("/logout", &[]).status, 404 | 405));
}

/// Tokens are verified by a published key.
#[test]
fn published_keys() {
    let site = Site::start(&[]);
    let jwks = site.get("/.well-known/jwks.json", &[]);
    let key = &jwks.json()["keys"][0];
    assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("OKP"), &json!("EdDSA"), &json!("sig")));
    assert!(key["d"].is_null() && jwks.value("cache-control").contains("public"));
}

/// A browser without scripts: forms, pages, and back to where it came from.
#[test]
fn pages() {
    let site = Site::start(&[]);
    let html = ("accept", "text/html");
    let registered = site.form("/register", &[html], "login=alice&password=seven+quiet+otters+swim+home");
    assert_eq!((registered.status, registered.value("location")), (303, "/login"));
    let away = site.get("/account/keys", &[html]);
    assert_eq!((away.status, away.value("location")), (303, "/login?return_to=/account/keys"));
    let login = site.get("/login?return_to=/account/keys", &[html]);
    assert!(login.text().contains(r#"name="return_to" value="/account/keys""#), "{}", login.text());
    assert!(login.value("content-security-policy").starts_with("default-src 'none'"));

    let wrong = site.form("/login", &[html], "login=alice&password=wrong");
    assert_eq!((wrong.status, wrong.value("www-authenticate")), (401, r#"Session realm="orders""#));
    assert!(wrong.text().contains(r#"role="alert""#));
    let filled = "login=alice&password=seven+quiet+otters+swim+home&return_to=";
    let elsewhere = site.form("/login", &[html], &format!("{filled}//evil.test"));
    assert_eq!((elsewhere.status, elsewhere.value("location")), (303, "/"));
    let back = site.form("/login", &[html], &format!("{filled}/account/keys"));
    assert_eq!((back.status, back.value("location")), (303, "/account/keys"));

    let cookie = back.cookie("__Host-id").unwrap();
    let session = [html, ("cookie", cookie.as_str())];
    let made = site.form("/account/keys", &session, "name=%3Cb%3E&orders%3Aread=on");
    assert_eq!((made.status, made.value("cache-control")), (200, "no-store"));
    assert!(made.text().contains("ord_live_"));
    let keys = site.get("/account/keys", &session);
    assert!(keys.text().contains("&lt;b&gt;") && !keys.text().contains("<b>"));
    for path in ["/", "/register", "/account", "/account/activity"] {
        let page = site.get(path, &session);
        assert_eq!((page.status, page.value("content-type")), (200, "text/html; charset=utf-8"), "{path}");
    }
    let ended = site.form("/account/sessions/end-others", &session, "");
    assert_eq!((ended.status, ended.value("location")), (303, "/account"));
    let out = site.form("/logout", &session, "");
    assert_eq!((out.status, out.value("location")), (303, "/"));
    assert_eq!(site.get("/account", &session).status, 303);
}

/// SIGTERM ends it cleanly.
#[test]
fn it_ends_when_told() {
    let site = Site::start(&[]);
    site.signal("-TERM");
    assert_eq!(site.end(), Some(0));
}

/// Both signals let what has begun be answered.
#[test]
fn what_has_begun_is_answered() {
    for signal in ["-INT", "-TERM"] {
        let site = Site::start(&[]);
        site.register("alice");
        let body = json!({ "login": "alice", "password": PASSWORD }).to_string();
        let length = body.len().to_string();
        let fields = [
            ("content-type", "application/json"),
            ("content-length", length.as_str()),
            ("expect", "100-continue"),
        ];
        let mut stream = site.connect(&request("POST", "/login", &fields, None));
        // It asks for the body: so it has begun.
        let mut interim = [0; 25];
        stream.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        site.signal(signal);
        site.closes();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{signal}: {answer:?}");
        assert_eq!(site.end(), Some(0), "{signal}");
    }
}

/// A client that never finishes its request keeps nothing running.
#[test]
fn it_ends_although_a_request_does_not() {
    let site = Site::start(&[]);
    let _half = site.connect(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n");
    site.get("/healthz", &[]);
    site.signal("-TERM");
    assert_eq!(site.end(), Some(0));
}

/// A route is one path: an empty name is no name, and least of all everything.
#[test]
fn paths_are_exact() {
    let site = Site::start(&[]);
    site.register("alice");
    let (other, cookie) = (site.log_in("alice"), site.log_in("alice"));
    let session = [("cookie", cookie.as_str())];
    assert_eq!(site.send("DELETE", "/sessions/", &session, None).status, 404);
    assert_eq!(site.get("/me", &[("cookie", &other)]).status, 200);
    for path in ["/orders/", "//orders", "/orders//", "/orders/?x", "/account/activity/"] {
        assert_eq!(site.get(path, &session).status, 404, "{path}");
    }
    for path in ["/sessions/%FF", "/keys/%FF"] {
        let reply = site.send("DELETE", path, &session, None);
        assert_eq!((reply.status, reply.value("content-type")), (404, "application/problem+json"), "{path}");
    }
}

/// The header is the site's, whatever the framework likes to add.
#[test]
fn fields() {
    let site = Site::start(&[]);
    let transport = ["connection", "content-length", "date", "server", "transfer-encoding"];
    let reply = site.get("/healthz", &[]);
    let names: Vec<_> = reply.headers.iter().map(|(name, _)| name.as_str()).collect();
    let own: Vec<_> = names.into_iter().filter(|name| !transport.contains(name)).collect();
    assert_eq!(own, ["content-type"]);
}

/// What is refused is a page for those who like pages better, by core's reading of `Accept`.
#[test]
fn refusals_as_pages() {
    let site = Site::start(&[]);
    let large = "x".repeat(70_000);
    for (accept, media) in [
        ("text/html", "text/html; charset=utf-8"),
        ("application/xhtml+xml, text/html", "text/html; charset=utf-8"),
        ("text/html;q=0", "application/problem+json"),
        ("application/json", "application/problem+json"),
    ] {
        let fields = [("accept", accept)];
        assert_eq!(site.get("/nowhere", &fields).value("content-type"), media, "{accept}");
        let refused = site.upload("/login", &fields, "application/json", &large);
        assert_eq!((refused.status, refused.value("content-type")), (413, media), "{accept}");
    }
}

/// What the program says and how it ends, where it cannot start.
fn refused(options: &[&str]) -> Output {
    let directory = scratch();
    let output = command(&directory).args(options).stderr(Stdio::piped()).output().unwrap();
    let _ = fs::remove_dir_all(directory);
    output
}

/// A busy port is one line and exit code 1.
#[test]
fn a_busy_port() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let output = refused(&["--listen", &taken.local_addr().unwrap().to_string()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
    assert!(error.contains("in use"), "{error}");
}

/// So is a secret file that others can read; a bad option is clap's own.
#[test]
fn bad_settings() {
    let directory = scratch();
    let secret = directory.join("secret");
    fs::write(&secret, "x").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    let output = refused(&["--listen", "127.0.0.1:0", "--secret-file", secret.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), error.lines().count()), (Some(1), 1), "{error}");
    assert!(error.contains("chmod 600"), "{error}");
    fs::remove_dir_all(directory).unwrap();
    assert_eq!(refused(&["--fresh", "soon"]).status.code(), Some(2));
    assert_eq!(refused(&["--listen", "127.0.0.1:0", "--session-idle", "48h"]).status.code(), Some(1));
}
