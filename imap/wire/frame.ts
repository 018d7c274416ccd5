/** What a stream is cut into, and who takes the octets of literals. */

/** One response: its text, and the octets of its literals set aside. */
export interface Frame {
  /**
   * The response without its final line end. Literal octets are taken out, their marks (`{5}` CRLF, `~{5}`
   * CRLF) are left in. A view that is valid until the next frame is read.
   */
  text: Uint8Array;
  /** The octets of each literal, in order; each buffer is the caller's to keep. */
  literals: Uint8Array[];
  /** Names of the framing deviations that were tolerated. */
  quirks?: readonly FrameQuirk[] | undefined;
  /**
   * A line that goes on with the response before it, whose parenthesis or quote did not end with its line. It is no
   * response, whatever it looks like, and its literals are the text of messages.
   */
  continues?: boolean | undefined;
  /** A text that contains that of the response, all of it ASCII; left out where no text was made for several at once. */
  line?: string | undefined;
  /** Where the response begins in it. */
  lineStart?: number | undefined;
}

/**
 * `lone-lf`: a line ended without CR. `literal-plus`: a server announced a literal as only clients may.
 * `padded-literal`: a size with zeros in front of it. `nul-padding`: NUL bytes in front of a response.
 */
export type FrameQuirk = "lone-lf" | "literal-plus" | "padded-literal" | "nul-padding";

/** A response that was skipped because a limit forbade holding it. */
export interface DroppedFrame {
  /** The limit that it exceeds. */
  limit: "maxLine" | "maxLiteral" | "maxResponse" | "maxItems";
  /** How large the thing was that exceeded it; of a line, what had come of it then. */
  size: number;
  /** The first bytes of its text, enough to tell what it was. */
  head: Uint8Array;
}

/** A literal whose octets are about to come. */
export interface LiteralAnnouncement {
  /** Octets announced. */
  size: number;
  /** Position among the literals of this response. */
  index: number;
  /** Text of the response so far, the mark included; a view that is valid during the call. */
  text: Uint8Array;
  /** The octets of the literals before this one; they are not to be changed. */
  literals: readonly Uint8Array[];
}

/**
 * Takes the octets of one literal while they arrive. `write` may return a promise: nothing more is read from
 * the transport until it settles, and the chunk stays valid that long and no longer.
 */
export interface LiteralSink {
  /** Takes the next octets; with `own` they can be kept. */
  write(chunk: Uint8Array, own?: boolean): void | Promise<void>;
  /** Where the next octets can be put at once, at most so many; without it, all come by `write`. */
  space?(missing: number): Uint8Array | undefined;
  /** So many octets were put there. */
  filled?(count: number): void;
  /** All octets have come. */
  close(): void;
}
