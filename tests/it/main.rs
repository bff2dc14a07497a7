//! The command line, as a shell sees it: what is printed where, exit codes, files.

mod anywhere;
mod bad_inputs;
mod book;
mod commands;
mod decisions;
mod init;
mod interrupted;
mod live;
mod results;
mod support;
mod sweep;
mod tables;
mod traces;
