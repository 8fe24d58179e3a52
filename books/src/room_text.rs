//! The text of a room, taken apart: `1栋1单元0301`, `1#1-0301`, `9栋商铺6`.

use crate::{
    cells::Cell,
    reasons::Reason,
    room_parts::{Mark, parts},
    rooms::{Named, Room},
    text,
};

/// What one text says; what it leaves open, other columns may say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Split {
    building: Option<String>,
    entrance: Option<String>,
    number: String,
}

/// Takes a folded text apart.
///
/// # Errors
/// When it is no room: other signs, no digit, or too many parts.
pub(crate) fn split(folded: &str) -> Result<Split, Reason> {
    if is_facility(folded) {
        return Ok(Split { number: folded.to_owned(), ..Split::default() });
    }
    let mut split = Split::default();
    let mut plain = Vec::new();
    let mut phase = String::new();
    for (part, mark) in parts(folded)? {
        match mark {
            Mark::Phase => phase.push_str(&part),
            Mark::Floor => {}
            Mark::Building if split.building.is_none() && plain.is_empty() => {
                split.building = Some(part);
            }
            // `1-2#301`: the sign stands behind the entrance.
            Mark::Building | Mark::Entrance => split.entrance = Some(part),
            Mark::None => plain.push(part),
        }
    }
    split.take_plain(plain)?;
    match split.building.as_mut() {
        Some(building) => building.insert_str(0, &phase),
        // `东区301`, `地下车位B区012`: the part of the community stands for the building.
        None if !phase.is_empty() => split.building = Some(phase),
        None => {}
    }
    if split.number.is_empty() || !folded.contains(|c: char| c.is_ascii_digit()) {
        return Err(Reason::NotARoom);
    }
    Ok(split)
}

/// Rooms that every community has and nobody numbers.
const FACILITIES: [&str; 32] = [
    "物业用房",
    "用房",
    "门卫室",
    "门卫",
    "门岗",
    "岗亭",
    "会所",
    "物业办公室",
    "办公室",
    "保安室",
    "值班室",
    "配电房",
    "配电室",
    "水泵房",
    "泵房",
    "消控室",
    "监控室",
    "活动室",
    "活动中心",
    "幼儿园",
    "居委会",
    "食堂",
    "超市",
    "便利店",
    "菜场",
    "架空层",
    "地下室",
    "车库",
    "仓库",
    "机房",
    "商场",
    "会议室",
];

/// Whether the text is a room without any digit: `物业用房`, `社区用房`, `东门门卫室`.
fn is_facility(folded: &str) -> bool {
    let bare = folded.chars().all(|c| !c.is_ascii() && c.is_alphabetic());
    bare && folded.chars().count() <= 8 && FACILITIES.iter().any(|end| folded.ends_with(end))
}

impl Split {
    /// Gives the parts without marks their places, from the number backwards.
    fn take_plain(&mut self, mut plain: Vec<String>) -> Result<(), Reason> {
        // `9-0-商铺-6`: a word and its number are one.
        if let [.., word, number] = plain.as_slice()
            && plain.len() > 1
            && !word.contains(|c: char| c.is_ascii_alphanumeric())
        {
            let joined = format!("{word}{number}");
            plain.truncate(plain.len() - 2);
            plain.push(joined);
        }
        self.number = plain.pop().unwrap_or_default();
        if self.entrance.is_none() && (plain.len() > 1 || self.building.is_some()) {
            self.entrance = plain.pop();
        }
        if self.building.is_none() {
            self.building = plain.pop();
        }
        if plain.is_empty() { Ok(()) } else { Err(Reason::NotARoom) }
    }

    /// Joins it with what the columns for building and entrance say.
    ///
    /// # Errors
    /// When they disagree.
    pub(crate) fn with_columns(
        self,
        building: Option<String>,
        entrance: Option<String>,
    ) -> Result<Named, Reason> {
        let Some(column) = building else {
            return self.without_building_column(entrance);
        };
        // `2-301` next to a column that says building 1, entrance 2.
        let is_entrance = self.entrance.is_none()
            && self.building.is_some()
            && same(&self.building, &entrance)
            && !same(&self.building, &Some(column.clone()));
        let (own_building, own_entrance) =
            if is_entrance { (None, self.building) } else { (self.building, self.entrance) };
        let agrees = |own: &Option<String>, column: &Option<String>| {
            own.is_none() || column.is_none() || same(own, column)
        };
        if !agrees(&own_building, &Some(column.clone())) || !agrees(&own_entrance, &entrance) {
            return Err(Reason::RoomDisagrees);
        }
        let entrance = own_entrance.or(entrance).unwrap_or_else(|| "0".to_owned());
        Ok(Named::Room(Room { building: column, entrance, number: self.number }))
    }

    fn without_building_column(self, column: Option<String>) -> Result<Named, Reason> {
        // `底商03`, `别墅8` can be nothing else, also where other rooms have buildings.
        let named = !self.number.is_ascii();
        let is_number_only = self.building.is_none() && !named;
        if let (Some(_), Some(_)) = (&self.entrance, &column)
            && !same(&self.entrance, &column)
        {
            return Err(Reason::RoomDisagrees);
        }
        let room = Room {
            building: self.building.unwrap_or_else(|| "0".to_owned()),
            entrance: self.entrance.or(column).unwrap_or_else(|| "0".to_owned()),
            number: self.number,
        };
        Ok(if is_number_only { Named::Bare(room) } else { Named::Room(room) })
    }
}

/// Equal but for leading zeros.
fn same(a: &Option<String>, b: &Option<String>) -> bool {
    let bare = |part: &Option<String>| part.as_ref().map(|p| p.trim_start_matches('0').to_owned());
    bare(a) == bare(b)
}

/// What a column for a building or an entrance says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ColumnName {
    /// Its name; none when the cell is empty.
    pub(crate) name: Option<String>,
    /// The entrance, when the column for the building names one too: `1栋1单元`.
    pub(crate) entrance: Option<String>,
}

/// Reads the cell of a column for a building or an entrance.
///
/// # Errors
/// When it holds no such name.
pub(crate) fn column(cell: &Cell) -> Result<ColumnName, Reason> {
    if let Cell::Fault(fault) = cell {
        return Err(fault.reason());
    }
    let folded = text::fold(&cell.shown());
    if text::means_nothing(&folded) {
        return Ok(ColumnName::default());
    }
    let mut names = parts(&folded)?.into_iter();
    let mut name = names.next().ok_or(Reason::NotARoom)?;
    if name.1 == Mark::Phase
        && let Some((building, mark)) = names.next()
    {
        name = (format!("{}{building}", name.0), mark);
    }
    let entrance = names.next().map(|(entrance, _)| entrance);
    if names.next().is_some() {
        return Err(Reason::NotARoom);
    }
    Ok(ColumnName { name: Some(name.0), entrance })
}

/// The building and entrance that a line among the rows is for: `1栋`, `2号楼1单元`, on a row of
/// their own. None when it names a room, or anything else.
pub(crate) fn section(folded: &str) -> Option<(String, Option<String>)> {
    let folded = folded.trim_end_matches(':').trim_matches(['-', '【', '】', '(', ')', '[', ']']);
    let mut phase = String::new();
    let mut place = (String::new(), None);
    for (part, mark) in parts(folded).ok()? {
        match mark {
            Mark::Phase if place.0.is_empty() => phase.push_str(&part),
            Mark::Building if place.0.is_empty() => place.0 = part,
            Mark::Entrance if place.1.is_none() && !place.0.is_empty() => place.1 = Some(part),
            _ => return None,
        }
    }
    let ends = ["栋", "幢", "楼", "座", "#", "单元"].iter().any(|end| folded.ends_with(end));
    (ends && !place.0.is_empty()).then(|| (format!("{phase}{}", place.0), place.1))
}

/// The building that a sheet is for by its name: `3栋`, `3号楼业主`.
pub(crate) fn building_of_sheet(name: &str) -> Option<String> {
    let mut parts = parts(&text::fold(name)).ok()?.into_iter();
    let (building, mark) = parts.next()?;
    let further = parts.any(|(part, _)| part.contains(|c: char| c.is_ascii_digit()));
    (mark == Mark::Building && !further).then_some(building)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::{self, RoomCells};

    fn cells(building: &str, entrance: &str, number: &str) -> String {
        let (building, entrance, number) =
            (Cell::text(building), Cell::text(entrance), Cell::text(number));
        let cells = RoomCells { building: &building, entrance: &entrance, number: &number };
        match rooms::read(cells) {
            Ok(Some(Named::Room(room))) => room.without_zeros().to_string(),
            Ok(Some(Named::Bare(room))) => format!("bare {}", room.without_zeros()),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn one_room_is_read_in_every_way() {
        let ways = [
            "1-1-301",
            "1-1-0301",
            "1－1－0301",
            "1#1-0301",
            "1栋1单元0301",
            "1栋1单元301室",
            "1幢1单元301",
            "1号楼1单元301号",
            "一栋一单元301",
            "1#楼1单元301",
            "1 - 1 - 301",
            "1/1/301",
            "01-01-301",
            "1.1.301",
            "1栋-1单元-301",
            "1-1单元-301",
            "1栋1门301",
            "1栋1单元3层301",
            "1-1#301",
        ];
        for way in ways {
            assert_eq!(cells("", "", way), "1-1-301", "{way}");
        }
    }

    #[test]
    fn shops_and_villas_have_no_entrance() {
        for way in ["9栋商铺6", "9-0-商铺6", "9#商铺6", "9-商铺6", "9-商铺-06", "9-0-商铺-6"]
        {
            assert_eq!(cells("", "", way), "9-0-商铺6", "{way}");
        }
        assert_eq!(cells("", "", "A座1203"), "A-0-1203");
        assert_eq!(cells("", "", "二期3栋2单元501"), "2期3-2-501");
        assert_eq!(cells("", "", "100弄5号301室"), "100弄5-0-301");
        assert_eq!(cells("", "", "A区3栋501"), "A区3-0-501");
        assert_eq!(cells("", "", "东区301"), "东区-0-301");
        assert_eq!(cells("", "", "底商-03"), "0-0-底商3");
        assert_eq!(cells("", "", "1~2~316"), "1-2-316");
        assert_eq!(cells("", "", "301"), "bare 0-0-301");
        assert_eq!(cells("", "", "物业用房"), "0-0-物业用房");
        assert_eq!(cells("3栋", "", "门卫室"), "3-0-门卫室");
    }

    #[test]
    fn three_columns_are_one_room_and_must_agree() {
        assert_eq!(cells("1", "1", "1901"), "1-1-1901");
        assert_eq!(cells("1栋", "2单元", "301室"), "1-2-301");
        assert_eq!(cells("9", "0", "商铺6"), "9-0-商铺6");
        assert_eq!(cells("1栋1单元", "", "301"), "1-1-301");
        assert_eq!(cells("1", "2", "1-2-301"), "1-2-301");
        assert_eq!(cells("1", "2", "2-301"), "1-2-301");
        assert_eq!(cells("2", "", "2-301"), "2-0-301");
        assert_eq!(cells("1", "2", "1-3-301"), "Err(RoomDisagrees)");
        assert_eq!(cells("1", "", "2-301"), "Err(RoomDisagrees)");
    }

    #[test]
    fn a_sheet_may_be_for_one_building() {
        assert_eq!(building_of_sheet("3栋").as_deref(), Some("3"));
        assert_eq!(building_of_sheet("十二号楼业主").as_deref(), Some("12"));
        assert_eq!(building_of_sheet("业主台账"), None);
        assert_eq!(building_of_sheet("1栋-3栋"), None);
    }

    #[test]
    fn a_line_may_be_for_the_rows_below() {
        let said = |text| section(text).map(|(b, e)| format!("{b}/{}", e.unwrap_or_default()));
        assert_eq!(said("1栋").as_deref(), Some("1/"));
        assert_eq!(said("二期3号楼2单元:").as_deref(), Some("2期3/2"));
        for other in ["1栋2单元301", "8-2", "301", "1栋小计", "3楼会议室", "第1页"] {
            assert_eq!(said(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_room_is_refused() {
        for raw in [
            "制表人:王会计",
            "1-1-1-1-301",
            "合计",
            "业主",
            "1,234.50",
            "备注1。",
            "301/302",
            "301、302",
            "1-301、1-302",
            "1-1-301(A)",
        ] {
            assert!(cells("", "", raw).starts_with("Err"), "{raw}: {}", cells("", "", raw));
        }
    }
}
