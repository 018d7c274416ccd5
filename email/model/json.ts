// A message as plain data, for JSON.stringify.

import { NestingLimitError } from "../errors.ts";
import type { HeaderValue } from "../policy.ts";
import type { MessageDefect } from "../errors.ts";
import { MAX_TREE_DEPTH } from "./tree.ts";

interface Source<T> {
  readonly preamble: string | null;
  readonly epilogue: string | null;
  readonly defects: readonly MessageDefect[];
  getUnixfrom(): string | null;
  items(): [name: string, value: HeaderValue][];
  getPayload(): string | T[] | null;
}

interface Json {
  unixfrom: string | null;
  headers: [name: string, value: string][];
  preamble: string | null;
  payload: string | Json[] | null;
  epilogue: string | null;
  defects: string[];
}

/** See `Message.toJSON`. */
export function messageJson<T extends Source<T>>(root: T): Json {
  const top: Json[] = [];
  const open: { messages: readonly T[]; next: number; out: Json[] }[] = [{
    messages: [root],
    next: 0,
    out: top,
  }];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    if (level.next === level.messages.length) {
      open.pop();
      continue;
    }
    if (open.length > MAX_TREE_DEPTH) throw new NestingLimitError("message parts are nested too deeply");
    const message = level.messages[level.next++]!;
    const payload = message.getPayload();
    const parts: Json[] = [];
    if (Array.isArray(payload)) open.push({ messages: payload, next: 0, out: parts });
    level.out.push({
      unixfrom: message.getUnixfrom(),
      headers: message.items().map(([name, value]) => [name, String(value)]),
      preamble: message.preamble,
      payload: Array.isArray(payload) ? parts : payload,
      epilogue: message.epilogue,
      defects: message.defects.map((defect) => defect.name),
    });
  }
  return top[0]!;
}
