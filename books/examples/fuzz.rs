//! Breaks books in every way and reads them: no crash, no unbounded memory, no endless reading.
//!
//! `cargo run --release -p guanjia-books --example fuzz -- --minutes 60 [--seed N] [FILE…]`
//!
//! Each input is made from a number, so that a failure comes again with the same `--seed`. Reading
//! is done by a process of its own with bounded memory; an input that it fails on is kept in
//! `target/fuzz` and told, and the next process goes on behind it.

use std::{
    env,
    error::Error,
    fs,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode},
    time::{Duration, Instant},
};

use guanjia_books::{Options, Source, mark, read};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Address space of the reading process, in KB.
const MOST_ADDRESSES: u64 = 2 * 1024 * 1024;
/// Resident memory that no input here may need, in KB; the inputs are small.
const MOST_MEMORY: u64 = 400 * 1024;
/// One input is read within this time.
const LONGEST: Duration = Duration::from_secs(20);
/// A panic in a source of ours, or too much memory.
const BROKEN: u8 = 70;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<ExitCode> {
    let mut wish = Wish { minutes: 10, seed: 1, reads: false, files: Vec::new() };
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--minutes" => {
                wish.minutes = words.next().ok_or("--minutes needs a number")?.parse()?
            }
            "--seed" => wish.seed = words.next().ok_or("--seed needs a number")?.parse()?,
            "--read" => wish.reads = true,
            file => wish.files.push(PathBuf::from(file)),
        }
    }
    if wish.files.is_empty() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["tests/seeds", "../tests/data/books"] {
            for entry in fs::read_dir(home.join(folder))? {
                wish.files.push(entry?.path());
            }
        }
        wish.files.retain(|path| path.extension().is_none_or(|extension| extension != "json"));
        wish.files.sort();
    }
    if wish.reads { work(&wish) } else { watch(&wish) }
}

struct Wish {
    minutes: u64,
    seed: u64,
    /// Whether this is the process that reads.
    reads: bool,
    files: Vec<PathBuf>,
}

/// Starts the process that reads, again behind each failure, until the time is up.
fn watch(wish: &Wish) -> Outcome<ExitCode> {
    let folder = PathBuf::from("target/fuzz");
    fs::create_dir_all(&folder)?;
    let end = Instant::now() + Duration::from_secs(wish.minutes * 60);
    let (mut seed, mut failures) = (wish.seed, 0_u32);
    while Instant::now() < end {
        let mut child = start(wish, (&folder, seed))?;
        let why = outcome(&mut child, &folder, end)?;
        let at = position(&folder).unwrap_or(seed);
        let Some(why) = why else {
            seed = at;
            continue;
        };
        failures += 1;
        let kept = folder.join(format!("failed-{at}"));
        fs::copy(folder.join("current"), &kept)?;
        let name = fs::read_to_string(folder.join("name"))?;
        println!("input {at} ({name}): {why}; kept as {}", kept.display());
        seed = at + 1;
    }
    println!("{} inputs, {failures} failures; next --seed {seed}", seed - wish.seed);
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn start(wish: &Wish, (folder, seed): (&Path, u64)) -> Outcome<Child> {
    let limited = format!("ulimit -v {MOST_ADDRESSES}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(limited).arg(env::current_exe()?);
    command.args(["--read", "--seed", &seed.to_string()]).args(&wish.files);
    fs::write(folder.join("at"), seed.to_string())?;
    Ok(command.spawn()?)
}

/// Waits for the end of the process or of the time; says what went wrong.
fn outcome(child: &mut Child, folder: &Path, end: Instant) -> Outcome<Option<String>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((!status.success()).then(|| status.to_string()));
        }
        let since = fs::metadata(folder.join("at"))?.modified()?;
        let silent = since.elapsed().unwrap_or_default();
        let late = silent > LONGEST;
        if late || Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(late.then(|| format!("not read within {} s", LONGEST.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn position(folder: &Path) -> Option<u64> {
    fs::read_to_string(folder.join("at")).ok()?.parse().ok()
}

/// Makes and reads one input after the other.
fn work(wish: &Wish) -> Outcome<ExitCode> {
    watch_panics();
    let folder = PathBuf::from("target/fuzz");
    let mut seeds = Vec::new();
    for path in &wish.files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        seeds.push((name, fs::read(path)?));
    }
    for at in wish.seed..wish.seed + 200_000 {
        let mut random = Random::new(at);
        let (name, bytes) = &seeds[random.below(seeds.len())];
        let input = broken(bytes, name, &mut random);
        fs::write(folder.join("current"), &input)?;
        fs::write(folder.join("name"), name)?;
        // By renaming: whoever is killed here leaves no half of a number.
        fs::write(folder.join("at.new"), at.to_string())?;
        fs::rename(folder.join("at.new"), folder.join("at"))?;
        let source = Source::Bytes { name, bytes: &input };
        if let Ok(book) = read(source, &Options::default()) {
            let _ = book.summary();
            if random.below(16) == 0 {
                let _ = mark(source, &book.problems, &Options::default());
            }
        }
        if peak() > MOST_MEMORY {
            eprintln!("more than {MOST_MEMORY} KB of memory");
            return Ok(ExitCode::from(BROKEN));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The reader makes refusals of panics in the crates below; in ours there must be none.
fn watch_panics() {
    std::panic::set_hook(Box::new(|info| {
        let ours = info.location().is_some_and(|at| at.file().contains("books/src"));
        if ours || info.location().is_some_and(|at| at.file().contains("fuzz.rs")) {
            eprintln!("{info}");
            std::process::exit(i32::from(BROKEN));
        }
    }));
}

/// The peak of resident memory in KB; nothing where the system does not tell.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// Numbers that follow from a seed (splitmix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// What stands in books, in XML and in records, in forms that hurt.
const WORDS: [&str; 46] = [
    "",
    "合计",
    "小计",
    "承前页",
    "房号",
    "应收",
    "实收",
    "2026年9月",
    "9月30日",
    "1-1-301",
    "1栋2单元",
    "1～2～301",
    "负",
    "(12.00)",
    "１，２３４．５０元",
    "=\"0301\"",
    "`1",
    "#REF!",
    "9999999999.99",
    "1e308",
    "-1e-308",
    "NaN",
    "2026.10",
    "二〇二六年十三月",
    "0",
    "-1",
    "4294967296",
    "1048577",
    "18446744073709551615",
    "A1",
    "XFD1048576",
    "ZZZZZZZ9999999999",
    "<",
    ">",
    "/>",
    "&#0;",
    "&lt;",
    "]]>",
    "<![CDATA[",
    "<!DOCTYPE a [<!ENTITY b \"cccccccccc\">]>",
    "\u{FEFF}",
    "\u{0}",
    "\"",
    "\n",
    "\t\t\t\t\t\t",
    "张三13812345678、李四/王五（夫妻）",
];

/// One broken form of a book.
fn broken(bytes: &[u8], name: &str, random: &mut Random) -> Vec<u8> {
    let whole = !name.ends_with(".xlsx") || random.below(4) == 0;
    if whole {
        return damaged(bytes, name.ends_with(".csv"), random);
    }
    zipped_anew(bytes, random).unwrap_or_else(|_| damaged(bytes, false, random))
}

/// Some bytes changed, doubled, left out or put in.
fn damaged(bytes: &[u8], text: bool, random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(12) {
        let at = random.below(bytes.len());
        let length = random.below(64).min(bytes.len() - at.min(bytes.len()));
        match random.below(if text { 5 } else { 6 }) {
            0 => drop(bytes.drain(at..at + length)),
            1 => {
                let piece = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                drop(bytes.splice(to..to, piece));
            }
            2 => {
                let word = WORDS[random.below(WORDS.len())];
                drop(bytes.splice(at..at, word.bytes()));
            }
            3 if random.below(8) == 0 => bytes.truncate(at),
            4 if length >= 4 => {
                let edges: [u32; 6] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, u32::MAX];
                let edge = edges[random.below(edges.len())].to_le_bytes();
                bytes[at..at + 4].copy_from_slice(&edge);
            }
            _ if at < bytes.len() => bytes[at] = random.next() as u8,
            _ => {}
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// The workbook with one or two of its parts broken, in a zip that is whole.
fn zipped_anew(bytes: &[u8], random: &mut Random) -> Outcome<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut copy = ZipWriter::new(Cursor::new(Vec::new()));
    let sheets: Vec<usize> = (0..archive.len())
        .filter(|at| {
            let named = archive.name_for_index(*at).and_then(Result::ok);
            named.is_some_and(|name| name.contains("sheet") || name.contains("haredStrings"))
        })
        .collect();
    // Mostly cells and their texts; sometimes any other part.
    let target = match random.below(4) {
        0 => random.below(archive.len()),
        _ => *sheets.get(random.below(sheets.len())).ok_or("no sheet")?,
    };
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let name = part.name()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        if index == target {
            content = if random.below(3) == 0 {
                damaged(&content, true, random)
            } else {
                rewritten(&content, random)
            };
        }
        if index == target && random.below(40) == 0 {
            continue;
        }
        let method = if random.below(2) == 0 {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        copy.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        copy.write_all(&content)?;
    }
    Ok(copy.finish()?.into_inner())
}

/// Some values between tags or quotes given others, some elements doubled or left out.
fn rewritten(content: &[u8], random: &mut Random) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(content).into_owned();
    for _ in 0..=random.below(8) {
        let marks: Vec<(usize, char)> =
            text.char_indices().filter(|(_, c)| matches!(c, '<' | '>' | '"')).collect();
        if marks.len() < 3 {
            break;
        }
        let nth = random.below(marks.len() - 1);
        let (from, to) = (marks[nth].0, marks[nth + 1].0);
        let word = WORDS[random.below(WORDS.len())];
        match random.below(5) {
            0 => text.replace_range(from..to, ""),
            1 => {
                let piece = text[from..to].to_owned();
                let times = 1 << random.below(10);
                text.insert_str(from, &piece.repeat(times));
            }
            2 => {
                let other = marks[random.below(marks.len())].0;
                text.insert_str(other, word);
            }
            _ => text.replace_range(from + 1..to, word),
        }
        if text.len() > 8 << 20 {
            break;
        }
    }
    text.into_bytes()
}
