/** What a request is made of, and what decides how it is written. */

import type { LiteralSource } from "./literal_input.ts";

/** A piece of a request that is one or more lines. */
export interface LineFragment {
  /** The octets, line ends included. */
  line: Uint8Array;
  /** The same as text for a log, secrets masked. */
  trace: string;
  /** The octets contain a secret. */
  secret?: true;
}

/** A piece of a request that is the octets of a literal. */
export interface LiteralFragment {
  /** The octets, or where they come from. */
  literal: Uint8Array | LiteralSource;
  /** How many there are. */
  size: number;
  /** True when the server must ask for them with `+` first. */
  sync: boolean;
  /** What a log shows of them: their number. */
  trace: string;
  /** The octets contain a secret. */
  secret?: true;
}

/** A piece of a request, sent whole before the next. */
export type Fragment = LineFragment | LiteralFragment;

/** What the session may write. */
export interface WriterOptions {
  /** The server has LITERAL+: literals need no `+` from it (RFC 7888). */
  literalPlus?: boolean;
  /** The server has LITERAL-: so it is for literals of at most 4096 octets (RFC 7888). */
  literalMinus?: boolean;
  /** Literals of more octets than this wait for the server's `+` all the same. */
  maxNonSync?: number;
  /** UTF-8 in quoted strings and mailbox names: after ENABLE of IMAP4rev2 or UTF8=ACCEPT. */
  utf8?: boolean;
  /** Mailbox names that go back as they came: the octets of a name, undefined for one that is written as any other. */
  names?: { written(name: string): Uint8Array | undefined };
  /** The server has BINARY: literals may hold NUL (RFC 3516). */
  binary?: boolean;
  /**
   * Takes over what is sent as a literal, so that the caller cannot change it. Writing again after a change of these options must get
   * the same as the first time. Left out: octets are copied.
   */
  own?: (value: unknown) => Uint8Array | LiteralSource;
  /** Write as a server does: literals are in the line, without waiting and without a plus. */
  response?: boolean;
  /** Told of each literal of a response, and where in the octets of that it belongs; one that it takes is left out of them. */
  apart?: (octets: Uint8Array, at: number) => boolean;
}
