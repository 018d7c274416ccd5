/** How a command is carried out: what the functions in commands/ are given, and what they answer. */

import type { Reply } from "./reply.ts";
import type { Session } from "./session.ts";

/** What a command is told beside its arguments. */
export interface Call {
  /** The client's tag. */
  readonly tag: string;
  /** Its numbers are UIDs. */
  readonly uid: boolean;
}

/** Carries out a command. */
export type Handler<Request> = (session: Session, request: Request, call: Call) => Reply | Promise<Reply>;
