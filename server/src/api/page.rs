//! Where a page stands in its list: the same for every connection.

use async_graphql::SimpleObject;

/// Where a page stands in its list.
#[derive(SimpleObject, Clone, Debug)]
pub struct PageInfo {
    /// Whether more entries follow.
    has_next_page: bool,
    /// Always false: lists are read forward.
    has_previous_page: bool,
    /// Cursor of the first entry; null when the page is empty.
    start_cursor: Option<String>,
    /// Cursor of the last entry; null when the page is empty.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page with these cursors.
    pub fn of(cursors: impl IntoIterator<Item = String>, more: bool) -> Self {
        let mut cursors = cursors.into_iter();
        let start_cursor = cursors.next();
        let end_cursor = cursors.last().or_else(|| start_cursor.clone());
        Self { has_next_page: more, has_previous_page: false, start_cursor, end_cursor }
    }
}
