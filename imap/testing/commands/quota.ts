/** GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208, RFC 2087). */

import type { GetQuotaRequest, GetQuotaRootRequest, SetQuotaRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { reach } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { QUOTA_RESOURCES } from "../store/quota.ts";

/** The one quota root of an account. */
const ROOT = "";

/** RFC 9208 4.1.1. */
export function getQuota(session: Session, { root }: GetQuotaRequest): Reply {
  checkRoot(root);
  sendQuota(session);
  return { status: "OK", text: "GETQUOTA completed" };
}

/** RFC 9208 4.1.2. */
export function getQuotaRoot(session: Session, request: GetQuotaRootRequest): Reply {
  const { name } = reach(session, request.mailbox, "r");
  session.send({ type: "QUOTAROOT", mailbox: name, roots: [ROOT], other: [] });
  sendQuota(session);
  return { status: "OK", text: "GETQUOTAROOT completed" };
}

/** RFC 9208 4.1.3: the limits named take the place of all there were. */
export function setQuota(session: Session, { root, limits }: SetQuotaRequest): Reply {
  session.require("QUOTASET");
  checkRoot(root);
  for (const { name } of limits) {
    // RFC 9208 3.1: each resource has its capability. A server of RFC 2087 has none of them.
    const offered = !session.server.offersSome("QUOTA=RES-") || session.server.offers(`QUOTA=RES-${name}`);
    if (!offered || !QUOTA_RESOURCES.some((known) => known === name)) {
      throw new Refusal("NO", `${name} cannot be limited here`, plainCode("CANNOT"));
    }
  }
  const { quota } = session.account;
  quota.limits.clear();
  for (const { name, limit } of limits) quota.limits.set(name, limit);
  sendQuota(session);
  return { status: "OK", text: "SETQUOTA completed" };
}

function checkRoot(root: string): void {
  if (root !== ROOT) throw new Refusal("NO", "No such quota root", plainCode("NONEXISTENT"));
}

function sendQuota(session: Session): void {
  const { quota } = session.account;
  const resources = [...quota.limits].map(([name, limit]) => ({ name, usage: quota.usage(name), limit }));
  session.send({ type: "QUOTA", root: ROOT, resources, other: [] });
}
