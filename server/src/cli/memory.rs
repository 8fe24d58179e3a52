//! Memory that only the start needed.

/// Gives it back to the system. The schema and the checks of the settings leave some fifteen megabytes of freed pages
/// behind, which the allocator would keep for a load that may not come for hours.
pub(super) fn give_back() {
    #[expect(
        unsafe_code,
        reason = "a function of C; it takes no pointer and may be called by any thread at any time"
    )]
    // SAFETY: as said above; it only looks at what was freed already.
    unsafe {
        libmimalloc_sys::mi_collect(true);
    }
}
