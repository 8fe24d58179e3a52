//! Why a file as a whole was not read.

use thiserror::Error;

/// A file that is not read at all. The display text is English; [`Refused::zh`] has the Chinese.
#[derive(Debug, Error)]
pub enum Refused {
    /// The file cannot be opened or read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Neither .xlsx, .xls nor .csv inside.
    #[error("this is no workbook; save it as .xlsx or .csv and try again")]
    WrongKind,
    /// The name says one kind, the content another.
    #[error("the file is named {named}, but holds {holds}; save it again in Excel as .xlsx")]
    WrongExtension {
        /// The extension, with its dot.
        named: String,
        /// What the content is.
        holds: &'static str,
    },
    /// It is encrypted.
    #[error("the workbook is protected by a password; save a copy without one")]
    Password,
    /// Larger than the limit, as it is or inflated.
    #[error("the file is too large: {what} is over {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, with its unit.
        limit: String,
    },
    /// The parts do not fit together.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A CSV file in neither UTF-8, UTF-16 nor GB 18030.
    #[error("the encoding of the file is unknown; save it as UTF-8 or GB 18030")]
    Encoding,
}

impl Refused {
    /// Stable name of the kind of refusal, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file_unreadable",
            Self::Empty => "file_empty",
            Self::WrongKind => "file_wrong_kind",
            Self::WrongExtension { .. } => "file_wrong_extension",
            Self::Password => "file_password",
            Self::TooLarge { .. } => "file_too_large",
            Self::Damaged(_) => "file_damaged",
            Self::Encoding => "file_encoding",
        }
    }

    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable(_) => "文件无法读取".to_owned(),
            Self::Empty => "文件是空的".to_owned(),
            Self::WrongKind => "这不是表格文件；请另存为 .xlsx 或 .csv 后重试".to_owned(),
            Self::WrongExtension { named, holds } => {
                format!("文件名是 {named}，内容却是 {holds}；请用 Excel 另存为 .xlsx")
            }
            Self::Password => "工作簿有密码保护；请另存一份不带密码的".to_owned(),
            Self::TooLarge { what, limit } => format!("文件过大：{}超过 {limit}", in_chinese(what)),
            Self::Damaged(_) => "文件已损坏；请用 Excel 打开后另存再试".to_owned(),
            Self::Encoding => "无法识别文件编码；请另存为 UTF-8 或 GB 18030".to_owned(),
        }
    }

    /// The same in English.
    #[must_use]
    pub fn en(&self) -> String {
        self.to_string()
    }
}

/// What is too large, in Chinese.
fn in_chinese(what: &str) -> &'static str {
    match what {
        "workbook" => "工作簿解压后",
        "sheet" => "单个工作表解压后",
        "sheets" => "工作表数",
        "rows" => "行数",
        "cells" => "单元格数",
        "cell" => "单个单元格",
        "text" | "texts" => "文字",
        "formats" => "格式数",
        _ => "文件",
    }
}
