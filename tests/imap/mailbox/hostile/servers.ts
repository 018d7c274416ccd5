/** What servers say that is wrong, as faults of the embedded server. */

import type { Fault } from "../../../../imap/testing/mod.ts";

type Rewrite = NonNullable<Fault["rewrite"]>;
type Response = Parameters<Rewrite>[0];

/** Lines, without line ends, before the tagged response. */
export function alsoSays(on: string, ...lines: string[]): Fault {
  return {
    on,
    rewrite: (response) =>
      response.type === "TAGGED"
        ? `${lines.map((line) => `${line}\r\n`).join("")}${response.tag} ${response.status} done\r\n`
        : response,
  };
}

/** Lines, without line ends, and OK, instead of the whole answer. */
export function saysOnly(on: string, ...lines: string[]): Fault {
  return { on, reply: `${lines.map((line) => `${line}\r\n`).join("")}%TAG% OK done\r\n` };
}

/** Another code, written with its brackets, in place of one of this name; null: the line is left out. */
export function codeInstead(on: string, name: string, code: string | null): Fault {
  return {
    on,
    rewrite: (response) => {
      const { type } = response;
      if (type !== "TAGGED" && type !== "OK" || response.code?.name !== name) return response;
      const before = type === "TAGGED" ? `${response.tag} ${response.status}` : "* OK";
      return code === null && type === "OK" ? null : `${before} ${code ?? ""} done\r\n`;
    },
  };
}

/** Changes responses of one type. */
export function changed<T extends Response["type"]>(
  on: string,
  type: T,
  change: (response: Extract<Response, { type: T }>) => ReturnType<Rewrite>,
): Fault {
  return {
    on,
    rewrite: (response) =>
      response.type === type ? change(response as Extract<Response, { type: T }>) : response,
  };
}
