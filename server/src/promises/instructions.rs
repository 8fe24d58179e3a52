//! How to pay, as a text to be sent to the owner, in our own words. Pure.

use chrono::{Datelike, NaiveDate};
use guanjia_entity::payment_details;

use super::rules::Way;
use crate::kernel::{Fen, Language};

/// What the text says.
#[derive(Clone, Debug)]
pub(super) struct Facts<'a> {
    /// The owner's name.
    pub(super) owner: Option<&'a str>,
    /// The steward's name.
    pub(super) steward: &'a str,
    /// The community.
    pub(super) community: &'a str,
    /// The room as people write it.
    pub(super) room: &'a str,
    /// Fen to be paid.
    pub(super) amount_fen: i64,
    /// The promised day and way, if something was promised.
    pub(super) promised: Option<(NaiveDate, Way)>,
    /// Where to pay.
    pub(super) details: &'a payment_details::Model,
}

/// The text in one language. It names the way that was promised, or every way there is.
pub(super) fn text(facts: &Facts<'_>, language: Language) -> String {
    match language {
        Language::Chinese => chinese(facts),
        Language::English => english(facts),
    }
}

/// The ways to be named: the promised one if the community has it, otherwise all that it has.
fn ways(facts: &Facts<'_>, language: Language) -> Vec<String> {
    let all: Vec<(Way, String)> = [Way::Transfer, Way::Wechat, Way::Alipay, Way::Desk]
        .into_iter()
        .filter_map(|way| Some((way, line(facts, way, language)?)))
        .collect();
    let wanted = facts.promised.map(|(_, way)| way);
    let of_wanted = all.iter().filter(|(way, _)| Some(*way) == wanted);
    let of_wanted: Vec<String> = of_wanted.map(|(_, text)| text.clone()).collect();
    if of_wanted.is_empty() { all.into_iter().map(|(_, text)| text).collect() } else { of_wanted }
}

fn line(facts: &Facts<'_>, way: Way, language: Language) -> Option<String> {
    let details = facts.details;
    let (payee, room) = (&details.payee, facts.room);
    let zh = language == Language::Chinese;
    Some(match way {
        Way::Transfer => {
            let (bank, number) = (details.bank.as_ref()?, details.account_number.as_ref()?);
            if zh {
                format!("银行转账:户名 {payee},开户行 {bank},账号 {number},转账备注请写 {room}")
            } else {
                format!("Bank transfer: payee {payee}, {bank}, account {number}, reference {room}")
            }
        }
        Way::Wechat if zh => format!("微信:{}", details.wechat.as_ref()?),
        Way::Wechat => format!("WeChat: {}", details.wechat.as_ref()?),
        Way::Alipay if zh => format!("支付宝:{}", details.alipay.as_ref()?),
        Way::Alipay => format!("Alipay: {}", details.alipay.as_ref()?),
        Way::Desk if zh => format!("前台:{}", details.desk.as_ref()?),
        Way::Desk => format!("At the desk: {}", details.desk.as_ref()?),
        Way::OnSite => return None,
    })
}

fn chinese(facts: &Facts<'_>) -> String {
    let amount = Fen(facts.amount_fen);
    let greeting = facts.owner.map_or_else(|| "您好".to_owned(), |name| format!("{name},您好"));
    let what = match facts.promised {
        Some((day, _)) => {
            format!("您为 {} 约定在 {}月{}日前缴纳 {amount} 元", facts.room, day.month(), day.day())
        }
        None => format!("{} 目前待缴 {amount} 元", facts.room),
    };
    let ways = ways(facts, Language::Chinese);
    let how = if ways.is_empty() { String::new() } else { format!("\n{}", ways.join("\n")) };
    format!(
        "{greeting}!我是{}的管家{}。{what},缴费方式如下,收到后请回复一声,我稍后与您确认。{how}",
        facts.community, facts.steward
    )
}

fn english(facts: &Facts<'_>) -> String {
    let amount = Fen(facts.amount_fen);
    let greeting = facts.owner.map_or_else(|| "Hello".to_owned(), |name| format!("Hello {name}"));
    let what = match facts.promised {
        Some((day, _)) => {
            format!("As agreed, {amount} yuan for {} by {}", facts.room, day.format("%-d %B"))
        }
        None => format!("{amount} yuan are open for {}", facts.room),
    };
    let ways = ways(facts, Language::English);
    let how = if ways.is_empty() { String::new() } else { format!("\n{}", ways.join("\n")) };
    format!(
        "{greeting}, this is {}, your steward at {}. {what}. Here is how to pay; please send a word when this has \
         arrived, I will call you shortly to confirm.{how}",
        facts.steward, facts.community
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> payment_details::Model {
        payment_details::Model {
            organization_id: uuid::Uuid::nil().into(),
            community_id: uuid::Uuid::nil().into(),
            version: 1,
            payee: "丽景物业".to_owned(),
            bank: Some("建设银行丽景支行".to_owned()),
            account_number: Some("6217000000000000001".to_owned()),
            wechat: Some("扫前台二维码".to_owned()),
            alipay: None,
            desk: None,
            set_by: uuid::Uuid::nil().into(),
            recorded_at: "2026-11-23T02:00:00Z".parse().unwrap(),
        }
    }

    fn facts(details: &payment_details::Model, way: Option<Way>) -> Facts<'_> {
        Facts {
            owner: Some("李沐阳"),
            steward: "林小满",
            community: "丽景",
            room: "1-2-202",
            amount_fen: 92_520,
            promised: way.map(|way| ("2026-11-27".parse().unwrap(), way)),
            details,
        }
    }

    #[test]
    fn the_text_names_who_what_when_and_the_promised_way_only() {
        let details = details();
        let text = text(&facts(&details, Some(Way::Transfer)), Language::Chinese);
        for part in
            ["李沐阳", "林小满", "丽景", "1-2-202", "925.20", "11月27日", "6217000000000000001"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("微信"), "{text}");
    }

    #[test]
    fn a_way_that_the_community_lacks_gives_all_that_it_has() {
        let details = details();
        let text = text(&facts(&details, Some(Way::Alipay)), Language::English);
        assert!(text.contains("Bank transfer") && text.contains("WeChat"), "{text}");
        assert!(text.contains("by 27 November"), "{text}");
    }

    #[test]
    fn without_a_promise_the_text_names_no_day() {
        let details = details();
        let text = text(&facts(&details, None), Language::English);
        assert!(text.contains("925.20 yuan are open for 1-2-202") && !text.contains("November"));
    }
}
