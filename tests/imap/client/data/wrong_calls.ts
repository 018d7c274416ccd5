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
  // names that resemble nothing, and what is an object and not options
  [(c) => c.setquota("", { STORAGE: 5 }), "SETQUOTA: options", "there are limits, signal, timeout"],
  [(c) => c.fetch("1", ["UID"], new Map([["timeout", 5]])), "FETCH: options must be an object", "an object (Map)"],
  [(c) => c.fetch("1", ["UID"], AbortSignal.timeout(9)), "options must be an object", "(AbortSignal)"],
  [(c) => c.fetch("1", ["UID"], () => {}), "options must be an object", "a function"],
  [(c) => c.fetch("1", ["UID"], { signal: new AbortController() }), "signal must be an AbortSignal", "AbortController"],
  [(c) => c.idle({ signal: {} }), "idle(): signal must be an AbortSignal"],
  [(c) => c.lease("INBOX", { readonly: true }), "lease(): options", 'did you mean "readOnly"'],
  [(c) => c.lease("INBOX", { readOnly: 1 }), "lease(): readOnly must be true or false, not a number"],
  [(c) => c.lease("INBOX", () => {}), "lease(): options must be an object", "a function"],
  [(c) => c.lease(null), "lease(): mailbox must be text, not null"],
  [(c) => c.command("NOOP", [], { timeuot: 5 }), "command(): options", 'did you mean "timeout"'],
  [(c) => c.command("NOOP", [], null), "command(): options must be an object", "null"],
  [(c) => c.command("NOOP", [], { state: "idle" }), "command(): state must be one of nonauth, auth, selected", "idle"],
  [(c) => c.command(5), "command(): name must be text, not a number"],
  [(c) => c.command(), "command(): name must be text, not undefined"],
  [(c) => c.command("FETCH", ["1", "FLAGS"]), "made by arg"],
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
  [(c) => c.store("1", "add", ["\\Seen"]), "action must be one of FLAGS, +FLAGS, -FLAGS", 'not "add"'],
  [(c) => c.store("1", "+FLAGS", ["Seen"]), '"Seen" is not the flag "\\Seen"', "write the backslash", `'"Seen"'`],
  [(c) => c.append("INBOX", "x", { flags: ["deleted"] }), "write the backslash"],
  [(c) => c.append("INBOX"), "APPEND: message must be octets, text, a Blob or { size, stream }, not undefined"],
  [(c) => c.append("INBOX", new Response("x").body), "a Blob or { size, stream }", "ReadableStream"],
  [(c) => c.append("INBOX", { stream: new Response("x").body }), "number of octets", "undefined"],
  [(c) => c.append("INBOX", { size: 1, stream: null }), "must be a ReadableStream, not null"],
  [(c) => c.append("INBOX", { size: 1, stream: 5 }), "must be a ReadableStream, not a number"],
  [(c) => c.append("INBOX", { size: 1, stream: ["x"] }), "must be a ReadableStream, not a list"],
  [(c) => c.append("INBOX", { size: 1, stream: new Map() }), "must be a ReadableStream, not an object (Map)"],
  [(c) => c.append("INBOX", { size: 1, stream: Promise.resolve() }), "a promise, which must be awaited first"],
  [(c) => c.append("INBOX", { size: 1, stream: () => undefined }), "must be a ReadableStream, not undefined"],
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
  // numbers that are none, lists with holes, values of another kind inside
  [(c) => c.fetch(NaN, ["UID"]), "FETCH: not a message number or UID: NaN"],
  [(c) => c.fetch(-1, ["UID"]), "FETCH: not a message number or UID: -1"],
  [(c) => c.fetch(1n, ["UID"]), "set must be text such as", "not a bigint"],
  [(c) => c.fetch("1-3", ["UID"]), "FETCH: not a sequence set at character 2"],
  [(c) => c.fetch([1, undefined], ["UID"]), "FETCH: not a message number or UID: undefined"],
  // deno-lint-ignore no-sparse-arrays
  [(c) => c.fetch("1", ["UID", , "FLAGS"]), "items must be text, not undefined"],
  [(c) => c.fetch("1", ["BODY.PEEK["]), "FETCH: not a fetch item", 'expected "]" at character 11'],
  [(c) => c.fetch("1", ["BODY[]<0>"]), "FETCH: not a fetch item", "character 9"],
  [(c) => c.fetch("1", ["UID"], { timeout: NaN }), "timeout must be an integer", "NaN"],
  [(c) => c.fetch("1", ["UID"], { timeout: "5s" }), "timeout must be a number, not text"],
  [(c) => c.uidFetch("1:abc", ["UID"]), "UID FETCH: not a sequence set at character 3"],
  [(c) => c.append("INBOX", [1, 2]), "message must be octets, text, a Blob", "not a list"],
  [(c) => c.append("INBOX", new ArrayBuffer(5)), "message must be octets", "(ArrayBuffer)"],
  [(c) => c.append("INBOX", Promise.resolve("x")), "message must be octets", "a promise, which must be awaited first"],
  [(c) => c.append("INBOX", "x", { date: new Date(NaN) }), "APPEND: not a date", "Invalid Date"],
  [(c) => c.append("INBOX", { size: NaN, stream: new ReadableStream() }), "number of octets, not NaN"],
  [(c) => c.store("1", "+flags", ["\\Seen"]), "action must be one of", 'not "+flags"'],
  [(c) => c.store("1", "+FLAGS", ["my flag"]), 'STORE: not a value of flag: "my flag"'],
  [(c) => c.select("\ud800"), "SELECT: mailbox name holds the unpaired surrogate"],
  [(c) => c.status("INBOX", ["COUNT"]), "STATUS: not one of MESSAGES", '"COUNT"'],
  [(c) => c.search(["UNSEEN"]), "A search query must be an object such as", "not a list"],
  [(c) => c.search(null), "A search query must be an object such as", "not null"],
  [(c) => c.search({ since: "yesterday" }), "SEARCH: not a day of the calendar", "yesterday"],
  [(c) => c.search({ since: new Date(NaN) }), "a day such as", "not a Date"],
  [(c) => c.search({ larger: "10" }), '"larger" must be a number, not text'],
  [(c) => c.search({ modSeq: 5 }), '"modSeq" must be a bigint', "a number"],
  [(c) => c.search({ from: 5 }), '"from" must be text, not a number'],
  [(c) => c.search({ uid: "x" }), 'The search condition "uid": not a sequence set'],
  // deno-lint-ignore no-sparse-arrays
  [(c) => c.search({ or: [, { seen: true }] }), "A search query must be an object", "not undefined"],
  [(c) => c.search({ not: { sbject: "x" } }), 'did you mean "subject"'],
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
  [(connect) => connect({ host: "127.0.0.1", timeouts: 5000 }), "timeouts must be an object with connect, total", "a number"],
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
  [(connect) => connect("127.0.0.1"), "connect(): options must be an object with", "host", "not text"],
  [(connect) => connect({ host: "imap.example.org:993" }), 'the port a number in "port"', "imap.example.org:993"],
  [(connect) => connect({ host: "imaps://example.org" }), "a name or an address alone", "imaps://example.org"],
  [(connect) => connect({ host: "127.0.0.1", auth: { user: "a", accessToken: "x" } }), 'did you mean "token"'],
  [(connect) => connect({ host: "127.0.0.1", auth: ["alice", "x"] }), "auth must be an object with", "a list"],
  [(connect) => connect({ host: "127.0.0.1", signal: new AbortController() }), "signal must be an AbortSignal"],
  [(connect) => connect({ host: "127.0.0.1", ca: "PEM" }), 'did you mean "caCerts"'],
  [(connect) => connect({ host: "127.0.0.1", logger: console }), '"logger"', "there are auth"],
  [(connect) => connect({ host: "127.0.0.1", timeouts: { connect: NaN } }), 'timeout "connect" must be an integer', "NaN"],
  [(connect) => connect({ host: "127.0.0.1", limits: { maxLine: "5" } }), 'limit "maxLine" must be a number, not text'],
  [(connect) => connect({ host: "127.0.0.1", port: 993n }), "port", "1 to 65535"],
  [(connect) => connect({ host: "127.0.0.1", tls: { rejectUnauthorized: false } }), '"implicit", "starttls" or "plaintext"'],
  [(connect) => connect({ transport: { read: () => {} } }), "it has no function write"],
  [(connect) => connect(), "connect(): options must be an object with", "not undefined"],
];

/** Of the module with everything of IMAP. */
export const elsewhere: readonly Row[] = [
  [(imap) => imap.SequenceSet.parse(), "parsed from text, not undefined"],
  [(imap) => imap.SequenceSet.from("abc"), "not a sequence set at character 1"],
  [(imap) => imap.decodeResponse("* OK x\r\n"), "bytes must be a Uint8Array, not text"],
  [(imap) => imap.decodeResponse(new Uint8Array(), { strct: true }), 'did you mean "strict"'],
  [(imap) => imap.responses(), "readable must be a ReadableStream, not undefined"],
  [(imap) => imap.encodeResponse(null), "response must be an object with a type, not null"],
  [(imap) => imap.encodeResponse({ type: "FLAGZ" }), 'not a value of response-data: "FLAGZ"'],
  [(imap) => imap.plain(), "user, pass", "not undefined"],
  [(imap) => imap.scramSha256({ username: "x", password: "y" }), '"username"', 'did you mean "user"'],
  [(imap) => imap.plain({ user: "x", pass: 5 }), '"pass" must be text, not a number'],
  [(imap) => imap.xoauth2({ user: "x", token: "y" }), '"user" must be text, not an object'],
  [(imap) => imap.connect({ transport: {} }), "transport must be a Transport: it has no function read"],
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
  [(start) => start({ users: ["alice"] }), "users must be an object, not a list"],
  [(start) => start({ mailboxes: { INBOX: "Subject: x" } }), "the mailbox INBOX must be an object with", "not text"],
  [(start) => start({ with: "QUOTA" }), "with must be a list, not text"],
  [(start) => start({ without: 5 }), "without must be a list, not a number"],
  [(start) => start({ faults: 5 }), "faults must be a list, not a number"],
  // deno-lint-ignore no-sparse-arrays
  [(start) => start({ mailboxes: { INBOX: [, "x"] } }), "a message must be an object with", "not undefined"],
  [(start) => start({ port: 143 }), "startServer(): options", '"port"', "there are users, mailboxes"],
];

/** Of an account's mailbox that has messages. */
export const mailboxCalls: readonly Row[] = [
  [(box) => first(box.messages("UNSEEN")), "A query must be an object", "not text"],
  [(box) => first(box.messages(null)), "A query must be an object", "not null"],
  [(box) => first(box.messages({ form: "x" })), 'did you mean "from"'],
  [(box) => first(box.messages({}, { newst: 5 })), "messages(): options", 'did you mean "newest"'],
  [(box) => first(box.messages({}, { newest: "5" })), '"newest" must be a positive integer'],
  [(box) => first(box.messages({}, { signal: new AbortController() })), "signal must be an AbortSignal"],
  [(box) => first(box.changes(undefined, { sginal: 1 })), "changes(): options", 'did you mean "signal"'],
  [(box) => first(box.changes("junk")), "Not a cursor"],
  [(box) => first(box.watch({ pol: 5 })), "watch(): options", 'did you mean "poll"'],
  [(box) => first(box.watch("x")), "watch(): options must be an object", "text"],
  [(box) => box.flag(1), "the change must be an object with add, remove, set, not undefined"],
  [(box) => box.flag(1, "seen"), "the change must be an object with add, remove, set, not text"],
  [(box) => box.flag(1, ["\\Seen"]), "the change must be an object with add, remove, set, not a list"],
  [(box) => box.flag(1, { ad: ["\\Seen"] }), 'did you mean "add"'],
  [(box) => box.flag(1, { add: "\\Seen" }), "add must be a list, not text"],
  [(box) => box.flag(null, { add: ["\\Seen"] }), "a message is given by itself, its id or its UID, not null"],
  [(box) => box.flag([1, undefined], { add: ["\\Seen"] }), "its id or its UID, not undefined"],
  [(box) => box.move(1), "by its name or as { role", "not undefined"],
  [(box) => box.move(1, 5), "by its name or as { role", "not a number"],
  [(box) => box.copy(1, {}), "by its name or as { role", "an object"],
  [(box) => box.delete(undefined, { forever: true }), "a message is given by itself, its id or its UID, not undefined"],
  [(box) => box.delete(1, { forver: true }), "delete(): options", 'did you mean "forever"'],
  [(box) => box.append("text", { flag: ["\\Seen"] }), "append(): options", 'did you mean "flags"'],
  [(box) => box.append(5), "a message as Uint8Array, Message or Mail, not number"],
];

/** Of `openAccount`. */
export const opening: readonly Row[] = [
  [(open) => open(), "openAccount(): options must be an object with", "not undefined"],
  [(open) => open("imaps://example.org"), "openAccount(): options must be an object with", "not text"],
  [(open) => open({ host: "127.0.0.1", conections: 3 }), 'did you mean "connections"'],
  [(open) => open({ host: "127.0.0.1", connections: "3" }), '"connections" must be a positive integer'],
];

/** Of the email package. */
export const mails: readonly Row[] = [
  [(email) => email.readMail(), "readMail takes octets, text, a message or a mail"],
  [(email) => email.readMailStream(5), "readMailStream takes a stream or pieces, not number"],
  [(email) => first(email.messagesFromMbox(5)), "messagesFromMbox takes a stream or pieces, not number"],
  [(email) => email.messageFromBytes("From: a\n"), "messageFromBytes takes a Uint8Array, not string"],
  [(email) => email.messageFromBytes(), "messageFromBytes takes a Uint8Array, not undefined"],
  [(email) => email.messageFromString(5), "messageFromString takes text, not number"],
  [(email) => email.decodeHeader(5), "decodeHeader takes text or a Header, not number"],
  [(email) => email.createMail(), "createMail takes an object of options: from"],
  [(email) => email.createMail({ form: "a@example.org" }), 'did you mean "from"'],
  [(email) => email.createMail({ from: "a@example.org", to: [undefined] }), "To must be text such as", "undefined"],
  [(email) => email.createMail({ from: "a@example.org", subject: 5 }), "subject must be text, not number"],
  [(email) => email.createMail({ from: "a@example.org", date: "today" }), "date must be a Date, not string"],
  [(email) => email.createMail({ from: "a@example.org", inReplyTo: 5 }), "inReplyTo must be a Message-ID or a list"],
  [(email) => email.createMail({ from: "a@example.org", attachments: [{ content: 5 }] }), "a Uint8Array, an ArrayBuffer or text"],
  [(email) => email.reply("From: a\n", { from: "a@example.org" }), "reply takes a message as Uint8Array, Message or Mail"],
  [(email) => email.writeMail("x"), "writeMail takes a message as Uint8Array, Message or Mail, not string"],
];

/** The first that an iterator gives. */
async function first(of: AsyncIterable<unknown>): Promise<unknown> {
  for await (const one of of) return one;
  return undefined;
}
