//! Over a real socket: what the framework adds and strips on the wire.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use actix_web::{App, HttpServer, web};
use portcullis_actix_web::{GateMiddleware, Open, Visit};

use crate::site::{gate, routes};

/// Who the client is, by the transport.
async fn client(_: Open, visit: Visit) -> String {
    visit.client().map(|address| address.to_string()).unwrap_or_default()
}

/// Sends these lines and returns everything that comes back, in lower case.
async fn exchange(address: SocketAddr, request: String) -> String {
    let talk = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_ascii_lowercase()
    };
    web::block(talk).await.unwrap()
}

#[actix_web::test]
async fn requests_over_a_socket() {
    let gate = gate();
    let app = move || {
        App::new()
            .configure(|config| routes().get("/client", client).configure(config))
            .wrap(GateMiddleware::new(gate.clone()))
    };
    let server = HttpServer::new(app).workers(2).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let ask = |first: &str, more: &str| {
        exchange(address, format!("{first} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{more}\r\n"))
    };

    let refused = ask("GET /orders", "").await;
    assert!(refused.starts_with("http/1.1 401 "), "{refused}");
    assert_eq!(refused.matches("\r\nwww-authenticate: ").count(), 2, "{refused}");
    assert!(refused.contains("\r\n\r\n{\"type\""), "{refused}");

    let login = ask("POST /login", "Content-Length: 0\r\n").await;
    let cookie = login.split("set-cookie: __host-id=").nth(1).unwrap();
    assert!(cookie.contains("; secure; httponly; samesite=lax"), "{login}");

    let head = ask("HEAD /orders", "").await;
    assert!(head.starts_with("http/1.1 405 ") && head.ends_with("\r\n\r\n"), "{head}");
    let foreign = ask("POST /login", "Content-Length: 0\r\nOrigin: https://evil.example\r\n").await;
    assert!(foreign.starts_with("http/1.1 403 ") && !foreign.contains("set-cookie"), "{foreign}");
    let own = ask("POST /login", &format!("Content-Length: 0\r\nOrigin: http://{address}\r\n")).await;
    assert!(own.starts_with("http/1.1 200 "), "{own}");
    let forged = ask("GET /client", "X-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9\r\n").await;
    assert!(forged.ends_with("\r\n\r\n127.0.0.1"), "{forged}");

    handle.stop(false).await;
}
