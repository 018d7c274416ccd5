/** What one connection knows: its state, what the server offers and has enabled, which mailbox is selected. */

import type { Limits } from "../base/limits.ts";
import { isAboutMailbox } from "../codec/_gen/about.ts";
import { isCode } from "../codec/codes.ts";
import type { ConnectionState, Effect } from "../codec/spec.ts";
import type { Budget } from "./budget.ts";
import type { Pending } from "./pending.ts";
import { SelectedMailbox } from "./selected_mailbox.ts";
import { mailboxKey } from "../values/mailbox_name.ts";
import { KnownNames } from "../values/known_names.ts";
import type { WriterOptions } from "../wire/fragment.ts";
import type { Code, ConditionResponse, TaggedResponse, Untagged } from "../codec/_gen/types.ts";

/** A response, and how many octets it took. */
export interface Sized {
  response: Untagged;
  size: number;
}

/** A SELECT or EXAMINE underway. */
interface Switch {
  pending: Pending;
  /** The mailbox that was selected before, whose news may still come. */
  old: SelectedMailbox | undefined;
  next: SelectedMailbox;
  /** What came before it is known whose it is. */
  deferred: Sized[];
  /** From here on everything is about the new mailbox. */
  closed: boolean;
}

/** What one connection knows. */
export class KnownState {
  /** State of the connection. */
  state: ConnectionState = "nonauth";
  /** What the server offers; undefined while it has not said. */
  capabilities: ReadonlySet<string> | undefined;
  /** What the server has said it enabled. */
  readonly enabled: Set<string> = new Set();
  /** Counts up whenever commands have to be written in another way. */
  epoch = 0;
  /** Mailbox names that must go back as they came. */
  readonly names: KnownNames = new KnownNames();
  /** The lease that decides which mailbox is selected; undefined: the client does. */
  holder: symbol | undefined;
  /** The end of the connection is wanted. */
  leaving = false;
  /** The largest message that can be appended to any mailbox, in octets, as far as the server says (RFC 7889). */
  #appendLimit = Infinity;
  /** The same of single mailboxes, as STATUS told. */
  readonly #appendLimits = new Map<string, number>();
  readonly #maxItems: number;
  readonly #maxNonSync: number;
  readonly #budget: Budget;
  #mailbox: SelectedMailbox | undefined;
  #switch: Switch | undefined;

  /**
   * @param limits How many responses are held back while the mailbox changes, which literals wait.
   * @param budget What these and the names of what is enabled may take.
   */
  constructor({ maxItems, maxNonSync }: Limits, budget: Budget) {
    this.#maxItems = maxItems;
    this.#maxNonSync = maxNonSync;
    this.#budget = budget;
  }

  /** The selected mailbox. */
  get mailbox(): SelectedMailbox | undefined {
    return this.#mailbox;
  }

  /** Whether IMAP4rev2 is in force. */
  get rev2(): boolean {
    return this.enabled.has("IMAP4REV2");
  }

  /** Whether strings and mailbox names are UTF-8: by what was enabled, not by what is offered. */
  get utf8(): boolean {
    return this.rev2 || this.enabled.has("UTF8=ACCEPT") || this.enabled.has("UTF8=ONLY");
  }

  /** What may be written at present; it holds while `epoch` stays. */
  get writerOptions(): WriterOptions {
    return {
      literalPlus: this.offers("LITERAL+"),
      // RFC 9051 section 1 and appendix A: IMAP4rev2 brings LITERAL- and BINARY.
      literalMinus: this.offers("LITERAL-") || this.rev2,
      maxNonSync: this.#maxNonSync,
      binary: this.offers("BINARY") || this.rev2,
      utf8: this.utf8,
      names: this.names,
    };
  }

  /** Whether the server offers a capability. */
  offers(capability: string): boolean {
    return this.capabilities?.has(capability) ?? false;
  }

  /** A command is about to be sent. */
  sending(pending: Pending): void {
    for (const effect of pending.spec.after.send ?? []) {
      if (effect !== "deselect") {
        this.#apply(effect);
        continue;
      }
      const old = this.#mailbox;
      const next = new SelectedMailbox(
        pending.mailbox,
        pending.spec.after.ok?.includes("read-only") ?? false,
        pending.call.owner ?? undefined,
      );
      this.#switch = { pending, old, next, deferred: [], closed: old === undefined };
      this.#mailbox = undefined;
      this.state = "auth";
    }
  }

  /**
   * Holds a response back while it is not known whether it is about the mailbox that was selected or the one that
   * will be.
   *
   * @returns True when it is held back.
   */
  defers(response: Untagged, size: number): boolean {
    const change = this.#switch;
    if (change === undefined || change.closed || !isAboutMailbox(response)) return false;
    if (change.deferred.length >= this.#maxItems) change.pending.miss("maxItems", response.type);
    else if (!this.#budget.take(size)) change.pending.miss("maxHeld", response.type);
    else change.deferred.push({ response, size });
    return true;
  }

  /**
   * RFC 9051 7.1: responses before [CLOSED] are about the mailbox that was selected, those after it about the new one.
   *
   * @returns What turned out to be news of the old mailbox.
   */
  oldMailboxClosed(): Sized[] {
    const change = this.#switch;
    if (change === undefined || change.closed) return [];
    const { old } = change;
    const deferred = this.#release(change);
    for (const { response } of deferred) {
      if (isCondition(response)) {
        if (response.code !== undefined) old?.applyCode(response.code);
      } else {
        old?.apply(response);
      }
    }
    return deferred;
  }

  /** What was held back is not held any more, and nothing else will be. */
  #release(change: Switch): Sized[] {
    const { deferred } = change;
    for (const { size } of deferred) this.#budget.give(size);
    change.deferred = [];
    change.closed = true;
    return deferred;
  }

  /**
   * What a completed SELECT or EXAMINE had held back: servers older than [CLOSED] (RFC 7162) say nothing between the two
   * mailboxes, so it is about the new one.
   */
  held(pending: Pending, ok: boolean): Sized[] {
    const change = this.#switch;
    if (change?.pending !== pending || !ok) return [];
    return this.#release(change);
  }

  /** Takes an untagged response into account. Returns false for one that says nothing in this session. */
  apply(response: Untagged): boolean {
    switch (response.type) {
      case "CAPABILITY":
        this.#learn(response.capabilities);
        break;
      case "ENABLED":
        for (const name of response.capabilities) {
          const upper = name.toUpperCase();
          if (!this.enabled.has(upper) && this.#budget.take(upper.length)) this.enabled.add(upper);
        }
        this.epoch++;
        break;
      case "EXPUNGE":
        // A program that keeps a list of the messages would remove one that is still there.
        if (this.#present?.has(response.seq) === false) return false;
        this.#present?.apply(response);
        break;
      case "STATUS":
        if (response.appendLimit !== undefined) {
          this.#learnLimit(response.mailbox, response.appendLimit ?? Infinity);
        }
        break;
      case "RECENT":
        // RFC 9051 6.3.2: IMAP4rev2 clients ignore it; Cyrus sends it all the same.
        if (this.rev2) return false;
        this.#present?.apply(response);
        break;
      default:
        this.#present?.apply(response);
    }
    return true;
  }

  /** Takes the code of an untagged response into account. */
  applyCode(code: Code): void {
    this.codeOf(code);
    this.#present?.applyCode(code);
  }

  /** Takes what a code says about the connection into account, wherever it is. */
  codeOf(code: Code | undefined): void {
    if (isCode(code, "CAPABILITY")) this.#learn(code.capabilities);
  }

  /** A command was completed. */
  completed(pending: Pending, response: TaggedResponse): void {
    const ok = response.status === "OK";
    this.codeOf(response.code);
    if (this.#switch?.pending === pending) {
      // RFC 9051 6.3.2: the new mailbox is selected, or after a failure none.
      this.#mailbox = ok ? this.#switch.next : undefined;
      this.#release(this.#switch);
      this.#switch = undefined;
    }
    for (const effect of (ok ? pending.spec.after.ok : pending.spec.after.no) ?? []) this.#apply(effect);
    if (!ok || this.#mailbox === undefined) return;
    if (response.code !== undefined) this.#mailbox.applyCode(response.code);
    if (pending.spec.flow.includes("mailbox")) this.#mailbox.validity = this.#mailbox.uidValidity;
    // RFC 9051 6.3.3: EXAMINE opens for reading, whatever the code of its OK says.
    if (pending.spec.after.ok?.includes("read-only")) this.#mailbox.readOnly = true;
  }

  /** The connection has ended. */
  end(): void {
    this.state = "logout";
    this.#mailbox = undefined;
    this.#switch = undefined;
  }

  get #present(): SelectedMailbox | undefined {
    return this.#switch?.next ?? this.#mailbox;
  }

  #learn(names: readonly string[]): void {
    // At least IMAP4rev1 or IMAP4rev2 must be named (RFC 9051 7.2.2): an empty list says nothing.
    if (names.length === 0) return;
    this.capabilities = new Set(names.map((name) => name.toUpperCase()));
    const limit = [...this.capabilities].map((name) => /^APPENDLIMIT=(\d+)$/.exec(name)?.[1]).find(Boolean);
    this.#appendLimit = limit === undefined ? Infinity : Number(limit);
    this.epoch++;
  }

  /** Forgets what may have come from an attacker in between; {@linkcode capabilities} are the command's own effect. */
  forget(): void {
    for (const mailbox of this.#appendLimits.keys()) this.#budget.give(mailbox.length);
    this.#appendLimits.clear();
    this.#appendLimit = Infinity;
    this.names.clear();
    this.epoch++;
  }

  /** The largest message that a mailbox takes, in octets, as far as the server says (RFC 7889). */
  appendLimit(mailbox: string): number {
    return this.#appendLimits.get(mailboxKey(mailbox)) ?? this.#appendLimit;
  }

  #learnLimit(mailbox: string, limit: number): void {
    const key = mailboxKey(mailbox);
    const known = this.#appendLimits.get(key);
    if (known === limit || known === undefined && !this.#budget.take(key.length)) return;
    this.#appendLimits.set(key, limit);
    this.epoch++;
  }

  #apply(effect: Effect): void {
    switch (effect) {
      case "nonauth":
        // RFC 8437 2: as after the greeting.
        for (const name of this.enabled) this.#budget.give(name.length);
        this.enabled.clear();
        this.epoch++;
        this.state = effect;
        this.#mailbox = undefined;
        break;
      case "auth":
        this.state = effect;
        this.#mailbox = undefined;
        break;
      case "selected":
        this.state = "selected";
        break;
      case "logout":
        this.state = "logout";
        this.leaving = true;
        break;
      case "forget-capabilities":
        this.capabilities = undefined;
        break;
      case "deselect":
      case "read-only":
        break;
    }
  }
}

/** Whether a response is a status response. */
export function isCondition(response: Untagged): response is ConditionResponse {
  switch (response.type) {
    case "OK":
    case "NO":
    case "BAD":
    case "BYE":
    case "PREAUTH":
      return true;
    default:
      return false;
  }
}
