//! Consents: that somebody agreed to be looked out for in a community, and that they do no longer. Consent is separate from
//! everything else (个人信息保护法 28, 29), and taking it back is as easy as giving it (15).

use chrono::NaiveDate;
use guanjia_entity::sighting_consent;
use serde::Serialize;
use serde_json::json;

use super::{
    commands,
    queries::Scope,
    rules::Way,
    store::{self, Doomed},
};
use crate::{
    attachments::{self, commands::Subject},
    cases::commands::check_note,
    kernel::{
        Failure, Problem, ProblemCode, Text, Work, audit, calendar,
        ids::{
            self, AccountId, AttachmentId, CommunityId, MembershipId, PartyId, SightingConsentId,
        },
    },
    owners::{
        self,
        parties::PartyKind,
        queries::{PersonCard, Seen},
    },
    people,
};

/// What `recordSightingConsent` takes.
#[derive(Clone, Debug, Serialize)]
pub struct NewConsent {
    /// Its id, if the client made one.
    pub id: Option<SightingConsentId>,
    /// Who agreed.
    pub party: PartyId,
    /// Where they may be looked out for.
    pub community: CommunityId,
    /// How.
    pub way: Way,
    /// On which local day.
    pub given_on: NaiveDate,
    /// Who asked them; none for the actor.
    pub asked_by: Option<MembershipId>,
    /// Free text.
    pub note: Option<String>,
    /// What shows it, such as a photograph of the signed form.
    pub attachments: Vec<AttachmentId>,
}

/// Records that an owner within reach agreed.
pub async fn record(work: &mut Work, input: NewConsent) -> Result<PartyId, Failure> {
    let (actor, organization) = (work.actor()?.clone(), work.organization());
    check_note(input.note.as_deref(), "note")?;
    let card = whole(work, input.party).await?;
    if card.party.kind != PartyKind::Person.name() {
        let text = Text::new("只有自然人可以同意", "only a person can agree to it");
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::Inconsistent, text)));
    }
    let asked_by = input.asked_by.unwrap_or(actor.person);
    check_asker(work, asked_by).await?;
    check_place(work, &card, (input.community, input.given_on)).await?;
    check_new(work, &card, &input).await?;
    let id = input.id.unwrap_or_else(ids::fresh);
    let party = card.party.id;
    let row = sighting_consent::Model {
        organization_id: organization,
        id,
        party_id: party,
        community_id: input.community,
        asked_by,
        way: input.way.name().to_owned(),
        given_on: input.given_on,
        note: input.note,
        recorded_by: actor.person,
        recorded_at: work.now,
        withdrawn_by: None,
        withdrawn_at: None,
        withdrawn_note: None,
    };
    store::insert_consent(work, row).await?;
    let subjects = [Subject::of(id), Subject::of(party)];
    let files = (input.attachments.as_slice(), "attachmentIds");
    attachments::commands::link(work, &actor, files, &subjects).await?;
    let facts = json!({ "consent": id, "community": input.community, "way": input.way.name() });
    audit::record(work, "SIGHTING_CONSENT_RECORDED", Some(party.into()), facts).await?;
    Ok(party)
}

/// A person within reach; whom one only registered is not.
async fn whole(work: &Work, party: PartyId) -> Result<PersonCard, Failure> {
    match owners::queries::party(work.conn(), work.actor()?, work.now, party).await? {
        Seen::Whole(card) => Ok(card),
        Seen::Registered(_) => Err(Failure::NotFound),
    }
}

async fn check_asker(work: &Work, asked_by: MembershipId) -> Result<(), Failure> {
    if people::queries::colleague(work.conn(), work.organization(), asked_by).await?.is_some() {
        return Ok(());
    }
    let text = Text::new("没有这位同事", "there is no such colleague");
    Err(Failure::problem(Problem::at("askedById", ProblemCode::NotFound, text)))
}

/// They hold something in the community that the actor reaches, and agreed by today. Locks what they hold there.
async fn check_place(
    work: &Work,
    card: &PersonCard,
    (community, given_on): (CommunityId, NaiveDate),
) -> Result<(), Failure> {
    let actor = work.actor()?;
    let held = accounts(work, card, community).await?;
    let reached = owners::queries::accounts(work.conn(), actor, work.now, &held).await?;
    let Some(one) = reached.values().next() else {
        let text = Text::new("该业主在此小区没有房屋", "they hold nothing in this community");
        return Err(Failure::problem(Problem::at("communityId", ProblemCode::NotFound, text)));
    };
    if given_on > work.today(calendar::zone(&one.account.time_zone)) {
        let text = Text::new("同意日期不能晚于今天", "nobody has agreed on a day to come");
        return Err(Failure::problem(Problem::at("givenOn", ProblemCode::TooLate, text)));
    }
    Ok(owners::store::lock(work.conn(), work.organization(), &held).await?)
}

async fn accounts(
    work: &Work,
    card: &PersonCard,
    community: CommunityId,
) -> Result<Vec<AccountId>, Failure> {
    let today = owners::queries::reach_day(work.now);
    let scope = Scope { organization: work.organization(), community, today };
    Ok(store::accounts_held(work.conn(), scope, &card.ids).await?)
}

/// One consent stands at a time, and an id stands for one.
async fn check_new(work: &Work, card: &PersonCard, input: &NewConsent) -> Result<(), Failure> {
    let there = store::consents(work.conn(), work.organization(), &card.ids).await?;
    let stands = |row: &sighting_consent::Model| {
        row.withdrawn_at.is_none() && row.community_id == input.community
    };
    if there.iter().any(stands) {
        let text = Text::new("已有有效的同意", "a consent stands already");
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::Conflict, text)));
    }
    let Some(id) = input.id else { return Ok(()) };
    if store::consent_by_id(work.conn(), work.organization(), id).await?.is_some() {
        let text = Text::new("该编号的同意已存在", "a consent with this id exists already");
        return Err(Failure::problem(Problem::at("id", ProblemCode::Duplicate, text)));
    }
    Ok(())
}

/// What `withdrawSightingConsent` takes.
#[derive(Clone, Debug, Serialize)]
pub struct Withdraw {
    /// Who agrees no longer.
    pub party: PartyId,
    /// Free text.
    pub note: Option<String>,
}

/// Takes somebody within reach off every watch-list and deletes where they were seen. That it happened is in the audit log.
pub async fn withdraw(work: &mut Work, input: Withdraw) -> Result<PartyId, Failure> {
    let by = work.actor()?.person;
    check_note(input.note.as_deref(), "note")?;
    let card = whole(work, input.party).await?;
    if end(work, &card.ids, (Some(by), input.note)).await? == 0 {
        let text = Text::new("没有有效的同意", "no consent stands");
        return Err(Failure::problem(Problem::at("partyId", ProblemCode::NotFound, text)));
    }
    let party = card.party.id;
    audit::record(work, "SIGHTING_CONSENT_WITHDRAWN", Some(party.into()), json!({})).await?;
    Ok(party)
}

/// Everything of somebody who is to be forgotten: consents end, notes and sightings go, files belong to no consent any more.
pub async fn forget(work: &mut Work, party: PartyId) -> Result<(), Failure> {
    let ids = owners::queries::same_party(work.conn(), work.organization(), party).await?;
    end(work, &ids, (work.by().person(), None)).await?;
    store::forget_files(work, &ids).await?;
    Ok(store::forget_notes(work, &ids).await?)
}

/// Ends the consents of somebody that stand and deletes their sightings; answers how many consents ended. The accounts are
/// locked first, so that nobody who taps meanwhile is later than this.
async fn end(
    work: &mut Work,
    people: &[PartyId],
    how: (Option<MembershipId>, Option<String>),
) -> Result<u64, Failure> {
    let organization = work.organization();
    let accounts = store::accounts_of(work.conn(), organization, people).await?;
    owners::store::lock(work.conn(), organization, &accounts).await?;
    let ended = store::withdraw(work, people, how).await?;
    let seen = store::all_of(work.conn(), organization, people).await?;
    let seen: Vec<Doomed> =
        seen.into_iter().map(|row| Doomed { id: row.id, group_id: row.group_id }).collect();
    commands::erase(work, &seen).await?;
    Ok(ended)
}
