//! Anything with an id, by its id.

use async_graphql::{Context, ID, Object, Result};

use super::{context::Ask, rights};
use crate::{
    attachments::{self, graphql::Attachment},
    cases::{self, graphql::Case},
    contacts::{self, graphql::Contact},
    imports::{self, graphql::ImportRun},
    kernel::{
        Failure,
        ids::{
            AccountId, AttachmentId, CaseId, CommunityId, ContactId, EntryId, ImportId,
            MembershipId, PartyId, PromiseLineId,
        },
    },
    owners::{
        self,
        graphql::{Account, Party},
    },
    people::{
        self,
        graphql::Community,
        staff::{self, graphql::Person},
    },
    promises::{self, graphql::Promise},
    worklist::{self, graphql::WorklistEntry},
};

pub use interface::Node;

#[expect(missing_docs, reason = "the derive writes a method that it does not document")]
mod interface {
    use async_graphql::{ID, Interface};

    use super::{
        Account, Attachment, Case, Community, Contact, ImportRun, Party, Person, Promise,
        WorklistEntry,
    };

    /// Something with an id of its own that can be read again by `node`.
    #[derive(Interface)]
    #[graphql(field(
        name = "id",
        ty = "ID",
        desc = "Opaque id, unique over all kinds; its prefix says the kind."
    ))]
    pub enum Node {
        /// An account 户.
        Account(Account),
        /// An attachment 附件.
        Attachment(Attachment),
        /// A case 案件.
        Case(Case),
        /// A community 小区.
        Community(Community),
        /// A party 当事人.
        Party(Party),
        /// Somebody who works here 员工.
        Person(Person),
        /// An entry of your worklist.
        WorklistEntry(WorklistEntry),
        /// An import 导入.
        ImportRun(ImportRun),
        /// A contact 联系.
        Contact(Contact),
        /// A promise 承诺缴费.
        Promise(Promise),
    }
}

/// The part of the query root that knows ids.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Reads anything by its id: accounts, attachments, cases, communities, contacts, imports, parties, people, promises,
    /// entries of your worklist. What is not there and what is not yours are both null.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id.")] id: ID,
    ) -> Result<Option<Node>> {
        rights::check(ctx, "Query.node")?;
        let actor = ctx.actor()?;
        if let Ok(id) = id.parse::<EntryId>() {
            return Ok(worklist::graphql::entry(ctx, id).await?.map(Node::WorklistEntry));
        }
        if let Ok(id) = id.parse::<MembershipId>() {
            return Ok(staff::graphql::one(ctx, id).await?.map(Node::Person));
        }
        let (app, conn) = (ctx.app()?, ctx.conn()?);
        let now = app.kernel.clock.domain();
        let found = if let Ok(id) = id.parse::<AccountId>() {
            owners::queries::account(conn, actor, now, id)
                .await
                .map(|card| Node::Account(card.into()))
        } else if let Ok(id) = id.parse::<AttachmentId>() {
            attachments::queries::attachment(conn, actor, now, id)
                .await
                .map(|row| Node::Attachment(row.into()))
        } else if let Ok(id) = id.parse::<CaseId>() {
            cases::queries::case(conn, actor, now, id).await.map(|case| Node::Case(case.into()))
        } else if let Ok(id) = id.parse::<PartyId>() {
            owners::queries::party(conn, actor, now, id).await.map(|seen| Node::Party(seen.into()))
        } else if let Ok(id) = id.parse::<CommunityId>() {
            people::queries::my_community(conn, actor, id)
                .await
                .map(|community| Node::Community(community.into()))
        } else if let Ok(id) = id.parse::<ImportId>() {
            // Whoever may not list imports may not read one by its id.
            if rights::allows("Query.imports", actor) {
                imports::queries::run(conn, actor, id).await.map(|run| Node::ImportRun(run.into()))
            } else {
                Err(Failure::NotFound)
            }
        } else if let Ok(id) = id.parse::<ContactId>() {
            contacts::queries::reachable(conn, actor, now, id)
                .await
                .map(|row| Node::Contact(row.into()))
        } else if let Ok(id) = id.parse::<PromiseLineId>() {
            promises::queries::promise(conn, actor, now, id)
                .await
                .map(|promise| Node::Promise(promise.into()))
        } else {
            Err(Failure::NotFound)
        };
        match found {
            Ok(node) => Ok(Some(node)),
            Err(Failure::NotFound) => Ok(None),
            Err(failure) => Err(ctx.tell(failure)),
        }
    }
}
