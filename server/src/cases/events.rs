//! What others may hear of cases.

use crate::kernel::ids::{AccountId, CaseId};

/// Fee cases opened or opened again.
pub struct CasesOpened(pub Vec<(CaseId, AccountId)>);

/// Fee cases closed: nothing of these accounts is overdue any more.
pub struct CasesClosed(pub Vec<(CaseId, AccountId)>);
