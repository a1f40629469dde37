//! opsroom: hands the command line to the rooms.

fn main() -> std::process::ExitCode {
    opsroom::cli::main()
}
