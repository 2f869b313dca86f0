//! burn's warnings and errors in the browser's console. cubecl tells of a shader that it had to skip nowhere
//! else, and the tests fail on a console error.

use log::{Level, LevelFilter, Log, Metadata, Record};
use web_sys::console;

struct Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record) {
        let line = format!("{}: {}", record.target(), record.args()).into();
        match record.level() {
            Level::Error => console::error_1(&line),
            Level::Warn => console::warn_1(&line),
            _ => {}
        }
    }

    fn flush(&self) {}
}

/// Sends `log` records to the console.
pub(crate) fn install() {
    // Fails only if a logger is there already, which then does this work.
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}
