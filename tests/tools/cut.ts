/**
 * Cuts a session of more than 40 commands after each octet of the server.
 *
 *     deno task cut                      every octet; in the inside of one huge body, each 997th
 *     deno task cut --step=7 --from=100  each seventh from there on
 */

import { Judge } from "../imap/session/cut_judge.ts";
import { cutAfter } from "../imap/session/cut_session.ts";

/** How far apart cuts are where all octets are alike. */
const huge = 997;
/** Many sessions only wait, for an answer to LOGOUT mostly. */
const atOnce = 4;

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
  const [first, last] = whole.inside;
  let runs = 0;
  let cut = from;
  const some = async () => {
    while (cut <= whole.octets) {
      const at = cut;
      cut += at >= first && at < last ? huge : step;
      await judge.run(at);
      if (++runs % 1_000 === 0) {
        console.log(`${at} of ${whole.octets} octets, ${judge.problems.length} problems`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, some));
  for (const problem of judge.problems) console.log(problem);
  console.log(
    `${runs} cuts of ${whole.octets} octets and ${whole.outcomes.length} calls, ${judge.ended} calls ended with an error, ${unhandled} unhandled, ${judge.problems.length} hanging or wrong`,
  );
  return judge.problems.length + unhandled > 0 ? 1 : 0;
}

if (import.meta.main) Deno.exit(await main());
