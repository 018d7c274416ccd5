/** How far a consumer of changes has come: plain JSON, to be stored with what was made of the changes. */

import type { SequenceSet } from "../../values/sequence_set.ts";
import { FlagDigests } from "./flag_digests.ts";
import { unpackUids } from "./uid_set.ts";

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
  seen: SequenceSet | undefined;
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
  const { v, mailbox, uidValidity, uidNext, modSeq, seen, flags } = cursor ?? {};
  if (v !== 1) throw new RangeError(`Not a cursor of this version: v is ${JSON.stringify(v) ?? "missing"}`);
  if (typeof mailbox !== "string" || !whole(uidValidity) || !whole(uidNext)) {
    throw new RangeError("A damaged cursor");
  }
  if (modSeq !== undefined && !/^[1-9]\d{0,18}$/.test(modSeq)) {
    throw new RangeError("A damaged cursor: modSeq");
  }
  try {
    const uids = seen === undefined ? undefined : unpackUids(seen);
    return {
      cursor,
      modSeq: modSeq === undefined ? undefined : BigInt(modSeq),
      seen: uids,
      digests: flags === undefined || uids === undefined ? undefined : FlagDigests.unpack(flags, uids),
    };
  } catch (error) {
    throw new RangeError(`A damaged cursor: ${(error as Error).message}`, { cause: error });
  }
}
