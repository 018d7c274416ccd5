// Why a connection failed, by the codes and names that runtimes give, each without any words.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { failureReason } from "../../../imap/transport/failure.ts";

const reasons: Record<string, string[]> = {
  dns: ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME", "DNSException", "URIError"],
  refused: ["ECONNREFUSED", "ConnectionRefused"],
  unreachable: ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "ETIMEDOUT", "EADDRNOTAVAIL"],
  lost: ["ECONNRESET", "ECONNABORTED", "EPIPE", "ConnectionReset", "BrokenPipe", "UnexpectedEof"],
  permission: ["EACCES", "EPERM", "ERR_ACCESS_DENIED", "PermissionDenied", "NotCapable"],
  unsupported: ["NotSupported"],
  "not-tls": [
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "ERR_SSL_PACKET_LENGTH_TOO_LONG",
    "ERR_SSL_HTTP_REQUEST",
  ],
  certificate: [
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "INVALID_CA",
    "HOSTNAME_MISMATCH",
  ],
};

test("a code, or the name of an error, tells the reason without any words", () => {
  for (const [reason, codes] of Object.entries(reasons)) {
    for (const code of codes) {
      assertEquals(failureReason(Object.assign(new Error(""), { code })), reason, code);
      const named = Object.assign(new Error(""), { name: code });
      assertEquals(failureReason(new Error("", { cause: named })), reason, code);
    }
  }
});

test("words tell the reason where there is no code", () => {
  const words: Record<string, string> = {
    "invalid peer certificate: Expired": "certificate",
    "no certificate store": "certificate",
    "received corrupt message of type InvalidContentType": "not-tls",
    "ssl3_get_record:WRONG_VERSION_NUMBER": "not-tls",
    "wrong version number": "not-tls",
    "corrupt message": "not-tls",
    "failed to lookup address information: Name or service not known": "dns",
    "DNS lookup failed": "dns",
    "received fatal alert: HandshakeFailure": "unsupported",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "unsupported",
    "ssl/tls alert handshake failure": "unsupported",
    "Connection refused (os error 111)": "refused",
    "Network is unreachable": "unreachable",
    "proxy request failed, cannot connect to the specified address": "unreachable",
  };
  for (const [message, reason] of Object.entries(words)) {
    assertEquals(failureReason(new Error(message)), reason, message);
  }
});
