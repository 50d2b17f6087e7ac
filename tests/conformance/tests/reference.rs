//! The reference against itself: every case holds, and is the same twice.

fn main() {
    portcullis_conformance::run(portcullis_conformance::Reference::new(), &[]);
}
