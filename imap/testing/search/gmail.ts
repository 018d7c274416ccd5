/** What can be typed into Gmail's search box, as search keys: X-GM-RAW. */

import type { SearchKey } from "../../codec/_gen/types.ts";

/** Words of one search at most; what follows is passed over. */
const MOST_WORDS = 100;

/** The search keys that a text amounts to; a word that has an operator which is not known is searched for as text. */
export function keysOfRaw(text: string): SearchKey[] {
  const words = [...text.matchAll(/-?(?:[a-z_]+:)?(?:"[^"]*"?|[^\s"]+)/gi)].slice(0, MOST_WORDS).map((
    [word],
  ) => word);
  const keys: SearchKey[] = [];
  let or = false;
  for (const [i, word] of words.entries()) {
    if (or) {
      keys.push({ op: "OR", left: keys.pop()!, right: keyOf(word) });
      or = false;
    } else if (word === "OR" && keys.length > 0 && i + 1 < words.length) {
      or = true;
    } else if (word !== "AND") {
      keys.push(keyOf(word));
    }
  }
  return keys;
}

function keyOf(word: string): SearchKey {
  if (word.startsWith("-") && word.length > 1) return { op: "NOT", key: keyOf(word.slice(1)) };
  const colon = word.indexOf(":");
  const operator = word.slice(0, Math.max(colon, 0)).toLowerCase();
  const value = (colon === -1 ? word : word.slice(colon + 1)).replaceAll('"', "");
  switch (operator) {
    case "from":
    case "to":
    case "cc":
    case "bcc":
    case "subject":
      return { op: operator.toUpperCase() as "FROM", value };
    case "rfc822msgid":
      return { op: "HEADER", field: "Message-ID", value };
    case "label":
    case "in":
      return {
        op: "X-GM-LABELS",
        value: ["inbox", "sent", "starred"].includes(value) ? `\\${value}` : value,
      };
    case "is":
      if (value === "unread") return { op: "UNSEEN" };
      if (value === "read") return { op: "SEEN" };
      if (value === "starred") return { op: "FLAGGED" };
      break;
    case "has":
      if (value === "attachment") return { op: "TEXT", value: "content-disposition: attachment" };
      break;
    case "larger":
      return { op: "LARGER", size: octets(value) };
    case "smaller":
      return { op: "SMALLER", size: octets(value) };
    case "after":
    case "before": {
      const date = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(value);
      if (date === null) break;
      const [year, month, day] = date.slice(1).map(Number) as [number, number, number];
      return { op: operator === "after" ? "SINCE" : "BEFORE", date: { year, month, day } };
    }
    case "older_than":
    case "newer_than": {
      const age = /^(\d{1,4})([dmy])$/.exec(value);
      if (age === null) break;
      const seconds = Number(age[1]) * { d: 1, m: 30, y: 365 }[age[2] as "d"] * 86_400;
      return { op: operator === "older_than" ? "OLDER" : "YOUNGER", seconds };
    }
  }
  return { op: "TEXT", value: operator === "" ? value : word.replaceAll('"', "") };
}

function octets(text: string): number {
  const match = /^(\d{1,9})([km]?)/i.exec(text);
  const unit = { k: 1024, m: 1024 * 1024 }[match?.[2]?.toLowerCase() ?? ""] ?? 1;
  return Math.min(Number(match?.[1] ?? 0) * unit, 4_294_967_295);
}
