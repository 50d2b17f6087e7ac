//! Portcullis for tower services over http 1: a layer and a service.
