//! An orderly end.

use crate::support::{app::Clock, database, fresh_key, program::Program};

#[tokio::test]
async fn asked_to_stop_it_ends_with_success() {
    let clock = Clock::new();
    let url = database::fresh(clock.folder()).await;
    let program = Program::serve(&url, &clock, &fresh_key()).await;
    let stopped = tokio::task::spawn_blocking(move || program.stop()).await.unwrap();
    assert_eq!(stopped, Some(0));
}
