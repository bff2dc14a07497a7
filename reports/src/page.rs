//! A study as one HTML page that needs nothing else: no network, no JavaScript to be read, one file to forward.

mod classes;
mod disruption;
mod document;
mod figure;
mod first;
mod order;
mod rows;
mod servers;
mod settings;
mod side_by_side;
mod study;
mod sweep;
mod tables;
mod text;
mod theme;
mod validation;

pub use side_by_side::side_by_side_html;
pub use study::page_html;
pub use sweep::sweep_html;
pub use validation::validation_html;
