//! What the program must find in trees that are made up, and must not find in this repository.

mod layers;
mod map;
mod repository;
mod vocabulary;
