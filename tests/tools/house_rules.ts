/** The plan of the house as data: which room may import which, and the few files that a rule does not hold for. */

/** The layers of the IMAP client, lowest first. */
const WIRE = ["imap/base", "imap/values", "imap/wire"];
const CODEC = [...WIRE, "imap/codec"];
const SESSION = [...CODEC, "imap/transport", "imap/session"];
const CLIENT = [...SESSION, "imap/sasl", "imap/client"];

/**
 * Each room and the rooms it may import. A file is in the room with the longest name that its path begins with;
 * files of one room may import one another. Only `tests` may import everything.
 */
export const ARROWS: Record<string, readonly string[]> = {
  "imap/base": [],
  "imap/values": ["imap/base"],
  "imap/wire": WIRE,
  "imap/codec": CODEC,
  "imap/transport": ["imap/base", "imap/values"],
  "imap/sasl": ["imap/base", "imap/values"],
  "imap/session": SESSION,
  "imap/client": CLIENT,
  "imap/imaplib": CLIENT,
  "imap/mailbox": [...CLIENT, "email"],
  "imap/testing": [...CODEC, "imap/transport", "imap/sasl", "email"],
  // The entry files of the folder: they name what is published, and the server for tests has an entry of its own.
  "imap": CLIENT,
  "email": [],
  "mod.ts": ["imap", "imap/mailbox", "email"],
  "codegen": ["imap/values"],
};

/** Files that may use a runtime's own modules, timers and clock: one small file for each runtime. */
export const RUNTIME_FILES =
  /^imap\/(?:transport\/(?:process_)?(?:deno|bun|node|cloudflare)|testing\/protocol\/listen_(?:deno|node))\.ts$/;

/** The one file of `imap/` that asks the runtime for the time and for timers. */
export const CLOCK = "imap/base/clock.ts";

/** Lines of a hand-written file that one can review whole. */
export const LONGEST_FILE = 450;

/** Files that are longer, each with its reason. One that is not long any more has to go from the list. */
export const LONG_FILES: Record<string, string> = {
  "email/dates.ts": "half of it documents Python's date functions",
  "email/errors.ts": "one class for each exception and defect of Python; two thirds are documentation",
  "email/message.ts": "the one class of Python's manual; half of it is documentation",
  "email/write/flatten.ts": "one pass over a message, whose steps share its state",
  "imap/wire/framer.ts": "one state machine on the hot path",
  "imap/wire/reader.ts": "the tokens that generated decoders call, one method each, on the hot path",
};
