//! What the program must find in trees that are made up, and must not find in this repository.

mod dependencies;
mod layers;
mod links;
mod map;
mod phrases;
mod repository;
mod toolchain;
mod vocabulary;
