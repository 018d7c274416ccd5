/** What the options of a server mean. */

import { checkFields } from "../codec/arguments.ts";
import type { ServerOptions } from "./options.ts";
import { kindOf } from "../base/option_names.ts";
import { defaultCapabilities } from "./protocol/capabilities.ts";
import type { Greeting, User } from "./protocol/settings.ts";
import type { SeedUser } from "./seed/seed.ts";
import type { Account } from "./store/account.ts";

/** A user with the account that was made for it. */
export function userOf(name: string, user: SeedUser, account: Account): User {
  checkFields(
    `the user ${name}`,
    user,
    {
      password: "text",
      passwordExpires: "date?",
      tokens: "object?",
      mailboxes: "object?",
      quota: "object?",
    } satisfies Record<keyof SeedUser, string>,
  );
  const { password, passwordExpires, tokens = {} } = user;
  return {
    name,
    password,
    expires: passwordExpires?.getTime() ?? Infinity,
    tokens: new Map(
      Object.entries(tokens).map(([token, expires]) => [token, expires?.getTime() ?? Infinity]),
    ),
    account,
  };
}

/** What the server says first, and who is logged in by it. */
export function greetingOf(
  greeting: { type?: Greeting["type"] | undefined; text?: string | undefined },
  user: User,
): Greeting {
  return { type: greeting.type ?? "OK", text: greeting.text ?? "Postern test server ready", user };
}

/** What the server offers. */
export function capabilitiesOf(
  options: ServerOptions,
  usual: readonly string[] = defaultCapabilities,
): string[] {
  const { capabilities = usual, rev2 = true, without = [] } = options;
  for (const name of [...capabilities, ...options.with ?? [], ...without]) {
    if (typeof name !== "string") throw new TypeError(`a capability must be text, not ${kindOf(name)}`);
  }
  const left = new Set(without.map((name) => name.toUpperCase()));
  if (!rev2) left.add("IMAP4REV2");
  const offered = [...new Set([...capabilities, ...options.with ?? []])]
    .filter((name) => !left.has(name.toUpperCase()));
  if (!offered.some((name) => /^IMAP4rev[12]$/i.test(name))) {
    throw new RangeError("A server must offer IMAP4rev1 or IMAP4rev2");
  }
  return offered;
}

/** `APPENDLIMIT=n` is the limit of all mailboxes (RFC 7889 3.1). */
export function appendLimit(capabilities: readonly string[]): number {
  const limits = capabilities.flatMap((name) => /^APPENDLIMIT=(\d{1,15})$/i.exec(name)?.[1] ?? []);
  return Math.min(...limits.map(Number));
}
