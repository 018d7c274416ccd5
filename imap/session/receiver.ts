/** Gives each response to the command that it answers, or to those who listen to events. */

import { isUnread } from "../codec/codes.ts";
import type { Clock, Timer } from "../base/clock.ts";
import { type ImapError, LimitError, ProtocolError } from "../base/errors.ts";
import type { Limits, Timeouts } from "../base/limits.ts";
import { holdsMore, unaskedItems } from "../codec/_gen/about.ts";
import { Decoder, type InvalidResponse, type ServerResponse } from "../codec/codec.ts";
import { starttlsSpec } from "../codec/_gen/specs.ts";
import { OpenBody } from "./body.ts";
import type { Budget } from "./budget.ts";
import type { Events } from "./events.ts";
import { closedByServer, type Farewell, greetedWithRefusal, serverRefused, type Words } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Pending } from "./pending.ts";
import type { RowCommand } from "./rows.ts";
import type { Running } from "./running.ts";
import type { Secrets } from "./secrets.ts";
import { isCondition, type KnownState } from "./state.ts";
import { Raw } from "../values/raw.ts";
import type { DroppedFrame, Frame, LiteralAnnouncement } from "../wire/frame.ts";
import type {
  ConditionResponse,
  FetchResponse,
  Response,
  TaggedResponse,
  UidFetchResponse,
  Untagged,
} from "../codec/_gen/types.ts";

const latin1 = /* @__PURE__ */ new TextDecoder("latin1");

/** Octets of the smallest literal that is not made an array of its own: to make one of less takes no longer than to ask whose it is. */
const streamedFrom = 16 * 1024;
/** Literals of one row, and octets of its text, up to which it is found out whose body a literal is. */
const mostLooks = 100;
const longestLook = 64 * 1024;

/** What receiving needs of the session. */
export interface ReceiverParts {
  clock: Clock;
  limits: Limits;
  budget: Budget;
  timeouts: Timeouts;
  known: KnownState;
  running: Running;
  outgoing: Outgoing;
  secrets: Secrets;
  events: Events;
  /** Sees every response before anything else does. */
  onResponse: ((response: ServerResponse) => void) | undefined;
  /** The last response could not be read as a whole. */
  doubt: () => void;
  /** Whether a command with this tag waits to be sent. */
  isQueued: (tag: string) => boolean;
  /** A body was read, so that reading may go on. */
  released: () => void;
  /** A command was completed. */
  completed: () => void;
  /** The connection must end. */
  end: (reason: ImapError) => void;
}

/** The reading side of one session. */
export class Receiver {
  /** The server's first words. */
  readonly greeting: Promise<ConditionResponse>;
  readonly #parts: ReceiverParts;
  readonly #decoder: Decoder;
  #greeted: PromiseWithResolvers<ConditionResponse> | undefined = Promise.withResolvers();
  #bye: ConditionResponse | undefined;
  /** The last thing the server complained of without being asked, or could not put into a response. */
  #lastWords: Words | undefined;
  #byeTimer: Timer | undefined;
  /** The body that came last, or comes. */
  body: OpenBody | undefined;
  #bodyOf: Pending | undefined;
  /** Whose row is underway that a body was given of. */
  #begun: RowCommand<Response> | undefined;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#decoder = new Decoder({ limits: parts.limits, names: parts.known.names });
    this.greeting = this.#greeted!.promise;
    // Every failure is told to those it concerns; nobody need look at this promise.
    this.greeting.catch(() => {});
  }

  /** Why the server has closed the connection, as far as it said so. */
  get farewell(): Farewell {
    return { bye: this.#bye, lastWords: this.#lastWords };
  }

  /**
   * Lets a large literal be read while it comes, where it is of a row of a command that wants that. Which it is of is told by the
   * grammar, from what of the row has come.
   */
  sinkFor({ size, index, text, literals }: LiteralAnnouncement): OpenBody | undefined {
    // Each look reads the row from its beginning.
    if (size < streamedFrom || index >= mostLooks || text.length > longestLook) return undefined;
    const line = new Uint8Array(text.length + 1);
    line.set(text);
    line[text.length] = 0x29;
    const mark = new Uint8Array(0);
    let row: ServerResponse = this.#decoder.decode({ text: line, literals: [...literals, mark] });
    if (row.type === "UIDFETCH") row = rowOf(row);
    if (row.type !== "FETCH" || row.sections.at(-1)?.data !== mark) return undefined;
    const { running, limits, released } = this.#parts;
    const only = running.streaming.size === 1 ? [...running.streaming][0] : undefined;
    // Some servers tell the UID after the octets.
    const pending = running.answers.claim(row) ?? (row.uid === undefined ? only : undefined);
    if (pending?.rows?.givesBodies !== true) return undefined;
    const body = this.body = new OpenBody(size, limits.maxBuffered, released);
    this.#bodyOf = pending;
    this.#begun = pending.rows;
    pending.rows.begin(row, body, size);
    return body;
  }

  /** Gives the body up that nobody reads. */
  giveUpBody(): void {
    if (this.body?.mustWait(true) !== true) return;
    const { limits: { maxBuffered }, timeouts } = this.#parts;
    const { name } = this.#bodyOf!.spec;
    const message = `${name}: other commands wait, and no body has been read for ${timeouts.command} ms, ` +
      `of which more than maxBuffered, ${maxBuffered} bytes, wait`;
    this.#bodyOf!.discard(new LimitError(message, { command: name }));
  }

  /** Takes a response. */
  receive(frame: Frame): void {
    const begun = this.#begun;
    if (begun !== undefined) {
      this.#begun = undefined;
      this.receive(frame);
      return begun.ended();
    }
    let size = frame.text.length;
    for (const literal of frame.literals) size += literal.length;
    const response = this.#decoder.decode(frame);
    // What the grammar does not know has no form that could lack something.
    if (this.#decoder.troubled || response.type === "INVALID" || response.type === "UNKNOWN") {
      this.#parts.doubt();
    }
    this.#parts.onResponse?.(response);
    if (this.#greeted !== undefined) return this.#greet(response);
    if (this.#parts.running.alone > 0 && frame.text[0] === 0x2a && !frame.continues) {
      this.#untouched(frame, size);
    }
    switch (response.type) {
      case "FETCH":
        return this.#row(response, size);
      case "TAGGED":
        return this.#tagged(response, size);
      case "CONTINUATION":
        return this.#continuation(response.text);
      case "INVALID":
        this.#unreadable(response, size, frame.continues === true);
        return;
      default:
        return this.#untagged(response, size);
    }
  }

  /** Gives an untagged response as it came to a command that takes all of them. */
  #untouched({ text, literals }: Frame, size: number): void {
    const { running, limits, budget } = this.#parts;
    const pending = running.takingAll;
    if (pending === undefined) return;
    // A copy without `* `: the text lasts until the next frame.
    const raw = new Raw(text.slice(2), literals);
    pending.take(
      { type: "UNKNOWN", number: undefined, name: "", raw, error: undefined },
      size,
      limits.maxItems,
      budget,
    );
  }

  /** Takes note of a response that was skipped. */
  dropped(dropped: DroppedFrame): void {
    const { running, secrets, events, end } = this.#parts;
    if (this.#greeted !== undefined) {
      return end(new LimitError(`The server's greeting is longer than ${dropped.limit} allows`));
    }
    const head = running.missed(dropped, secrets);
    events.emit({ type: "DROPPED", limit: dropped.limit, size: dropped.size, head }, head.length);
  }

  /** The connection has ended: the wait for the greeting fails with the reason. */
  end(reason: unknown): void {
    this.#parts.clock.clearTimeout(this.#byeTimer);
    this.#greeted?.reject(reason);
    this.#greeted = undefined;
  }

  #greet(response: ServerResponse): void {
    const { known, end } = this.#parts;
    switch (response.type) {
      case "OK":
      case "PREAUTH": {
        const greeted = this.#greeted!;
        this.#greeted = undefined;
        if (response.type === "PREAUTH") known.state = "auth";
        known.codeOf(response.code);
        return greeted.resolve(response as ConditionResponse);
      }
      case "BYE":
      case "NO":
      case "BAD":
        // IceWarp and Yahoo refuse a connection with NO where BYE is meant.
        return end(greetedWithRefusal(response as ConditionResponse));
      case "INVALID":
        return end(
          new ProtocolError(`What the server sent first is not an IMAP greeting: ${wordsOf(response).text}`),
        );
      default:
        return end(new ProtocolError("What the server sent first is not an IMAP greeting"));
    }
  }

  // ---- untagged

  #untagged(response: Untagged, size: number): void {
    const { known, events } = this.#parts;
    if (response.type === "UIDFETCH") return this.#row(rowOf(response), size);
    if (response.type === "UNKNOWN") this.#parts.running.unreadable(response, this.#parts.limits.maxItems);
    if (isCondition(response) && response.code?.name === "CLOSED") {
      for (const { response, size } of known.oldMailboxClosed()) events.emit(response, size);
      return events.emit(response, size);
    }
    if (!known.defers(response, size)) this.#take(response, size);
  }

  /** Takes a row: the short way of what follows, as rows come by the thousand and say nothing about the connection. */
  #row(row: FetchResponse, size: number): void {
    const { budget, known, running, events, limits } = this.#parts;
    if (known.defers(row, size)) return;
    let claimed = running.answers.claim(row);
    if (claimed === undefined && row.uid === undefined && holdsMore(row)) claimed = running.unclaimed(row);
    if (claimed !== undefined && accepts(claimed, row)) claimed.take(row, size, limits.maxItems, budget);
    else events.emit(row, size);
  }

  #take(response: Untagged, size: number): void {
    if (isCondition(response)) return this.#condition(response, size);
    if (response.type === "FETCH") return this.#row(response, size);
    const { budget, known, running, events, limits } = this.#parts;
    const claimed = running.answers.claim(response);
    const taker = claimed === undefined || accepts(claimed, response) ? claimed : undefined;
    // Unasked, it would change how everything is written and read: an attacker in between can say it in clear.
    if (response.type === "ENABLED" && taker === undefined) return events.emit(response, size);
    if (!known.apply(response)) return;
    if (response.type === "ENABLED") this.#decoder.utf8 = known.utf8;
    taker?.take(response, size, limits.maxItems, budget);
    // Message numbers shift for every command, not only for the one that asked for it.
    if (taker !== undefined && !removes(response)) return;
    // What the grammar does not know is for logs. Mail is not touched, whatever it holds.
    if (response.type === "UNKNOWN") this.#tell(response, size);
    else events.emit(response, size);
  }

  /** Emits what may repeat a secret: looking for them is worth it only where somebody listens. */
  #tell(response: TaggedResponse | Untagged | InvalidResponse, size: number): void {
    const { events, secrets } = this.#parts;
    if (events.hasListeners) events.emit(secrets.redactValue(response), size);
  }

  #condition(response: ConditionResponse, size: number): void {
    const { clock, known, running, secrets, timeouts, end } = this.#parts;
    const { code } = response;
    if (code !== undefined) {
      known.applyCode(code);
      const taker = running.answers.claimCode(code);
      taker?.takeCode(code);
      // One that could not be read is told as well: not all results have a place for it.
      if (taker !== undefined && !isUnread(code)) return;
    }
    if (response.type === "NO" || response.type === "BAD") {
      this.#lastWords = { text: response.text, cut: false };
    }
    if (response.type === "BYE") {
      this.#bye = response;
      // Some servers announce the end and then forget to close (Yandex: MailKit issue 938).
      this.#byeTimer ??= clock.setTimeout(
        () => end(closedByServer(this.farewell, false, secrets)),
        timeouts.logout,
      );
    }
    this.#tell(response, size);
  }

  // ---- commands

  #tagged(response: TaggedResponse, size: number): void {
    const { known, running, secrets, completed, end } = this.#parts;
    const pending = running.get(response.tag);
    if (pending === undefined) return this.#stray(response, size);
    const ok = response.status === "OK";
    const { phase } = pending;
    if (ok && (phase === "sending" || phase === "asking" || phase === "literal")) {
      // RFC 9051 gives no meaning to it, and accepting it once let STARTTLS be skipped (CVE-2026-42246).
      return end(new ProtocolError(`The server said OK to ${pending.spec.name} before all of it was sent`));
    }
    // RFC 9051 7.1: the user of the program must be able to read it, wherever it is said.
    if (response.code?.name === "ALERT" || isUnread(response.code)) {
      this.#tell(response, size);
    }
    pending.collected.tagged = response;
    for (const { response, size } of known.held(pending, ok)) this.#take(response, size);
    running.delete(pending);
    known.completed(pending, response);
    // UNAUTHENTICATE takes back what was enabled.
    this.#decoder.utf8 = known.utf8;
    if (ok) {
      if (pending.spec === starttlsSpec) this.#forget();
      pending.call.dialogue?.agreed?.();
      pending.succeed();
    } else {
      pending.fail(serverRefused(pending, response, secrets));
    }
    completed();
  }

  /** After STARTTLS: what came in clear may have come from an attacker. */
  #forget(): void {
    this.#parts.clock.clearTimeout(this.#byeTimer);
    this.#byeTimer = this.#bye = this.#lastWords = undefined;
    this.#parts.known.forget();
  }

  /** A completion whose verdict cannot be read says at least that the command is over: `A1 YES`. */
  #unreadable(response: InvalidResponse, size: number, continues: boolean): void {
    const words = this.#lastWords = wordsOf(response);
    this.#tell(response, size);
    // What goes on with the response before may be the text of a message.
    if (continues) return;
    const { known, running, secrets, completed, limits } = this.#parts;
    const [, tag = "", text = ""] = /^(\S+) ?(.*)$/s.exec(words.text) ?? [];
    if (tag === "*") {
      // `* 99999999999 FETCH (UID 7)`: what it is for is still told by its name.
      const [name] = text.split(" ", 1) as [string];
      const { raw: { bytes, literals }, error } = response;
      const raw = new Raw(bytes.slice(2 + name.length), literals);
      running.unreadable(
        { type: "UNKNOWN", number: undefined, name: name.toUpperCase(), raw, error },
        limits.maxItems,
      );
      return;
    }
    const pending = running.get(tag);
    if (pending === undefined) return;
    const { name } = pending.spec;
    running.delete(pending);
    known.completed(pending, { type: "TAGGED", tag, status: "BAD", code: undefined, text });
    const message = `${name}: the server's completion cannot be read: ${secrets.redact(text, words.cut)}`;
    pending.fail(new ProtocolError(message, { command: name }));
    completed();
  }

  /**
   * A completion that completes nothing. When DONE crosses the end of IDLE, popular servers read it as a command and answer
   * `DONE BAD`; that is news and costs nothing. A server that claims to complete what has not been sent, or speaks before TLS, lies.
   */
  #stray(response: TaggedResponse, size: number): void {
    const { running, isQueued, end } = this.#parts;
    if (isQueued(response.tag)) {
      return end(new ProtocolError("The server completed a command that was not sent"));
    }
    for (const { spec } of running) {
      if (spec === starttlsSpec) {
        return end(new ProtocolError("The server completed another command than STARTTLS"));
      }
    }
    this.#tell(response, size);
  }

  #continuation(text: string): void {
    const { running, outgoing } = this.#parts;
    // When nobody asked for it, it is passed over; some servers send one too many.
    if (!outgoing.continued()) running.inDialogue?.call.dialogue?.asked(text);
  }
}

/** RFC 9586: after ENABLE UIDONLY messages have no numbers, and rows come by UID. */
function rowOf(response: UidFetchResponse): FetchResponse {
  return { ...response, type: "FETCH", seq: 0, uid: response.number };
}

/** What of an unreadable line can be shown: 300 characters of one line. */
function wordsOf({ raw }: InvalidResponse): Words {
  const text = latin1.decode(raw.bytes.subarray(0, 300)).replace(/\p{Cc}+/gu, " ").trim();
  return { text, cut: raw.bytes.length > 300 };
}

/** Whether messages go by a response. */
function removes(response: Response): boolean {
  return response.type === "EXPUNGE" || response.type === "VANISHED" && !response.earlier;
}

/**
 * Whether a response answers the command that claims it. A row of FETCH that brings nothing but flags where more was
 * asked for is news about a message of the set.
 */
function accepts(pending: Pending, response: Response): boolean {
  if (response.type === "VANISHED") {
    // (EARLIER) answers SELECT and FETCH, and is about what went before; without it, messages go now (RFC 7162 3.2.10).
    return removes(response) === pending.spec.collects.some(({ name }) => name === "EXPUNGE");
  }
  // Dovecot under CONDSTORE gives a second row with UID and MODSEQ only.
  if (response.type !== "FETCH" || response.flags === undefined && response.modSeq === undefined) return true;
  return !pending.asksForMoreThan(unaskedItems) || holdsMore(response);
}
