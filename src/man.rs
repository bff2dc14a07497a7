//! `ipvslab man`: manual pages, made of the command line's own help.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::{self, Cli};
use crate::exit::{Exit, Failure};
use crate::print::{print, talk};

/// Prints the page of the program, or writes the pages of it and of every subcommand.
pub(crate) fn run(args: &args::Man) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    match &args.out {
        None => {
            let page = page(command).map_err(|error| failure(Path::new("stdout"), &error))?;
            print(format_args!("{page}"));
            Ok(())
        }
        Some(directory) => {
            fs::create_dir_all(directory).map_err(|error| failure(directory, &error))?;
            write(&command, "ipvslab", directory)?;
            talk(format_args!("wrote the pages to {}", directory.display()));
            Ok(())
        }
    }
}

/// Writes the page of a command and those of its subcommands, which are called `ipvslab-compare.1` and so on.
fn write(command: &Command, name: &str, directory: &Path) -> Result<(), Failure> {
    let path = directory.join(format!("{name}.1"));
    let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str());
    let text = page(command.clone().name(leaked)).map_err(|error| failure(&path, &error))?;
    fs::write(&path, text).map_err(|error| failure(&path, &error))?;
    let subcommands = command.get_subcommands().filter(|each| each.get_name() != "help");
    subcommands
        .into_iter()
        .try_for_each(|each| write(each, &format!("{name}-{}", each.get_name()), directory))
}

fn page(command: Command) -> io::Result<String> {
    let mut bytes = Vec::new();
    Man::new(command).render(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Output, format!("error: cannot write {}: {error}", path.display()))
}
