/** The base subject of RFC 5256 2.1: what is left when marks of replies and forwards are taken off. */

/** Bytes of a subject that are looked at. */
const LONGEST = 2_000;

/**
 * The base subject.
 *
 * @param subject the field with encoded words decoded
 * @returns the text that is compared, and whether a mark of a reply or forward was taken off
 */
export function baseSubject(subject: string): { text: string; isReply: boolean } {
  let text = subject.slice(0, LONGEST).replace(/\s+/g, " ").trim();
  let isReply = false;
  for (;;) {
    const before = text;
    // subj-trailer
    for (let end = text;; text = end) {
      end = text.replace(/\(fwd\)$/i, "").trimEnd();
      if (end === text) break;
      isReply = true;
    }
    for (;;) {
      const leader = withoutLeader(text);
      if (leader === undefined) break;
      isReply ||= leader.isReply;
      text = leader.rest;
    }
    // subj-fwd-hdr "[fwd:" text "]"
    const forwarded = /^\[fwd:/i.test(text) && text.endsWith("]");
    if (forwarded) {
      text = text.slice(5, -1).trim();
      isReply = true;
    }
    if (!forwarded || text === before) return { text, isReply };
  }
}

/** Takes one `re:` or `fwd:` with the blobs before it off, or one blob if something is left. */
function withoutLeader(text: string): { rest: string; isReply: boolean } | undefined {
  let at = 0;
  for (let end = blobEnd(text, at); end !== at; end = blobEnd(text, at)) at = end;
  const word = /^(?:re|fwd?)/i.exec(text.slice(at, at + 3))?.[0];
  if (word !== undefined) {
    let after = at + word.length;
    while (text[after] === " ") after += 1;
    after = blobEnd(text, after);
    if (text[after] === ":") return { rest: text.slice(after + 1).trimStart(), isReply: true };
  }
  const blob = blobEnd(text, 0);
  const rest = text.slice(blob);
  return blob > 0 && rest !== "" ? { rest, isReply: false } : undefined;
}

/** Where a `[blob]` with the blanks after it ends; `at` when none is there. */
function blobEnd(text: string, at: number): number {
  if (text[at] !== "[") return at;
  let end = at + 1;
  while (end < text.length && text[end] !== "[" && text[end] !== "]") end += 1;
  if (text[end] !== "]") return at;
  end += 1;
  while (text[end] === " ") end += 1;
  return end;
}
