/**
 * Cuts a session of more than 40 commands after each octet of the server.
 *
 *     deno task cut                      every octet
 *     deno task cut --step=7 --from=100  each seventh from there on
 */

import { Judge } from "../imap/session/cut_judge.ts";
import { cutAfter } from "../imap/session/cut_session.ts";

async function main(): Promise<number> {
  let step = 1;
  let from = 0;
  for (const arg of Deno.args.filter((each) => each !== "--")) {
    const [name, value] = arg.split("=");
    if (name === "--step") step = Number(value);
    else if (name === "--from") from = Number(value);
    else throw new Error(`unknown option ${arg}`);
  }
  let unhandled = 0;
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    unhandled++;
    console.log(`unhandled: ${event.reason}`);
  });
  const whole = await cutAfter(Infinity);
  const judge = new Judge(whole.outcomes);
  let runs = 0;
  for (let cut = from; cut <= whole.octets; cut += step, runs++) {
    await judge.run(cut);
    if (runs % 1_000 === 999) {
      console.log(`${cut} of ${whole.octets} octets, ${judge.problems.length} problems`);
    }
  }
  for (const problem of judge.problems) console.log(problem);
  console.log(
    `${runs} cuts, ${judge.ended} calls ended with an error, ${unhandled} unhandled, ${judge.problems.length} hanging or wrong`,
  );
  return judge.problems.length + unhandled > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
