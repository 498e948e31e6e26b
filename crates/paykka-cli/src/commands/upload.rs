//! `paykka upload`: a file to the platform, streamed, with a bar while it takes its time.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use paykka_client::{Client, FileSource, Response};
use paykka_model::{FileUpload, FileUploadResponse, Operation};
use serde::Serialize;
use serde_json::json;

use super::call::failed;
use super::runtime::runtime;
use crate::frame::{Answer, Console, Failure, FormatArg, Page, Shown, Status, Tone};
use crate::inputs::Source;
use crate::inputs::connection::ConnectionArgs;
use crate::texts::{calls, money as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka upload contract.pdf --profile sandbox

The number in the answer is for the fields whose names end in file_id.";

#[derive(Debug, Args)]
pub(crate) struct UploadArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: Source,
    /// The name that the platform is told; the file's own without it
    #[arg(long, value_name = "NAME")]
    filename: Option<String>,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &UploadArgs, console: Console) -> Result<Status, Failure> {
    let name = args.name()?;
    let source = args.source()?;
    let client = args.connection.client(console)?;
    let bar = bar(&name, console);
    let answer = runtime()?.block_on(upload(&client, &name, source, &bar));
    bar.finish_and_clear();
    let answer = answer.map_err(|error| failed(&FileUpload::INFO, b"{}", &error))?;
    console.show(&Uploaded { name: &name, bytes: bar.position(), answer: &answer })?;
    Ok(Status::Done)
}

impl UploadArgs {
    fn name(&self) -> Result<String, Failure> {
        let of_file = match &self.file {
            Source::File(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()),
            Source::Stdin => None,
        };
        let name = self.filename.clone().or(of_file);
        name.ok_or_else(|| Failure::input("filename", texts::no_filename(), texts::no_filename_to_do()))
    }

    /// What can't be read is found before anything is asked for.
    fn source(&self) -> Result<FileSource, Failure> {
        match &self.file {
            Source::Stdin => Ok(FileSource::bytes(self.file.read()?)),
            Source::File(path) => readable(path).map(FileSource::path),
        }
    }
}

fn readable(path: &std::path::Path) -> Result<PathBuf, Failure> {
    let shown = Source::File(path.to_owned());
    let unusable = || Failure::input("file", texts::no_file(&shown), texts::no_file_to_do());
    let file = std::fs::File::open(path).map_err(|error| unusable().because(&error))?;
    match file.metadata() {
        Ok(about) if about.is_file() => Ok(path.to_owned()),
        _ => Err(unusable()),
    }
}

async fn upload(
    client: &Client,
    name: &str,
    source: FileSource,
    bar: &ProgressBar,
) -> Result<Response<FileUploadResponse>, paykka_client::Error> {
    let shown = bar.clone();
    let upload = client.files().upload(name, source).on_progress(move |done, all| {
        shown.set_length(all);
        shown.set_position(done);
    });
    upload.await
}

/// On a terminal alone.
fn bar(name: &str, console: Console) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec}");
    let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(texts::uploading(&name).is(console.lang).to_owned());
    bar
}

struct Uploaded<'a> {
    name: &'a str,
    bytes: u64,
    answer: &'a Response<FileUploadResponse>,
}

impl Answer for Uploaded<'_> {
    fn json(&self) -> impl Serialize {
        json!({
            "file_id": self.answer.value().file_id,
            "filename": self.name,
            "bytes": self.bytes,
            "verified": { "key_id": self.answer.verified().key_id() },
        })
    }

    fn text(&self, page: &mut Page) {
        let id = &self.answer.value().file_id;
        page.verdict(Tone::Good, &calls::genuine(), &texts::uploaded(&self.name, &self.bytes, &Shown(id)));
    }
}
