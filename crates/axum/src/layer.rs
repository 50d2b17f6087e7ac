//! The gate's layer, for axum's server.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::Extensions;
use portcullis::Gate;
use portcullis_tower::GateLayer;

/// The layer of `gate`, which takes the transport peer from axum's [`ConnectInfo`].
///
/// axum records it where the application is served with
/// `into_make_service_with_connect_info::<SocketAddr>()`; elsewhere no address is known.
pub fn gate(gate: Gate) -> GateLayer {
    GateLayer::new(gate).peer(peer)
}

fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
}
