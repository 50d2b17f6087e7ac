//! The suite that proves that every adapter and every store of Portcullis behaves alike.
