//! What can be set, on the command line or in the environment.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};

/// The example site of Portcullis: sessions, API keys and tokens on one set of routes.
#[derive(Clone, Debug, Parser)]
#[command(version)]
pub struct Settings {
    /// Where to listen.
    #[arg(long, env = "PORTCULLIS_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDR")]
    pub listen: SocketAddr,

    /// The site's own origin, for cookies, tokens and the origin check [default: `http://localhost:PORT`]
    #[arg(long, env = "PORTCULLIS_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// The file from which every key of the site is derived; created, readable by its owner only.
    #[arg(long, env = "PORTCULLIS_SECRET_FILE", default_value = "portcullis.secret", value_name = "FILE")]
    pub secret_file: PathBuf,

    /// Ends a session that was not used for this long.
    #[arg(long, env = "PORTCULLIS_SESSION_IDLE", default_value = "30m", value_parser = humantime::parse_duration, value_name = "DURATION")]
    pub session_idle: Duration,

    /// Ends a session after this long, whatever its use.
    #[arg(long, env = "PORTCULLIS_SESSION_LIFETIME", default_value = "24h", value_parser = humantime::parse_duration, value_name = "DURATION")]
    pub session_lifetime: Duration,

    /// How long an access token lives.
    #[arg(long, env = "PORTCULLIS_ACCESS_TOKEN_LIFETIME", default_value = "5m", value_parser = lifetime, value_name = "DURATION")]
    pub access_token_lifetime: Duration,

    /// How recent a login must be for the sensitive routes.
    #[arg(long, env = "PORTCULLIS_FRESH", default_value = "5m", value_parser = humantime::parse_duration, value_name = "DURATION")]
    pub fresh: Duration,

    /// Lets anybody register and log in at once; on when listening on loopback.
    #[arg(long, env = "PORTCULLIS_INSECURE_INSTANT_REGISTRATION")]
    pub insecure_instant_registration: bool,

    /// How to log, on standard error.
    #[arg(long, env = "PORTCULLIS_LOG", default_value = "pretty", value_name = "FORMAT")]
    pub log: Log,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Log {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// A token says its times in whole seconds.
fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if lifetime < Duration::from_secs(1) || lifetime > Duration::from_secs(86_400) {
        return Err("a token lives one second to one day".to_owned());
    }
    Ok(lifetime)
}

impl Settings {
    /// Whether an account works at once.
    pub fn registers_instantly(&self) -> bool {
        self.insecure_instant_registration || self.listen.ip().is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let parse = |arguments: &[&str]| Settings::try_parse_from([&["site"], arguments].concat());
        let settings = parse(&["--session-idle", "2s", "--access-token-lifetime", "1h"]).unwrap();
        assert_eq!(settings.session_idle, Duration::from_secs(2));
        assert_eq!(settings.access_token_lifetime, Duration::from_secs(3_600));
        assert!(settings.registers_instantly());
        for bad in [["--fresh", "soon"], ["--access-token-lifetime", "0s"], ["--listen", "localhost"]] {
            assert!(parse(&bad).is_err(), "{bad:?}");
        }
        assert!(!parse(&["--listen", "0.0.0.0:80"]).unwrap().registers_instantly());
    }
}
