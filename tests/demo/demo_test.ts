import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch } from "@std/assert";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** Runs the demo under the runtime at hand. */
function demo(
  args: string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = "Deno" in globalThis ? ["run", "-A", main] : [main];
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...command, ...args],
      { env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

test("the demo shows everything that it should", { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await demo();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  for (
    const line of [
      /^Connected and logged in as sam; the protocol is IMAP4rev2\.$/m,
      /^Selected INBOX: 6 messages;/m,
      /^Searched for unread messages since 17 November: UIDs 2:6\.$/m,
      /^ {2}\u25cf {2}Zo\u00eb M\u00fcller-\u00c1vila .*Rechnung f\u00fcr Sam\.pdf/m,
      /^ {2}\u25cf {2}\u7530\u4e2d \u967d\u5b50 .*\u6765\u9031\u306e\u6253\u3061\u5408\u308f\u305b\u306b\u3064\u3044\u3066/m,
      /^ {2}\u25cf {2}Fran\u00e7ois Lef\u00e8vre .*Les cl\u00e9s de l'atelier/m,
      /Storm warning\.eml/,
      /^ {2}\u7530\u4e2d\u3067\u3059\u3002$/m,
      /INBOX now has 7 messages/,
      /Re: Lunch on Thursday\? \u2713/,
      /^Logged out\.$/m,
    ]
  ) {
    assertMatch(stdout, line);
  }
});

test(
  "the demo explains its options, and what did not work, without a stack trace",
  { timeout: 60_000 },
  async () => {
    const usage = await demo(["--host", "imap.example.org"]);
    assertEquals(usage.code, 2);
    assertMatch(usage.stderr, /^Usage: demo \[--imaplib\] \[--host HOST --user USER/);
    const nobody = await demo(["--host", "127.0.0.1", "--port", "1", "--user", "sam"], {
      ...process.env,
      POSTERN_PASSWORD: "secret",
    });
    assertEquals(nobody.code, 1);
    assertMatch(nobody.stderr, /^That did not work: .*\n$/);
    const port = await demo(["--host", "127.0.0.1", "--user", "sam", "--port", "imaps"]);
    assertEquals(port, {
      code: 2,
      stdout: "",
      stderr: '--port must be a number from 1 to 65535, not "imaps"\n',
    });
    const { POSTERN_PASSWORD: _, ...rest } = process.env;
    const silent = await demo(["--host", "127.0.0.1", "--user", "sam"], rest);
    assertEquals(silent.code, 1);
    assertMatch(silent.stderr, /^That did not work: set POSTERN_PASSWORD, .*\n$/);
  },
);

test("the demo tells its story through imaplib", { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await demo(["--imaplib"]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  for (
    const line of [
      /^PROTOCOL_VERSION = IMAP4REV1$/m,
      /^M\.select\("INBOX", true\): 6 messages, UIDVALIDITY \d+$/m,
      /^M\.search\(null, "UNSEEN"\): 2 3 4 5 6$/m,
      /^M\.store\("1", "\+FLAGS", "\\\\Deleted"\): .*\\Deleted/m,
      /^M\.expunge\(\): 1$/m,
      /^M\.logout\(\): BYE$/m,
    ]
  ) {
    assertMatch(stdout, line);
  }
});
