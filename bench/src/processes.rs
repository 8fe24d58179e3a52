//! What processes cost: processor time and memory, from /proc.

use std::{fs, time::Duration};

use crate::Result;

/// A tick of the processor's clock in /proc, on Linux.
const TICK: Duration = Duration::from_millis(10);

/// Processor time of a process, ended threads included.
pub(crate) fn time_of(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold anything; what follows it is numbers.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace().collect())
        .unwrap_or_default();
    let ticks = |nth: usize| fields.get(nth).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    Ok(TICK * (ticks(11) + ticks(12)))
}

/// Processor time of a process and all that came from it.
pub(crate) fn time_of_family(pid: u32) -> Result<Duration> {
    let mut sum = time_of(pid)?;
    for child in children(pid)? {
        // A child that has ended meanwhile has nothing to add.
        sum += time_of_family(child).unwrap_or_default();
    }
    Ok(sum)
}

fn children(pid: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let list = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
        found.extend(list.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    Ok(found)
}

/// Resident memory that is the process's own, in bytes: without the pages of the program file.
pub(crate) fn own_memory_of(pid: u32) -> Result<u64> {
    memory_field(pid, "RssAnon:").map_err(Into::into)
}

/// Resident memory now and at its highest, in bytes.
pub(crate) fn memory_of(pid: u32) -> Result<(u64, u64)> {
    Ok((memory_field(pid, "VmRSS:")?, memory_field(pid, "VmHWM:")?))
}

fn memory_field(pid: u32, name: &str) -> std::io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let found = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok());
    Ok(found.unwrap_or(0) * 1024)
}

/// The process that listens on a port of this machine.
pub(crate) fn listener(port: u16) -> Result<u32> {
    let wanted = format!(":{port:04X}");
    let table = fs::read_to_string("/proc/net/tcp")?;
    let inode = table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|fields| {
            fields.get(1).is_some_and(|at| at.ends_with(&wanted)) && fields.get(3) == Some(&"0A")
        })
        .and_then(|fields| fields.get(9).map(|inode| format!("socket:[{inode}]")))
        .ok_or_else(|| format!("nothing listens on port {port}"))?;
    let mut holders: Vec<u32> = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| holds(*pid, &inode))
        .collect();
    // Children share the socket; the first made is the parent.
    holders.sort_unstable();
    holders.into_iter().next().ok_or_else(|| format!("no process holds port {port}").into())
}

fn holds(pid: u32, inode: &str) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .any(|target| target.to_str() == Some(inode))
}
