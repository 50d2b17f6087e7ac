//! True bytes over a loopback socket.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::mpsc::channel,
};

use portcullis_rocket::{Auth, Visit, require};
use rocket::{State, fairing::AdHoc, get, routes, tokio::task::spawn_blocking};

use crate::site::{Count, ReadOrders, Site, ran};

#[get("/ruled")]
fn ruled(count: &State<Count>) -> &'static str {
    ran(count)
}

#[get("/orders")]
fn orders(_caller: Auth<ReadOrders>, visit: Visit) -> String {
    visit.client().map(|ip| ip.to_string()).unwrap_or_default()
}

/// Sends a head (lines ended by `\n`) and a body, and gives the whole answer.
fn send(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut request = format!("{head}\nhost: localhost\nconnection: close\n\n").replace('\n', "\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn talk(port: u16) {
    let refused = send(port, "GET /orders HTTP/1.1", "");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert_eq!(refused.matches("\r\nwww-authenticate: ").count(), 2, "{refused}");
    let head = send(port, "HEAD /ruled HTTP/1.1", "");
    assert!(head.starts_with("HTTP/1.1 401 ") && head.ends_with("\r\n\r\n"), "{head}");
    let login = send(port, "POST /login HTTP/1.1\ncontent-length: 0", "");
    let cookie = login.split("set-cookie: ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let admitted = send(port, &format!("GET /orders HTTP/1.1\nx-real-ip: 192.0.2.1\ncookie: {cookie}"), "");
    assert!(admitted.ends_with("\r\n\r\n127.0.0.1"), "{admitted}");
    let cross = "content-type: application/x-www-form-urlencoded\nsec-fetch-site: cross-site";
    let form = format!("POST /ruled HTTP/1.1\n{cross}\ncookie: {cookie}\ncontent-length: 11");
    let denied = send(port, &form, "_method=get");
    assert!(denied.starts_with("HTTP/1.1 403 "), "{denied}");
    let unknown = send(port, &format!("JEFF /ruled HTTP/1.1\ncookie: {cookie}"), "");
    assert!(unknown.starts_with("HTTP/1.1 400 "), "{unknown}");
}

#[rocket::async_test]
async fn the_wire() {
    let site = Site::new();
    let (tell, told) = channel();
    let liftoff = AdHoc::on_liftoff("port", move |rocket| {
        let port = rocket.config().port;
        Box::pin(async move { tell.send(port).unwrap() })
    });
    let rocket = site.rocket(require::<ReadOrders>(routes![ruled])).mount("/", routes![orders]);
    let rocket = rocket.attach(liftoff).ignite().await.unwrap();
    let shutdown = rocket.shutdown();
    let served = rocket::tokio::spawn(rocket.launch());
    let talked = spawn_blocking(move || talk(told.recv().unwrap())).await;
    shutdown.notify();
    served.await.unwrap().unwrap();
    talked.unwrap();
    assert_eq!(site.ran.get(), 0);
}
