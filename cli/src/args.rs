//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};

use crate::failure::EXIT_CODES;

/// Detection content that cannot crash the kernel: compile it, check it, sign it, try it on recorded events.
#[derive(Debug, Parser)]
#[command(
    name = "cofferdam",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = EXIT_CODES,
    after_long_help = concat!(
        "A first round:\n",
        "  cofferdam compile rules/ -o rules.dam --tier user\n",
        "  cofferdam check rules.dam\n",
        "  cofferdam scan rules.dam Security.evtx sysmon.jsonl\n",
        "  cofferdam explain rules.dam --rule 5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d sysmon.jsonl --record 7\n\n",
        "Exit codes:\n",
        "  0  done\n",
        "  1  done, and what was asked to fail on was found (scan --fail-on-match, compile --strict)\n",
        "  2  wrong usage, or input or output that cannot be used\n",
        "  3  content or a signature is refused\n",
        "  4  done, but some of the events were damaged and passed over (scan)",
    ),
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Compile(Compile),
    Check(Check),
    Inspect(Inspect),
    Scan(Scan),
    Explain(Explain),
    Keygen(Keygen),
    Sign(Sign),
    Verify(Verify),
    Status(crate::driver::args::Status),
    Load(crate::driver::args::Load),
    Events(crate::driver::args::Events),
    Mode(crate::driver::args::Mode),
    Rollout(crate::rollout::args::Rollout),
    Package(crate::package::Package),
    Completions(Completions),
}

impl Command {
    /// Whether the outcome is asked for as one JSON document.
    pub(crate) fn is_json(&self) -> bool {
        let format = match self {
            Self::Scan(args) => return args.format == ScanFormat::Json,
            Self::Events(_) | Self::Completions(_) => return false,
            Self::Compile(args) => args.format,
            Self::Check(args) => args.format,
            Self::Inspect(args) => args.format,
            Self::Explain(args) => args.format,
            Self::Keygen(args) => args.format,
            Self::Sign(args) => args.format,
            Self::Verify(args) => args.format,
            Self::Status(args) => args.format,
            Self::Load(args) => args.format,
            Self::Mode(args) => args.format,
            Self::Rollout(args) => match &args.command {
                crate::rollout::args::Command::Simulate(args) => args.format,
            },
            Self::Package(args) => args.format,
        };
        format == Format::Json
    }
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// One JSON document.
    Json,
}

/// How matches are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScanFormat {
    /// One line for each match, then a summary.
    Human,
    /// One JSON object a line for each match; problems and summary go to standard error.
    Ndjson,
    /// One JSON document: matches, problems, summary.
    Json,
}

/// For whom rules are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TierChoice {
    /// What a driver observes itself.
    Kernel,
    /// Everything that user mode can read, too: event logs.
    User,
    /// Both: FILE.kernel.dam and FILE.user.dam.
    All,
}

/// Compile Sigma rules to content.
///
/// Rules that cannot be read are reported and left out; the others are compiled, and the exit code is 0 unless
/// `--strict` is given. The same rules give the same bytes, in whatever order the files come. Before anything is written, each test of each rule is tried on events
/// made for it, run through the very machine that the kernel has; where that says something else than the Sigma
/// specification, nothing is written and the exit code is 3.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam compile rules/ -o rules.dam --tier all --manifest rules.json\n\n\
    writes rules.kernel.dam and rules.user.dam, and says in rules.json what became of each rule."
)]
pub(crate) struct Compile {
    /// Rule files, and directories of them
    #[arg(required = true, value_name = "RULES", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,
    /// The content file to write; with `--tier all`, `.kernel` and `.user` stand before its ending
    #[arg(short, long, value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// For whom
    #[arg(long, value_enum, default_value = "kernel")]
    pub(crate) tier: TierChoice,
    /// Write what became of each rule: exact, partial, left out, refused
    #[arg(long, value_name = "FILE.json", value_hint = ValueHint::FilePath)]
    pub(crate) manifest: Option<PathBuf>,
    /// Write nothing and exit with 1 if any rule has an error or cannot be expressed
    #[arg(long)]
    pub(crate) strict: bool,
    /// YAML files with the values of `%placeholders%` for `expand`: `name: value` or `name: [value, ...]`
    #[arg(long, value_name = "FILE.yml", value_hint = ValueHint::FilePath)]
    pub(crate) placeholders: Vec<PathBuf>,
    /// Do not try the content on events made for it
    #[arg(long)]
    pub(crate) no_self_test: bool,
    /// Write the events that the content was tried on, as JSON lines: DIR/TIER/KIND.ndjson
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "no_self_test")]
    pub(crate) events: Option<PathBuf>,
    /// Leave out warnings about rules
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Show notes, too
    #[arg(long, conflicts_with = "quiet")]
    pub(crate) notes: bool,
    /// How the summary is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) issue: Issue,
}

/// What the header says of the issue.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Issue")]
pub(crate) struct Issue {
    /// The channel's name: up to 16 printable ASCII characters
    #[arg(long, default_value = "dev")]
    pub(crate) channel: String,
    /// The rollout ring
    #[arg(long, default_value_t = 0)]
    pub(crate) ring: u8,
    /// Grows with every issue of the channel
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) content_version: u64,
    /// The lowest version that may replace this one by a rollback order
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) rollback_floor: u64,
    /// Seconds since 1970; 0 keeps the bytes the same at any time
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) issued: u64,
    /// Seconds since 1970 after which it must not be activated; 0 means never
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) expires: u64,
}

/// Verify content: the same pass that the kernel makes before it runs a rule.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  cofferdam check rules.kernel.dam\n\n\
    Everything that would be refused is listed, each with a stable code, the section and the index in it, and the rule \
    where it is about one; CODES.md explains the codes. The exit code is then 3.")]
pub(crate) struct Check {
    /// Content files
    #[arg(required = true, value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Whose limits: by default those of the tier that the file names
    #[arg(long, value_enum)]
    pub(crate) limits: Option<LimitsChoice>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LimitsChoice {
    /// What the driver accepts.
    Kernel,
    /// What a host process accepts.
    User,
}

/// Show what a content file holds: header, sizes, rules, proved costs, code.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  cofferdam inspect rules.dam --rules\n  \
    cofferdam inspect rules.dam --code > rules.asm")]
pub(crate) struct Inspect {
    /// The content file
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// List the rules
    #[arg(long)]
    pub(crate) rules: bool,
    /// Print the assembly text that the content assembles from, and nothing else
    #[arg(long, conflicts_with_all = ["rules", "format"])]
    pub(crate) code: bool,
    /// How it is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Run content on recorded events: EVTX, JSON lines, event XML.
///
/// Events go to the schema's kinds by channel and event id. Damaged input is reported with its place and passed
/// over. Security 4688 and 4689 are read as process creation and termination; what they cannot know is unknown,
/// so a rule that needs it answers `maybe`. So does one on a Sysmon event 12 that does not say whether something
/// was created or deleted.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Examples:\n  cofferdam scan rules.dam C:\\Windows\\System32\\winevt\\Logs --fail-on-match\n  \
    cofferdam scan rules.dam events.jsonl --format ndjson | jq -r .title | sort | uniq -c\n  \
    cofferdam scan rules.user.dam events.jsonl --tiers rules.kernel.dam\n\n\
    Each object of `--format ndjson` has source, record (from zero), rule, title, level, verdict (match or maybe),\n\
    kind, channel, event_id, and, where they are known, record_id, time and computer."
)]
pub(crate) struct Scan {
    /// The content file
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) content: PathBuf,
    /// Files of events, and directories of them; `-` is standard input (JSON lines or XML)
    #[arg(required = true, value_name = "EVENTS", value_hint = ValueHint::AnyPath)]
    pub(crate) events: Vec<PathBuf>,
    /// How matches are written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: ScanFormat,
    /// Content of the same rules for the kernel tier: say how much the kernel alone would have known
    #[arg(long, value_name = "KERNEL.dam", value_hint = ValueHint::FilePath)]
    pub(crate) tiers: Option<PathBuf>,
    /// Exit with 1 if any rule matches (`maybe` is no match)
    #[arg(long)]
    pub(crate) fail_on_match: bool,
    /// Leave out rules below this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) level: Option<Level>,
    /// Which answers to list; by default matches for people, all for programs. The summary counts all
    #[arg(long, value_enum)]
    pub(crate) verdicts: Option<Verdicts>,
    /// The channel of records that name none
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Option<String>,
    /// Threads that judge; by default one for each core
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

/// Which answers are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verdicts {
    /// Matches only.
    Match,
    /// `maybe`, too: a field that the record does not know decides.
    All,
}

/// Sigma's levels, by their numbers in content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

/// Say for one event and one rule which tests held and which did not.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  \
    cofferdam explain rules.dam --rule 5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d events.jsonl --record 7\n\n\
    The record's number is the one that `scan` prints.")]
pub(crate) struct Explain {
    /// The content file
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) content: PathBuf,
    /// The rule's UUID or as much of it as only one rule begins with, and `#N` for its condition N where it has several
    #[arg(long, value_name = "ID")]
    pub(crate) rule: String,
    /// The file with the event; `-` is standard input
    #[arg(value_name = "EVENT", value_hint = ValueHint::FilePath)]
    pub(crate) event: PathBuf,
    /// Which of the file's records, counted from 0
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) record: u64,
    /// The channel of records that name none
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Make a pair of keys for signing content: ECDSA on P-256, as PEM.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  cofferdam keygen -o content-key\n\n\
    writes content-key.pem (PKCS #8; only you can read it) and content-key.pub.pem.")]
pub(crate) struct Keygen {
    /// The files' common name
    #[arg(short, long, value_name = "NAME", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Replace files that are there
    #[arg(long)]
    pub(crate) force: bool,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Sign content: ECDSA P-256 over the SHA-256 of everything before the signature block.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam sign rules.dam --key content-key.pem\n\n\
    The key's id goes into the header first, so the signature covers it. Content that the verifier refuses is not \
    signed."
)]
pub(crate) struct Sign {
    /// The content file
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The private key: PEM, PKCS #8
    #[arg(long, value_name = "KEY.pem", value_hint = ValueHint::FilePath)]
    pub(crate) key: PathBuf,
    /// Where the signed file goes; by default it replaces the file
    #[arg(short, long, value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Verify a signature. It says who issued the content, not that the content is well-formed: see `check`.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam verify rules.dam --key content-key.pub.pem\n\n\
    Exits with 3 where the file is unsigned, signed with another key, or was changed."
)]
pub(crate) struct Verify {
    /// The content file
    #[arg(value_name = "FILE.dam", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Public keys that are trusted: PEM; may be given more than once
    #[arg(long, required = true, value_name = "KEY.pub.pem", value_hint = ValueHint::FilePath)]
    pub(crate) key: Vec<PathBuf>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

/// Print a shell's completion script.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam completions bash > ~/.local/share/bash-completion/completions/cofferdam"
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_and_says_the_exit_codes() {
        for command in Args::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string);
            assert!(
                help.is_some_and(|help| help.contains("cofferdam ")),
                "{}",
                command.get_name()
            );
        }
        let help = Args::command().render_long_help().to_string();
        for line in EXIT_CODES.lines() {
            assert!(help.contains(line.trim()), "{line}");
        }
    }
}
