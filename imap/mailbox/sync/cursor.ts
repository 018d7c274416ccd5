/** How far a consumer of changes has come: plain JSON, to be stored with what was made of the changes. */

import { kindOf } from "../../base/option_names.ts";
import { FlagDigests } from "./flag_digests.ts";
import { type SeenUids, unpackSeen } from "./uid_set.ts";

/**
 * How far a consumer has come in a mailbox. Store it as JSON, and give it back to go on from there. What is in it depends on what the
 * server can do: with QRESYNC (RFC 7162) some hundred octets; otherwise the UIDs that were there too, and where there are no
 * modification sequences numbers that tell changed flags.
 */
export interface Cursor {
  /** Version of this form. */
  v: 1;
  /** Name of the mailbox. */
  mailbox: string;
  /** Identifier of the mailbox that outlives its name, where the server has one (RFC 8474). */
  mailboxId?: string;
  /** UIDVALIDITY. */
  uidValidity: number;
  /** Every message with a lower UID was told. */
  uidNext: number;
  /** Modification sequence up to which changes were told, in digits. */
  modSeq?: string;
  /** How many of the messages with a lower UID were there, where `seen` does not tell. */
  messages?: number;
  /** UIDs that were there; without QRESYNC. */
  seen?: string;
  /** What tells changed flags; without modification sequences. */
  flags?: string;
  /** When flags were looked at last, in milliseconds since 1970; without modification sequences. */
  flagsAt?: number;
}

/** A cursor that was read. */
export interface Known {
  cursor: Cursor;
  modSeq: bigint | undefined;
  seen: SeenUids | undefined;
  /** How many messages there were, new ones that were not told left out; undefined where the cursor does not tell. */
  count: number | undefined;
  digests: FlagDigests | undefined;
}

/**
 * Reads a cursor.
 *
 * @throws {RangeError} When it is not one: a damaged cursor must not be taken for none, which would tell everything again.
 */
export function readCursor(cursor: Cursor): Known {
  const whole = (value: unknown) =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= 2 ** 32;
  if (typeof cursor !== "object" || cursor === null) {
    throw new RangeError(
      `A cursor is the object that JSON.parse makes of the stored text, not ${kindOf(cursor)}`,
    );
  }
  const { v, mailbox, uidValidity, uidNext, modSeq, messages, seen, flags } = cursor;
  if (v !== 1) {
    throw new RangeError(`Not a cursor of this version: v is ${typeof v === "number" ? v : kindOf(v)}`);
  }
  if (typeof mailbox !== "string" || !whole(uidValidity) || !whole(uidNext)) {
    throw new RangeError("A damaged cursor");
  }
  if (modSeq !== undefined && !(typeof modSeq === "string" && /^[1-9]\d{0,18}$/.test(modSeq))) {
    throw new RangeError("A damaged cursor: modSeq");
  }
  if (messages !== undefined && !(Number.isInteger(messages) && messages >= 0)) {
    throw new RangeError("A damaged cursor: messages");
  }
  try {
    const there = seen === undefined ? undefined : unpackSeen(seen, uidNext - 1);
    return {
      cursor,
      modSeq: modSeq === undefined ? undefined : BigInt(modSeq),
      seen: there,
      count: messages ?? there?.uids.count,
      digests: flags === undefined || there === undefined ? undefined : FlagDigests.unpack(flags, there.uids),
    };
  } catch (error) {
    throw new RangeError(`A damaged cursor: ${(error as Error).message}`, { cause: error });
  }
}
