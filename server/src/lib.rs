//! Guanjia.
