//! What may be attached: kinds, and the types of content that each takes.

use serde::{Deserialize, Serialize};

use crate::kernel::names::named;

/// How long an attachment that belongs to nothing is kept, in hours.
pub const LOOSE_HOURS: i64 = 24;
/// Loose attachments that one person may have at a time: what they can fill the vault with.
pub const MOST_LOOSE: u64 = 200;
/// Attachments tied to something in one act.
pub const MOST_AT_ONCE: usize = 50;
/// The first bytes of a file, enough to see what it is.
pub const HEAD: usize = 64;

/// What an attachment is to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum, Serialize, Deserialize)]
#[graphql(name = "AttachmentKind")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// 照片: what was seen on the spot.
    Photo,
    /// 签名: signed by hand, as a picture.
    Signature,
    /// 文件: a contract, a copy of a certificate.
    Document,
    /// 录音: of a call or conversation.
    Recording,
    /// 凭证: that something was delivered or paid.
    Proof,
}

named!(Kind {
    Photo = "PHOTO",
    Signature = "SIGNATURE",
    Document = "DOCUMENT",
    Recording = "RECORDING",
    Proof = "PROOF",
});

/// What a file is by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A picture.
    Picture,
    /// Pages.
    Pages,
    /// Sound; also a film's container, in which telephones record sound.
    Sound,
}

/// Types that are taken, by the media type that their content says.
const TAKEN: [(&str, Content); 13] = [
    ("image/jpeg", Content::Picture),
    ("image/png", Content::Picture),
    ("image/webp", Content::Picture),
    ("image/heif", Content::Picture),
    ("application/pdf", Content::Pages),
    ("audio/mpeg", Content::Sound),
    ("audio/m4a", Content::Sound),
    ("audio/aac", Content::Sound),
    ("audio/amr", Content::Sound),
    ("audio/ogg", Content::Sound),
    ("audio/x-wav", Content::Sound),
    ("video/mp4", Content::Sound),
    ("video/3gpp", Content::Sound),
];

/// Media type and content of a file by its first bytes; none for what is not taken. What the client calls it does not count.
pub fn sniff(head: &[u8]) -> Option<(&'static str, Content)> {
    // Sound as some Android telephones record it, which looks like a film.
    let threegp = head.get(4..11) == Some(b"ftyp3gp");
    let mime = if threegp { "video/3gpp" } else { infer::get(head)?.mime_type() };
    TAKEN.into_iter().find(|(taken, _)| *taken == mime)
}

/// Whether a kind takes such content: what was seen or signed is a picture, what was heard is sound, the rest is anything
/// that can be shown; a proof may be heard too.
pub fn fits(kind: Kind, content: Content) -> bool {
    match kind {
        Kind::Photo | Kind::Signature => content == Content::Picture,
        Kind::Document => content != Content::Sound,
        Kind::Recording => content == Content::Sound,
        Kind::Proof => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let m4a = b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom";
        let mp4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom";
        let threegp = b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp4";
        for (head, mime) in [
            (b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
            (heic, "image/heif"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"ID3\x04\0\0", "audio/mpeg"),
            (m4a, "audio/m4a"),
            (b"#!AMR\n\x3c\x08\x71\x66\x1e\xf5\x07", "audio/amr"),
            (b"RIFF\0\0\0\0WAVEfmt ", "audio/x-wav"),
            (mp4, "video/mp4"),
            (threegp, "video/3gpp"),
        ] {
            assert_eq!(sniff(head).map(|(mime, _)| mime), Some(mime));
        }
    }

    #[test]
    fn what_could_run_or_hide_something_is_not_taken() {
        let zip = b"PK\x03\x04".as_slice();
        for head in
            [b"".as_slice(), b"<html><script>", b"MZ\x90\0", b"GIF89a", zip, b"<svg xmlns=", b"abc"]
        {
            assert_eq!(sniff(head), None);
        }
    }

    #[test]
    fn a_kind_takes_what_it_is() {
        assert!(fits(Kind::Photo, Content::Picture) && !fits(Kind::Photo, Content::Pages));
        assert!(fits(Kind::Signature, Content::Picture) && !fits(Kind::Signature, Content::Sound));
        assert!(fits(Kind::Document, Content::Pages) && !fits(Kind::Document, Content::Sound));
        assert!(fits(Kind::Recording, Content::Sound) && !fits(Kind::Recording, Content::Picture));
        assert!(fits(Kind::Proof, Content::Sound));
    }
}
