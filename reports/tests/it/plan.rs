//! The planner: formulas against known answers, and its search on farms whose truth is known.

mod formulas;
mod known;
mod searches;
