/** What Node.js reports of its tests, as lines that tests/tools/node_suite.ts reads. Steps count as part of their test. */

import { placeOf } from "./places.ts";

/** The part of an event of `node:test` that is looked at. */
interface Event {
  type: string;
  data: {
    name: string;
    nesting: number;
    file?: string;
    skip?: string | boolean;
    details?: { type?: string; error?: { cause?: unknown; message?: string } };
  };
}

/** One line for each test that has ended. */
export default async function* report(source: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, nesting, file = "", skip, details } = data;
    if (nesting > 0 || details?.type === "suite") continue;
    const skipped = skip !== undefined && skip !== false;
    const outcome = skipped ? "skipped" : type === "test:pass" ? "passed" : "failed";
    const error = details?.error?.cause ?? details?.error;
    const detail = outcome !== "failed"
      ? ""
      : error instanceof Error
      ? error.stack ?? error.message
      : String(error);
    yield "@@" + JSON.stringify({ file: placeOf(name, file), name, outcome, detail }) + "\n";
  }
}
