//! From the command line to a bound port.

use std::{
    fmt::Display,
    io::{Write, stdout},
    net::{SocketAddr, TcpListener},
    process::exit,
    time::Duration,
};

use clap::Parser;

use crate::{Log, Settings, Site};

/// How long what has begun may take to be answered, once the site is told to end.
pub const DRAIN: Duration = Duration::from_secs(5);

/// A site that is ready to be served.
#[derive(Debug)]
pub struct Started {
    /// The site.
    pub site: Site,
    /// Where it listens already.
    pub listener: TcpListener,
    /// The same as an address.
    pub address: SocketAddr,
}

/// Reads the settings, binds the port and builds the site; says where to go first. What is wrong is one line
/// on standard error, and exit code 1 (2 for the command line itself).
pub fn start(name: &str) -> Started {
    let settings = Settings::parse();
    log(settings.log);
    prepare(name, &settings).unwrap_or_else(|error| fail(name, error))
}

/// Ends the process with one line on standard error.
pub fn fail(name: &str, error: impl Display) -> ! {
    eprintln!("{name}: {error}");
    exit(1)
}

fn prepare(name: &str, settings: &Settings) -> Result<Started, Box<dyn std::error::Error>> {
    if !settings.registers_instantly() {
        return Err("registration by mail is not there yet: give --insecure-instant-registration".into());
    }
    let listener =
        TcpListener::bind(settings.listen).map_err(|error| format!("{}: {error}", settings.listen))?;
    let address = listener.local_addr()?;
    let own = format!("http://localhost:{}", address.port());
    let public_url = settings.public_url.as_deref().unwrap_or(&own).trim_end_matches('/').to_owned();
    let site = Site::new(settings, &public_url)?;
    warn(name, &public_url);
    // Whoever started it may not be listening, as in `example-axum | head -1`: that is no reason to end.
    let _ = writeln!(stdout(), "{name} is at {public_url}");
    Ok(Started { site, listener, address })
}

fn warn(name: &str, public_url: &str) {
    eprintln!("{name}: anybody can register, without proving an address: not for production");
    if !public_url.starts_with("https://") {
        eprintln!(
            "{name}: passwords travel without TLS, and browsers keep Secure cookies for http://localhost only"
        );
    }
}

fn log(format: Log) {
    let builder = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO);
    match format {
        Log::Pretty => builder.init(),
        Log::Json => builder.json().init(),
    }
}
