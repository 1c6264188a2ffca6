//! Sigma rules to content.
