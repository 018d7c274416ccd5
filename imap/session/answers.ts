/**
 * Which command a response answers. The commands underway are sorted by what they wait for, so that neither a response
 * nor the next command is compared with all of them: 40,000 pipelined NOOPs took 40 seconds so.
 */

import { MessageRanges } from "./message_ranges.ts";
import { mailboxKey } from "../values/mailbox_name.ts";
import type { Pending } from "./pending.ts";
import type { CollectSpec } from "../codec/spec.ts";
import type { Code, Response } from "../codec/_gen/types.ts";

/** Commands underway, by the names of the responses and codes that answer them. */
export class Answers {
  readonly #waiting = new Map<string, Waiting>();

  /** Whether the answers to a command could be taken for those of one that is underway. */
  collide(pending: Pending): boolean {
    for (const collect of pending.spec.collects) {
      if (this.#waiting.get(keyOf(collect))?.collides(pending, collect)) return true;
    }
    return false;
  }

  /** Adds a command that collides with none. */
  add(pending: Pending): void {
    for (const collect of pending.spec.collects) {
      const key = keyOf(collect);
      let waiting = this.#waiting.get(key);
      if (waiting === undefined) this.#waiting.set(key, waiting = new Waiting());
      waiting.add(pending, collect);
    }
  }

  /** Removes a command that was added. */
  delete(pending: Pending): void {
    for (const collect of pending.spec.collects) {
      const key = keyOf(collect);
      const waiting = this.#waiting.get(key);
      waiting?.delete(pending, collect);
      // The thirteen of SELECT would take 14 KiB of each connection that idles.
      if (waiting?.all.size === 0) this.#waiting.delete(key);
    }
  }

  /** The command that a response answers, by what its row of the table says. */
  claim(response: Response): Pending | undefined {
    return this.#waiting.get(response.type)?.claim(response);
  }

  /** The command that a code of an untagged response answers. */
  claimCode(code: Code): Pending | undefined {
    return first(this.#waiting.get(`[${code.name}`)?.all);
  }

  /** All commands that may have asked for responses of a name. */
  collecting(name: string): Iterable<Pending> {
    return this.#waiting.get(name)?.all ?? [];
  }
}

function keyOf({ name, code }: CollectSpec): string {
  return code ? `[${name}` : name;
}

function first<T>(all: Iterable<T> | undefined): T | undefined {
  for (const one of all ?? []) return one;
  return undefined;
}

/** The commands that wait for responses of one name. No two of them collide. */
class Waiting {
  /** In the order in which they were sent. */
  readonly all = new Set<Pending>();
  /** Those that must get exactly one. */
  readonly #one = new Set<Pending>();
  readonly #byMailbox = new Map<string, Pending>();
  readonly #byTag = new Map<string, Pending>();
  /** Filled when there is more than one: a set of thousands of ranges costs nothing while it is alone. */
  readonly #ranges = new MessageRanges<Pending>();
  readonly #inRanges = new Set<Pending>();
  /** The first of all, which most responses are for. */
  #first: Pending | undefined;

  /** How the answers of all of them are told from unsolicited ones, and from each other's. */
  #by: CollectSpec["by"];

  collides(pending: Pending, { by }: CollectSpec): boolean {
    const other = this.#first;
    if (other === undefined) return false;
    if (by === undefined || by !== this.#by) return true;
    if (by === "mailbox") return this.#byMailbox.has(mailboxKey(pending.mailbox));
    return by === "set" && this.#setCollides(pending, other);
  }

  #setCollides(pending: Pending, other: Pending): boolean {
    if (pending.spec.uid !== other.spec.uid) return true;
    // `*` is whatever number the last message has, and `$` whatever was found: such a set is alone.
    if (takesAny(pending) || takesAny(other)) return true;
    if (this.all.size === 1) return !pending.set.intersection(other.set).isEmpty;
    return pending.set.ranges.some(([start, end]) => this.#ranges.find(start, end) !== undefined);
  }

  add(pending: Pending, { by, count }: CollectSpec): void {
    if (this.all.has(pending)) return;
    this.#by = by;
    this.all.add(pending);
    this.#first ??= pending;
    if (count === "1") this.#one.add(pending);
    if (by === "mailbox") this.#byMailbox.set(mailboxKey(pending.mailbox), pending);
    if (by === "tag") this.#byTag.set(pending.tag, pending);
    if (by === "set" && this.all.size > 1) {
      if (this.#inRanges.size === 0) this.#addRanges(this.#first!);
      this.#addRanges(pending);
    }
  }

  #addRanges(pending: Pending): void {
    if (this.#inRanges.has(pending)) return;
    this.#inRanges.add(pending);
    for (const [start, end] of pending.set.ranges) this.#ranges.add(start, end, pending);
  }

  delete(pending: Pending, { by }: CollectSpec): void {
    if (!this.all.delete(pending)) return;
    if (this.#first === pending) this.#first = first(this.all);
    this.#one.delete(pending);
    if (by === "mailbox") this.#byMailbox.delete(mailboxKey(pending.mailbox));
    if (by === "tag") this.#byTag.delete(pending.tag);
    if (this.#inRanges.delete(pending)) {
      for (const [start] of pending.set.ranges) this.#ranges.remove(start);
    }
  }

  claim(response: Response): Pending | undefined {
    const claimed = this.#claim(response);
    if (claimed !== undefined) return claimed;
    // The one answer that the server must give, or the only one it can be, under a name that it spells in its own way.
    const only = this.#one.size === 1
      ? first(this.#one)
      : this.all.size === 1 && this.#by === "mailbox"
      ? this.#first
      : undefined;
    return only !== undefined && (this.#by !== "mailbox" || namesMayMean(only.mailbox, response))
      ? only
      : undefined;
  }

  #claim(response: Response): Pending | undefined {
    switch (this.#by) {
      case undefined:
        return this.#first;
      case "set":
        // UIDs that are gone answer the command that asked for the first of them.
        if (response.type === "VANISHED") {
          return response.uids.isSaved ? undefined : this.#claimNumber({ uid: response.uids.ranges[0]?.[0] });
        }
        return this.#claimNumber(response as { seq?: number; uid?: number | undefined });
      case "mailbox": {
        const { mailbox, oldName } = response as { mailbox?: string; oldName?: string | undefined };
        return (mailbox === undefined ? undefined : this.#byMailbox.get(mailboxKey(mailbox))) ??
          (oldName === undefined ? undefined : this.#byMailbox.get(mailboxKey(oldName)));
      }
      case "tag": {
        const { tag } = response as { tag?: string | undefined };
        if (tag === undefined) return this.#first;
        // The tag of no running command: that of a search which is kept up to date, or one that the server spells in its own way.
        return this.#byTag.get(tag) ?? (this.all.size === 1 && !isUpdate(response) ? this.#first : undefined);
      }
    }
  }

  #claimNumber({ seq, uid }: { seq?: number; uid?: number | undefined }): Pending | undefined {
    const only = this.#first;
    if (only === undefined) return undefined;
    const number = only.spec.uid ? uid : seq;
    if (number === undefined) return undefined;
    // `*` may be lower than the other end of its range.
    if (this.all.size === 1) return takesAny(only) || only.set.contains(number) ? only : undefined;
    return this.#ranges.find(number);
  }
}

/**
 * Whether a response may be about a mailbox although it spells the name in another way: in another case, with spaces or quotes
 * around it, with the delimiter after it, with or without the personal namespace in front of it.
 */
function namesMayMean(asked: string, response: Response): boolean {
  const { mailbox } = response as { mailbox?: string };
  if (mailbox === undefined) return true;
  const one = plainName(asked);
  const other = plainName(mailbox);
  return one === other || other.endsWith(`/${one}`) || one.endsWith(`/${other}`);
}

function plainName(name: string): string {
  return name.normalize("NFC").toLowerCase().replace(/[.\\]/g, "/").replace(/^["\s/]+|["\s/]+$/g, "");
}

/** Whether a response tells what came to the result of an earlier search, or went (RFC 5267 4.3). */
function isUpdate(response: Response): boolean {
  return response.type === "ESEARCH" && response.addTo.length + response.removeFrom.length > 0;
}

function takesAny({ set }: Pending): boolean {
  return set.isSaved || set.isOpen;
}
