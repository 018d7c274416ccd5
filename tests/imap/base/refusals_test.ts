import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { test } from "node:test";
import { AuthError, CommandError, ImapError, ThrottledError } from "../../../imap/base/errors.ts";
import { type Refusal, refusalError } from "../../../imap/base/refusals.ts";

/** Texts that servers were seen to send, shortened. */
const throttled: [refusal: Partial<Refusal>, retryAfterMs: number | undefined][] = [
  [{ status: "BAD", text: "Request is throttled. Suggested Backoff Time: 299961 milliseconds" }, 299_961],
  [{ status: "NO", text: "Request is throttled. Suggested Backoff Time: 12 seconds" }, 12_000],
  [{ status: "NO", text: "Request is throttled. Suggested Backoff Time: soon" }, undefined],
  [
    { status: "NO", text: "Request is throttled. Suggested Backoff Time: 99999999999 milliseconds" },
    86_400_000,
  ],
  [{ status: "NO", text: "Request is throttled. Suggested Backoff Time: -5 milliseconds" }, undefined],
  [{
    status: "NO",
    code: { name: "UNAVAILABLE" },
    text: "Maximum number of connections from user+IP exceeded",
  }, undefined],
  [{ status: "BYE", text: "Too many simultaneous connections. (Failure)" }, undefined],
  [{ status: "NO", code: { name: "THROTTLED" }, text: "" }, undefined],
  [{ status: "NO", code: { name: "LIMIT" }, text: "Rate limit hit" }, undefined],
  [{ status: "NO", code: { name: "INUSE" }, text: "Mailbox in use" }, undefined],
  [{
    status: "NO",
    login: true,
    code: { name: "UNAVAILABLE" },
    text: "LOGIN failed, authentication service down",
  }, undefined],
];

test("a temporary limit is a ThrottledError for every command, with the wait that the server names", () => {
  for (const [given, retryAfterMs] of throttled) {
    const error = refusalError({ command: "FETCH", status: "NO", code: undefined, text: "", ...given });
    assertEquals(error.constructor, ThrottledError, given.text);
    assertEquals(error.retryAfterMs, retryAfterMs, given.text);
    assert(error.retryable);
    assertEquals(error.status, given.status);
  }
});

const logins: [refusal: Partial<Refusal>, kind: string][] = [
  [{ code: { name: "AUTHENTICATIONFAILED" }, text: "Invalid credentials (Failure)" }, "credentials"],
  [{ text: "LOGIN failed." }, "credentials"],
  [{ text: "authentication failure" }, "credentials"],
  [{ text: "AUTHENTICATE failed.", challenge: { status: "400", schemes: "Bearer" } }, "token"],
  [{ text: "authentication failed", challenge: { status: "invalid_token" } }, "token"],
  [{ text: "no", challenge: { status: "insufficient_scope", scope: "mail" } }, "scope"],
  [
    { code: { name: "ALERT" }, text: "Application-specific password required: see the help page" },
    "app-password",
  ],
  [{ code: { name: "WEBALERT" }, text: "Web login required." }, "web-login"],
  [{ code: { name: "ALERT" }, text: "Please log in via your web browser (Failure)" }, "web-login"],
  [{ text: "Your account is not enabled for IMAP use." }, "disabled"],
  [{ status: "BAD", text: "User is authenticated but not connected." }, "mailbox"],
  [{ code: { name: "AUTHORIZATIONFAILED" }, text: "cannot act for bob" }, "mailbox"],
  [{ text: "no" }, "other"],
  [{ code: { name: "constructor" }, text: "no" }, "other"],
];

test("a refused login tells why, as far as the server's words go", () => {
  for (const [given, kind] of logins) {
    const error = refusalError({
      command: "LOGIN",
      status: "NO",
      code: undefined,
      text: "",
      login: true,
      ...given,
    }) as AuthError;
    assertEquals(error.constructor, AuthError, given.text);
    assertEquals(error.kind, kind, given.text);
    assertEquals(error.retryable, false);
    assertEquals(error.challenge, given.challenge);
  }
});

test("other commands fail as what they are, but for what Exchange says late about a login", () => {
  const refuse = (text: string) => refusalError({ command: "SELECT", status: "BAD", code: undefined, text });
  assertInstanceOf(refuse("User is authenticated but not connected."), AuthError);
  assertInstanceOf(refuse("Session invalidated - AccessTokenExpired"), AuthError);
  const plain = refuse("Invalid credentials for this mailbox");
  assertInstanceOf(plain, CommandError);
  assert(!(plain instanceof AuthError));
  assert(plain instanceof ImapError);
});

test("a text of megabytes is looked at once and not whole", () => {
  const error = refusalError({
    command: "NOOP",
    status: "NO",
    code: undefined,
    text: "x".repeat(5_000_000) + "is throttled",
  });
  assertInstanceOf(error, CommandError);
});
