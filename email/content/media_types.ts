// Media types and the ends of file names, either by the other.

/** Types, each with the endings of its files: the usual one first. */
const TYPES = `
application/pdf pdf
application/zip zip
application/gzip gz tgz
application/json json
application/msword doc
application/vnd.ms-excel xls
application/vnd.ms-powerpoint ppt
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.oasis.opendocument.text odt
application/vnd.oasis.opendocument.spreadsheet ods
application/xml xml
application/rtf rtf
audio/mpeg mp3
audio/ogg ogg oga
audio/wav wav
image/png png
image/jpeg jpg jpeg
image/gif gif
image/webp webp
image/svg+xml svg
image/heic heic
image/tiff tiff tif
message/rfc822 eml
text/plain txt log
text/csv csv
text/html html htm
text/calendar ics
text/markdown md
text/vcard vcf
video/mp4 mp4
video/quicktime mov
`;

/** Types that no ending tells: what a file of such a type is called. */
const NAMED = `
application/ms-tnef dat
application/pgp-encrypted asc
application/pgp-keys asc
application/pgp-signature asc
application/pkcs7-mime p7m
application/pkcs7-signature p7s
application/x-pkcs7-mime p7m
application/x-pkcs7-signature p7s
image/x-icon ico
message/delivery-status txt
message/disposition-notification txt
text/rfc822-headers txt
text/x-vcard vcf
`;

/** Types whose subtype is the ending. */
const SAME = /^(?:image\/(?:bmp|avif)|audio\/(?:mp4|webm|aac)|video\/(?:wav|ogg|webm|aac))$/;

/**
 * The type of a file by its name; `application/octet-stream` when the name does not tell.
 *
 * @param fileName name of the file
 */
export function typeByName(fileName: string): string {
  const end = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  const found = TYPES.split("\n").find((line) => line.split(" ").includes(end, 1));
  return found === undefined ? "application/octet-stream" : found.slice(0, found.indexOf(" "));
}

/**
 * The usual ending of the files of a type, without its dot; undefined when there is none.
 *
 * @param type the type in lower case, without parameters
 */
export function endingByType(type: string): string | undefined {
  if (SAME.test(type)) return type.slice(type.indexOf("/") + 1);
  for (const table of [TYPES, NAMED]) {
    const at = table.indexOf(`\n${type} `);
    if (at >= 0) return table.slice(at + type.length + 2).split(/[ \n]/, 1)[0];
  }
  return undefined;
}
