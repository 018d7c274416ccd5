/** Calls that a program may get wrong, as they are typed, and words that the refusal must hold. */

/** Anything, called in any way: what a compiler does not see, or was told not to look at. */
// deno-lint-ignore no-explicit-any
export type Loose = any;

/** One call. It is shown as it is written. */
export type Row = readonly [call: (on: Loose) => unknown, ...words: string[]];

/** Of a client with a selected mailbox. */
export const selected: readonly Row[] = [
  // names that do not exist
  [(c) => c.fetch("1", ["UID"], { singal: 1 }), "FETCH", '"singal"', 'did you mean "signal"'],
  [(c) => c.fetch("1", ["UID"], { timeouts: 5000 }), '"timeouts"', 'did you mean "timeout"'],
  [(c) => c.fetch("1", ["UID"], { changedsince: 5n }), 'did you mean "changedSince"'],
  [(c) => c.append("INBOX", "x", { internalDate: new Date() }), "APPEND", '"internalDate"', 'did you mean "date"'],
  [(c) => c.append("INBOX", "x", { flag: ["\\Seen"] }), 'did you mean "flags"'],
  [(c) => c.select("INBOX", { qResync: {} }), "SELECT", 'did you mean "qresync"'],
  [(c) => c.select("INBOX", { readOnly: true }), '"readOnly"'],
  [(c) => c.list("", "*", { return: ["CHILDREN"] }), 'did you mean "returns"'],
  [(c) => c.list("", "*", { specialUse: true }), '"specialUse"'],
  [(c) => c.search({ onn: "2026-11-01" }), '"onn"', 'did you mean "on"'],
  [(c) => c.search({ subjects: "x" }), 'did you mean "subject"'],
  [(c) => c.search({ or: [{ form: "x" }] }), 'did you mean "from"'],
  [(c) => c.search({ seen: true }, { return: ["COUNT"] }), 'did you mean "returns"'],
  [(c) => c.store("1", "+FLAGS", ["\\Seen"], { silent: true }), "STORE", '"silent"'],
  [(c) => c.noop({ timeOut: 5 }), "NOOP", 'did you mean "timeout"'],
  [(c) => c.select("INBOX", { qresync: { uidvalidity: 1, modSeq: 1n } }), "qresync", 'did you mean "uidValidity"'],
  [(c) => c.sort([{ key: "DATE", reversed: true }], "UTF-8", { all: true }), 'did you mean "reverse"'],
  [(c) => c.setquota("", { limits: [{ resource: "STORAGE", limit: 1 }] }), "limits", '"resource"'],
  [(c) => c.idle({ renew: 1000 }), "idle()", 'did you mean "renewAfter"'],
  [(c) => c.authenticate({ name: "PLAIN", respond: () => {} }, { saslIR: true }), 'did you mean "saslIr"'],
  // options that are none
  [(c) => c.append("INBOX", "x", ["\\Seen"]), "APPEND", "flags, date", "signal, timeout", "a list"],
  [(c) => c.noop(null), "NOOP", "signal, timeout", "null"],
  [(c) => c.fetch("1", ["UID"], "FLAGS"), "FETCH", "changedSince", "text"],
  [(c) => c.list("", "*", 5), "LIST", "a number"],
  // values that are missing, or of another kind
  [(c) => c.fetch("1"), "FETCH: items must be a list of text, not undefined", "it takes set, items, options"],
  [(c) => c.fetch(undefined, ["UID"]), "set must be text such as", "not undefined"],
  [(c) => c.fetch(null, ["UID"]), "set must be", "not null"],
  [(c) => c.fetch({}, ["UID"]), "set must be", "an object (Object)"],
  [(c) => c.fetch("1", [5]), "items must be text, not a number"],
  [(c) => c.fetch("1", ["FLAG"]), "FLAG"],
  [(c) => c.fetch("1", { items: ["FLAGS"] }), "items must be text, not an object (Object)"],
  [(c) => c.fetch("1", ["UID"], { changedSince: 5 }), "changedSince must be a bigint, such as 7n, not a number"],
  [(c) => c.store("1", ["\\Seen"]), "action must be one of FLAGS, +FLAGS", "not a list", "it takes set, action, flags"],
  [(c) => c.store("1", "add", ["\\Seen"]), "action must be one of FLAGS, +FLAGS, -FLAGS", "not text"],
  [(c) => c.store("1", "+FLAGS", ["Seen"]), '"Seen" is not the flag "\\Seen"', "write the backslash", `'"Seen"'`],
  [(c) => c.append("INBOX", "x", { flags: ["deleted"] }), "write the backslash"],
  [(c) => c.append("INBOX"), "APPEND: message must be octets, text, a Blob or { size, stream }, not undefined"],
  [(c) => c.append("INBOX", new Response("x").body), "a Blob or { size, stream }", "ReadableStream"],
  [(c) => c.append("INBOX", { stream: new Response("x").body }), "number of octets", "undefined"],
  [(c) => c.append("INBOX", "x", { date: "2026-11-01" }), "date must be a Date, not text"],
  [(c) => c.append("INBOX", "x", { date: 17 }), "date must be a Date, not a number"],
  [(c) => c.select(), "SELECT: mailbox must be text, not undefined"],
  [(c) => c.select({ name: "INBOX" }), "mailbox must be text, not an object (Object)"],
  [(c) => c.select("INBOX", { condstore: "yes" }), "condstore must be true or false, not text"],
  [(c) => c.select("INBOX", { qresync: 5 }), "qresync", "uidValidity, modSeq, known, match", "a number"],
  [(c) => c.select("INBOX", { qresync: { uidValidity: 1 } }), "modSeq must be a bigint", "undefined"],
  [(c) => c.rename("a"), "newName must be text, not undefined"],
  [(c) => c.copy("1"), "COPY: mailbox must be text", "it takes set, mailbox, options"],
  [(c) => c.status("INBOX"), "STATUS: items must be a list"],
  [(c) => c.list("", { status: ["MESSAGES"] }), "patterns must be text", "options come third"],
  [(c) => c.list(["a"], ["b"]), "reference must be text, not a list"],
  [(c) => c.search(), "A search query must be an object"],
  [(c) => c.search("UNSEEN"), "A search query must be an object"],
  [(c) => c.search({ since: new Date() }), "a day such as", "not a Date"],
  [(c) => c.search({ seen: "yes" }), '"seen" must be true or false'],
  [(c) => c.search({ or: { from: "x" } }), "must be a list of queries"],
  [(c) => c.id({ name: 5 }), "ID takes texts", '"name" is a number'],
  [(c) => c.id("Example"), "names and values, such as", "text"],
  [(c) => c.authenticate("PLAIN"), "a mechanism, such as plain({ user, pass })", "text"],
  // numbers of one kind where the other is meant
  [async (c) => c.fetch(await c.uidSearch({ all: true }), ["FLAGS"]), "FETCH: these are UIDs", "begins with uid"],
  [async (c) => c.uidStore(await c.search({ all: true }), "+FLAGS", ["\\Seen"]), "UID STORE: these are message numbers"],
  [
    async (c) => c.uidFetch(await c.uidSearch({ all: true }, { returns: ["COUNT"] }), ["FLAGS"]),
    "did not ask which messages",
    "add ALL to its returns",
  ],
];

/** Of a client that has logged in and selected nothing. */
export const unselected: readonly Row[] = [
  [(c) => c.fetch("1", ["FLAGS"]), "FETCH is for selected", "select a mailbox first"],
  [(c) => c.idle().next(), "select a mailbox first"],
  [(c) => c.login("alice", "alice-pw"), "LOGIN", "it is for before login"],
];

/** Of `connect`. */
export const connecting: readonly Row[] = [
  [(connect) => connect({ host: "127.0.0.1", timeouts: 5000 }), "timeouts takes an object with connect, total", "a number"],
  [(connect) => connect({ host: "127.0.0.1", timeouts: { conect: 5000 } }), "conect", 'did you mean "connect"'],
  [(connect) => connect({ host: "127.0.0.1", limits: { maxline: 5000 } }), 'did you mean "maxLine"'],
  [(connect) => connect({ host: "127.0.0.1", secure: true }), "connect()", '"secure"'],
  [(connect) => connect({ hostname: "127.0.0.1" }), '"hostname"', 'did you mean "host"'],
  [(connect) => connect({ host: "127.0.0.1", user: "alice" }), '"user"'],
  [(connect) => connect({ host: "127.0.0.1", auth: { user: "alice", password: "x" } }), 'did you mean "pass"'],
  [(connect) => connect({ host: "127.0.0.1", auth: { user: "alice" } }), "pass"],
  [(connect) => connect({ host: "127.0.0.1", rev2: "no" }), "rev2 must be true or false, not text"],
  [(connect) => connect({ host: "127.0.0.1", port: "993" }), "port", "1 to 65535"],
  [(connect) => connect({ host: "127.0.0.1", id: "Example" }), "names and values, such as"],
  [(connect) => connect("127.0.0.1"), "connect() takes an object with", "host", "not text"],
  [(connect) => connect(), "connect() takes an object with", "not undefined"],
];

/** Of `startServer`. */
export const starting: readonly Row[] = [
  [(start) => start({ mailbox: { INBOX: [] } }), "startServer()", '"mailbox"', 'did you mean "mailboxes"'],
  [(start) => start({ users: { alice: { pass: "x" } } }), "the user alice", 'did you mean "password"'],
  [(start) => start({ mailboxes: { INBOX: { message: ["x"] } } }), "the mailbox INBOX", 'did you mean "messages"'],
  [(start) => start({ mailboxes: { INBOX: [{ text: "x" }] } }), "a message", '"text"'],
  [(start) => start({ mailboxes: { INBOX: [{ message: "x", date: "today" }] } }), "date must be a Date, not text"],
  [(start) => start({ capability: ["IDLE"] }), 'did you mean "capabilities"'],
  [(start) => start({ rev2: "no" }), "rev2 must be true or false"],
];
