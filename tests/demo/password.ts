/** A password without showing it, and without a trace in the shell's history. */

import process from "node:process";

/** There is neither a password nor a terminal to ask at. */
export class NoPassword extends Error {}

/** The password from POSTERN_PASSWORD, else from a prompt that echoes nothing. */
export async function askPassword(question: string): Promise<string> {
  const given = process.env.POSTERN_PASSWORD;
  if (given !== undefined) return given;
  const { stdin, stdout } = process;
  if (!stdin.isTTY) throw new NoPassword("set POSTERN_PASSWORD, or run this in a terminal to be asked");
  stdout.write(question);
  stdin.setRawMode(true);
  let password = "";
  try {
    for await (const chunk of stdin) {
      for (const character of new TextDecoder().decode(chunk as Uint8Array)) {
        if (character === "\r" || character === "\n" || character === "\x04") return password;
        if (character === "\x03") throw new Error("Interrupted");
        password = character === "\x7f" ? password.slice(0, -1) : password + character;
      }
    }
    return password;
  } finally {
    stdin.setRawMode(false);
    stdout.write("\n");
  }
}
