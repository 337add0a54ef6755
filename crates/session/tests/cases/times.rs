//! Times that cannot be right, and what is made of them.
