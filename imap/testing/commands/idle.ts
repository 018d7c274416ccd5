/** IDLE (RFC 9051 6.3.13, RFC 2177). */

import type { Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** RFC 9051 6.3.13: news goes out at once, until the client says DONE. */
export async function idle(session: Session): Promise<Reply> {
  session.send({ type: "CONTINUATION", code: undefined, text: "idling" });
  await session.output.flush();
  const line = session.stream.readLine();
  const ended = line.then(() => "ended" as const, () => "ended" as const);
  for (;;) {
    const news = new Promise<"news">((resolve) => {
      if (session.view !== undefined) session.view.onChange = () => resolve("news");
      session.onNews = () => resolve("news");
      if (session.view?.hasNews || session.hasNews) resolve("news");
    });
    if (await Promise.race([ended, news]) === "ended") break;
    session.announce({ expunge: true });
    session.tellNews();
    await session.output.flush();
  }
  if (session.view !== undefined) session.view.onChange = undefined;
  session.onNews = undefined;
  const { kind, bytes } = await line;
  session.log.command(bytes);
  if (kind === "line" && new TextDecoder().decode(bytes).toUpperCase() === "DONE") {
    return { status: "OK", text: "IDLE terminated" };
  }
  return { status: "BAD", text: "Expected DONE" };
}
