"""Writes the messages in messages/, octet by octet. Each name says what the message shows.

    python3 make_messages.py

Text below is written with LF; a name that ends in _crlf is written with CRLF as well as or in place of LF, see `add`.
"""

import base64
import os
import quopri

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "messages")
MESSAGES = {}

HEAD = """From: Jane Doe <jane@example.org>
To: Joe Bloggs <joe@example.net>
Subject: %s
Date: Sat, 21 Nov 2026 09:30:00 +0100
Message-ID: <%s@example.org>
"""


def add(name, data, crlf=False):
    """One message. Text is encoded as UTF-8. With crlf there is a second file with CRLF line ends."""
    if isinstance(data, str):
        data = data.encode("utf-8")
    assert name not in MESSAGES, name
    MESSAGES[name] = data
    if crlf:
        MESSAGES[name + "_crlf"] = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def head(name, extra="", subject=None):
    return HEAD % (subject or name.replace("_", " "), name) + extra + "\n"


def simple(name, extra, body, crlf=False, subject=None):
    top = head(name, extra, subject).encode("utf-8")
    add(name, top + (body if isinstance(body, bytes) else body.encode("utf-8")), crlf)


def multi(name, subtype, parts, params="", preamble="", epilogue="", end=True, crlf=False, boundary="=_b", extra=""):
    """A multipart message; parts are the whole texts of the parts."""
    sep = ("--%s\n" % boundary).encode()
    out = head(name, 'MIME-Version: 1.0\nContent-Type: multipart/%s; boundary="%s"%s\n%s' % (subtype, boundary, params, extra)).encode()
    out += preamble.encode() if isinstance(preamble, str) else preamble
    for part in parts:
        out += sep + (part.encode("utf-8") if isinstance(part, str) else part) + b"\n"
    if end:
        out += ("--%s--\n" % boundary).encode()
    add(name, out + epilogue.encode(), crlf)


def text_part(body, subtype="plain", params="", extra=""):
    return "Content-Type: text/%s%s\n%s\n%s" % (subtype, params, extra, body)


def attachment(filename, body, ctype="application/octet-stream", cte="base64", disposition="attachment"):
    if cte == "base64":
        body = base64.encodebytes(body).decode().rstrip("\n")
    return 'Content-Type: %s\nContent-Transfer-Encoding: %s\nContent-Disposition: %s; filename="%s"\n\n%s' % (ctype, cte, disposition, filename, body)


# ------------------------------------------------------------- structures

simple("plain_text", "", "Hello Joe,\n\nsee you on Monday.\n", crlf=True)
simple("plain_text_with_mime_headers", "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n", "Hello.\n")
simple("plain_text_format_flowed", "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n", "A long line that was \nwrapped by the sender \nstays one paragraph.\n-- \nJane\n")
simple("plain_text_without_final_newline", "", "no line end here")
simple("html_only", "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n", "<html><body><p>Gr\u00fc\u00dfe &amp; more</p></body></html>\n")
ALTERNATIVE = [text_part("Hello in text.\n", params="; charset=utf-8"), text_part("<p>Hello in HTML.</p>\n", "html", "; charset=utf-8")]
multi("alternative_text_and_html", "alternative", ALTERNATIVE, crlf=True)
multi("mixed_text_and_attachment", "mixed", [text_part("See the attachment.\n"), attachment("report.pdf", b"%PDF-1.4 not really\n" * 5, "application/pdf")], crlf=True)
multi("mixed_with_preamble_and_epilogue", "mixed", [text_part("one\n"), text_part("two\n")], preamble="This is a message of several parts.\nOld readers see this.\n", epilogue="This comes after the end.\n", crlf=True)
multi("mixed_with_empty_preamble_line", "mixed", [text_part("one\n")], preamble="\n")
multi("mixed_with_two_empty_preamble_lines", "mixed", [text_part("one\n")], preamble="\n\n")
multi("mixed_with_blank_line_epilogue", "mixed", [text_part("one\n")], epilogue="\n")
multi("mixed_with_epilogue_without_newline", "mixed", [text_part("one\n")], epilogue="the end")
RELATED = 'Content-Type: multipart/related; boundary="=_r"; type="text/html"; start="<root@example.org>"\n\n--=_r\nContent-Type: text/html; charset=us-ascii\nContent-ID: <root@example.org>\n\n<img src="cid:pixel@example.org">\n\n--=_r\nContent-Type: image/gif; name="pixel.gif"\nContent-Transfer-Encoding: base64\nContent-ID: <pixel@example.org>\nContent-Disposition: inline; filename="pixel.gif"\n\nR0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=\n\n--=_r--\n'
ALT_PART = 'Content-Type: multipart/alternative; boundary="=_a"\n\n--=_a\nContent-Type: text/plain\n\ntext form\n\n--=_a\n' + RELATED + "\n--=_a--\n"
multi("related_inside_alternative_inside_mixed", "mixed", [ALT_PART, attachment("a.bin", bytes(range(256)))], crlf=True)
multi("alternative_with_calendar", "alternative", [text_part("You are invited.\n"), "Content-Type: text/calendar; charset=utf-8; method=REQUEST\nContent-Transfer-Encoding: 7bit\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@example.org\nSUMMARY:Lunch\nEND:VEVENT\nEND:VCALENDAR\n"])
multi("mixed_of_one_part", "mixed", [text_part("alone\n")])
multi("mixed_of_no_parts", "mixed", [])
multi("mixed_of_empty_parts", "mixed", ["", "\n", "Content-Type: text/plain\n"])
multi("mixed_parts_without_headers", "mixed", ["\nfirst, default type\n", "\nsecond\n"])
multi("mixed_of_sixty_parts", "mixed", [text_part("part %d\n" % i) for i in range(60)])
multi("form_data_like_a_browser_sends", "form-data", ['Content-Disposition: form-data; name="field"\n\nvalue', 'Content-Disposition: form-data; name="upload"; filename="C:\\dir\\x.txt"\nContent-Type: text/plain\n\nfile\n'])
multi("parallel_unknown_multipart_subtype", "x-new-thing", [text_part("one\n"), text_part("two\n")])
multi("attachment_of_every_common_type", "mixed", [attachment("x." + s.split("/")[1][:4], b"data of " + s.encode(), s) for s in ("image/png", "image/jpeg", "audio/mpeg", "video/mp4", "application/zip", "application/json", "text/csv", "model/mesh", "font/woff2")])
multi("inline_attachments_between_texts", "mixed", [text_part("above\n"), attachment("pic.png", b"\x89PNG\r\n\x1a\n", "image/png", disposition="inline"), text_part("below\n")])
multi("attachment_whose_content_is_text", "mixed", [text_part("see file\n"), attachment("notes.txt", "plain lines\nof a file\n", "text/plain; charset=us-ascii", "7bit")])

# ---------------------------------------------------------------- nesting

INNER = HEAD % ("inner message", "inner") + "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nInner text \u00e9.\n"
multi("forwarded_message_rfc822", "mixed", [text_part("Forwarded:\n"), "Content-Type: message/rfc822\nContent-Disposition: attachment; filename=\"inner.eml\"\n\n" + INNER], crlf=True)
simple("rfc822_at_the_top", "MIME-Version: 1.0\nContent-Type: message/rfc822\n", INNER)
simple("rfc822_in_rfc822_in_rfc822", "MIME-Version: 1.0\nContent-Type: message/rfc822\n", "Subject: second\nContent-Type: message/rfc822\n\nSubject: third\n\ninnermost\n")
simple("rfc822_base64_encoded", "MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", base64.encodebytes(INNER.encode()).decode())
simple("rfc822_of_nothing", "MIME-Version: 1.0\nContent-Type: message/rfc822\n", "")
simple("message_global_with_utf8_headers", "MIME-Version: 1.0\nContent-Type: message/global\n", "From: J\u00f6rg <j\u00f6rg@example.org>\nSubject: Gr\u00fc\u00dfe\n\ntext\n")
simple("message_news", "MIME-Version: 1.0\nContent-Type: message/news\n", "Newsgroups: misc.test\nSubject: news\n\narticle\n")
simple("message_unknown_subtype", "MIME-Version: 1.0\nContent-Type: message/x-unknown\n", "Subject: still parsed\n\nbody\n")
simple("rfc822_with_multipart_inside", "MIME-Version: 1.0\nContent-Type: message/rfc822\n", 'Subject: multi\nContent-Type: multipart/mixed; boundary="in"\n\n--in\n\none\n--in\n\ntwo\n--in--\n')


def nested(depth, close=True):
    out = ""
    for i in range(depth):
        out += 'Content-Type: multipart/mixed; boundary="level%d"\n\n--level%d\n' % (i, i)
    out += "Content-Type: text/plain\n\ndeep down\n"
    if close:
        for i in reversed(range(depth)):
            out += "--level%d--\n" % i
    return out


add("nested_multiparts_10_deep", "Subject: nested\n" + nested(10))
add("nested_multiparts_60_deep", "Subject: nested\n" + nested(60))
add("nested_multiparts_10_deep_never_closed", "Subject: nested\n" + nested(10, close=False))
add("nested_rfc822_30_deep", "Content-Type: message/rfc822\n\n" * 30 + "Subject: bottom\n\ntext\n")
add("nested_multiparts_with_one_boundary", 'Content-Type: multipart/mixed; boundary="same"\n\n--same\nContent-Type: multipart/mixed; boundary="same"\n\n--same\n\ninner?\n--same--\nafter\n--same--\n')
add("nested_boundary_is_prefix_of_outer", 'Content-Type: multipart/mixed; boundary="outer-long"\n\n--outer-long\nContent-Type: multipart/mixed; boundary="outer"\n\n--outer\n\none\n--outer--\n--outer-long\n\ntwo\n--outer-long--\n')
add("nested_outer_boundary_is_prefix_of_inner", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/mixed; boundary="b2"\n\n--b2\n\none\n--b2--\n--b\n\ntwo\n--b--\n')
add("nested_outer_boundary_ends_inner_part", 'Content-Type: multipart/mixed; boundary="out"\n\n--out\nContent-Type: multipart/alternative; boundary="in"\n\n--in\n\none\n--out\n\ntwo\n--out--\n')
add("nested_outer_closing_boundary_ends_inner", 'Content-Type: multipart/mixed; boundary="out"\n\n--out\nContent-Type: multipart/alternative; boundary="in"\n\n--in\n\none\n--out--\nepilogue\n')

# ----------------------------------------------------- signed, encrypted

SIG = "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEEmadeUpForThisTestOnly\n=abcd\n-----END PGP SIGNATURE-----\n"
multi("signed_pgp", "signed", ["Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nSigned=20text=\n goes on.\n", 'Content-Type: application/pgp-signature; name="signature.asc"\n\n' + SIG], '; micalg=pgp-sha256;\n protocol="application/pgp-signature"', crlf=True)
multi("signed_smime", "signed", ["Content-Type: text/plain\n\nsigned\n", 'Content-Type: application/pkcs7-signature; name="smime.p7s"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="smime.p7s"\n\nMIIB\n'], '; protocol="application/pkcs7-signature"; micalg=sha-256')
multi("signed_with_long_folded_headers_inside", "signed", ["Content-Type: text/plain;\n\tcharset=us-ascii;\n   x-unusual-folding=yes\nX-Long: " + "word " * 30 + "\nX-Trailing: blanks  \n\nsigned\n", "Content-Type: application/pgp-signature\n\n" + SIG], "; protocol=x")
multi("signed_multipart_inside", "signed", [ALT_PART, "Content-Type: application/pgp-signature\n\n" + SIG], "; protocol=x")
multi("encrypted_pgp", "encrypted", ["Content-Type: application/pgp-encrypted\n\nVersion: 1\n", 'Content-Type: application/octet-stream; name="encrypted.asc"\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMAmade\n-----END PGP MESSAGE-----\n'], '; protocol="application/pgp-encrypted"')
simple("smime_enveloped", 'MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="smime.p7m"\n', "MIIBHgYJKoZIhvcNAQcDoIIBDzCCAQsCAQAxgcAwgb0CAQAwJjASMRAwDgYDVQQDEwdD\n")
simple("dkim_signature_header", "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=sel;\n h=from:to:subject:date;\n bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=;\n b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSb\n av0000000000000000000000000000000000\nAuthentication-Results: mx.example.net; dkim=pass header.d=example.org\n", "signed by the server\n")

# -------------------------------------------------------- reports, digests

STATUS = "Reporting-MTA: dns; mx.example.net\nArrival-Date: Sat, 21 Nov 2026 09:30:05 +0100\n\nFinal-Recipient: rfc822; nobody@example.net\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <nobody@example.net>: unknown\n\nFinal-Recipient: rfc822; other@example.net\nAction: delayed\nStatus: 4.4.7\n"
multi("report_delivery_status", "report", [text_part("Your message was not delivered.\n"), "Content-Type: message/delivery-status\n\n" + STATUS, "Content-Type: message/rfc822\n\n" + INNER], "; report-type=delivery-status", crlf=True)
multi("report_delivery_status_headers_only", "report", [text_part("Failed.\n"), "Content-Type: message/delivery-status\n\n" + STATUS, "Content-Type: text/rfc822-headers\n\nSubject: what was sent\nFrom: jane@example.org\n"], "; report-type=delivery-status")
multi("report_disposition_notification", "report", [text_part("Read.\n"), "Content-Type: message/disposition-notification\n\nReporting-UA: example.net; Reader 1.0\nFinal-Recipient: rfc822;joe@example.net\nOriginal-Message-ID: <x@example.org>\nDisposition: manual-action/MDN-sent-manually; displayed\n"], "; report-type=disposition-notification")
multi("report_feedback_abuse", "report", [text_part("An abuse report.\n"), "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n", "Content-Type: message/rfc822\n\n" + INNER], "; report-type=feedback-report")
simple("delivery_status_at_the_top", "MIME-Version: 1.0\nContent-Type: message/delivery-status\n", STATUS)
simple("delivery_status_many_blank_lines", "MIME-Version: 1.0\nContent-Type: message/delivery-status\n", "A: 1\n\n\n\nB: 2\n\n\n")
simple("delivery_status_of_nothing", "MIME-Version: 1.0\nContent-Type: message/delivery-status\n", "")
simple("delivery_status_with_text_between", "MIME-Version: 1.0\nContent-Type: message/delivery-status\n", "A: 1\nnot a header\n\nB: 2\n")
simple("delivery_status_one_block_no_newline", "MIME-Version: 1.0\nContent-Type: message/delivery-status\n", "A: 1")
multi("digest_of_messages", "digest", ["\nSubject: first\nFrom: a@example.org\n\none\n", "Content-Type: message/rfc822\n\nSubject: second\n\ntwo\n", "Content-Type: text/plain\n\nnot a message\n"], crlf=True)
multi("digest_inside_mixed", "mixed", [text_part("Today:\n"), 'Content-Type: multipart/digest; boundary="d"\n\n--d\n\nSubject: first\n\none\n--d\n\nSubject: second\n\ntwo\n--d--\n', text_part("footer\n")])
simple("partial_first", 'MIME-Version: 1.0\nContent-Type: message/partial; id="abc@example.org"; number=1; total=2\n', "Subject: whole message\nContent-Type: text/plain\n\nfirst half\n")
simple("partial_second", 'MIME-Version: 1.0\nContent-Type: message/partial; id="abc@example.org"; number=2; total=2\n', "second half, without headers\n")
simple("external_body", 'MIME-Version: 1.0\nContent-Type: message/external-body; access-type=URL;\n URL="https://example.org/big.zip"\n', "Content-Type: application/zip\nContent-ID: <big@example.org>\n\n")

# -------------------------------------------------- mbox and envelope lines

add("mbox_from_line_first", "From jane@example.org Sat Nov 21 09:30:00 2026\n" + head("mbox") + "text\n", crlf=True)
add("mbox_from_line_with_escaped_body", "From jane@example.org Sat Nov 21 09:30:00 2026\n" + head("mbox") + ">From here on\nFrom the top\n From inside\n>>From twice\n")
add("mbox_from_line_in_the_middle", "Subject: a\nFrom jane@example.org Sat Nov 21 09:30:00 2026\nTo: b\n\ntext\n")
add("mbox_from_line_last_header", "Subject: a\nFrom jane@example.org Sat Nov 21 09:30:00 2026\n\ntext\n")
add("mbox_from_line_last_without_body", "Subject: a\nFrom jane\n")
add("mbox_from_line_quoted", ">From jane@example.org Sat Nov 21 09:30:00 2026\nSubject: a\n\ntext\n")
add("mbox_from_line_only", "From jane@example.org Sat Nov 21 09:30:00 2026\n")
add("mbox_two_messages_in_one_file", "From a Sat Nov 21 09:30:00 2026\nSubject: one\n\nfirst\n\nFrom b Sat Nov 21 09:31:00 2026\nSubject: two\n\nsecond\n")
multi("mbox_from_lines_in_every_part", "mixed", [text_part("From one\n>From two\n"), text_part("From three\nfrom four\nFROM five\n"), "\nFrom six"], preamble="From the preamble\n", epilogue="From the epilogue\n")
add("maildir_message_with_status_headers", "Return-Path: <jane@example.org>\nDelivered-To: joe@example.net\nStatus: RO\nX-Status: A\n" + head("maildir") + "text\n")

# ---------------------------------------------------------------- line ends

add("eol_mixed_lf_and_crlf", b"Subject: mixed\r\nX-A: 1\nX-B: 2\r\n folded\n\ttwice\r\n\r\nline one\r\nline two\nline three\r\n")
add("eol_bare_cr_everywhere", b"Subject: cr\rX-A: 1\r\rline one\rline two\r")
add("eol_bare_cr_in_header_value", b"Subject: one\rtwo\nX-A: 1\n\nbody\n")
add("eol_bare_cr_in_body", b"Subject: a\r\n\r\none\rtwo\r\nthree\n\rfour\r\r\n")
add("eol_crcrlf", b"Subject: a\r\r\nTo: b\r\r\n\r\r\nbody\r\r\n")
add("eol_cr_at_end", b"Subject: a\n\nbody\r")
add("eol_header_ends_with_cr_at_end", b"Subject: a\r")
add("eol_other_unicode_line_ends", "Subject: a\x0bb\x0cc\x1cd\x1de\x1ef\u0085g\u2028h\n\nx\x0by\x0cz\u2028w\n")
add("eol_multipart_crlf_with_lf_boundary", b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\n\nlf part\n--b\r\n\r\ncrlf part\r\n--b--\n')
add("eol_multipart_with_bare_cr", b'Content-Type: multipart/mixed; boundary="b"\r\r--b\r\rone\r--b\r\rtwo\r--b--\r')
add("eol_blank_line_of_spaces_after_headers", "Subject: a\n \n\nbody\n")
add("eol_only_blank_lines", "\n\n\n\n")
add("eol_crlf_only", b"\r\n")
add("eol_trailing_blanks_everywhere", "Subject: a  \nX-Folded: one \n two\t\n\t\nTo: b\n\nbody  \n \nend\t\n")

# ---------------------------------------------------------------- emptiness

add("empty_file", "")
add("empty_header_block", "\nbody only\n")
add("empty_body", "Subject: nothing follows\n\n")
add("empty_body_and_no_blank_line", "Subject: nothing follows\n")
add("empty_header_value", "Subject:\nTo: \nX-Blank:   \n\nbody\n")
add("empty_header_value_then_folded", "Subject:\n continued\nTo:\t\n\tthere\n\nbody\n")
add("empty_header_names", ": value\nSubject: a\n\nbody\n")
add("one_character", "x")
add("one_colon", ":")
add("one_newline", "\n")
add("one_nul", b"\x00")

# ------------------------------------------------------------------ defects

add("defect_first_line_is_continuation", " continued from nowhere\nSubject: a\n\nbody\n")
add("defect_first_lines_are_continuations", "\tone\n two\nSubject: a\n\nbody\n")
add("defect_header_without_colon", "Subject: a\nthis is no header\nTo: b\n\nbody\n")
add("defect_header_with_space_before_colon", "Subject : a\nTo: b\n\nbody\n")
add("defect_header_name_with_8_bit", b"Subject: a\nX-\xe9: b\nTo: c\n\nbody\n")
add("defect_header_name_with_blank", "Subject: a\nX Y: b\n\nbody\n")
add("defect_header_name_with_control", b"Subject: a\nX\x01Y: b\n\nbody\n")
add("defect_header_name_with_delete", b"Subject: a\nX\x7fY: b\n\nbody\n")
add("defect_header_only_colon", "Subject: a\n: b\nTo: c\n\nbody\n")
add("defect_no_blank_line_before_body", "Subject: a\nHello Joe,\n\nthe body began above.\n")
add("defect_no_boundary_parameter", "Content-Type: multipart/mixed\n\n--x\n\none\n--x--\n")
add("defect_empty_boundary_parameter", 'Content-Type: multipart/mixed; boundary=""\n\n--\n\none\n----\n')
add("defect_boundary_never_found", 'Content-Type: multipart/mixed; boundary="right"\n\n--wrong\n\none\n--wrong--\n')
add("defect_boundary_never_closed", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b\n\ntwo\n')
add("defect_boundary_closed_at_once", 'Content-Type: multipart/mixed; boundary="b"\n\n--b--\n')
add("defect_boundary_at_end_without_newline", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b--')
add("defect_start_boundary_is_last_line", 'Content-Type: multipart/mixed; boundary="b"\n\n--b')
add("defect_boundary_repeated", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n--b\n--b\n\none\n--b\n--b--\n')
add("defect_boundary_with_trailing_text", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--bx\n\nstill one\n--b x\nstill one\n--b--x\nstill\n--b--\n')
add("defect_boundary_with_trailing_blanks", 'Content-Type: multipart/mixed; boundary="b"\n\n--b  \n\none\n--b\t\n\ntwo\n--b-- \t\nepilogue\n')
add("defect_boundary_with_blank_inside", 'Content-Type: multipart/mixed; boundary="a b c"\n\n--a b c\n\none\n--a b c--\n')
add("defect_boundary_parameter_ends_with_blank", 'Content-Type: multipart/mixed; boundary="b  "\n\n--b\n\none\n--b--\n')
add("defect_boundary_with_regex_characters", 'Content-Type: multipart/mixed; boundary="(a.*[b]+\\\\d)?$"\n\n--(a.*[b]+\\d)?$\n\none\n--(a.*[b]+\\d)?$--\n')
add("defect_boundary_over_70_characters", 'Content-Type: multipart/mixed; boundary="' + "b" * 200 + '"\n\n--' + "b" * 200 + "\n\none\n--" + "b" * 200 + "--\n")
add("defect_boundary_in_rfc2231_form", "Content-Type: multipart/mixed; boundary*=us-ascii''b%20c\n\n--b c\n\none\n--b c--\n")
add("defect_boundary_in_rfc2231_pieces", 'Content-Type: multipart/mixed; boundary*0="b"; boundary*1="c"\n\n--bc\n\none\n--bc--\n')
add("defect_boundary_twice_in_two_forms", "Content-Type: multipart/mixed; boundary*=us-ascii''x; boundary=b\n\n--b\n\none\n--b--\n")
add("defect_boundary_with_and_without_number", "Content-Type: multipart/mixed; boundary*0=c; boundary*=us-ascii''b\n\n--bc\n\none\n--bc--\n")
add("defect_boundary_number_of_5000_digits", "Content-Type: multipart/mixed; boundary*" + "9" * 5000 + "=c; boundary*0=b\n\n--bc\n\none\n--bc--\n")
add("defect_boundary_non_ascii", 'Content-Type: multipart/mixed; boundary="gr\u00fcn"\n\n--gr\u00fcn\n\none\n--gr\u00fcn--\n')
add("defect_multipart_base64_encoded", 'Content-Type: multipart/mixed; boundary="b"\nContent-Transfer-Encoding: base64\n\n--b\n\none\n--b--\n')
add("defect_multipart_quoted_printable", 'Content-Type: multipart/mixed; boundary="b"\nContent-Transfer-Encoding: quoted-printable\n\n--b\n\none=20\n--b--\n')
add("defect_multipart_8bit_and_binary_upper", 'Content-Type: multipart/mixed; boundary="b"\nContent-Transfer-Encoding: 8BIT\n\n--b\nContent-Type: multipart/mixed; boundary="c"\nContent-Transfer-Encoding: Binary\n\n--c\n\none\n--c--\n--b--\n')
add("defect_multipart_only_in_subpart", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: multipart/alternative\n\nno boundary here\n--b--\n')
add("defect_header_after_the_preamble", 'Content-Type: multipart/mixed; boundary="b"\n\nX: not a header\n--b\nno header either\n\none\n--b--\n')
add("defect_part_header_block_cut_by_boundary", 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n--b\nContent-Type: text/html\n folded\n--b--\n')
add("defect_content_type_twice", 'Content-Type: text/plain\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\none\n--b--\n')
add("defect_content_type_garbage", "Content-Type: this is;not=a\"type;;; =\n\nbody\n")
add("defect_content_type_without_slash", "Content-Type: text\n\nbody\n")
add("defect_content_type_two_slashes", "Content-Type: a/b/c; x=y\n\nbody\n")
add("defect_content_type_empty", "Content-Type:\n\nbody\n")
add("defect_content_type_only_slash", "Content-Type: /\n\nbody\n")
add("defect_content_type_leading_slash", "Content-Type: /plain\n\nbody\n")
add("defect_content_type_upper_and_blanks", "CONTENT-TYPE:   TEXT/HTML  ;  CHARSET = \"UTF-8\"  \n\n<p>\n")
add("defect_content_type_with_comment", "Content-Type: text/plain (just text); charset=(no) us-ascii\n\nbody\n")
add("defect_mime_version_missing_or_odd", "MIME-Version: 1.0 (produced by hand)\nMime-version: 2\nContent-Type: text/html\n\n<p>\n")
add("defect_binary_garbage", bytes((i * 7919 + 13) % 256 for i in range(600)))
add("defect_nul_bytes", b"Subject: nul\x00 in header\nTo: b\n\nnul \x00 in body\x00\n")
add("defect_line_of_5000_characters", "Subject: " + "x" * 5000 + "\nX-Words: " + "word, " * 900 + "\n\n" + "y" * 5000 + "\n")
add("defect_two_hundred_headers", "".join("X-Header-%d: value %d\n" % (i, i) for i in range(200)) + "\nbody\n")
add("defect_same_header_fifty_times", "".join("Received: from a by b; Sat, 21 Nov 2026 09:%02d:00 +0000\n" % i for i in range(50)) + "\nbody\n")
add("defect_header_folded_fifty_times", "X-Folded: start\n" + "".join(" line %d\n" % i for i in range(50)) + "\nbody\n")
add("defect_only_headers_folded_to_blank", "Subject: a\n \n \n\t\n\nbody\n")

# -------------------------------------------------------- transfer encodings


def cte(name, encoding, body, extra="Content-Type: text/plain; charset=utf-8\n"):
    simple("cte_" + name, "MIME-Version: 1.0\n" + extra + "Content-Transfer-Encoding: %s\n" % encoding, body)


cte("base64", "base64", base64.encodebytes("Gr\u00fc\u00dfe aus K\u00f6ln\n".encode() * 8))
cte("base64_upper_with_blank", " BASE64 ", base64.encodebytes(b"hello\n"))
cte("base64_with_comment", "base64 (encoded)", base64.encodebytes(b"hello\n"))
cte("base64_without_padding", "base64", "aGVsbG8gd29ybGQ\n")
cte("base64_without_line_ends", "base64", base64.b64encode(b"hello " * 60))
cte("base64_bad_length", "base64", "aGVsbG8gd29yb\n")
cte("base64_of_one_character", "base64", "a\n")
cte("base64_with_foreign_characters", "base64", "aGVs*bG8g\x0b d29y-bGQ=\n")
cte("base64_with_blanks", "base64", "  aGVs bG8g\n\td29y bGQ=\n\n")
cte("base64_with_footer", "base64", "aGVsbG8=\n\n-- \nlist footer\n")
cte("base64_two_joined", "base64", "aGVsbG8=\nd29ybGQ=\n")
cte("base64_padding_first", "base64", "====aGVsbG8=\n")
cte("base64_only_padding", "base64", "==\n")
cte("base64_empty", "base64", "")
cte("base64_8_bit", "base64", b"aGVs\xe9bG8=\n")
cte("base64_url_safe_alphabet", "base64", "_-_-_-8=\n")
cte("base64_crlf", "base64", b"aGVsbG8g\r\nd29ybGQ=\r\n")
cte("base64_excess_padding", "base64", "aGVsbG8=====\n")
cte("quoted_printable", "quoted-printable", quopri.encodestring("Gr\u00fc\u00dfe = good, tab\there \nblank at end \n".encode() * 3))
cte("quoted_printable_upper", "Quoted-Printable", "=41=42\n")
cte("quoted_printable_lower_hex", "quoted-printable", "=c3=a9 =C3=a9\n")
cte("quoted_printable_soft_breaks", "quoted-printable", "one =\ntwo = \nthree =\t\nfour=\n\nfive=")
cte("quoted_printable_bad_escapes", "quoted-printable", "=zz =4 =\n=G1 == =\r=4\n1 =E2=82\n")
cte("quoted_printable_trailing_blanks", "quoted-printable", "blank \ntab\t\nboth \t \n=20\n")
cte("quoted_printable_raw_8_bit", "quoted-printable", b"raw \xe9 and =C3=A9\n")
cte("quoted_printable_crlf", "quoted-printable", b"one=\r\ntwo\r\n=0D=0A\r\n")
cte("uuencode", "x-uuencode", "begin 644 hello.txt\n,:&5L;&\\@=V]R;&0*\n`\nend\n")
cte("uuencode_named_uue", "uue", "begin 600 x\n#0V%T\n \nend\n")
cte("uuencode_without_begin", "x-uuencode", "#0V%T\nend\n")
cte("uuencode_without_end", "uuencode", "begin 644 x\n#0V%T\n")
cte("uuencode_with_text_before", "x-uue", "some text\n\nbegin 644 x\n#0V%T\n`\nend\nand after\n")
cte("uuencode_bad_mode", "x-uuencode", "begin abc x\n#0V%T\n`\nend\n")
cte("uuencode_bad_line", "x-uuencode", "begin 644 x\n#0V\n$0V%T\u00e9\n`\nend\n")
cte("7bit_with_8_bit_text", "7bit", "Gr\u00fc\u00dfe\n")
cte("8bit", "8bit", "Gr\u00fc\u00dfe \u20ac\n")
cte("binary", "binary", bytes(range(256)), "Content-Type: application/octet-stream\n")
cte("unknown", "x-unknown", "=41 stays\n")
cte("empty", "", "text\n")
cte("twice", "base64\nContent-Transfer-Encoding: 7bit", "aGVsbG8=\n")
cte("8_bit_value", "base\u00e964", "aGVsbG8=\n")

# ----------------------------------------------------------------- charsets


def charset(label, name, text, encode=None, encoding="8bit"):
    data = text.encode(encode or label)
    if encoding == "base64":
        data = base64.encodebytes(data)
    elif encoding == "quoted-printable":
        data = quopri.encodestring(data)
    simple("charset_" + name, "MIME-Version: 1.0\nContent-Type: text/plain; charset=%s\nContent-Transfer-Encoding: %s\n" % (label, encoding), data,
           subject="=?%s?b?%s?=" % (label.strip('"'), base64.b64encode(text.split("\n")[0].encode(encode or label)).decode()))


charset("us-ascii", "us_ascii", "plain text\n")
charset("utf-8", "utf_8", "Gr\u00fc\u00dfe \u20ac \u65e5\u672c \U0001f600\n")
charset("UTF8", "utf_8_other_spelling", "Gr\u00fc\u00dfe\n", "utf-8")
charset("utf-8", "utf_8_with_bom", "\ufeffGr\u00fc\u00dfe\n")
charset('"utf-8"', "utf_8_base64", "Gr\u00fc\u00dfe\n", "utf-8", "base64")
charset("utf-8", "utf_8_quoted_printable", "Gr\u00fc\u00dfe = \u20ac\n", encoding="quoted-printable")
charset("utf-7", "utf_7", "Gr\u00fc\u00dfe + \u20ac\n")
charset("utf-16", "utf_16_base64", "Gr\u00fc\u00dfe\n", encoding="base64")
charset("utf-16be", "utf_16be_base64", "Gr\u00fc\u00dfe \U0001f600\n", encoding="base64")
charset("utf-32", "utf_32_base64", "Gr\u00fc\u00dfe\n", encoding="base64")
charset("iso-8859-1", "iso_8859_1", "Gr\u00fc\u00dfe\n")
charset("latin-1", "latin_1_alias_with_c1", "Gr\u00fc\u00dfe \x85\x93\n")
charset("iso-8859-2", "iso_8859_2", "\u0179r\u00f3d\u0142o \u0159eka\n")
charset("iso-8859-5", "iso_8859_5", "\u041f\u0440\u0438\u0432\u0435\u0442\n")
charset("iso-8859-7", "iso_8859_7", "\u0393\u03b5\u03b9\u03ac\n")
charset("iso-8859-8-i", "iso_8859_8_i", "\u05e9\u05dc\u05d5\u05dd\n", "iso-8859-8")
charset("iso-8859-9", "iso_8859_9", "\u0130stanbul \u015fehir\n")
charset("iso-8859-15", "iso_8859_15", "\u20ac 5 \u0153uf\n", encoding="quoted-printable")
charset("iso-8859-16", "iso_8859_16", "\u0219\u021b\n")
charset("windows-1250", "windows_1250", "\u017dlu\u0165ou\u010dk\u00fd\n")
charset("windows-1251", "windows_1251", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440\n")
charset("windows-1252", "windows_1252", "\u201cquoted\u201d \u20ac \u2013\n")
charset("windows-1255", "windows_1255", "\u05e9\u05dc\u05d5\u05dd\n")
charset("windows-1256", "windows_1256", "\u0645\u0631\u062d\u0628\u0627\n")
charset("windows-1258", "windows_1258", "Vi\u00ea\u0323t\n")
charset("windows-874", "windows_874", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\n", "cp874")
charset("tis-620", "tis_620", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35\n")
charset("koi8-r", "koi8_r", "\u041f\u0440\u0438\u0432\u0435\u0442\n")
charset("koi8-u", "koi8_u", "\u041f\u0440\u0438\u0432\u0456\u0442 \u0490\n", encoding="base64")
charset("ibm866", "ibm866", "\u041f\u0440\u0438\u0432\u0435\u0442\n")
charset("mac-cyrillic", "mac_cyrillic", "\u041f\u0440\u0438\u0432\u0435\u0442\n")
charset("cp437", "cp437", "\u2554\u2550\u2557 caf\u00e9\n")
charset("iso-2022-jp", "iso_2022_jp", "\u65e5\u672c\u8a9e\u306e\u30e1\u30fc\u30eb\n", encoding="7bit")
charset("shift_jis", "shift_jis", "\u65e5\u672c\u8a9e \uff76\uff85\n")
charset("cp932", "cp932_vendor_characters", "\u2460\u32fc \uff5e\n".replace("\u32fc", "\u3231"))
charset("euc-jp", "euc_jp", "\u65e5\u672c\u8a9e\u3067\u3059\n", encoding="base64")
charset("gb2312", "gb2312", "\u4e2d\u6587\u90ae\u4ef6\n")
charset("gbk", "gbk", "\u4e2d\u570b\u90ae\u4ef6\n")
charset("gb18030", "gb18030", "\u4e2d\u6587 \U0001f600\n", encoding="base64")
charset("hz-gb-2312", "hz", "\u4e2d\u6587 ~ tilde\n", "hz", "7bit")
charset("big5", "big5", "\u4e2d\u6587\u90f5\u4ef6\n")
charset("big5-hkscs", "big5_hkscs", "\u4e2d\u6587 \u55b0\n", encoding="base64")
charset("euc-kr", "euc_kr", "\ud55c\uad6d\uc5b4 \uba54\uc77c\n")
charset("ks_c_5601-1987", "ks_c_5601_1987", "\ud55c\uad6d\uc5b4\n", "euc-kr")
charset("cp949", "cp949", "\ub625 \ud399\n", encoding="base64")
charset("iso-2022-kr", "iso_2022_kr", "\ud55c\uad6d\uc5b4\n", encoding="7bit")
charset("johab", "johab", "\ud55c\uad6d\uc5b4\n", encoding="base64")
charset("iso-2022-jp-2", "iso_2022_jp_2", "\u65e5\u672c \u4e2d\u6587 \ud55c\n", encoding="7bit")


def raw_charset(name, label, body):
    simple("charset_" + name, "MIME-Version: 1.0\nContent-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n" % label, body)


raw_charset("unknown_name", "x-no-such-charset", b"8-bit \xe9 text\n")
raw_charset("misspelt_utf_8", "uft-8", "Gr\u00fc\u00dfe\n")
raw_charset("unknown_8bit", "unknown-8bit", b"8-bit \xe9 text\n")
raw_charset("binary", "binary", b"8-bit \xe9 text\n")
raw_charset("empty_name", '""', b"8-bit \xe9 text\n")
raw_charset("non_ascii_name", "\u00fctf-8", b"8-bit \xe9 text\n")
raw_charset("rfc2231_name", "x; charset*=us-ascii'en'utf-8", "Gr\u00fc\u00dfe\n")
raw_charset("us_ascii_with_8_bit", "us-ascii", b"8-bit \xe9 text\n")
raw_charset("utf_8_malformed", "utf-8", b"bad \xff \xc3 \xe2\x82 \xf0\x9f \xed\xa0\x80 \xc0\xaf end\xc3\n")
raw_charset("shift_jis_malformed", "shift_jis", b"bad \x81 \xfd\xfe \x83 end\x83\n")
raw_charset("euc_jp_malformed", "euc-jp", b"bad \xa4 \xff \x8f\xa2 end\xa4\n")
raw_charset("gb2312_malformed", "gb2312", b"bad \xd6 \xff\xff \x81\x40 end\xd6\n")
raw_charset("big5_malformed", "big5", b"bad \xa4 \xff \x80 end\xa4\n")
raw_charset("euc_kr_malformed", "euc-kr", b"bad \xc7 \xff end\xc7\n")
raw_charset("iso_2022_jp_malformed", "iso-2022-jp", b"bad \x1b$B!! \x1b(Q \x1b \xe9 \x1b$B\n")
raw_charset("windows_1252_undefined", "windows-1252", b"holes \x81\x8d\x8f\x90\x9d end\n")
raw_charset("unicode_escape_is_no_charset", "unicode_escape", "\\u00e9 \\n \u00e9\n")
raw_charset("none_with_utf_8_text", "us-ascii; x=y", "Gr\u00fc\u00dfe\n")
simple("charset_missing_with_8_bit", "MIME-Version: 1.0\nContent-Type: text/plain\n", b"8-bit \xe9 text\n")
multi("charset_of_every_part_differs", "mixed", [text_part("x", params="; charset=%s" % c).encode()[:-1] + t.encode(c) for c, t in (("utf-8", "\u20ac\n"), ("iso-8859-1", "\u00e9\n"), ("koi8-r", "\u041f\n"), ("shift_jis", "\u65e5\n"), ("euc-kr", "\ud55c\n"))])

# ---------------------------------------------------- parameters, filenames


def params(name, ctype="application/octet-stream", disposition=None, body="data\n"):
    extra = "MIME-Version: 1.0\nContent-Type: %s\n" % ctype
    if disposition is not None:
        extra += "Content-Disposition: %s\n" % disposition
    simple("params_" + name, extra, body)


params("filename_plain", disposition="attachment; filename=report.pdf")
params("filename_quoted", disposition='attachment; filename="my report.pdf"; size=5')
params("filename_escaped_quotes", disposition='attachment; filename="a \\"b\\" c\\\\d.txt"')
params("filename_windows_path", disposition='attachment; filename="C:\\temp\\new.txt"')
params("filename_with_semicolon", disposition='attachment; filename="a;b=c.txt"; x=y')
params("filename_unterminated", disposition='attachment; filename="a;b')
params("filename_rfc2231", disposition="attachment; filename*=iso-8859-1''Fu%DFballer.ppt")
params("filename_rfc2231_utf8", disposition="attachment; filename*=UTF-8'de'Gr%C3%BC%C3%9Fe%20%E2%82%AC.txt")
params("filename_rfc2231_pieces", disposition="attachment;\n filename*0=\"a very long \";\n filename*1=\"file name \";\n filename*2=that.txt")
params("filename_rfc2231_pieces_encoded", disposition="attachment;\n filename*0*=utf-8'en'%E6%97%A5;\n filename*1*=%E6%9C%AC;\n filename*2=\" x.txt\"")
params("filename_rfc2231_split_character", disposition="attachment; filename*0*=utf-8''%E6%97; filename*1*=%A5.txt")
params("filename_rfc2231_out_of_order", disposition="attachment; filename*2=c; filename*0=a; filename*10=k; filename*1=b")
params("filename_rfc2231_gap_and_double", disposition="attachment; filename*0=a; filename*0=A; filename*3=d")
params("filename_rfc2231_charset_missing", disposition="attachment; filename*=''x%20y; name*=%41")
params("filename_rfc2231_charset_unknown", disposition="attachment; filename*=x-none''%E9.txt")
params("filename_rfc2231_only_one_apostrophe", disposition="attachment; filename*=utf-8'%E9.txt")
params("filename_rfc2231_quoted", disposition="attachment; filename*=\"utf-8''%C3%A9.txt\"")
params("filename_rfc2231_bad_percent", disposition="attachment; filename*=utf-8''%zz%4%.txt")
params("filename_rfc2231_first_piece_not_encoded", disposition="attachment; filename*0=us-ascii'en'a; filename*1*=%20b")
params("filename_rfc2231_and_plain", disposition="attachment; filename=\"plain.txt\"; filename*=utf-8''b%C3%A9.txt")
params("filename_rfc2231_raw_8_bit", disposition="attachment; filename*=utf-8''gr\u00fcn.txt")
params("filename_rfc2231_shift_jis", disposition="attachment; filename*=shift_jis'ja'%93%FA%96%7B.txt")
params("filename_rfc2047_in_quotes", 'application/pdf; name="=?utf-8?q?b=C3=A9?="', 'attachment; filename="=?utf-8?b?YsOpLnBkZg==?="')
params("filename_rfc2047_folded", disposition='attachment;\n filename="=?utf-8?q?a?=\n =?utf-8?q?b?="')
params("filename_raw_utf_8", disposition='attachment; filename="gr\u00fcn.txt"')
params("filename_raw_latin_1", disposition='attachment; filename="x.txt"; title=y')
params("filename_only_in_content_type", 'image/png; name="picture.png"')
params("filename_empty", disposition='attachment; filename=""')
params("disposition_unknown_value", disposition="X-Strange ; FileName = a.txt")
params("disposition_empty", disposition="")
params("disposition_only_parameters", disposition="; filename=a.txt")
params("many", "text/plain; " + "; ".join("p%d=v%d" % (i, i) for i in range(80)))
params("duplicates", "text/plain; charset=utf-8; charset=us-ascii; CHARSET=koi8-r")
params("empty_pieces", "text/plain;;; ;charset=utf-8;")
params("without_equals", "text/plain; charset; name; =x; =")
params("folded_inside_quotes", 'text/plain; name="two\n words"; charset=utf-8')
params("comments", "text/plain (c); charset=utf-8 (d;e); name=(f)x")
params("tabs_and_crlf", "text/plain;\r\n\tcharset\t=\tutf-8\t;\r\n name = x")
params("single_quotes", "text/plain; charset='utf-8'; name='a;b'")
params("angle_brackets", "text/plain; charset=<utf-8>; name=<a b>")
params("international_key", "text/plain; \u00fcml=1; name=\u20ac")
MESSAGES["params_filename_raw_latin_1"] = MESSAGES["params_filename_raw_latin_1"].replace(b"title=y", b"title=gr\xfcn")

# ------------------------------------------------------------------ headers


def header(name, *lines, body=b"body\n"):
    add("header_" + name, b"\n".join(line if isinstance(line, bytes) else line.encode("utf-8") for line in lines) + b"\n\n" + body)


header("encoded_words_q_and_b", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= and =?utf-8?b?4oKs?=", "From: =?iso-8859-1?q?J=F6rg?= <j@example.org>")
header("encoded_words_adjacent", "Subject: =?utf-8?q?one?= =?utf-8?q?_two?=\n =?utf-8?q?_three?=")
header("encoded_words_split_character", "Subject: =?utf-8?b?w?= =?utf-8?b?6k=?= =?utf-8?q?=C3?= =?utf-8?q?=A9?=")
header("encoded_words_touching_text", "Subject: a=?utf-8?q?b?=c =?utf-8?q?d?==?utf-8?q?e?= (=?utf-8?q?f?=)")
header("encoded_words_in_quotes", 'From: "=?utf-8?q?J=C3=B6rg?=" <j@example.org>', 'To: "a =?utf-8?q?b?= c" <d@e>')
header("encoded_words_with_blank_inside", "Subject: =?utf-8?q?not a word?= =?utf-8?q?is=20one?=")
header("encoded_words_unknown_charset", "Subject: =?x-none?q?abc?= =?utf-8?q?=C3=A9?=")
header("encoded_words_with_language", "Subject: =?utf-8*en?q?lang?=")
header("encoded_words_bad_base64", "Subject: =?utf-8?b?Q?= =?utf-8?b?QUJDR?= x", "X-B: =?utf-8?b?QUI?= =?utf-8?b?====?=")
header("encoded_words_bad_octets", "Subject: =?utf-8?q?=E9=?= =?us-ascii?q?=E9?=")
header("encoded_words_empty_and_broken", "Subject: =?utf-8?q??= =??q?x?= =?utf-8?x?y?= =?utf-8?q?z =?= ?= =?")
header("encoded_words_lower_and_upper", "Subject: =?UTF-8?Q?=c3=A9?= =?Utf-8?B?w6k=?=")
header("encoded_words_koi8_and_windows_1251", "Subject: =?koi8-r?B?8NLJ18XU?= =?windows-1251?Q?=CF=F0=E8?=", "From: =?KOI8-R?Q?=F0=D2?= <p@example.org>")
header("encoded_words_east_asian", "Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?gb2312?B?1tDOxA==?= =?big5?B?pKSk5Q==?= =?euc-kr?B?x9Gxuw==?= =?shift_jis?b?k/qWew==?=")
header("encoded_words_gb2312_many", "Subject: " + " ".join(["=?gb2312?B?1tDOxNbQzsQ=?="] * 12))
header("encoded_words_two_hundred", "Subject: " + " ".join(["=?utf-8?q?w=C3=B6rd?="] * 200))
header("8_bit_utf_8", "Subject: Gr\u00fc\u00dfe aus K\u00f6ln", "From: J\u00f6rg <j@example.org>", "X-Long: " + "\u00e4\u00f6\u00fc " * 30)
header("8_bit_latin_1", b"Subject: Gr\xfc\xdfe", b"From: J\xf6rg <j@example.org>", b"To: \xe9@example.org, a@b")
header("8_bit_shift_jis", "Subject: ".encode() + "\u65e5\u672c\u8a9e\u30e1\u30fc\u30eb".encode("shift_jis"))
header("8_bit_koi8_r", "Subject: ".encode() + "\u041f\u0440\u0438\u0432\u0435\u0442".encode("koi8-r"))
header("8_bit_and_encoded_words", "Subject: =?utf-8?q?a?= gr\u00fcn =?utf-8?q?b?=")
header("8_bit_content_type", b"Content-Type: text/plain; charset=utf-8; name=\xe9", "Content-Disposition: attachment; filename=\u00fc.txt")
header("8_bit_date_and_address", "Date: Sat, 21 Nov 2026 09:30:00 +0100 (Mitteleurop\u00e4ische Zeit)", "To: \u00fc <a@b>, c@d")
header("folded_with_tab_and_spaces", "Subject: one\n\ttwo\n    three\n \tfour", "To: a@b,\n\tc@d,\n e@f")
header("folded_right_after_colon", "Subject:\n one", "To:\n\ta@b")
header("folded_line_of_blanks", "Subject: one\n \n two\n\t \n three")
header("long_words_and_lists", "To: " + ", ".join("person%d@example.org" % i for i in range(40)), "References: " + " ".join("<%d@example.org>" % i for i in range(30)), "X-Long: " + "x" * 300 + " y " + "z" * 100)
header("long_with_semicolons", "X-Params: " + "; ".join("name%d=value%d" % (i, i) for i in range(30)), "X-Commas: " + ",".join("abc" for _ in range(60)))
header("exactly_78_and_79", "X-A: " + "a " * 36 + "b", "X-B: " + "a " * 37, "X-C: " + "a" * 73, "X-D: " + "a" * 74)
header("name_longer_than_line", "X-" + "n" * 100 + ": value", "X-" + "m" * 74 + ": two words")
header("looks_like_header_inside", "Subject: one\n\tTo: two", "X: a: b: c")
header("case_of_names_kept", "sUbJeCt: a", "SUBJECT: b", "subject: c", "TO: x", "to: y")
header("space_kept_after_colon", "Subject:nospace", "X-Two:  two", "X-Tab:\ttab", "X-Trail: trail  ")
header("odd_names", "X!#$%&'*+-.^_`|~: a", "1: b", '"q": c', "(x): d", "a/b: e")
header("brackets_and_specials", 'Subject: ( ) < > @ , ; : \\ " . [ ]', "X-Eq: =20 = ? _")
header("received_dates", *["Received: from a.example.org (a [192.0.2.1])\n by b.example.net with ESMTP id x%d\n for <joe@example.net>; %s" % (i, d) for i, d in enumerate(["Sat, 21 Nov 2026 09:30:00 +0100 (CET)", "21 Nov 26 08:30 GMT", "Sat Nov 21 08:30:00 2026", "no date", ""])])
header("dates_odd", "Date: 31 Feb 2020 25:61:61 +9999", "Resent-Date: Mon, 20-Nov-1995 19:12:08 GMT", "Delivery-Date: 1 Jan 69 1:2 A", "Expiry-Date: 2020-01-01T10:00:00Z", "Deferred-Delivery: Thu, 1 Jan 2015 10:11:12+0200")
header("addresses_ordinary", 'From: "Doe, Jane" <jane@example.org>', "To: joe@example.net (Joe), Ann <ann@example.org>", "Cc: A B <a@b>, c@d", "Reply-To: <r@example.org>")
header("addresses_groups", "To: Team: ann@example.org, Bob <bob@example.org>;, c@d", "Cc: undisclosed-recipients:;", "Bcc: A: B: x@y;;")
header("addresses_broken", "From: alice@example.org )bob@example.org", "To: <<a@b>>, c@d@e, @f, g@, \"open", "Cc: a b c, <>, ,,", "Sender: (unclosed a@b", "Reply-To: a@[1.2.3.4], x@y")
header("addresses_quoting", 'From: "a \\"b\\" \\\\ c" <d@e>', "To: a\\,b@c, 'x' <y@z>, \"x@y\" <z@w>", "Cc: (c1) a (c2) . b (c3) @ (c4) c (c5)")
header("addresses_routes_and_literals", "From: <@r1,@r2:a@b>", "To: a@[IPv6:::1], b@[192.0.2.1]")
header("addresses_fifty", "To: " + ",\n ".join('"Person, %d" <p%d@example.org>' % (i, i) for i in range(50)))
header("list_headers", "List-Id: A list <list.example.org>", "List-Unsubscribe: <mailto:leave@example.org>, <https://example.org/u>", "Precedence: list")
header("carriage_return_in_value", b"Subject: a\rb", b"To: c")
header("control_characters", b"Subject: \x00\x01\x07\x08\x1b[31m\x7f")
header("unix_line_separators", "Subject: one\x0btwo\x0cthree\x1cfour\u0085five\u2028six")

# ------------------------------------------------------------ ordinary mail

add("typical_newsletter", head("newsletter", 'List-Unsubscribe: <https://example.org/u>\nMIME-Version: 1.0\nContent-Type: multipart/alternative;\n\tboundary="----=_Part_1_2.3"\n') + "------=_Part_1_2.3\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\nFr=C3=BChling =E2=80=93 jetzt 20=C2=A0% sparen! https://example.org/?a=3Db=\n&c=3Dd\n\n------=_Part_1_2.3\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes("<html><body>Fr\u00fchling</body></html>".encode()).decode() + "\n------=_Part_1_2.3--\n")
add("typical_reply_chain", head("reply", "In-Reply-To: <1@example.org>\nReferences: <0@example.org>\n <1@example.org>\n", "Re: AW: Fwd: lunch") + "Yes!\n\nOn Fri, Joe wrote:\n> Lunch?\n>> Maybe.\n> -- \n> Joe\n")
add("typical_auto_reply", head("auto", "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\nContent-Type: text/plain; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: quoted-printable\n", "=?iso-8859-1?Q?Abwesend:_Gr=FC=DFe?=") + "Ich bin im B=FCro erst am 1. wieder.\n")
add("typical_scan_to_mail", "From: scanner@example.org\nTo: joe@example.net\nSubject: Scan\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"DC_BOUND\"\n\n--DC_BOUND\nContent-Type: text/plain\n\n\n--DC_BOUND\nContent-Type: application/pdf; name=\"=?utf-8?B?U2Nhbi5wZGY=?=\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"=?utf-8?B?U2Nhbi5wZGY=?=\"\n\nJVBERi0=\n--DC_BOUND--\n\n")
add("typical_japanese_mobile", b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <yamada@example.jp>\nSubject: =?ISO-2022-JP?B?GyRCJDMkcyRLJEEkTxsoQg==?=\nContent-Type: text/plain; charset=ISO-2022-JP\nContent-Transfer-Encoding: 7bit\n\n" + "\u3053\u3093\u306b\u3061\u306f\n".encode("iso-2022-jp"))
add("typical_russian_webmail", "From: =?windows-1251?B?yOLg7SDI4uDt7uI=?= <ivan@example.org>\nSubject: =?windows-1251?B?z/Do4uXy?=\nMIME-Version: 1.0\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: 8bit\n\n".encode() + "<p>\u041f\u0440\u0438\u0432\u0435\u0442!</p>\n".encode("windows-1251"))
add("typical_truncated_in_base64", head("truncated", 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="tt"\n') + "--tt\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(b"data" * 40).decode()[:151])

if __name__ == "__main__":
    os.makedirs(HERE, exist_ok=True)
    for old in os.listdir(HERE):
        if old.endswith(".eml"):
            os.remove(os.path.join(HERE, old))
    for name, data in MESSAGES.items():
        with open(os.path.join(HERE, name + ".eml"), "wb") as fp:
            fp.write(data)
    print(len(MESSAGES), "messages,", sum(map(len, MESSAGES.values())), "octets")
