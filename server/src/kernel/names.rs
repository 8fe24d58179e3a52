//! Enums are text in the database (SQLite cannot alter a constraint), each value by a name of its own that never changes.

/// Gives an enum `name()` and `of_name()`.
macro_rules! named {
    ($enum:ident { $($variant:ident = $name:literal),* $(,)? }) => {
        impl $enum {
            /// The name in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// By its name in the database.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use named;
